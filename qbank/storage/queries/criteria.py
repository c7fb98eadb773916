"""The criteria that versions of questions claim, for every page that shows a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import Criterion, VersionCriterion
from qbank.storage.queries.rows import rows


def criteria_of(store: Session, versions: Sequence[int]) -> Mapping[int, list[str]]:
    """By version, the codes of its criteria in the order in which they are named; one query for all of them."""
    asked = (
        sa.select(VersionCriterion.question_version_id, Criterion.code)
        .join(Criterion, Criterion.id == VersionCriterion.criterion_id)
        .where(VersionCriterion.question_version_id.in_(versions))
        .order_by(VersionCriterion.question_version_id, VersionCriterion.position)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for version, code in rows(store, asked):
        found[version].append(code)
    return found
