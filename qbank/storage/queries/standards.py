"""Plans as they hold today: the kept text with the published wording and the confirmations laid over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.standards import Anomaly, Link, Plan
from qbank.storage import plan_bodies
from qbank.storage.models import (
    Anomaly as AnomalyRow,
)
from qbank.storage.models import (
    AnomalyConfirmation,
    Criterion,
    CriterionWording,
    Ksb,
    KsbCriterion,
    KsbCriterionConfirmation,
    KsbWording,
    PlanVersion,
    Standard,
)
from qbank.storage.queries.rows import rows
from qbank.storage.units import is_reading

MOST_IN_MEMORY: Final = 32
_IN_MEMORY: Final[dict[str, Plan]] = {}
"""By digest. Plans are values named by their content, so a copy in memory cannot be out of date."""
_STANDING: Final[WeakKeyDictionary[sa.Pool, dict[tuple[Any, ...], Plan]]] = WeakKeyDictionary()
"""Of each database, by its connections: plans with what was said of them since they were loaded."""


def plans(store: Session) -> list[Plan]:
    """The newest plan of every standard, by title."""
    found = [plan_of(store, code) for code in store.scalars(sa.select(Standard.code).order_by(Standard.title))]
    return [plan for plan in found if plan is not None]


def newest_keys(store: Session) -> list[int]:
    """Keys of the newest plan of every standard, by title."""
    newest = sa.select(sa.func.max(PlanVersion.id)).group_by(PlanVersion.standard_id)
    asked = sa.select(PlanVersion.id).join(Standard, Standard.id == PlanVersion.standard_id)
    return list(store.scalars(asked.where(PlanVersion.id.in_(newest)).order_by(Standard.title)))


def plan_of(store: Session, code: str) -> Plan | None:
    """The newest plan of a standard, or None when no standard has that code."""
    row = plan_version(store, code)
    return None if row is None else plan(store, row.id)


def plan_version(store: Session, code: str, version: str | None = None) -> PlanVersion | None:
    """The row of a standard's plan: of that version, or the one that was loaded last."""
    asked = sa.select(PlanVersion).join(Standard, Standard.id == PlanVersion.standard_id).where(Standard.code == code)
    if version is not None:
        asked = asked.where(PlanVersion.version == version)
    return store.scalar(asked.order_by(PlanVersion.id.desc()).limit(1))


def plan(store: Session, plan_version_id: int) -> Plan:
    """The plan of that key, with the latest wording and confirmations.

    Kept in memory by how many wordings and confirmations there are: their tables only grow, so a number names what
    they hold. What a write unit sees may yet be undone, and is not kept.
    """
    if not is_reading(store):
        return _as_it_stands(store, plan_version_id)
    named = tuple(store.execute(_standing(), {"key": plan_version_id}).one())
    _digests(store)[plan_version_id] = str(named[0])
    kept = _STANDING.setdefault(store.connection().engine.pool, {})
    if named not in kept:
        found = _as_it_stands(store, plan_version_id)
        while len(kept) >= MOST_IN_MEMORY:
            kept.pop(next(iter(kept)), None)
        kept[named] = found
    return kept[named]


@cache
def _standing() -> sa.Select[*tuple[Any, ...]]:
    """A plan's digest and key, and how many wordings and confirmations there are of any plan."""
    said = (KsbWording, CriterionWording, KsbCriterionConfirmation, AnomalyConfirmation)
    numbers = (sa.select(sa.func.count()).select_from(each).scalar_subquery() for each in said)
    return sa.select(PlanVersion.digest, PlanVersion.id, *numbers).where(PlanVersion.id == sa.bindparam("key"))


def _as_it_stands(store: Session, plan_version_id: int) -> Plan:
    kept, wordings = as_loaded(store, plan_version_id), _wordings(store, plan_version_id)
    worded = kept.with_wording(wordings) if wordings else kept
    return replace(
        worded,
        links=_links(worded.links, _link_words(store, plan_version_id)),
        anomalies=_anomalies(worded.anomalies, _confirmed_anomalies(store, plan_version_id)),
    )


def codes_of_ksbs(store: Session, plan_version_id: int) -> dict[str, int]:
    """Keys of a plan's KSBs by code."""
    asked = sa.select(Ksb.code, Ksb.id).where(Ksb.plan_version_id == plan_version_id)
    return dict(rows(store, asked))


def codes_of_criteria(store: Session, plan_version_id: int) -> dict[str, int]:
    """Keys of a plan's criteria by code."""
    asked = sa.select(Criterion.code, Criterion.id).where(Criterion.plan_version_id == plan_version_id)
    return dict(rows(store, asked))


