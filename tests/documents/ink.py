"""What a sheet of a PDF is painted with: the colour of every word and rule, and the areas ruled to write on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

Colour = tuple[float, float, float]

BLACK: Colour = (0.0, 0.0, 0.0)
FILLS = frozenset({b"f", b"f*", b"F", b"B", b"B*", b"b", b"b*", b"Tj", b"TJ", b"'", b'"'})
STROKES = frozenset({b"S", b"s", b"B", b"B*", b"b", b"b*"})
IS_SET = {b"sc": "filling", b"scn": "filling", b"g": "filling", b"rg": "filling"}
IS_SET |= {b"SC": "stroking", b"SCN": "stroking", b"G": "stroking", b"RG": "stroking"}


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a sheet, in points from its foot, that a pattern fills: lines to write on."""

    top: float
    bottom: float

    @property
    def high(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class _State:
    """What the next thing is painted with, and how high the origin stands on the sheet, turned or not."""

    filling: Any = BLACK
    stroking: Any = BLACK
    origin: float = 0.0
    turned: float = 1.0


@dataclass(slots=True)
class Painted:
    """What was found on one sheet."""

    colours: set[Colour] = field(default_factory=set)
    ruled: list[Area] = field(default_factory=list)


def painted(pdf: PdfReader) -> list[Painted]:
    """What each sheet is painted with."""
    found = []
    for page in pdf.pages:
        sheet = Painted()
        _walk(pdf, page.get_contents(), page["/Resources"], sheet)
        found.append(sheet)
    return found


def _walk(pdf: PdfReader, content: Any, resources: Any, sheet: Painted) -> None:
    state, kept, path = _State(), [], []
    for operands, operator in ContentStream(content, pdf).operations:
        if operator == b"q":
            kept.append(state)
        elif operator == b"Q":
            state = kept.pop()
        elif operator == b"cm":
            state = replace(
                state,
                origin=state.origin + state.turned * float(operands[5]),
                turned=state.turned * float(operands[3]),
            )
        elif operator in IS_SET:
            state = replace(state, **{IS_SET[operator]: _colour(operands, resources)})
        elif operator in {b"m", b"l"}:
            path.append(state.origin + state.turned * float(operands[1]))
        for paint in _paints(operator, state):
            if isinstance(paint, tuple):
                sheet.colours.add(paint)
            else:
                _fill(pdf, paint, path, sheet)
        if operator in FILLS | STROKES:
            path = []


def _paints(operator: bytes, state: _State) -> Iterator[Any]:
    if operator in FILLS:
        yield state.filling
    if operator in STROKES:
        yield state.stroking


def _fill(pdf: PdfReader, tile: Any, path: list[float], sheet: Painted) -> None:
    """An area of tiles: what a tile is painted with, and where it lies if anything is on it."""
    on_it = Painted()
    _walk(pdf, tile, tile["/Resources"], on_it)
    sheet.colours |= on_it.colours
    if on_it.colours:
        sheet.ruled.append(Area(max(path), min(path)))


def _colour(operands: list[Any], resources: Any) -> Any:
    """As red, green and blue; or the pattern that is named."""
    if isinstance(operands[-1], str):
        return resources["/Pattern"][operands[-1]].get_object()
    numbers = [round(float(one), 3) for one in operands]
    return tuple(numbers * 3) if len(numbers) == 1 else tuple(numbers)
