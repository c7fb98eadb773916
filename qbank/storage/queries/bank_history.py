"""The questions of a standard with everything that happened to them, as one document: a few queries, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Session

from qbank.domain.bank_documents import (
    FORMAT,
    BankDocument,
    DecisionSaid,
    EndSaid,
    MoveSaid,
    PairSaid,
    QuestionSaid,
    RemarkSaid,
    VersionSaid,
)
from qbank.domain.lifecycle import State
from qbank.storage.bank_documents import pair_from, version_from
from qbank.storage.models import (
    Approval,
    Move,
    PairHistory,
    Person,
    PlanVersion,
    Question,
    QuestionPair,
    QuestionPairRevocation,
    QuestionVersion,
    Rest,
    Standard,
    VersionAuthor,
    VersionComment,
    VersionCommentAnswer,
    VersionHistory,
)
from qbank.storage.queries.criteria import criteria_of
from qbank.storage.queries.rows import rows
from qbank.storage.queries.versions import content_of, ksbs_of


def document(
    store: Session, row: PlanVersion, *, method: str = "", among: Collection[str] | None = None
) -> BankDocument:
    """The questions of a standard, by reference, with their versions and all that was said of them.

    Args:
        store: to read from.
        row: a plan version of the standard.
        method: a code, for the questions of that method alone.
        among: references, for these questions alone; pairs with others are left out.
    """
    asked = sa.select(Question).where(Question.standard_id == row.standard_id)
    if method:
        asked = asked.where(Question.method == method)
    found = [each for each in store.scalars(asked) if among is None or each.reference in among]
    found.sort(key=lambda each: (len(each.reference), each.reference))
    versions = _versions(store, {each.id: each for each in found})
    return BankDocument(
        format=FORMAT,
        standard=store.get_one(Standard, row.standard_id).code,
        plan=row.version,
        plan_body=row.body,
        questions=tuple(
            QuestionSaid(each.reference, each.method, said_at(each.created_at), tuple(versions[each.id]))
            for each in found
        ),
        pairs=tuple(_pairs(store, {each.id: each.reference for each in found})),
    )


def said_at(moment: datetime) -> str:
    """A time as a document says it."""
    return moment.astimezone(UTC).isoformat()


def _versions(store: Session, questions: Mapping[int, Question]) -> Mapping[int, list[VersionSaid]]:
    """The versions of each question, the first one first, by its key."""
    asked = (
        sa.select(QuestionVersion, Person.name)
        .outerjoin(Person, Person.id == QuestionVersion.author_id)
        .order_by(QuestionVersion.question_id, QuestionVersion.number)
    )
    kept = [(version, author) for version, author in rows(store, asked) if version.question_id in questions]
    keys = [version.id for version, _ in kept]
    ksbs, criteria = ksbs_of(store, keys), criteria_of(store, keys)
    moves, decisions, remarks = _moves(store), _decisions(store), _remarks(store)
    hands, histories = _co_authors(store), _histories(store)
    found: dict[int, list[VersionSaid]] = defaultdict(list)
    for version, author in kept:
        own = VersionSaid(
            number=version.number,
            content=content_of(questions[version.question_id], version, ksbs[version.id], criteria[version.id]),
            digest=version.digest,
            author=author or "",
            co_authors=tuple(hands[version.id]),
            created_at=said_at(version.created_at),
            confirmed=tuple(code for code, _, is_confirmed in ksbs[version.id] if is_confirmed),
            change=version.change,
            moves=tuple(moves[version.id]),
            decisions=tuple(decisions[version.id]),
            remarks=tuple(remarks[version.id]),
        )
        found[version.question_id].append(_with_history(own, histories.get(version.id)))
    return found


def _with_history(own: VersionSaid, history: VersionHistory | None) -> VersionSaid:
    """What another installation said of the version, and then what happened here after it was restored."""
    if history is None:
        return own
    said = version_from(history.words)
    return replace(
        said,
        moves=(*said.moves, *own.moves[history.move_count :]),
        decisions=(*said.decisions, *own.decisions),
        remarks=(*said.remarks, *own.remarks),
    )


def _histories(store: Session) -> Mapping[int, VersionHistory]:
    return {each.question_version_id: each for each in store.scalars(sa.select(VersionHistory))}


def _moves(store: Session) -> Mapping[int, list[MoveSaid]]:
    asked = (
        sa.select(Move, Person.name, Rest.until)
        .outerjoin(Person, Person.id == Move.by_id)
        .outerjoin(Rest, Rest.move_id == Move.id)
        .order_by(Move.question_version_id, Move.number)
    )
    found: dict[int, list[MoveSaid]] = defaultdict(list)
    for move, by, until in rows(store, asked):
        day = until.isoformat() if until else None
        said = MoveSaid(State(move.to_state), said_at(move.at), by or "", move.reason, day)
        found[move.question_version_id].append(said)
    return found


def _decisions(store: Session) -> Mapping[int, list[DecisionSaid]]:
    asked = sa.select(Approval, Person.name).join(Person, Person.id == Approval.approver_id)
    found: dict[int, list[DecisionSaid]] = defaultdict(list)
    for row, approver in rows(store, asked.order_by(Approval.id)):
        said = DecisionSaid(row.decision, row.change, approver, row.comment, said_at(row.at))
        found[row.question_version_id].append(said)
    return found


def _remarks(store: Session) -> Mapping[int, list[RemarkSaid]]:
    answering = orm.aliased(Person)
    asked = (
        sa.select(VersionComment, Person.name, VersionCommentAnswer.answer, answering.name)
        .join(Person, Person.id == VersionComment.by_id)
        .outerjoin(VersionCommentAnswer, VersionCommentAnswer.version_comment_id == VersionComment.id)
        .outerjoin(answering, answering.id == VersionCommentAnswer.by_id)
        .order_by(VersionComment.id)
    )
    found: dict[int, list[RemarkSaid]] = defaultdict(list)
    for row, by, answer, answered_by in rows(store, asked):
        found[row.question_version_id].append(
            RemarkSaid(
                part=row.part,
                passage=row.passage,
                words=row.words,
                suggestion=row.suggestion,
                by=by,
                at=said_at(row.at),
                answer=answer or "",
                answered_by=answered_by or "",
            )
        )
    return found


def _co_authors(store: Session) -> Mapping[int, list[str]]:
    asked = sa.select(VersionAuthor.question_version_id, Person.name).join(Person, Person.id == VersionAuthor.person_id)
    found: dict[int, list[str]] = defaultdict(list)
    for version, name in rows(store, asked.order_by(Person.name, Person.id)):
        found[version].append(name)
    return found


def _pairs(store: Session, references: Mapping[int, str]) -> Iterable[PairSaid]:
    """Every pair among these questions, those that hold no more too."""
    ending = orm.aliased(Person)
    asked = (
        sa.select(QuestionPair, Person.name, QuestionPairRevocation, ending.name, PairHistory)
        .outerjoin(Person, Person.id == QuestionPair.by_id)
        .outerjoin(QuestionPairRevocation, QuestionPairRevocation.question_pair_id == QuestionPair.id)
        .outerjoin(ending, ending.id == QuestionPairRevocation.by_id)
        .outerjoin(PairHistory, PairHistory.question_pair_id == QuestionPair.id)
        .order_by(QuestionPair.number)
    )
    found: list[PairSaid] = []
    for pair, by, end, ended_by, history in rows(store, asked):
        if pair.first_id not in references or pair.second_id not in references:
            continue
        names = sorted((references[pair.first_id], references[pair.second_id]), key=lambda one: (len(one), one))
        ended = None if end is None else EndSaid(said_at(end.at), ended_by or "", end.reason)
        own = _said(pair, names, by or "", ended)
        if history is not None:
            said = pair_from(history.words)
            own = said if said.ended is not None else replace(said, ended=ended)
        found.append(own)
    return sorted(found, key=lambda each: (each.kind, len(each.first), each.first, len(each.second), each.second))


def _said(pair: QuestionPair, names: Sequence[str], by: str, ended: EndSaid | None) -> PairSaid:
    first, second = names
    kind: Any = pair.kind  # one of two words: the database holds it
    return PairSaid(kind, first, second, said_at(pair.at), by, pair.reason, ended)
