"""Submits an assessment: the grade is derived from the judgements, and from then on everything is fixed.

A correction is another assessment of the same session, signed anew, with its reason, until the one before is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.canonical import digest
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.finishing import Missing, Sat, missing
from qbank.domain.grading import PASSED, Grade, Graded, graded, may_sit_again, rests_on_summaries
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import Actor
from qbank.domain.record_entries import Judgement
from qbank.domain.sitting_times import bands_of
from qbank.domain.standards import Level
from qbank.services import audit, sampling
from qbank.services.erasable import sealed
from qbank.services.voided_sets import the_set
from qbank.storage.locks import lock_sitting
from qbank.storage.models import Assessment, AssessmentSession, Attempt, CapException, JudgementRow
from qbank.storage.queries import assessments, preparation, records, standards
from qbank.storage.queries.sets import DrawnSet


class NotFinished(RuleBroken):
    """Something is missing before the assessment can be submitted; `missing` says what, for pages to link to."""

    def __init__(self, lacking: Sequence[Missing]) -> None:
        super().__init__("The assessment is not finished.", remedy="Complete what the page of its check lists.")
        self.missing = tuple(lacking)


def sat_of(store: Session, session: AssessmentSession) -> Sat:
    """The sitting of a session as its record tells it.

    Raises:
        RuleBroken: its question set is not drawn, or was voided.
    """
    attempt = store.get_one(Attempt, session.attempt_id)
    plan = standards.plan(store, attempt.plan_version_id)
    drawn = _drawn(store, session)
    method = plan.method(session.method)
    return Sat(
        plan=plan,
        method=method,
        record=records.record(store, session.id),
        bands=bands_of(method, extra_minutes=preparation.extra_minutes(store, session)),
        asked={question.position: number for number, question in enumerate(drawn.asked, start=1)},
        drawn=len(drawn.questions),
        starts_at=session.starts_at,
        pieces=preparation.pieces_received(store, session.attempt_id),
    )


def graded_of(store: Session, session: AssessmentSession, sat: Sat) -> Graded:
    """The grade that follows from the judgements of a sitting, with the highest that it allows (R5)."""
    attempt = store.get_one(Attempt, session.attempt_id)
    return graded(
        sat.plan,
        session.method,
        sat.met,
        sitting=Sitting(attempt.kind),
        excepted=is_excepted(store, attempt),
    )


def is_excepted(store: Session, attempt: Attempt) -> bool:
    """Whether exceptional circumstances are recorded for the apprentice's first fail in the method (R5)."""
    before = assessments.grades_before(store, attempt)
    first_fail = next((key for key, grade in before.items() if grade is Grade.FAIL), None)
    return first_fail is not None and assessments.has_exception(store, first_fail)


def submit(store: Session, session: AssessmentSession, *, by: Actor, at: datetime, on_summaries: bool) -> Assessment:
    """Keep the assessment of a session; its record is closed with it.

    Args:
        store: in a unit that writes.
        session: whose record is complete, or says why the assessment could not be completed.
        by: the session's assessor.
        at: now.
        on_summaries: whether a grade may rest on our summaries of the criteria: in a demonstration only.

    Raises:
        NotFound: the session is another person's.
        NotFinished: something is missing; it carries what.
        RuleBroken: cancelled, submitted already, passed before or graded since (R4), or graded on summaries.
    """
    _must_be_theirs(store, session, by)
    if assessments.is_submitted(store, session.id):
        raise RuleBroken(f"The assessment of {session.reference} is submitted.", remedy="Correct it.", rule="R10")
    sat = sat_of(store, session)
    given = graded_of(store, session, sat)
    lacking = missing(sat, given, at=at)
    if lacking:
        raise NotFinished(lacking)
    return _keep(
        store, session, sat, given, number=1, because=sat.why_incomplete, by=by, at=at, on_summaries=on_summaries
    )


def correct(
    store: Session,
    session: AssessmentSession,
    decisions: Mapping[str, Judgement],
    *,
    because: str,
    by: Actor,
    at: datetime,
    on_summaries: bool,
) -> Assessment:
    """Keep another assessment of the session, with every judgement anew; the one before stays beside it.

    Raises:
        NotFound: the session is another person's.
        NotFinished: a judgement is missing, or a reason in one.
        RuleBroken: nothing was submitted, it is confirmed, there is no reason, it would rest on summaries, or it would
            be a pass although a later attempt is graded (R4).
    """
    _must_be_theirs(store, session, by)
    before = assessments.latest(store, session.id)
    if before is None:
        raise RuleBroken(f"No assessment of {session.reference} is submitted.", remedy="Submit it first.")
    if before.confirmed_at is not None:
        remedy = "What is confirmed changes by an appeal only."
        raise RuleBroken(f"The assessment of {session.reference} is confirmed.", remedy=remedy, rule="R10")
    if not because.strip():
        raise RuleBroken("A correction needs a reason.", remedy="Say in a sentence why.")
    sat = sat_of(store, session).judged_anew(decisions, at)
    given = graded_of(store, session, sat)
    lacking = missing(sat, given, at=at)
    if lacking:
        raise NotFinished(lacking)
    number = before.number + 1
    return _keep(store, session, sat, given, number=number, because=because, by=by, at=at, on_summaries=on_summaries)


