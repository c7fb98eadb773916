"""Many stems at once, one a line: what each line becomes, and what is wrong with it.

A line may begin with KSBs of its own, "K4: …" or "[K4 S2] …"; the first is the one the question is written for.
Numbers and bullets that come along from a list are no part of a stem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qbank.domain.standards import Plan
from qbank.domain.working_drafts import MOST_CHARACTERS, DraftText

MOST_LINES: Final = 100
"""At once: more than anybody reads before pressing the button."""

_LIST_MARK: Final = re.compile(r"^(?:[-*•–—]|\d{1,3}[.)])\s+")
_IN_BRACKETS: Final = re.compile(r"^\[([^\[\]]{0,200})\](.*)$", re.DOTALL)
_BEFORE_COLON: Final = re.compile(r"^([A-Za-z]\d{1,3}(?:[\s,]+[A-Za-z]\d{1,3})*)\s*:(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class QuickLine:
    """One line that somebody typed.

    Args:
        number: which line of what was typed, from 1; empty lines count.
        text: the draft that it becomes.
        faults: sentences; empty when the line can become a draft.
    """

    number: int
    text: DraftText
    faults: tuple[str, ...] = ()


def codes_in(typed: str) -> tuple[str, ...]:
    """The codes that somebody typed, with blanks or commas between them, each once."""
    return tuple(dict.fromkeys(code.upper() for code in re.split(r"[\s,;]+", typed.strip()) if code))


def unknown_ksbs(codes: Sequence[str], plan: Plan, method: str) -> str:
    """A sentence that names the codes which the method has not, and those it has; empty when it has them all."""
    own = [ksb.code for ksb in plan.ksbs_of(method)]
    strange = [code for code in codes if code not in own]
    if not strange:
        return ""
    are = "is no KSB" if len(strange) == 1 else "are no KSBs"
    return f"{', '.join(strange)} {are} of the {method}; its codes are {', '.join(own)}."


def read_lines(typed: str, plan: Plan, method: str, ksbs: Sequence[str], *, author: str) -> tuple[QuickLine, ...]:
    """What each line becomes, in order; empty lines are passed over.

    Args:
        typed: the lines.
        plan: of the standard.
        method: a code of that plan.
        ksbs: codes for every line that names none; the first is the primary one.
        author: for the provenance.
    """
    lines = enumerate(typed.replace("\r\n", "\n").split("\n"), start=1)
    return tuple(_line(number, line, plan, method, ksbs, author) for number, line in lines if line.strip())


def _line(number: int, line: str, plan: Plan, method: str, ksbs: Sequence[str], author: str) -> QuickLine:
    words = _LIST_MARK.sub("", line.strip())
    found = _IN_BRACKETS.match(words) or _BEFORE_COLON.match(words)
    codes = codes_in(found[1]) if found else tuple(ksbs)
    stem = (found[2] if found else words).strip()
    text = DraftText(method, stem=stem, primary=next(iter(codes), ""), secondary=tuple(codes[1:]), author=author)
    return QuickLine(number, text, tuple(_faults(text, codes, plan)))


def _faults(text: DraftText, codes: Sequence[str], plan: Plan) -> Iterator[str]:
    if not text.stem:
        yield "There is no stem behind the KSBs: write it on the same line."
    if len(text.stem) > MOST_CHARACTERS:
        yield f"The stem must be {MOST_CHARACTERS:,} characters or fewer."
    if sentence := unknown_ksbs(codes, plan, text.method):
        yield sentence
