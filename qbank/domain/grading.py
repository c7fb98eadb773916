"""How grades follow from judgements: of one method, of a re-sit, of all methods together.

Fail descriptors are indicators and are never scored: a method is failed when a pass criterion is not met, and by
nothing else. Nobody chooses a grade: what an assessor decides is each criterion, and the grade is worked out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qbank.domain.lifecycle import Sitting
from qbank.domain.record_entries import Source
from qbank.domain.standards import Criterion, Level, Plan


class Grade(StrEnum):
    """What a method, or the whole assessment, is given."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a grade
    DISTINCTION = "distinction"

    @property
    def rank(self) -> int:
        """0 for a fail, higher for better."""
        return list(Grade).index(self)


PASSED: Final = (Grade.PASS, Grade.DISTINCTION)
PROBE: Final = "prescribed probe"
"""The source of what was heard in answer to a prescribed probe."""

PIECE: Final = "portfolio piece"
"""The source that is one piece of what was handed in, with its number: "portfolio piece 3"."""

MOST_PIECES: Final = 60
"""Pieces that are named one by one: four times what the plan asks for (P2). Above it, "portfolio" names them."""

_PIECE: Final = re.compile(rf"{PIECE} ([1-9]\d?)")
_SOURCE: Final = re.compile(
    rf"question [1-9]\d{{0,3}}|{_PIECE.pattern}|{PROBE}|"
    + "|".join(re.escape(each) for each in Source if each != Source.QUESTION)
)


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade of one method, with what it follows from.

    Args:
        derived: by the criteria alone.
        grade: what is given: the derived grade, or the highest that this sitting allows.
        highest: that highest grade.
        unmet_pass, unmet_distinction: what stands between the apprentice and the next grade, in the plan's order.
    """

    derived: Grade
    grade: Grade
    highest: Grade
    unmet_pass: tuple[Criterion, ...]
    unmet_distinction: tuple[Criterion, ...]

    @property
    def capped(self) -> bool:
        """Whether the sitting allows less than was shown."""
        return self.grade is not self.derived


def graded(
    plan: Plan, method: str, met: Collection[str], *, sitting: Sitting = Sitting.FIRST, excepted: bool = False
) -> Graded:
    """The grade of a method by the criteria that are met.

    Args:
        plan: the plan version that the apprentice is on.
        method: its code.
        met: codes of the pass and distinction criteria that are met; all others are not.
        sitting: a re-sit and a re-take have a highest grade, which is data of the plan.
        excepted: whether exceptional circumstances are recorded for the first fail.

    Source: assessment plan, rules R2, R3 and R5; O9, W9 and P4 for the methods.
    """
    unmet_pass = _unmet(plan, method, Level.PASS, met)
    unmet_distinction = _unmet(plan, method, Level.DISTINCTION, met)
    derived = Grade.FAIL if unmet_pass else Grade.PASS if unmet_distinction else Grade.DISTINCTION
    highest = highest_grade(plan, sitting, excepted=excepted)
    given = min(derived, highest, key=lambda grade: grade.rank)
    return Graded(derived, given, highest, unmet_pass, unmet_distinction)


def highest_grade(plan: Plan, sitting: Sitting, *, excepted: bool) -> Grade:
    """The best that a sitting can be given.

    Source: assessment plan, rule R5, and our decision on re-takes (27).
    """
    if excepted or sitting is Sitting.FIRST:
        return Grade.DISTINCTION
    return Grade(plan.resit_highest_grade if sitting is Sitting.RE_SIT else plan.retake_highest_grade)


def may_sit_again(grades: Iterable[Grade | None]) -> bool:
    """Whether a method may be re-sat or re-taken after attempts with those grades; None is an attempt without one.

    Source: assessment plan, rule R4: only a method without a pass, and never to turn a pass into a distinction.
    """
    return not any(grade in PASSED for grade in grades)


def overall(plan: Plan, grades: Mapping[str, Grade | None]) -> Grade | None:
    """The grade of the whole assessment, from the latest grade of each method; None until every method has one.

    A fail is known as soon as one method is failed.

    Source: assessment plan, rules R1, R2, R3 and R9.
    """
    found = [grades.get(method.code) for method in plan.methods]
    if Grade.FAIL in found:
        return Grade.FAIL
    given = [grade for grade in found if grade is not None]
    return min(given, key=lambda grade: grade.rank) if len(given) == len(found) else None


def questions_needed(length: int | None, drawn: int) -> int:
    """How many questions must be asked before there can be a grade.

    Args:
        length: of a set, by the plan; None where minutes decide.
        drawn: how many questions the set was drawn with.

    Source: assessment plan, rule W6, and the methods' figures: ten means ten.
    """
    return drawn if length is None else length


def rests_on_summaries(plan: Plan, method: str) -> bool:
    """Whether a criterion of the method lacks its published wording, so that no grade can rest on it.

    Source: decision 23.
    """
    return any(criterion.wording is None for criterion in plan.criteria_of(method))


def sources_of(text: str) -> tuple[str, ...]:
    """The sources that a judgement names: "question 3, report" is two."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def are_sources(text: str) -> bool:
    """Whether evidence can come from everything that a judgement names."""
    return all(_SOURCE.fullmatch(each) for each in sources_of(text))


def sources_said(sources: Sequence[str]) -> str:
    """The sources as a judgement keeps them; `sources_of` reads it back."""
    return ", ".join(sources)


def pieces_of(count: int) -> tuple[str, ...]:
    """The sources that so many received pieces of a portfolio are, in their order."""
    return tuple(f"{PIECE} {number}" for number in range(1, min(count, MOST_PIECES) + 1))


def is_piece(source: str) -> bool:
    """Whether a source is one piece of the portfolio."""
    return _PIECE.fullmatch(source) is not None


def not_received(text: str, pieces: int) -> tuple[str, ...]:
    """The pieces that a judgement names although no so many were received, in its order.

    Args:
        text: the sources as a judgement keeps them.
        pieces: how many were received; 0 where none are, or none are recorded.

    Source: assessment plan, rule P2.
    """
    received = frozenset(pieces_of(pieces))
    return tuple(each for each in sources_of(text) if is_piece(each) and each not in received)


def _unmet(plan: Plan, method: str, level: Level, met: Collection[str]) -> tuple[Criterion, ...]:
    return tuple(criterion for criterion in plan.criteria_of(method, level) if criterion.code not in met)
