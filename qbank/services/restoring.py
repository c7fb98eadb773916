"""A bank from its document, history included, into a database that has no question of that standard yet.

What another installation recorded is kept as its record, word for word, and is never mixed with ours: the rows of a
restored version begin with the restoring, for which whoever does it answers as for a load of files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import digest
from qbank.domain.bank_document_checks import latest_time, strange
from qbank.domain.bank_documents import BankDocument, PairSaid, QuestionSaid, VersionSaid
from qbank.domain.errors import RuleBroken
from qbank.domain.faults import Faults
from qbank.domain.lifecycle import IN_SERVICE, Change, State
from qbank.domain.people import Actor
from qbank.services import audit, standard_loading
from qbank.services.version_columns import columns_of
from qbank.storage.bank_documents import MOST_FAULTS, plan_in, words_of
from qbank.storage.models import (
    Load,
    Move,
    PairHistory,
    PlanVersion,
    Question,
    QuestionPair,
    QuestionPairRevocation,
    QuestionVersion,
    Rest,
    VersionCriterion,
    VersionHistory,
    VersionKsb,
    VersionKsbConfirmation,
)
from qbank.storage.queries import standards
from review.clock import Text, same_text
from review.days import day_in_uk

Tell = Callable[[str, float], None]
RESTORED: Final = "restored from an export"
_WAYS: Final[Mapping[State, tuple[State, ...]]] = {
    State.LIVE: (State.DRAFT, State.LIVE),
    State.RESTING: (State.DRAFT, State.LIVE, State.RESTING),
    State.QUARANTINED: (State.DRAFT, State.LIVE, State.QUARANTINED),
    State.RETIRED: (State.DRAFT, State.RETIRED),
    State.DRAFT: (State.DRAFT,),
    State.AWAITING_APPROVAL: (State.DRAFT,),
}
"""The moves here that bring a version to where it stood there; none awaits approval here, where nobody submitted it."""
_LIVED_ONCE: Final = (State.DRAFT, State.LIVE, State.RETIRED)
"""The moves of a question that is out of service: whoever takes its text up again goes on with the text's old clock."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored."""

    standard: str
    questions: int
    versions: int
    pairs: int


def restore(
    store: Session, document: BankDocument, *, file_digest: str, by: Actor, at: datetime, tell: Tell
) -> Restored:
    """Bring in every question with every version, and every pair: all or nothing. The plan too, if it is not there.

    Args:
        store: in a unit that writes.
        document: as read, so that it does not contradict itself.
        file_digest: SHA-256 of the file that it was read from, as the entry of its export has it.
        by: who answers for it.
        at: now.
        tell: is told how far it is.

    Raises:
        RuleBroken: the standard has questions already, or its plan has another text here; a time is to come.
        Faults: a question names a method, KSB or criterion that the plan has not.
    """
    tell("Loading the plan", 0.0)
    plan = plan_in(document)
    if faults := strange(document, plan, document.standard)[:MOST_FAULTS]:
        raise Faults(faults)
    row = standard_loading.load_standard(store, plan, by=by, at=at)
    _must_be_empty_and_past(store, document, at)
    load = Load(
        plan_version_id=row.id,
        question_count=len(document.questions),
        digest=digest({each.reference: each.versions[-1].digest for each in document.questions}),
        at=at,
        by_id=by.identifier,
    )
    store.add(load)
    store.flush()
    tell("Restoring questions", 0.1)
    identities = _identities(store, row, document)
    versions = _versions(store, document, identities, load)
    tell("Restoring what they evidence", 0.4)
    _tag(store, row.id, versions, load)
    tell("Restoring where they stand", 0.7)
    _move(store, versions, by=by, at=at)
    pairs = _pairs(store, document, identities, load, by=by, at=at)
    facts = {
        "questions": len(document.questions),
        "versions": len(versions),
        "pairs": pairs,
        "digest": load.digest,
        "file digest": file_digest,
    }
    audit.record(store, act="bank restored", subject=document.standard, by=by, at=at, facts=facts)
    tell("Restored", 1.0)
    return Restored(document.standard, len(document.questions), len(versions), pairs)


def _must_be_empty_and_past(store: Session, document: BankDocument, at: datetime) -> None:
    if store.scalar(sa.select(sa.func.count()).select_from(Question)):
        said = "The database has questions, and a history is restored into an empty bank only."
        raise RuleBroken(said, remedy="Import the questions as drafts, on their page or with --as.")
    if latest_time(document) > at:
        said = "Something in the file has a time that is to come."
        raise RuleBroken(said, remedy="Set this machine's clock, or ask for the export anew.")


