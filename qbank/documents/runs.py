"""Set text for paper: the few things that safe HTML may hold, as values that a template lays out.

Paragraphs and lists of runs; a run is words, perhaps strong or emphasised. Whatever else stands in the HTML is only its
words: the one function that makes it (`web/rendering.py`) leaves nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

DEEPEST: Final = 3
"""Lists inside lists that are told apart; deeper entries stand on the last level, as no assessor could read more."""

_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style; a line feed in them is a line break."""

    text: str
    strong: bool = False
    emphasis: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list of entries that each hold blocks.

    Args:
        runs: the words of a paragraph; empty for a list.
        entries: the entries of a list; empty for a paragraph.
        numbered: whether the list is.
    """

    runs: Runs = ()
    entries: tuple[tuple[Block, ...], ...] = ()
    numbered: bool = False


Blocks = tuple[Block, ...]


def blocks_of(html: str) -> Blocks:
    """The paragraphs and lists of safe HTML, in its order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.finished()


def runs_of(html: str) -> Runs:
    """The words of safe HTML as one paragraph: for a stem or a probe, where only words may stand."""
    found: list[Run] = []
    for runs in _paragraphs(blocks_of(html)):
        found += [Run(" "), *runs] if found else runs
    return tuple(found)


def plain(text: str) -> Runs:
    """Text that is no Markdown, as runs."""
    return (Run(text),)


def _paragraphs(blocks: Blocks) -> list[Runs]:
    found: list[Runs] = []
    for block in blocks:
        if block.runs:
            found.append(block.runs)
        for entry in block.entries:
            found += _paragraphs(entry)
    return found


@dataclass(slots=True)
class _Open:
    """A list that is being read, or the whole text."""

    numbered: bool = False
    entries: list[list[Block]] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """Where the next block goes: the entry that is being read."""
        if not self.entries:
            self.entries.append([])
        return self.entries[-1]


class _Reader(HTMLParser):
    """Reads in one pass; elements that were never closed are closed at the end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [_Open()]
        self._runs: list[Run] = []
        self._strong = self._emphasis = self._too_deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a style, a paragraph, a list or an entry; its attributes mean nothing here."""
        del attrs
        if tag == "br":
            self._append("\n")
        elif tag in {"strong", "em"}:
            self._restyle(tag, 1)
        else:
            self._end_paragraph()
            if tag in {"ul", "ol"}:
                self._begin_list(numbered=tag == "ol")
            elif tag == "li" and len(self._open) > 1:
                self._open[-1].entries.append([])

    def handle_endtag(self, tag: str) -> None:
        """End what begins with the same name."""
        if tag in {"strong", "em"}:
            self._restyle(tag, -1)
        elif tag in {"p", "li", "blockquote", "ul", "ol"}:
            self._end_paragraph()
            if tag in {"ul", "ol"}:
                self._end_list()

    def handle_data(self, data: str) -> None:
        """Words, their white space folded as on a page."""
        words = _SPACE.sub(" ", data)
        if words != " " or self._runs:
            self._append(words)

    def finished(self) -> Blocks:
        """Everything that was read."""
        self._end_paragraph()
        while len(self._open) > 1:
            self._end_list()
        return tuple(self._open[0].blocks)

    def _append(self, words: str) -> None:
        self._runs.append(Run(words, strong=self._strong > 0, emphasis=self._emphasis > 0))

    def _restyle(self, tag: str, by: int) -> None:
        if tag == "strong":
            self._strong = max(0, self._strong + by)
        else:
            self._emphasis = max(0, self._emphasis + by)

    def _begin_list(self, *, numbered: bool) -> None:
        if len(self._open) > DEEPEST:
            self._too_deep += 1
        else:
            self._open.append(_Open(numbered=numbered))

    def _end_list(self) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._open) > 1:
            ended = self._open.pop()
            entries = tuple(tuple(entry) for entry in ended.entries if entry)
            if entries:
                self._open[-1].blocks.append(Block(entries=entries, numbered=ended.numbered))

    def _end_paragraph(self) -> None:
        runs, self._runs = self._runs, []
        if any(run.text.strip() for run in runs):
            self._open[-1].blocks.append(Block(runs=tuple(runs)))
