"""Approvals by whom and of whose words, for those who approve only one another's questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.approving import Verdict
from qbank.storage.models import Approval, Person, VersionAuthor
from qbank.storage.queries.rows import rows
from review.mutual import Approved, mutual

_APPROVED: Final = Verdict.APPROVED.value


@dataclass(frozen=True, slots=True)
class Turn:
    """One direction of a pair: who approved, whose questions, how many of them and how many in all."""

    approver: str
    author: str
    of_author: int
    of_all: int


def mutual_since(store: Session, since: datetime) -> list[Turn]:
    """Both directions of each pair who approved, nearly always, only one another's questions since then; two queries.

    A version approved after its remarks were answered counts once, with all who had a hand in its words.
    """
    approvals = sa.select(Approval.question_version_id, Approval.approver_id, Approval.author_id).where(
        Approval.decision == _APPROVED, Approval.at > since
    )
    beside = (
        sa.select(Approval.question_version_id, VersionAuthor.person_id)
        .join(VersionAuthor, VersionAuthor.question_version_id == Approval.question_version_id)
        .where(Approval.decision == _APPROVED, Approval.at > since)
    )
    approver: dict[int, int] = {}
    authors: dict[int, set[int]] = {}
    for version, by, author in rows(store, approvals):
        approver[version] = by
        authors.setdefault(version, set()).add(author)
    for version, person in rows(store, beside):
        authors[version].add(person)
    found = mutual([Approved(by, frozenset(authors[version])) for version, by in approver.items()])
    names = dict(rows(store, sa.select(Person.id, Person.name))) if found else {}
    return [
        Turn(names[by], names[of], count, whole)
        for each in found
        for by, of, count, whole in (
            (each.first, each.second, each.first_of_second, each.first_of_all),
            (each.second, each.first, each.second_of_first, each.second_of_all),
        )
    ]
