"""The cohort factor: switched on or off for a method, and worked out for one apprentice when their set is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.cohort import Cohort
from qbank.domain.cohorts import NAME, CohortRule
from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.storage.models import Attempt, CohortChoice, PlanVersion
from qbank.storage.queries import cohorts, standards


def choose(
    store: Session, version: PlanVersion, method: str, rule: CohortRule | None, *, by: Actor, at: datetime
) -> CohortChoice:
    """Let sets of a method that are drawn from now on follow this rule; None switches the factor off.

    Args:
        store: in a unit that writes.
        version: of the plan that the method is of.
        method: its code.
        rule: factor and window.
        by: who chooses.
        at: now.

    Raises:
        NotFound: the plan has no such method.
        RuleBroken: it holds already.
    """
    plan = standards.as_loaded(store, version.id)
    plan.method(method)
    standing = cohorts.standing_choice(store, version.id, method)
    if (None if standing is None else standing.rule) == rule:
        raise RuleBroken("That is how it stands already.", remedy="Nothing has to be done.")
    row = CohortChoice(
        plan_version_id=version.id,
        method=method,
        factor=None if rule is None else rule.factor,
        months=None if rule is None else rule.months,
        at=at,
        by_id=by.identifier,
    )
    store.add(row)
    store.flush()
    facts = {"version": plan.version, "method": method}
    facts |= {"factor": "off"} if rule is None else {"factor": rule.factor, "months": str(rule.months)}
    audit.record(store, act="cohort factor chosen", subject=plan.standard, by=by, at=at, facts=facts)
    return row


def cohort_of(store: Session, attempt: Attempt, references: Mapping[int, str], *, at: datetime) -> Cohort | None:
    """What was heard where the apprentice learns or works; None where the factor is off or nothing was heard.

    Args:
        store: any unit.
        attempt: whose set is drawn.
        references: of the draw plan's questions, by key.
        at: the moment of the draw.
    """
    standing = cohorts.standing_choice(store, attempt.plan_version_id, attempt.method)
    if standing is None or standing.rule is None:
        return None
    rule = standing.rule
    heard = cohorts.heard_nearby(store, attempt.apprentice_id, attempt.method, since=rule.heard_from(at), at=at) & set(
        references
    )
    return Cohort(NAME, rule.factor, tuple(references[key] for key in heard)) if heard else None