def as_loaded(store: Session, plan_version_id: int) -> Plan:
    """The plan as it was loaded, without later wording or confirmations: for its numbers, which never change."""
    known = _digests(store)
    if plan_version_id not in known:
        asked = sa.select(PlanVersion.digest).where(PlanVersion.id == plan_version_id)
        known[plan_version_id] = store.scalars(asked).one()
    return _in_memory(store, plan_version_id, known[plan_version_id])


def _digests(store: Session) -> dict[int, str]:
    """Of plan versions, by key, as far as this store has asked for them."""
    known: dict[int, str] = store.info.setdefault("digests of plan versions", {})
    return known


def every_as_loaded(store: Session) -> dict[int, Plan]:
    """Every plan as it was loaded, by key; one query where they are in memory."""
    asked = sa.select(PlanVersion.id, PlanVersion.digest).order_by(PlanVersion.id)
    return {key: _in_memory(store, key, digest) for key, digest in rows(store, asked)}


def newest_as_loaded(store: Session) -> list[Plan]:
    """The newest plan of every standard as it was loaded, by title; one query where they are in memory."""
    newest = sa.select(sa.func.max(PlanVersion.id)).group_by(PlanVersion.standard_id)
    asked = sa.select(PlanVersion.id, PlanVersion.digest).join(Standard, Standard.id == PlanVersion.standard_id)
    found = rows(store, asked.where(PlanVersion.id.in_(newest)).order_by(Standard.title))
    return [_in_memory(store, key, digest) for key, digest in found]


def _in_memory(store: Session, plan_version_id: int, digest: str) -> Plan:
    if digest not in _IN_MEMORY:
        body = store.scalars(sa.select(PlanVersion.body).where(PlanVersion.id == plan_version_id)).one()
        while len(_IN_MEMORY) >= MOST_IN_MEMORY:
            _IN_MEMORY.pop(next(iter(_IN_MEMORY)), None)
        _IN_MEMORY[digest] = plan_bodies.plan_from(json.loads(body))
    return _IN_MEMORY[digest]


def _wordings(store: Session, plan_version_id: int) -> dict[str, str]:
    """Published wording by code of KSB or criterion; later rows over earlier ones."""
    ksbs = (
        sa.select(Ksb.code, KsbWording.text)
        .join(KsbWording, KsbWording.ksb_id == Ksb.id)
        .where(Ksb.plan_version_id == plan_version_id)
        .order_by(KsbWording.id)
    )
    criteria = (
        sa.select(Criterion.code, CriterionWording.text)
        .join(CriterionWording, CriterionWording.criterion_id == Criterion.id)
        .where(Criterion.plan_version_id == plan_version_id)
        .order_by(CriterionWording.id)
    )
    return {code: text for asked in (ksbs, criteria) for code, text in rows(store, asked)}


def _link_words(store: Session, plan_version_id: int) -> dict[tuple[str, str], bool]:
    """The latest word on each link that a person looked at."""
    asked = (
        sa.select(Ksb.code, Criterion.code, KsbCriterionConfirmation.holds)
        .join(KsbCriterion, KsbCriterion.id == KsbCriterionConfirmation.ksb_criterion_id)
        .join(Ksb, Ksb.id == KsbCriterion.ksb_id)
        .join(Criterion, Criterion.id == KsbCriterion.criterion_id)
        .where(Ksb.plan_version_id == plan_version_id)
        .order_by(KsbCriterionConfirmation.id)
    )
    return {(ksb, criterion): holds for ksb, criterion, holds in rows(store, asked)}


def _confirmed_anomalies(store: Session, plan_version_id: int) -> set[str]:
    confirmed = sa.select(AnomalyConfirmation.anomaly_id)
    asked = sa.select(AnomalyRow.code).where(
        AnomalyRow.plan_version_id == plan_version_id, AnomalyRow.id.in_(confirmed)
    )
    return set(store.scalars(asked))


def _links(links: tuple[Link, ...], words: Mapping[tuple[str, str], bool]) -> tuple[Link, ...]:
    """Confirmed where a person said so; gone where a person rejected it."""
    return tuple(
        replace(link, confirmed=words.get((link.ksb, link.criterion), link.confirmed))
        for link in links
        if words.get((link.ksb, link.criterion), True)
    )


def _anomalies(anomalies: tuple[Anomaly, ...], confirmed: set[str]) -> tuple[Anomaly, ...]:
    return tuple(replace(each, confirmed=each.confirmed or each.code in confirmed) for each in anomalies)
