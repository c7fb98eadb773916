"""An independent reader of PDFs: what a screen reader would say, from the tags; and what stands on each sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NullObject


@dataclass(frozen=True, slots=True)
class Tagged:
    """One element of the structure that holds words: its role and theirs, the sheet that they begin on and end on."""

    role: str
    text: str
    first_sheet: int
    last_sheet: int


class Reader:
    """What can be asked of a PDF."""

    def __init__(self, data: bytes):
        self.pdf = PdfReader(io.BytesIO(data))
        self.catalogue = self.pdf.trailer["/Root"]
        self._words = [_by_mark(page) for page in self.pdf.pages]
        self._sheets = {page.indirect_reference.idnum: number for number, page in enumerate(self.pdf.pages, start=1)}

    @property
    def sheets(self) -> list[str]:
        """The words of each sheet, white space folded; the running lines among them."""
        return [folded(page.extract_text()) for page in self.pdf.pages]

    @property
    def aloud(self) -> list[Tagged]:
        """The whole document as it is read aloud: elements in the order of the tags. What is no content is left out."""
        return list(self._said(self.catalogue["/StructTreeRoot"]))

    def headings(self, *levels: int) -> list[Tagged]:
        return [one for one in self.aloud if one.role in {f"H{level}" for level in levels}]

    def text(self) -> str:
        return " ".join(one.text for one in self.aloud)

    def sizes(self) -> set[float]:
        """Every size of type, in points."""
        found: set[float] = set()
        for page in self.pdf.pages:
            page.extract_text(visitor_text=lambda text, _cm, tm, _font, size: _note(found, text, tm, size))
        return found

    def _said(self, element: DictionaryObject, page: Any = None) -> Iterator[Tagged]:
        """The elements that hold words, with those of their inline children joined in."""
        page = element.raw_get("/Pg") if "/Pg" in element else page
        kids = [kid for kid in _kids(element) if _is_element(kid)]
        if any(kid["/S"] not in INLINE for kid in kids):
            for kid in kids:
                yield from self._said(kid, page)
            return
        marks = list(self._marks(element, page))
        text = folded("".join(self._words[sheet - 1].get(mark, "") for sheet, mark in marks))
        if text:
            sheets = [sheet for sheet, _ in marks]
            yield Tagged(str(element.get("/S")).lstrip("/"), text, min(sheets), max(sheets))

    def _marks(self, element: DictionaryObject, page: Any) -> Iterator[tuple[int, int]]:
        """The marked content of an element and its inline children, as (sheet, number)."""
        page = element.raw_get("/Pg") if "/Pg" in element else page
        for kid in _kids(element):
            if isinstance(kid, int):
                yield self._sheets[page.idnum], int(kid)
            elif _is_element(kid):
                yield from self._marks(kid, page)
            elif "/MCID" in kid:
                where = kid.raw_get("/Pg") if "/Pg" in kid else page
                yield self._sheets[where.idnum], int(kid["/MCID"])


INLINE = frozenset({"/Span", "/Strong", "/Em"})


def folded(text: str) -> str:
    return " ".join(text.split())


def _is_element(kid: Any) -> bool:
    return isinstance(kid, DictionaryObject) and "/S" in kid


def _kids(element: DictionaryObject) -> list[Any]:
    kids = element.get("/K", NullObject())
    found = list(kids) if isinstance(kids, ArrayObject) else [kids]
    return [kid.get_object() for kid in found if not isinstance(kid.get_object(), NullObject)]


def _by_mark(page: Any) -> dict[int, str]:
    """The words of one sheet by the number of the marked content that they stand in."""
    words: dict[int, str] = {}
    open_marks: list[int | None] = []

    def before(operator: bytes, operands: Any, _cm: Any, _tm: Any) -> None:
        if operator in {b"BDC", b"BMC"}:
            facts = operands[1].get_object() if len(operands) > 1 and not isinstance(operands[1], str) else {}
            open_marks.append(facts.get("/MCID") if isinstance(facts, DictionaryObject) else None)
        elif operator == b"EMC" and open_marks:
            open_marks.pop()

    def note(text: str, *_: Any) -> None:
        mark = open_marks[-1] if open_marks else None
        if mark is not None:
            words[mark] = words.get(mark, "") + text

    page.extract_text(visitor_operand_before=before, visitor_text=note)
    return words


def _note(found: set[float], text: str, tm: list[float], size: float) -> None:
    if text.strip():
        found.add(round(abs(tm[3]) * size, 1))
