"""Standard sets on their way into use: a question exchanged, submitted, decided on by a second person, put in use.

The specification of the fitted plan decides whether a set is lawful: by hand nothing can be made that the integer
program could not have made. A revision is kept whole, and whoever acts names the one that they have seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan
from delivery.proof import ProofLine, proof_of
from delivery.rotation import ApprovedSets, Member
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.domain.standard_sets import Decided, Standing, must_be_a_second_person
from qbank.services import audit, fitting
from qbank.services.plan_adoption import version_of
from qbank.storage import draw_plans
from qbank.storage.locks import lock_numbering
from qbank.storage.models import (
    DrawPlanQuestion,
    DrawPlanRow,
    FamilyDecision,
    FamilyRevision,
    FamilySubmission,
)
from qbank.storage.queries.families import Family, Sets, family, states_of
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class Exchange:
    """That one question of a set gives way to another.

    Args:
        number: of the set, from 1.
        out: the reference of the question that goes.
        into: of the one that comes, in its place.
    """

    number: int
    out: str
    into: str


def family_of(store: Session, standard: str, method: str, family_id: int) -> Family:
    """The family of that method.

    Raises:
        NotFound: the method has none of that number.
    """
    found = family(store, family_id)
    if found is None or (found.standard, found.method) != (standard, method):
        raise NotFound("No standard sets have this address.", remedy="Choose some from the page of the method.")
    return found


def exchange(store: Session, found: Family, asked: Exchange, *, seen: int, by: Actor, at: datetime) -> None:
    """Exchange one question of one set.

    Args:
        store: in a unit that writes.
        found: the family.
        asked: what is exchanged.
        seen: the number of the revision that the person looked at.
        by: the person, who may not approve the sets from now on.
        at: now.

    Raises:
        NotFound: there is no such set, or it does not hold the question.
        RuleBroken: somebody changed the sets meanwhile, they are approved, or the set would break a rule; names it.
    """
    now = _as_seen(store, found, seen)
    plan = draw_plans.plan(store, now.fitted_plan_id)
    chosen = _exchanged(plan, now.sets, asked)
    must_be_lawful(plan, chosen[asked.number - 1], asked.number)
    _must_be_asked_today(states_of(store, now.fitted_plan_id), asked.into)
    _must_differ(chosen, asked.number)
    revise(store, now.id, plan, chosen, number=now.number + 1, by=by, at=at)


def submit(store: Session, found: Family, *, seen: int, by: Actor, at: datetime) -> None:
    """Have the sets approved as they are.

    Raises:
        RuleBroken: somebody changed them meanwhile, they are approved, submitted or sent back as they are, or a set
            holds a question that is not asked any more.
    """
    now = _as_seen(store, found, seen)
    if now.standing is not Standing.ASSEMBLED:
        raise RuleBroken(
            f"These sets are {now.standing} as they are.",
            remedy="Exchange a question first." if now.standing is Standing.SENT_BACK else "Wait for the decision.",
        )
    _must_hold(store, now)
    store.add(FamilySubmission(family_id=now.id, number=now.number, at=at, by_id=_named(by)))
    store.flush()
    _tell(store, "standard sets submitted", now, by=by, at=at)


def decide(
    store: Session, found: Family, decided: Decided, *, seen: int, by: Actor, at: datetime, reason: str = ""
) -> None:
    """Approve the sets as a whole, so that they can be put in use, or send them back.

    Raises:
        RuleBroken: they do not await approval, the person made them (L8), they are sent back without a reason, or they
            hold a question that is not asked any more.
    """
    now = _as_seen(store, found, seen)
    if now.standing is not Standing.SUBMITTED:
        raise RuleBroken(f"These sets are {now.standing}.", remedy="Decide once they are submitted.")
    must_be_a_second_person(by, now.makers)
    if decided is Decided.SENT_BACK and not reason.strip():
        raise RuleBroken("What is sent back needs a reason.", remedy="Say in a sentence what should be different.")
    if decided is Decided.APPROVED:
        _must_hold(store, now)
    store.add(
        FamilyDecision(
            family_id=now.id,
            number=now.number,
            decision=decided,
            reason=reason.strip(),
            draw_plan_id=_kept(store, now, at=at).id if decided is Decided.APPROVED else None,
            at=at,
            by_id=_named(by),
        )
    )
    store.flush()
    _tell(store, f"standard sets {decided}", now, by=by, at=at)


def put_in_use(store: Session, found: Family, *, by: Actor, at: datetime) -> None:
    """Let bookings of the method follow these sets from now on.

    Raises:
        RuleBroken: nobody approved them, or they hold a question that is not asked any more.
    """
    now = family_of(store, found.standard, found.method, found.id)
    if now.draw_plan_id is None:
        raise RuleBroken(
            "Nobody has approved these sets.", remedy="Submit them; an approver decides about them.", rule="L8"
        )
    _must_hold(store, now)
    row = store.get_one(DrawPlanRow, now.draw_plan_id)
    fitting.adopt(store, version_of(store, now.standard, now.method), now.method, row, by=by, at=at)


def revise(
    store: Session,
    family_id: int,
    plan: DrawPlan,
    sets: Sequence[Sequence[str]],
    *,
    number: int,
    by: Actor,
    at: datetime,
) -> None:
    """Keep the sets as they are now, as the family's revision of that number."""
    made = ApprovedSets.of(plan, sets)
    store.add(
        FamilyRevision(
            family_id=family_id,
            number=number,
            body=canonical([list(each) for each in sets]).decode(),
            digest=made.digest,
            at=at,
            by_id=_named(by),
        )
    )
    store.flush()
    act = "standard sets assembled" if number == 1 else "standard sets adjusted"
    facts = {"family": family_id, "number": number, "digest": made.digest}
    audit.record(store, act=act, subject=made.method, by=by, at=at, facts=facts)


