"""What may not be drawn for an attempt, and why: worked out once, at the first pull, and frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.draw import Eligibility
from delivery.newly_apart import kept_out
from qbank.domain.lifecycle import State
from qbank.services.cohorts import cohort_of
from qbank.services.pairing import CLONE, ENEMY, standing_pairs
from qbank.storage import draw_plans
from qbank.storage.models import Attempt, InService, QuestionSet, RepeatException, SetQuestion
from qbank.storage.queries import review_clock, standards
from qbank.storage.queries.rows import rows

OVERDUE: Final = "overdue"
MET: Final = "was in a set opened for this apprentice"
BESIDE_MET: Final[dict[str, str]] = {
    CLONE: "is a clone of a question that this apprentice met",
    ENEMY: "is an enemy of a question that this apprentice met",
}


def of_attempt(store: Session, attempt: Attempt, draw_plan_id: int, *, at: datetime) -> Eligibility:
    """The exclusions of today: what the apprentice met, its clones and enemies, and what is out of service.

    Where the cohort factor is on, also what was heard at their provider or employer, as of `at`.

    A question out of service bears its state as the reason ("resting"), and one whose review is overdue that word (W8):
    `delivery` knows which of them can be ended.

    A question whose live version is newer than the one the draw plan means stays eligible in the pinned version: the
    bank release is fixed at booking (L6). To keep a faulty text out, quarantine the question. Of two that were declared
    enemies or clones after the plan was fitted, one is kept out until it is fitted anew.
    """
    pinned = draw_plans.pinned(store, draw_plan_id)
    references = {key: reference for reference, (key, _) in pinned.items()}
    excluded = (
        _overdue(store, attempt.plan_version_id, pinned, at=at)
        | _out_of_service(store, references)
        | _near(store, references, _met(store, attempt))
    )
    excluded |= of_new_pairs(store, draw_plan_id, references, excluded)
    return Eligibility(excluded, cohort_of(store, attempt, references, at=at))


def of_plan(
    store: Session,
    draw_plan_id: int,
    plan_version_id: int,
    *,
    at: datetime,
    gone: Mapping[str, str] | None = None,
    pairs: Iterable[tuple[str, str]] = (),
) -> dict[str, str]:
    """What nobody may be given of a draw plan's questions on a day, with the reason of each.

    Args:
        store: in a unit.
        draw_plan_id: of the draw plan.
        plan_version_id: of the assessment plan, which says how often questions are reviewed.
        at: the day.
        gone: what would be out of service besides, with the reason of each.
        pairs: references that would be kept apart besides.
    """
    pinned = draw_plans.pinned(store, draw_plan_id)
    references = {key: reference for reference, (key, _) in pinned.items()}
    excluded = _overdue(store, plan_version_id, pinned, at=at) | _out_of_service(store, references) | dict(gone or {})
    return excluded | of_new_pairs(store, draw_plan_id, references, excluded, pairs)


def of_new_pairs(
    store: Session,
    draw_plan_id: int,
    references: Mapping[int, str],
    excluded: Mapping[str, str],
    more: Iterable[tuple[str, str]] = (),
) -> dict[str, str]:
    """One question of each pair that holds and that the draw plan does not know; the rule is `delivery.newly_apart`.

    It comes last: which of two goes depends on everything else that is out. `more` are pairs that would hold besides.
    """
    pairs = [*more, *_standing(store, references)]
    return kept_out(draw_plans.plan(store, draw_plan_id).pool, pairs, excluded) if pairs else {}


def _standing(store: Session, references: Mapping[int, str]) -> list[tuple[str, str]]:
    return [
        (references[first], references[second])
        for _, first, second in standing_pairs(store)
        if first in references and second in references
    ]


def exceptions_of(store: Session, attempt: Attempt) -> dict[int, int]:
    """Permitted repeats that were signed and not used, by key of the question."""
    used = sa.select(SetQuestion.exception_id).where(SetQuestion.exception_id.is_not(None))
    permitted = store.scalars(
        sa.select(RepeatException).where(
            RepeatException.apprentice_id == attempt.apprentice_id,
            RepeatException.method == attempt.method,
            RepeatException.id.not_in(used),
        )
    )
    return {row.question_id: row.id for row in permitted}


def _met(store: Session, attempt: Attempt) -> set[int]:
    """Questions of every set drawn for the apprentice in the method, voided ones too, less the permitted repeats.

    By way of the attempts, where each step has its index: that which holds L2 knows no repeats.
    """
    asked = (
        sa.select(SetQuestion.question_id)
        .join(QuestionSet, QuestionSet.id == SetQuestion.question_set_id)
        .join(Attempt, Attempt.id == QuestionSet.attempt_id)
        .where(Attempt.apprentice_id == attempt.apprentice_id, Attempt.method == attempt.method)
    )
    met = store.scalars(asked)
    return set(met) - exceptions_of(store, attempt).keys()


def _near(store: Session, references: dict[int, str], met: set[int]) -> dict[str, str]:
    """Reasons by reference for the questions met and those beside them; the nearer reason wins."""
    found: dict[str, str] = {}
    if met:
        for kind, first, second in sorted(standing_pairs(store)):
            for one, other in ((first, second), (second, first)):
                if one in met and other in references:
                    found[references[other]] = BESIDE_MET[kind]
    return found | {references[key]: MET for key in met & references.keys()}


def _overdue(
    store: Session, plan_version_id: int, pinned: Mapping[str, tuple[int, int]], *, at: datetime
) -> dict[str, str]:
    """Questions that no panel has decided on for a year; from the day they fall due they are not drawn."""
    rhythm = review_clock.rhythm_of(standards.as_loaded(store, plan_version_id))
    late = review_clock.overdue(store, dict(pinned.values()), rhythm, at=at)
    return {reference: OVERDUE for reference, (key, _) in pinned.items() if key in late}


def _out_of_service(store: Session, references: dict[int, str]) -> dict[str, str]:
    states = dict(rows(store, sa.select(InService.question_id, InService.state)))
    return {
        reference: str(states.get(key, State.RETIRED))
        for key, reference in references.items()
        if states.get(key, State.RETIRED) != State.LIVE
    }


def in_words(excluded: Iterable[str]) -> str:
    """How many questions are kept out, for a sentence."""
    count = len(tuple(excluded))
    return f"{count} question is kept out" if count == 1 else f"{count} questions are kept out"