def _identities(store: Session, row: PlanVersion, document: BankDocument) -> dict[str, int]:
    made = [
        Question(
            reference=each.reference,
            standard_id=row.standard_id,
            method=each.method,
            created_at=datetime.fromisoformat(each.created_at),
        )
        for each in document.questions
    ]
    store.add_all(made)
    store.flush()
    return {each.reference: each.id for each in made}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A version of the document and its row."""

    question: QuestionSaid
    said: VersionSaid
    row: QuestionVersion


def _versions(store: Session, document: BankDocument, identities: Mapping[str, int], load: Load) -> list[_Kept]:
    kept = [
        _Kept(
            question,
            said,
            QuestionVersion(
                question_id=identities[question.reference],
                number=said.number,
                plan_version_id=load.plan_version_id,
                load_id=load.id,
                created_at=datetime.fromisoformat(said.created_at),
                change=said.change,
                **columns_of(said.content),
            ),
        )
        for question in document.questions
        for said in question.versions
    ]
    store.add_all(each.row for each in kept)
    store.flush()
    store.add_all(
        VersionHistory(
            question_version_id=each.row.id,
            load_id=load.id,
            move_count=len(_way(each)),
            words=words_of(each.said),
        )
        for each in kept
    )
    store.flush()
    return kept


def _tag(store: Session, plan_version_id: int, versions: list[_Kept], load: Load) -> None:
    ksbs = standards.codes_of_ksbs(store, plan_version_id)
    criteria = standards.codes_of_criteria(store, plan_version_id)
    for each in versions:
        content, key = each.said.content, each.row.id
        for position, code in enumerate(content.ksbs):
            tag = {"question_version_id": key, "ksb_id": ksbs[code]}
            store.add(VersionKsb(**tag, is_primary=code in content.primary, position=position))
            if code in each.said.confirmed:
                store.add(VersionKsbConfirmation(**tag, load_id=load.id, at=load.at))
        for position, code in enumerate(content.criteria):
            store.add(VersionCriterion(question_version_id=key, criterion_id=criteria[code], position=position))
    store.flush()


def _way(version: _Kept) -> tuple[State, ...]:
    """The states that a version goes through here, the first one first."""
    versions = version.question.versions
    if any(each.state in IN_SERVICE for each in versions):
        return _WAYS[version.said.state]
    lived = [each.number for each in versions if _lived(each)]
    is_last = version.said.state == State.RETIRED and version.said.number == max(lived, default=None)
    return _LIVED_ONCE if is_last else _WAYS[version.said.state]


def _move(store: Session, versions: list[_Kept], *, by: Actor, at: datetime) -> None:
    """Step by step, so that a question's older versions are retired before its newer one is in service."""
    for step in range(max((len(_way(each)) for each in versions), default=0)):
        made = [
            (
                each,
                Move(
                    question_id=each.row.question_id,
                    question_version_id=each.row.id,
                    number=step + 1,
                    from_state=way[step - 1] if step else None,
                    to_state=way[step],
                    reason=RESTORED,
                    at=_lived_since(each) if way[step] in IN_SERVICE else at,
                    by_id=by.identifier,
                ),
            )
            for each in versions
            if len(way := _way(each)) > step
        ]
        store.add_all(move for _, move in made)
        store.flush()
        store.add_all(
            Rest(move_id=move.id, until=date.fromisoformat(until))
            for each, move in made
            if move.to_state == State.RESTING and (until := each.said.moves[-1].until) is not None
        )
        store.flush()


def _lived(said: VersionSaid) -> list[datetime]:
    """When it went live there, in order: at first, and after each rest."""
    return [datetime.fromisoformat(move.at) for move in said.moves if move.to == State.LIVE]


def _lived_since(version: _Kept) -> datetime:
    """When its text went live there first, editorial changes or not: restoring makes nothing younger for its review."""
    first = {each.number: min(lived) for each in version.question.versions if (lived := _lived(each))}
    texts = [
        Text(each.number, day_in_uk(first[each.number]), is_material=_is_material(each))
        for each in version.question.versions
        if each.number in first
    ]
    return min(
        (first[text.number] for text in same_text(texts, version.said.number)),
        default=datetime.fromisoformat(version.said.moves[-1].at),
    )


def _is_material(said: VersionSaid) -> bool:
    return any(each.verdict == "approved" and each.change == Change.MATERIAL for each in said.decisions)


def _pairs(
    store: Session, document: BankDocument, identities: Mapping[str, int], load: Load, *, by: Actor, at: datetime
) -> int:
    made = list(_numbered(document.pairs, identities, by=by, at=at))
    store.add_all(row for _, row in made)
    store.flush()
    for said, row in made:
        store.add(PairHistory(question_pair_id=row.id, load_id=load.id, words=words_of(said)))
        if said.ended is not None:
            end = {"reason": said.ended.reason, "at": at, "by_id": by.identifier}
            store.add(QuestionPairRevocation(question_pair_id=row.id, **end))
    store.flush()
    return len(made)


def _numbered(
    pairs: tuple[PairSaid, ...], identities: Mapping[str, int], *, by: Actor, at: datetime
) -> Iterator[tuple[PairSaid, QuestionPair]]:
    counts: dict[tuple[str, int, int], int] = {}
    for said in pairs:
        first, second = sorted((identities[said.first], identities[said.second]))
        number = counts[said.kind, first, second] = counts.get((said.kind, first, second), 0) + 1
        facts = {"reason": said.reason, "at": at, "by_id": by.identifier}
        yield said, QuestionPair(kind=said.kind, first_id=first, second_id=second, number=number, **facts)