def record_exception(store: Session, session: AssessmentSession, *, because: str, by: Actor, at: datetime) -> None:
    """Record exceptional circumstances for a failed attempt: the cap on later ones is lifted (R5).

    Raises:
        RuleBroken: the attempt was not failed, is theirs, has an exception already, or there is no reason.
    """
    lock_sitting(store, session.apprentice_id, session.method)
    decision = assessments.latest(store, session.id)
    if decision is None or decision.grade is not Grade.FAIL:
        raise RuleBroken(f"{session.reference} was not failed.", remedy="Choose a session that was.", rule="R5")
    if by.identifier is None or decision.assessor_id == by.identifier:
        raise RuleBroken("Who gave the fail does not record this.", remedy="Ask somebody else.", rule="R5")
    if not because.strip():
        raise RuleBroken("An exception needs a reason.", remedy="Say which circumstances.", rule="R5")
    if assessments.has_exception(store, session.attempt_id):
        raise RuleBroken("Exceptional circumstances are recorded already.", remedy="Nothing has to be done.", rule="R5")
    kept = sealed(because)
    store.add(
        CapException(
            attempt_id=session.attempt_id,
            at=at,
            by_id=by.identifier,
            words=kept.words,
            salt=kept.salt,
            commitment=kept.commitment,
        )
    )
    store.flush()
    facts = {"commitment": kept.commitment}
    audit.record(store, act="exceptional circumstances recorded", subject=session.reference, by=by, at=at, facts=facts)


def _must_be_theirs(store: Session, session: AssessmentSession, by: Actor) -> None:
    """Keep entries and other submissions of the apprentice waiting, and read the session as it is now."""
    lock_sitting(store, session.apprentice_id, session.method)
    store.refresh(session)
    if by.identifier is None or session.assessor_id != by.identifier:
        raise NotFound("There is no such session among yours.", remedy="Choose one from the list of your sessions.")
    if session.cancelled_at is not None:
        raise RuleBroken(f"{session.reference} is cancelled.", remedy="Book the session again.")


def _drawn(store: Session, session: AssessmentSession) -> DrawnSet:
    return the_set(store, session.id)


def _must_leave_one_pass(store: Session, session: AssessmentSession, given: Graded) -> None:
    """Refuse a pass for an attempt after which the apprentice has sat the method again and was graded."""
    if given.grade in PASSED and assessments.is_graded_later(store, store.get_one(Attempt, session.attempt_id)):
        raise RuleBroken(
            "The apprentice has sat this method again since, and that attempt is graded: with a pass here, a method "
            "that was passed would have been sat again.",
            remedy="Leave the grade as it is, and tell the internal quality assurer: from here an appeal decides.",
            rule="R4",
        )


def _must_be_gradable(store: Session, session: AssessmentSession, sat: Sat, *, on_summaries: bool) -> None:
    before = assessments.grades_before(store, store.get_one(Attempt, session.attempt_id))
    if not may_sit_again(before.values()):
        raise RuleBroken(
            "The apprentice has passed this method in an earlier attempt.",
            remedy="Tell your bank manager: this session should not have been booked.",
            rule="R4",
        )
    if not sat.is_incomplete and not on_summaries and rests_on_summaries(sat.plan, session.method):
        raise RuleBroken(
            "The published wording of the criteria is not loaded, and nothing is graded on our summaries.",
            remedy="Ask whoever runs qbank to load it with: qbank standard import.",
        )


def _keep(  # noqa: PLR0913 - what is signed, each by keyword
    store: Session,
    session: AssessmentSession,
    sat: Sat,
    given: Graded,
    *,
    number: int,
    because: str,
    by: Actor,
    at: datetime,
    on_summaries: bool,
) -> Assessment:
    _must_be_gradable(store, session, sat, on_summaries=on_summaries)
    if not sat.is_incomplete:
        _must_leave_one_pass(store, session, given)
    judgements = _judgements(sat)
    row = _row(store, session, sat, given, number=number, because=because, at=at)
    row.judgement_count = len(judgements)
    store.add(row)
    store.flush()
    for each in judgements:
        each.assessment_id = row.id
    store.add_all(judgements)
    store.flush()
    facts = _facts(row, judgements)
    entry = audit.record(store, act="assessment submitted", subject=session.reference, by=by, at=at, facts=facts)
    sampling.draw(store, session, row, entry, sat.plan, at=at)
    return row


def _row(
    store: Session, session: AssessmentSession, sat: Sat, given: Graded, *, number: int, because: str, at: datetime
) -> Assessment:
    reason = sealed(because)
    grade, derived = (None, None) if sat.is_incomplete else (str(given.grade), str(given.derived))
    return Assessment(
        assessment_session_id=session.id,
        attempt_id=session.attempt_id,
        number=number,
        question_set_id=_drawn(store, session).id,
        grade=grade,
        derived_grade=derived,
        capped=grade != derived,
        incomplete=sat.is_incomplete,
        record_digest=records.record_digest(store, session.id),
        at=at,
        by_id=session.assessor_id,
        words=reason.words,
        salt=reason.salt,
        commitment=reason.commitment,
    )


def _facts(row: Assessment, judgements: Sequence[JudgementRow]) -> dict[str, str | int]:
    """What the trail tells: the grade, and digests of everything else."""
    return {
        "number": row.number,
        "grade": row.grade or "incomplete",
        "derived": row.derived_grade or "incomplete",
        "record": row.record_digest,
        "judgements": digest([[each.criterion, each.met, each.sources, each.commitment] for each in judgements]),
        "reason": row.commitment,
    }


def _judgements(sat: Sat) -> list[JudgementRow]:
    """A row for each pass and distinction criterion that was judged, and for each fail indicator that was seen."""
    rows = []
    for criterion in sat.plan.criteria_of(sat.method.code):
        said = sat.judgement(criterion.code)
        is_indicator = criterion.level is Level.FAIL
        if said is None or (is_indicator and not said.holds):
            continue
        kept = sealed(said.text)
        rows.append(
            JudgementRow(
                criterion=criterion.code,
                met=None if is_indicator else said.holds,
                sources=said.sources,
                words=kept.words,
                salt=kept.salt,
                commitment=kept.commitment,
            )
        )
    return rows
