"""Combines the confirmed grades of an apprentice's methods into the overall grade, under one assessor's signature.

Source: assessment plan, rules R1, R2, R3, R9 and R10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.grading import Grade, overall
from qbank.domain.people import Actor
from qbank.domain.standards import Plan
from qbank.services import audit
from qbank.storage.locks import lock_sitting
from qbank.storage.models import Apprentice, OverallGrade, OverallGradePart
from qbank.storage.queries import overall_grades, standards
from qbank.storage.queries.overall_grades import Part, Signed

_WHOLE = "the whole assessment"
"""What is locked beside the methods, so that two people do not sign at once."""


@dataclass(frozen=True, slots=True)
class Combination:
    """What there is to combine.

    Args:
        parts: what stands of each method, in the plan's order; None where it was never assessed.
        grade: that follows; None while a method is missing.
        signed: the last signature; None before one.
    """

    plan: Plan
    parts: Mapping[str, Part | None]
    grade: Grade | None
    signed: Signed | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the methods without a confirmed grade."""
        return tuple(method for method, part in self.parts.items() if part is None or not part.stands)

    @property
    def is_signed(self) -> bool:
        """Whether the last signature is of exactly this."""
        return self.signed is not None and self.signed.confirmations == {
            part.confirmation_id for part in self.parts.values() if part is not None
        }


def combination_of(store: Session, apprentice: Apprentice) -> Combination:
    """What the apprentice's methods give together today.

    Source: assessment plan, rules R1 to R3: nobody chooses the grade.
    """
    plan = standards.as_loaded(store, apprentice.plan_version_id)
    found = overall_grades.parts_of(store, apprentice.id)
    parts = {method.code: found.get(method.code) for method in plan.methods}
    whole = all(part is not None and part.stands for part in parts.values())
    grades = {method: part.grade for method, part in parts.items() if part is not None}
    signed = overall_grades.last_signed(store, apprentice.id)
    return Combination(plan, parts, overall(plan, grades) if whole else None, signed)


def why_not(store: Session, apprentice: Apprentice, found: Combination, by: Actor) -> RuleBroken | None:
    """What keeps this person from signing; None where nothing does."""
    assessors = {part.assessor_id for part in found.parts.values() if part is not None and part.stands}
    if by.identifier is None or by.identifier not in assessors:
        return RuleBroken(
            "The overall grade is signed by an assessor who assessed one of the methods.",
            remedy="Ask one of them.",
            rule="R9",
        )
    if overall_grades.has_interest(store, apprentice.id, by.identifier):
        return RuleBroken(
            "You declared an interest in a session of this apprentice.", remedy="Ask another assessor.", rule="I2"
        )
    if found.is_signed:
        return RuleBroken("This overall grade is signed already.", remedy="Nothing has to be done.", rule="R9")
    return None


def sign(store: Session, apprentice: Apprentice, *, by: Actor, at: datetime) -> OverallGrade:
    """Keep the overall grade that follows, as signed by this assessor.

    Args:
        store: in a unit that writes.
        apprentice: whose methods are all confirmed.
        by: an assessor of one of them, without an interest.
        at: now.

    Raises:
        RuleBroken: a method has no confirmed grade (R10), somebody else's to sign (R9), an interest is declared (I2),
            or signed already.
    """
    lock_sitting(store, apprentice.id, _WHOLE)
    found = combination_of(store, apprentice)
    if found.grade is None:
        titles = [found.plan.method(code).short_title.lower() for code in found.missing]
        raise RuleBroken(
            f"No confirmed grade stands of: {', '.join(titles)}.",
            remedy="The grades are combined once every method is confirmed.",
            rule="R10",
        )
    refusal = why_not(store, apprentice, found, by)
    if refusal is not None:
        raise refusal
    row = OverallGrade(
        apprentice_id=apprentice.id,
        number=1 if found.signed is None else found.signed.number + 1,
        grade=found.grade,
        part_count=len(found.parts),
        at=at,
        by_id=by.identifier,
    )
    store.add(row)
    store.flush()
    for method, part in found.parts.items():
        assert part is not None  # noqa: S101 - narrows: there is a grade, so every part stands
        store.add(OverallGradePart(overall_grade_id=row.id, method=method, confirmation_id=part.confirmation_id))
    store.flush()
    facts = {"number": row.number, "grade": str(found.grade)}
    facts |= {method: part.session for method, part in found.parts.items() if part is not None}
    audit.record(store, act="overall grade signed", subject=apprentice.reference, by=by, at=at, facts=facts)
    return row
