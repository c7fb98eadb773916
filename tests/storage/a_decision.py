"""Rows of an assessment decision, written past the services: valid by default, each fact by keyword."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.people import COMMAND_LINE
from qbank.services import delivering
from qbank.storage.models import (
    Assessment,
    AssessmentSession,
    AssessorRelease,
    AuditEntry,
    CapException,
    Confirmation,
    JudgementRow,
    Moderation,
    ModerationSample,
    OverallGrade,
    OverallGradePart,
    SeedReveal,
)
from qbank.storage.queries.sessions import standing_set
from tests.services.a_bank import CIPHER, NOW, a_session, the_person

WORDS: dict[str, Any] = {"words": '"a test"', "salt": "00" * 16, "commitment": "c" * 64}


def a_drawn_session(store: Session, *, apprentice: int = 2) -> AssessmentSession:
    session = a_session(store, apprentice=apprentice)
    delivering.pull(store, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)
    return session


def added(store: Session, row: Any) -> Any:
    store.add(row)
    store.flush()
    return row


def an_assessment(
    store: Session, session: AssessmentSession, *, by: str = "assessor", grade: str | None = "fail", **other: Any
) -> Assessment:
    drawn = standing_set(store, session.attempt_id)
    assert drawn is not None
    given = {
        "assessment_session_id": session.id,
        "attempt_id": session.attempt_id,
        "number": 1,
        "question_set_id": drawn.id,
        "grade": grade,
        "derived_grade": grade,
        "capped": False,
        "incomplete": grade is None,
        "judgement_count": 1,
        "record_digest": "d" * 64,
        "at": NOW,
        "by_id": the_person(store, by).id,
    }
    return added(store, Assessment(**WORDS | given | other))


def a_judgement(store: Session, row: Assessment, criterion: str = "LP1") -> JudgementRow:
    return added(store, JudgementRow(assessment_id=row.id, criterion=criterion, met=False, sources="", **WORDS))


def a_sample(store: Session, row: Assessment) -> ModerationSample:
    seq = store.scalars(sa.select(sa.func.max(AuditEntry.seq))).one()
    return added(store, ModerationSample(assessment_id=row.id, why="by lot", audit_seq=seq, at=NOW))


def a_moderation(store: Session, row: Assessment, *, by: str = "approver", outcome: str = "upheld") -> Moderation:
    moderator = the_person(store, by).id
    return added(store, Moderation(assessment_id=row.id, moderator_id=moderator, outcome=outcome, at=NOW, **WORDS))


def a_confirmation(store: Session, row: Assessment, *, by: str = "approver") -> Confirmation:
    session = row.assessment_session_id
    person = the_person(store, by).id
    return added(store, Confirmation(assessment_id=row.id, assessment_session_id=session, at=NOW, by_id=person))


def a_reveal(store: Session, session: AssessmentSession, row: Confirmation) -> SeedReveal:
    seed = bytes(32)
    return added(store, SeedReveal(attempt_id=session.attempt_id, confirmation_id=row.id, seed=seed, at=NOW))


def an_exception(store: Session, attempt_id: int, *, by: str = "approver") -> CapException:
    return added(store, CapException(attempt_id=attempt_id, at=NOW, by_id=the_person(store, by).id, **WORDS))


def an_overall_grade(
    store: Session, session: AssessmentSession, *, grade: str, by: str = "assessor", number: int = 1
) -> OverallGrade:
    person, apprentice = the_person(store, by).id, session.apprentice_id
    facts = {"apprentice_id": apprentice, "number": number, "grade": grade, "part_count": 1}
    return added(store, OverallGrade(**facts, at=NOW, by_id=person))


def decide(store: Session) -> None:
    """A row of every table: a fail that was judged, sampled, upheld and confirmed, its exception, a release."""
    session = a_drawn_session(store)
    row = an_assessment(store, session)
    a_judgement(store, row)
    a_sample(store, row)
    a_moderation(store, row)
    confirmed = a_confirmation(store, row)
    a_reveal(store, session, confirmed)
    whole = an_overall_grade(store, session, grade="fail")
    added(store, OverallGradePart(overall_grade_id=whole.id, method=session.method, confirmation_id=confirmed.id))
    an_exception(store, session.attempt_id)
    one, other = the_person(store, "assessor").id, the_person(store, "approver").id
    added(store, AssessorRelease(assessor_id=one, at=NOW, by_id=other))
