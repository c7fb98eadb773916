"""Loads a standard, and its published wording, from values that were read from files: whole, and repeatable."""

from __future__ import annotations

import json
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import digest
from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.domain.standards import Plan
from qbank.services import audit
from qbank.storage import plan_bodies
from qbank.storage.models import (
    Anomaly,
    Criterion,
    CriterionWording,
    Ksb,
    KsbCriterion,
    KsbWording,
    PlanMethod,
    PlanVersion,
    Standard,
)
from qbank.storage.queries import standards


def load_standard(store: Session, plan: Plan, *, by: Actor, at: datetime) -> PlanVersion:
    """The kept version of this plan; made if there is none. A second load of the same text changes nothing.

    Raises:
        RuleBroken: this version is kept with another text: people have started on it, so it cannot change.
    """
    body = plan_bodies.text_of(plan)
    kept = standards.plan_version(store, plan.standard, plan.version)
    if kept is not None:
        if kept.body != body:
            raise RuleBroken(
                f"Version {plan.version} of {plan.standard} is kept with another text.",
                remedy="Give the changed plan a version of its own.",
                rule="L7",
            )
        return kept
    row = _version(store, plan, body, by=by, at=at)
    _parts(store, plan, row.id)
    facts = {"version": plan.version, "digest": row.digest, "ksbs": len(plan.ksbs), "criteria": len(plan.criteria)}
    audit.record(store, act="standard loaded", subject=plan.standard, by=by, at=at, facts=facts)
    return row


def load_wording(store: Session, row: PlanVersion, wording: dict[str, str], *, by: Actor, at: datetime) -> int:
    """Keep published wording by code of KSB or criterion, beside our summaries.

    Returns:
        How many texts are new; those that are kept already, word for word, are left alone.

    Raises:
        NotFound: a code is neither a KSB nor a criterion of this plan.
    """
    plan = standards.plan(store, row.id)
    plan.with_wording(wording)
    known = {ksb.code: ksb.wording for ksb in plan.ksbs}
    known |= {criterion.code: criterion.wording for criterion in plan.criteria}
    new = {code: text for code, text in wording.items() if known[code] != text}
    ksbs, criteria = standards.codes_of_ksbs(store, row.id), standards.codes_of_criteria(store, row.id)
    by_id = by.identifier
    for code, text in new.items():
        if code in ksbs:
            store.add(KsbWording(ksb_id=ksbs[code], text=text, at=at, by_id=by_id))
        else:
            store.add(CriterionWording(criterion_id=criteria[code], text=text, at=at, by_id=by_id))
    store.flush()
    if new:
        facts = {"version": plan.version, "codes": sorted(new), "digest": digest(new)}
        audit.record(store, act="published wording loaded", subject=plan.standard, by=by, at=at, facts=facts)
    return len(new)


def _version(store: Session, plan: Plan, body: str, *, by: Actor, at: datetime) -> PlanVersion:
    standard = store.scalar(sa.select(Standard).where(Standard.code == plan.standard))
    if standard is None:
        standard = Standard(code=plan.standard, title=plan.title)
        store.add(standard)
        store.flush()
    row = PlanVersion(
        standard_id=standard.id,
        version=plan.version,
        title=plan.title,
        level=plan.level,
        dated=plan.dated,
        body=body,
        digest=digest(json.loads(body)),
        loaded_at=at,
        loaded_by_id=by.identifier,
    )
    store.add(row)
    store.flush()
    return row


def _parts(store: Session, plan: Plan, plan_version_id: int) -> None:
    """Methods first, then KSBs and criteria, then what refers to them."""
    store.add_all(
        PlanMethod(plan_version_id=plan_version_id, code=each.code, title=each.title, position=position)
        for position, each in enumerate(plan.methods)
    )
    store.flush()
    store.add_all(
        Ksb(
            plan_version_id=plan_version_id,
            code=each.code,
            kind=each.kind,
            ksb_group=each.group,
            method=each.method,
            statement=each.statement,
            position=position,
        )
        for position, each in enumerate(plan.ksbs)
    )
    store.add_all(
        Criterion(
            plan_version_id=plan_version_id,
            code=each.code,
            method=each.method,
            level=each.level,
            statement=each.statement,
            position=position,
        )
        for position, each in enumerate(plan.criteria)
    )
    store.add_all(
        Anomaly(plan_version_id=plan_version_id, code=each.code, body=json.dumps([each.finding, each.reading]))
        for each in plan.anomalies
    )
    store.flush()
    _links(store, plan, plan_version_id)


def _links(store: Session, plan: Plan, plan_version_id: int) -> None:
    ksbs = standards.codes_of_ksbs(store, plan_version_id)
    criteria = standards.codes_of_criteria(store, plan_version_id)
    store.add_all(KsbCriterion(ksb_id=ksbs[link.ksb], criterion_id=criteria[link.criterion]) for link in plan.links)
    store.flush()
