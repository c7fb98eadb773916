"""Why nothing can be drawn for what an observation left open, and the smallest change that an assessor can make there.

Nobody writes a question during an observation. What can change is the time, and which KSBs are asked about by
standardised questions; what is left out is explored by the assessor's own supplementary questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import highspy

from delivery.errors import Infeasible, TooRarelyLawful
from delivery.gaps import Gaps
from delivery.pool import Candidate
from delivery.program import Solver
from delivery.saying import clock, count_of, listed

COVERING: Final = 1000
"""What a KSB counts beside its place in the list: of two changes that are as small, the earlier KSBs are kept."""


def shortfall_of(questions: Sequence[Candidate], gaps: Gaps) -> Infeasible:
    """The refusal: which requirement fails, what there is, and the smallest change.

    Args:
        questions: that may be asked and carry one of the KSBs.
        gaps: that no set of them covers, or of which nearly every set holds enemies.
    """
    carried = frozenset[str]().union(*(each.ksbs for each in questions))
    missing = [code for code in gaps.ksbs if code not in carried]
    if missing:
        them = "it" if len(missing) == 1 else "one of them"
        there_is = f"0 questions that may be asked here carry {them}"
        return Infeasible(f"{listed(missing)} in the set", there_is, _without(gaps, missing))
    least = _least_seconds(questions, gaps)
    what = f"all {count_of(len(gaps.ksbs), 'KSB')}" if len(gaps.ksbs) > 1 else gaps.ksbs[0]
    if least is not None and least <= gaps.seconds:
        return TooRarelyLawful(
            2_000, requirement="no two enemy questions in one set", smallest_change=_without(gaps, gaps.ksbs[-1:])
        )
    kept = _most_covered(questions, gaps)
    without = _without(gaps, [code for code in gaps.ksbs if code not in kept])
    if least is None:
        return Infeasible(f"{what} without two enemy questions", "every set that covers them holds two", without)
    return Infeasible(
        f"{what} within {clock(gaps.seconds)} minutes",
        f"the shortest set of questions that may be asked here takes {clock(least)}",
        f"allow {clock(least - gaps.seconds)} minutes more, or {without}",
    )


def _without(gaps: Gaps, dropped: Sequence[str]) -> str:
    """The change of leaving some KSBs out."""
    ask = f"ask about {listed(dropped)} in your own words"
    kept = len(gaps.ksbs) - len(dropped)
    return f"{ask}, and draw for the other {kept}" if kept else ask


def _least_seconds(questions: Sequence[Candidate], gaps: Gaps) -> int | None:
    """The least time in which questions that are no enemies cover every KSB; None where they never do."""
    solver, chosen = _program(questions)
    for code in gaps.ksbs:
        solver.addConstr(solver.qsum([x for x, each in zip(chosen, questions, strict=True) if code in each.ksbs]) >= 1)
    solver.minimize(_seconds(solver, chosen, questions))
    return round(solver.getObjectiveValue()) if _solved(solver) else None


def _most_covered(questions: Sequence[Candidate], gaps: Gaps) -> frozenset[str]:
    """The most KSBs that a set can cover in the time; of several such, the one with the earliest of them."""
    solver, chosen = _program(questions)
    covered = {}
    for code in gaps.ksbs:
        covered[code] = solver.addBinary()
        carriers = [x for x, each in zip(chosen, questions, strict=True) if code in each.ksbs]
        solver.addConstr(covered[code] <= solver.qsum(carriers))
    solver.addConstr(_seconds(solver, chosen, questions) <= gaps.seconds)
    worth = [(COVERING - place) * each for place, each in enumerate(covered.values())]
    solver.maximize(solver.qsum(worth))
    if not _solved(solver):
        raise AssertionError("a set without a question keeps every requirement of this program")
    return frozenset(code for code, each in covered.items() if round(solver.val(each)))


def _program(questions: Sequence[Candidate]) -> tuple[Any, list[Any]]:
    """Which questions are chosen, enemies apart."""
    solver: Any = Solver()  # type: ignore[no-untyped-call]  # the library has no annotation here
    chosen = [solver.addBinary() for _ in questions]
    for (one, x), (other, y) in combinations(zip(questions, chosen, strict=True), 2):
        if other.reference in one.enemies:
            solver.addConstr(x + y <= 1)
    return solver, chosen


def _seconds(solver: Any, chosen: Sequence[Any], questions: Sequence[Candidate]) -> Any:
    return solver.qsum([each.seconds * x for x, each in zip(chosen, questions, strict=True)])


def _solved(solver: Any) -> bool:
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
