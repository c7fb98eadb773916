"""The pool of a method: its live versions as the draw sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.pool import Candidate, Pool
from qbank.domain.lifecycle import State
from qbank.storage.models import (
    InService,
    Ksb,
    PlanVersion,
    Question,
    QuestionPair,
    QuestionPairRevocation,
    QuestionVersion,
    VersionKsb,
    VersionKsbConfirmation,
)
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pool, and the row of the version that each of its references means."""

    pool: Pool
    versions: Mapping[str, tuple[int, int]]
    """(key of the question, key of the version), by reference."""


def pool_of(store: Session, plan_version: PlanVersion, method: str) -> Pinned:
    """The questions of a method that are live now.

    A primary KSB counts; a secondary one once the approver, or whoever loaded the file, confirmed it. A clone never
    meets its original, so clones count as enemies.
    """
    live = (
        sa.select(Question.id, Question.reference, QuestionVersion)
        .join(InService, InService.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == InService.question_version_id)
        .where(
            Question.standard_id == plan_version.standard_id,
            Question.method == method,
            InService.state == State.LIVE,
            QuestionVersion.plan_version_id == plan_version.id,
        )
    )
    found = rows(store, live)
    references = {key: reference for key, reference, _ in found}
    ksbs, enemies = _ksbs(store, [version.id for *_, version in found]), _enemies(store, references)
    candidates = [
        Candidate(
            reference=reference,
            version=version.number,
            ksbs=frozenset(ksbs[version.id]),
            seconds=version.seconds,
            demand=version.demand,
            enemies=frozenset(enemies[key]),
            digest=version.digest,
        )
        for key, reference, version in found
    ]
    return Pinned(Pool.of(candidates), {reference: (key, version.id) for key, reference, version in found})


def _ksbs(store: Session, versions: list[int]) -> dict[int, set[str]]:
    """Codes that count, by key of the version."""
    confirmed = sa.and_(
        VersionKsbConfirmation.question_version_id == VersionKsb.question_version_id,
        VersionKsbConfirmation.ksb_id == VersionKsb.ksb_id,
    )
    asked = (
        sa.select(VersionKsb.question_version_id, Ksb.code)
        .join(Ksb, Ksb.id == VersionKsb.ksb_id)
        .outerjoin(VersionKsbConfirmation, confirmed)
        .where(
            VersionKsb.question_version_id.in_(versions),
            sa.or_(VersionKsb.is_primary, VersionKsbConfirmation.question_version_id.is_not(None)),
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    for version, code in rows(store, asked):
        found[version].add(code)
    return found


def _enemies(store: Session, references: Mapping[int, str]) -> dict[int, set[str]]:
    """References that must not meet it, by key of the question; pairs that reach outside the method are left out."""
    revoked = sa.select(QuestionPairRevocation.question_pair_id)
    asked = sa.select(QuestionPair.first_id, QuestionPair.second_id).where(QuestionPair.id.not_in(revoked))
    found: dict[int, set[str]] = defaultdict(set)
    for first, second in rows(store, asked):
        if first in references and second in references:
            found[first].add(references[second])
            found[second].add(references[first])
    return found