def must_be_lawful(plan: DrawPlan, references: Sequence[str], number: int) -> None:
    """Refuse a set that breaks a requirement of the specification.

    Raises:
        RuleBroken: names the requirement, what was found, and the rule.
    """
    broken = first_broken(plan, references)
    if broken is not None:
        raise RuleBroken(
            f"Set {number} would break a rule{f' ({broken.rule})' if broken.rule else ''}: {broken.sentence} – "
            f"here {broken.figure}.",
            remedy="Choose a question that keeps it.",
            rule=broken.rule or None,
        )


def first_broken(plan: DrawPlan, references: Sequence[str]) -> ProofLine | None:
    """The first requirement that a set breaks, whoever gets it; None where it is lawful."""
    lines = proof_of(plan, Member.of(plan, references), Eligibility())
    return next((each for each in lines if not each.holds), None)


def suspended(sets: Sets, states: Mapping[str, tuple[str | None, bool]]) -> dict[int, dict[str, str]]:
    """By number of the set, from 1, where one is not drawn today: its questions that are out of service, and why."""
    out = {name: str(state or State.RETIRED) for name, (state, _) in states.items() if state != State.LIVE}
    found = {number: {name: out[name] for name in each if name in out} for number, each in enumerate(sets, start=1)}
    return {number: names for number, names in found.items() if names}


def _as_seen(store: Session, found: Family, seen: int) -> Family:
    """The family as it is in this unit, which is as the person saw it.

    Raises:
        RuleBroken: it is not, or nothing about it can be changed any more.
    """
    lock_numbering(store)
    now = family_of(store, found.standard, found.method, found.id)
    if not now.is_open:
        raise RuleBroken(
            "These sets are approved and stay as they are.", remedy="Assemble others to change something.", rule="L7"
        )
    if now.number != seen:
        raise RuleBroken("Somebody changed these sets meanwhile.", remedy="Look at them as they are now.")
    return now


def _exchanged(plan: DrawPlan, sets: Sets, asked: Exchange) -> Sets:
    if not 1 <= asked.number <= len(sets) or asked.out not in sets[asked.number - 1]:
        raise NotFound("No such question is in that set.", remedy="Choose one on the page of the sets.")
    if asked.into not in plan.pool.references:
        raise RuleBroken(
            f"{asked.into[:20]} is no question of the draw plan whose questions these are.",
            remedy="Choose one that is; a question that is newer needs sets assembled anew.",
        )
    chosen = tuple(asked.into if name == asked.out else name for name in sets[asked.number - 1])
    return tuple(chosen if number == asked.number else each for number, each in enumerate(sets, start=1))


def _must_be_asked_today(states: Mapping[str, tuple[str | None, bool]], reference: str) -> None:
    state, same = states[reference]
    if state != State.LIVE:
        raise RuleBroken(
            f"{reference} is {state or State.RETIRED}, so it is not asked.", remedy="Choose a live question."
        )
    if not same:
        raise RuleBroken(
            f"{reference} is live in a newer version than these sets mean.",
            remedy="Choose another, or assemble the sets anew.",
        )


def _must_differ(sets: Sets, number: int) -> None:
    mine = set(sets[number - 1])
    same = [other for other, each in enumerate(sets, start=1) if other != number and set(each) == mine]
    if same:
        raise RuleBroken(
            f"Set {number} would hold the same questions as set {same[0]}.", remedy="Choose another question."
        )


def _must_hold(store: Session, now: Family) -> None:
    """Refuse sets of which one holds a question that is out of service today."""
    out = suspended(now.sets, states_of(store, now.fitted_plan_id))
    for number, names in out.items():
        name, state = next(iter(names.items()))
        remedy = "Exchange it for a live one." if now.is_open else "Assemble others, or wait until it is live again."
        raise RuleBroken(f"Set {number} holds {name}, which is {state}.", remedy=remedy)


def _kept(store: Session, now: Family, *, at: datetime) -> DrawPlanRow:
    """The approved sets, as what bookings can follow."""
    made = ApprovedSets.of(draw_plans.plan(store, now.fitted_plan_id), now.sets)
    fitted = store.get_one(DrawPlanRow, now.fitted_plan_id)
    same = sa.select(DrawPlanRow.id).where(
        DrawPlanRow.specification_id == fitted.specification_id, DrawPlanRow.digest == made.digest
    )
    if store.scalar(same) is not None:
        raise RuleBroken("The very same sets were approved before.", remedy="Put those in use.")
    row = DrawPlanRow(
        specification_id=fitted.specification_id,
        pool_digest=fitted.pool_digest,
        digest=made.digest,
        question_count=fitted.question_count,
        fitted_plan_id=fitted.id,
        blob=canonical(made.to_dict()),
        fitted_at=at,
    )
    store.add(row)
    store.flush()
    pins = sa.select(DrawPlanQuestion.question_id, DrawPlanQuestion.question_version_id)
    store.add_all(
        DrawPlanQuestion(draw_plan_id=row.id, question_id=question, question_version_id=version)
        for question, version in rows(store, pins.where(DrawPlanQuestion.draw_plan_id == fitted.id))
    )
    store.flush()
    return row


def _named(by: Actor) -> int:
    if by.identifier is None:
        raise RuleBroken("Standard sets are made by people.", remedy="Sign in and do it on the pages.", rule="L8")
    return by.identifier


def _tell(store: Session, act: str, now: Family, *, by: Actor, at: datetime) -> None:
    facts = {"family": now.id, "number": now.number, "digest": now.digest}
    audit.record(store, act=act, subject=now.method, by=by, at=at, facts=facts)
