"""Who may not do both around a sitting: assess, moderate, confirm, void, adjust, release, sign."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.preparation import Adjusted, Interest
from qbank.domain.reviewing import CallKind
from qbank.domain.voiding import Answered
from qbank.services import delivering, preparing
from qbank.storage.models import (
    Assessment,
    AssessmentSession,
    Commitment,
    Declaration,
    FormerAssessor,
    SetView,
    VoidRequest,
    VoidRequestSet,
)
from qbank.storage.queries.sessions import standing_set
from tests.services import a_void
from tests.services.a_bank import CIPHER, METHOD, NOW, a_session, the_person
from tests.storage.a_decision import WORDS, a_confirmation, a_drawn_session, added, an_assessment, an_exception
from tests.storage.a_decision import a_moderation as moderated
from tests.storage.a_pair import Pair, changed, made, new

TAKEN_OVER = "assessment_sessions_q2_not_to_a_second_person"
STAFF = {"manager", "deputy", "quality"}


def who(store: Session, name: str) -> int:
    return (a_void.decider if name in STAFF else the_person)(store, name).id


def sat(store: Session) -> tuple[AssessmentSession, Assessment]:
    session = a_drawn_session(store)
    return session, an_assessment(store, session)


def moderation(by: str, bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        _, row = sat(store)
        return {"assessment_id": row.id, "moderator_id": who(store, by), "outcome": "upheld", "at": NOW, **WORDS}

    return new("moderations", **made(bank, before))


def moderation_by_who_drew(bank: sa.Engine) -> sa.Insert:
    """The set was drawn by the first assessor; the session, and its assessment, went to another."""

    def before(store: Session) -> dict[str, Any]:
        session = a_session(store, apprentice=2)
        delivering.pull(store, session, by=the_person(store, "assessor").actor, at=NOW, cipher=CIPHER)
        a_void.given_to(store, session, who(store, "other"))
        row = an_assessment(store, session, by="other")
        moderator = who(store, "assessor")
        return {"assessment_id": row.id, "moderator_id": moderator, "outcome": "upheld", "at": NOW, **WORDS}

    return new("moderations", **made(bank, before))


def confirmation(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session, row = sat(store)
        by = who(store, "assessor")
        return {"assessment_id": row.id, "assessment_session_id": session.id, "at": NOW, "by_id": by}

    return new("confirmations", **made(bank, before))


def given_to(how: str, bank: sa.Engine) -> sa.Update:
    """The session of an assessment is given to whoever had another part in it."""

    def before(store: Session) -> tuple[int, int]:
        session, row = sat(store)
        added(store, FormerAssessor(assessment_session_id=session.id, person_id=session.assessor_id, at=NOW))
        if how == "moderator":
            moderated(store, row, by="other", outcome="returned")
        else:
            an_exception(store, session.attempt_id, by="other")
        return session.id, who(store, "other")

    session, person = made(bank, before)
    return changed("assessment_sessions", session, assessor_id=person)


def assessment(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session = a_drawn_session(store)
        drawn = standing_set(store, session.attempt_id)
        assert drawn is not None
        facts = {"assessment_session_id": session.id, "attempt_id": session.attempt_id, "question_set_id": drawn.id}
        graded = {"number": 1, "grade": "fail", "derived_grade": "fail", "capped": False, "incomplete": False}
        more = {"judgement_count": 1, "record_digest": "d" * 64, "at": NOW, "by_id": who(store, "other"), **WORDS}
        return facts | graded | more

    return new("assessments", **made(bank, before))


def record_entry(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session = a_drawn_session(store)
        row = {"entry": "e" * 32, "kind": "began", "device": "browser", "at_device": NOW, "at": NOW}
        return WORDS | row | {"assessment_session_id": session.id, "by_id": who(store, "other")}

    return new("record_entries", **made(bank, before))


def cap_exception(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session, _ = sat(store)
        return {"attempt_id": session.attempt_id, "at": NOW, "by_id": who(store, "assessor"), **WORDS}

    return new("cap_exceptions", **made(bank, before))


def overall_grade(by: str, bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session, row = sat(store)
        a_confirmation(store, row)
        if by == "assessor":
            declared = {"interest": Interest.DECLARED, "person_id": who(store, by), "at": NOW}
            added(store, Declaration(assessment_session_id=session.id, **declared))
        facts = {"apprentice_id": session.apprentice_id, "number": 1, "grade": "fail", "part_count": 1}
        return facts | {"at": NOW, "by_id": who(store, by)}

    return new("overall_grades", **made(bank, before))


def release(bank: sa.Engine) -> sa.Insert:
    person = made(bank, lambda store: who(store, "assessor"))
    return new("assessor_releases", assessor_id=person, at=NOW, by_id=person)


def competence(bank: sa.Engine) -> sa.Insert:
    person = made(bank, lambda store: who(store, "assessor"))
    return new("competences", person_id=person, holds_until=NOW.date() + timedelta(days=9), at=NOW, by_id=person)


def adjustment(bank: sa.Engine) -> sa.Insert:
    session, person = made(bank, lambda store: (a_session(store).id, who(store, "assessor")))
    said = {"kind": Adjusted.TIME, "extra_minutes": 15, "words": "a test", "at": NOW}
    return new("adjustments", assessment_session_id=session, approved_by_id=person, **said)


def adjusted_then_given(bank: sa.Engine) -> sa.Update:
    def before(store: Session) -> tuple[int, int]:
        session, person = a_session(store), the_person(store, "other")
        change = preparing.Change(Adjusted.TIME, extra_minutes=15)
        preparing.adjust(store, session, change, because="a test", by=person.actor, at=NOW)
        added(store, FormerAssessor(assessment_session_id=session.id, person_id=session.assessor_id, at=NOW))
        return session.id, person.id

    session, person = made(bank, before)
    return changed("assessment_sessions", session, assessor_id=person)


def given_unkept(bank: sa.Engine) -> sa.Update:
    session, person = made(bank, lambda store: (a_session(store).id, who(store, "other")))
    return changed("assessment_sessions", session, assessor_id=person)


def declaration(bank: sa.Engine) -> sa.Insert:
    session, person = made(bank, lambda store: (a_session(store, is_declared=False).id, who(store, "other")))
    return new("declarations", assessment_session_id=session, person_id=person, interest=Interest.NONE, at=NOW)


def void_request(bank: sa.Engine) -> sa.Insert:
    return new("void_requests", reason="a test", at=NOW, by_id=made(bank, lambda store: who(store, "author")))


def requested(store: Session, *, by: str = "manager", is_asked: bool = True) -> tuple[int, int]:
    """A request about the set of a session, and the set."""
    session = a_drawn_session(store)
    drawn = standing_set(store, session.attempt_id)
    assert drawn is not None
    row = added(store, VoidRequest(reason="a test", at=NOW, by_id=who(store, by)))
    if is_asked:
        added(store, VoidRequestSet(void_request_id=row.id, question_set_id=drawn.id))
    return row.id, drawn.id


def asked_with_a_hand(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        request, drawn = requested(store, is_asked=False)
        added(store, SetView(question_set_id=drawn, person_id=who(store, "manager"), how="read", at=NOW))
        return {"void_request_id": request, "question_set_id": drawn}

    return new("void_request_sets", **made(bank, before))


def answer(by: str, bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        request, drawn = requested(store)
        if by == "quality":
            added(store, SetView(question_set_id=drawn, person_id=who(store, by), how="read", at=NOW))
        said = {"answer": Answered.AGREED, "reason": "a test", "at": NOW, "by_id": who(store, by)}
        return {"void_request_id": request, "question_set_id": drawn, **said}

    return new("void_answers", **made(bank, before))


def void(second: str, bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        _, drawn = requested(store)
        people = {"by_id": who(store, "manager"), "second_id": who(store, second)}
        return {"question_set_id": drawn, "reason": "a test", "at": NOW, **people}

    return new("set_voids", **made(bank, before))


def repeat_exception(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session, one = a_session(store), who(store, "assessor")
        whose = {"apprentice_id": session.apprentice_id, "method": METHOD, "question_id": 1}
        return whose | {"first_signer_id": one, "second_signer_id": one, "reason": "a test", "at": NOW}

    return new("repeat_exceptions", **made(bank, before))


def another_plan(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session, one = a_session(store), who(store, "manager")
        first = store.scalars(sa.select(Commitment).where(Commitment.attempt_id == session.attempt_id)).one()
        same = {"attempt_id": first.attempt_id, "draw_plan_id": first.draw_plan_id, "commitment": "c" * 64}
        return same | {"number": 2, "reason": "a test", "at": NOW, "by_id": one, "second_id": one}

    return new("commitments", **made(bank, before))


def report(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        session = a_drawn_session(store)
        said = {"question_id": 1, "kind": CallKind.ASSESSOR, "reason": "a test", "at": NOW}
        return said | {"assessment_session_id": session.id, "by_id": who(store, "other")}

    return new("review_calls", **made(bank, before))


PAIRS = (
    Pair("an assessor moderates", ("moderations_q2_took_no_part",), partial(moderation, "assessor")),
    Pair("who drew the set moderates", ("moderations_q2_took_no_part",), moderation_by_who_drew),
    Pair("an assessor confirms", ("confirmations_q2_took_no_part",), confirmation),
    Pair("a moderator takes the session over", (TAKEN_OVER,), partial(given_to, "moderator")),
    Pair("who recorded the exception takes the session over", (TAKEN_OVER,), partial(given_to, "exception")),
    Pair("another than the assessor assesses", ("assessments_l8_by_the_sessions_assessor",), assessment),
    Pair("another than the assessor writes the record", ("record_entries_by_the_sessions_assessor",), record_entry),
    Pair("who gave the fail records the exception", ("cap_exceptions_l8_by_a_second_person",), cap_exception),
    Pair(
        "a moderator signs the overall grade",
        ("overall_grades_r9_by_an_assessor_of_theirs",),
        partial(overall_grade, "approver"),
    ),
    Pair(
        "who declared an interest signs the overall grade",
        ("overall_grades_i2_without_an_interest",),
        partial(overall_grade, "assessor"),
    ),
    Pair("an assessor releases themselves", ("ck_assessor_releases_q2_by_somebody_else",), release),
    Pair("an assessor records their own competence", ("competences_i1_by_somebody_else",), competence),
    Pair("an assessor approves an adjustment", ("adjustments_l8_not_by_the_assessor",), adjustment),
    Pair(
        "who approved an adjustment takes the session over",
        ("assessment_sessions_l8_not_to_an_approver",),
        adjusted_then_given,
    ),
    Pair("a former assessor is forgotten", ("assessment_sessions_l8_a_former_assessor_is_kept",), given_unkept),
    Pair("another declares for the assessor", ("declarations_i2_by_the_assessor",), declaration),
    Pair("an author asks for a void", ("void_requests_l8_by_who_decides",), void_request),
    Pair("who saw the set asks for its void", ("void_request_sets_l8_had_no_hand",), asked_with_a_hand),
    Pair("an author answers", ("void_answers_l8_by_who_decides",), partial(answer, "author")),
    Pair("who asked for a void agrees to it", ("void_answers_l5_by_a_second_person",), partial(answer, "manager")),
    Pair("who saw the set agrees to its void", ("void_answers_l8_had_no_hand",), partial(answer, "quality")),
    Pair("a void that nobody agreed to", ("set_voids_l5_asked_and_agreed",), partial(void, "quality")),
    Pair(
        "a void by one person",
        ("set_voids_l5_asked_and_agreed", "ck_set_voids_l5_a_second_person_agrees"),
        partial(void, "manager"),
    ),
    Pair("an exception signed twice by one", ("ck_repeat_exceptions_l2_two_people_sign",), repeat_exception),
    Pair(
        "another plan for an attempt by one person",
        ("ck_commitments_l5_another_plan_needs_two_people_and_a_reason",),
        another_plan,
    ),
    Pair("another than the assessor reports", ("review_calls_of_a_question_that_was_asked",), report),
)
