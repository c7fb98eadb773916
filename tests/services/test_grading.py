"""An assessment is submitted once, graded by its judgements alone, and changed by nothing but a signed correction."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.finishing import Where
from qbank.domain.grading import Grade
from qbank.domain.lifecycle import Replaced, Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.domain.record_entries import Judgement
from qbank.services import audit, booking, extending, grading, handing_in, moderating, seeding
from qbank.services.grading import NotFinished
from qbank.services.handing_in import HandedIn
from qbank.services.replacing import Replacement
from qbank.storage import units
from qbank.storage.models import Assessment, AssessmentSession, AuditEntry
from qbank.storage.queries import assessments, records, standards
from tests.domain.an_entry import an_entry
from tests.services.a_bank import (
    BOOKED,
    CIPHER,
    ENDED,
    NOW,
    a_plan,
    a_session,
    erased_on_record,
    the_person,
    the_plan_version,
)
from tests.services.a_sitting import (
    CRITERIA,
    PASS,
    a_drawn_session,
    asked,
    assessed,
    judgements,
    latest,
    submit,
    write,
)
from tests.storage.a_decision import an_assessment

EVERYTHING = {code: Judgement(code, holds=True, sources="question 2", text="Heard it.") for code in CRITERIA}


def correct(bank, session_id, decisions, *, because="I had misread my notes.", who="assessor", at=NOW):
    def work(store):
        session, by = store.get_one(AssessmentSession, session_id), the_person(store, who).actor
        grading.correct(store, session, decisions, because=because, by=by, at=at, on_summaries=True)

    units.in_write_unit(bank, work)


def excepted(bank, session_id, *, because="Their home had flooded.", who="approver"):
    def work(store):
        session, by = store.get_one(AssessmentSession, session_id), the_person(store, who).actor
        grading.record_exception(store, session, because=because, by=by, at=ENDED)

    units.in_write_unit(bank, work)


@pytest.mark.parametrize(
    ("met", "grade"), [(CRITERIA, Grade.DISTINCTION), (PASS, Grade.PASS), (CRITERIA[1:], Grade.FAIL), ((), Grade.FAIL)]
)
def test_R2_R3_what_is_submitted_is_graded_by_its_criteria_and_kept_with_every_judgement(bank, met, grade):
    key, decision = assessed(bank, met=met)

    assert (decision.grade, decision.derived_grade, decision.capped, decision.incomplete) == (
        grade,
        grade,
        False,
        False,
    )
    with units.read_unit(bank) as store:
        kept = assessments.judgements_of(store, decision.id)
        assert {code: each.met for code, each in kept.items()} == {code: code in met for code in CRITERIA}
        assert {(each.sources, each.words) for each in kept.values()} == {("question 1", "As noted.")}
        row = store.scalars(sa.select(Assessment)).one()
        assert row.record_digest == records.record_digest(store, key)


def test_a_fail_indicator_that_was_seen_is_kept_and_changes_no_grade(bank):
    key = a_drawn_session(bank)
    write(bank, key, [*asked(bank, key), *judgements(CRITERIA, seen=["LF1"])])

    decision = submit(bank, key, at=ENDED)

    assert decision.grade is Grade.DISTINCTION
    with units.read_unit(bank) as store:
        assert assessments.judgements_of(store, decision.id)["LF1"].met is None


def test_what_is_missing_is_named_and_nothing_is_kept(bank):
    key = a_drawn_session(bank)
    write(bank, key, [*asked(bank, key), *judgements(CRITERIA)[1:]])

    with pytest.raises(NotFinished) as caught:
        submit(bank, key, at=ENDED)

    assert [(each.where, each.of) for each in caught.value.missing] == [(Where.CRITERION, CRITERIA[0])]
    with units.read_unit(bank) as store:
        assert not assessments.is_submitted(store, key)


def test_W6_fewer_asked_than_the_specification_is_kept_as_an_incomplete_assessment_and_sampled(bank):
    key = a_drawn_session(bank)
    write(bank, key, [*asked(bank, key, not_asked=[6, 7]), *judgements(CRITERIA)])
    with pytest.raises(NotFinished, match="not finished"):
        submit(bank, key, at=ENDED)
    write(bank, key, [an_entry("incomplete")])

    decision = submit(bank, key, at=ENDED, on_summaries=False)

    assert (decision.grade, decision.incomplete, decision.because) == (None, True, "A fire alarm.")
    assert "incomplete assessment" in decision.whys


def test_W6_a_substitute_takes_the_place_of_what_it_replaced_and_enters_the_sample(bank):
    key = a_drawn_session(bank)
    extending.extend(
        bank, key, Replacement(3, Replaced.KNOWN, "Told last week."), by=COMMAND_LINE, at=NOW, cipher=CIPHER
    )
    write(bank, key, [*asked(bank, key), *judgements(CRITERIA)])

    decision = submit(bank, key, at=ENDED)

    assert decision.grade is Grade.DISTINCTION
    assert "a question was replaced" in decision.whys


def test_P2_evidence_from_a_piece_of_the_portfolio_is_kept_by_its_number_and_from_one_not_received_is_refused(bank):
    def receive(store):
        handed_in = HandedIn(BOOKED.date(), 3)
        handing_in.receive(store, store.get_one(AssessmentSession, key), handed_in, by=COMMAND_LINE, at=BOOKED)

    key = a_drawn_session(bank)
    units.in_write_unit(bank, receive)
    said = {"criterion": CRITERIA[0], "holds": True, "text": "As noted."}
    refused = write(bank, key, [beyond := an_entry("judgement", sources="portfolio piece 4", **said)]).refused
    write(bank, key, [*asked(bank, key), *judgements(CRITERIA[1:])[1:]])
    write(bank, key, [an_entry("judgement", sources="portfolio piece 3, question 1", **said)])

    decision = submit(bank, key, at=ENDED)

    assert "a piece that was not received: 3 are recorded" in refused[beyond.entry]
    with units.read_unit(bank) as store:
        kept = assessments.judgements_of(store, decision.id)
    assert kept[CRITERIA[0]].sources == "portfolio piece 3, question 1"
    wrong = EVERYTHING | {CRITERIA[0]: Judgement(CRITERIA[0], holds=True, sources="portfolio piece 4", text="Seen.")}
    with pytest.raises(NotFinished) as caught:
        correct(bank, key, wrong)
    assert [each.of for each in caught.value.missing] == [CRITERIA[0]]


def test_R10_what_is_submitted_is_closed_but_what_was_sent_before_is_still_answered(bank):
    key = a_drawn_session(bank)
    entries = [*asked(bank, key), *judgements(CRITERIA)]
    write(bank, key, entries)
    submit(bank, key, at=ENDED)

    late = an_entry("note", position=1)
    done = write(bank, key, [*entries, late])

    assert set(done.kept) == {each.entry for each in entries}
    assert "takes no more entries" in done.refused[late.entry]
    with pytest.raises(RuleBroken, match="is submitted"):
        submit(bank, key, at=ENDED)
    with pytest.raises(RuleBroken, match="grows no more"):
        extending.extend(bank, key, Replacement(3, Replaced.KNOWN, "Told."), by=COMMAND_LINE, at=NOW, cipher=CIPHER)
    with units.write_unit(bank) as store, pytest.raises(RuleBroken, match="its record stays"):
        booking.cancel(store, store.get_one(AssessmentSession, key), because="ill", by=COMMAND_LINE, at=NOW)


def test_decision_23_nothing_is_graded_on_our_summaries_outside_of_a_demonstration(bank):
    key = a_drawn_session(bank)
    write(bank, key, [*asked(bank, key), *judgements(CRITERIA)])

    with pytest.raises(RuleBroken, match="nothing is graded on our summaries") as caught:
        submit(bank, key, at=ENDED, on_summaries=False)
    assert "qbank standard import" in caught.value.remedy

    with units.write_unit(bank) as store:
        words = {each.code: "The published words." for each in a_plan().criteria}
        seeding.load_wording(store, the_plan_version(store), words, by=COMMAND_LINE, at=NOW)
    assert submit(bank, key, at=ENDED, on_summaries=False).grade is Grade.DISTINCTION


def test_somebody_elses_session_cannot_be_told_from_none(bank):
    key = a_drawn_session(bank)

    with pytest.raises(NotFound):
        submit(bank, key, who="other", at=ENDED)


@pytest.mark.parametrize("met", [PASS, CRITERIA])
def test_R4_no_resit_and_no_retake_of_a_passed_method_is_booked(bank, met):
    assessed(bank, met=met)

    with units.write_unit(bank) as store:
        for kind in (Sitting.RE_SIT, Sitting.RE_TAKE):
            with pytest.raises(RuleBroken, match="has passed this method"):
                a_session(store, kind=kind, starts_at=ENDED, at=ENDED)


def test_R4_a_resit_booked_before_the_pass_was_known_is_not_graded(bank):
    first = a_drawn_session(bank)
    again = a_drawn_session(bank, kind=Sitting.RE_SIT, at=ENDED)
    write(bank, first, [*asked(bank, first), *judgements(CRITERIA)])
    submit(bank, first, at=ENDED)
    later = ENDED + timedelta(hours=2)
    write(bank, again, [*asked(bank, again), *judgements(CRITERIA)], at=later)

    with pytest.raises(RuleBroken, match="has passed this method in an earlier attempt"):
        submit(bank, again, at=later)


def capped_at_pass(monkeypatch):
    """The small standard's figures lift no cap: let them be those of the plan that we serve."""
    as_it_is = standards.plan
    monkeypatch.setattr(standards, "plan", lambda store, row: replace(as_it_is(store, row), resit_highest_grade="pass"))


def test_R5_a_resit_is_capped_and_says_so_unless_the_exception_is_recorded(bank, monkeypatch):
    capped_at_pass(monkeypatch)
    first, _ = assessed(bank, met=())
    third, _ = assessed(bank, met=(), apprentice=2)

    _, decision = assessed(bank, kind=Sitting.RE_SIT, at=ENDED)
    assert (decision.derived_grade, decision.grade, decision.capped) == (Grade.DISTINCTION, Grade.PASS, True)

    excepted(bank, third)
    _, decision = assessed(bank, apprentice=2, kind=Sitting.RE_SIT, at=ENDED)
    assert (decision.derived_grade, decision.grade, decision.capped) == (Grade.DISTINCTION, Grade.DISTINCTION, False)
    with pytest.raises(RuleBroken, match="already"):
        excepted(bank, third)
    with pytest.raises(RuleBroken, match="Who gave the fail"):
        excepted(bank, first, who="assessor")
    with pytest.raises(RuleBroken, match="needs a reason"):
        excepted(bank, first, because=" ")


def test_R5_no_exception_for_what_was_not_failed(bank):
    key, _ = assessed(bank)

    with pytest.raises(RuleBroken, match="was not failed"):
        excepted(bank, key)


def test_a_correction_is_a_new_signed_assessment_with_its_reason_and_the_first_stays(bank):
    key, first = assessed(bank, met=PASS)

    correct(bank, key, EVERYTHING)

    with units.read_unit(bank) as store:
        one, two = assessments.decisions_of(store, key)
        kept = assessments.judgements_of(store, two.id)
    assert (one.id, one.number, one.grade) == (first.id, 1, Grade.PASS)
    assert (two.number, two.grade, two.because) == (2, Grade.DISTINCTION, "I had misread my notes.")
    assert {each.sources for each in kept.values()} == {"question 2"}
    assert "a correction" in two.whys


def test_a_correction_needs_a_reason_every_judgement_and_something_to_correct(bank):
    key = a_drawn_session(bank)
    with pytest.raises(RuleBroken, match="Submit it first"):
        correct(bank, key, EVERYTHING)
    write(bank, key, [*asked(bank, key), *judgements(CRITERIA)])
    submit(bank, key, at=ENDED)

    with pytest.raises(RuleBroken, match="needs a reason"):
        correct(bank, key, EVERYTHING, because=" ")
    with pytest.raises(NotFinished):
        correct(bank, key, {code: EVERYTHING[code] for code in PASS})
    with pytest.raises(NotFound):
        correct(bank, key, EVERYTHING, who="other")
    assert latest(bank, key).number == 1


def test_R10_a_confirmed_assessment_is_never_corrected(bank):
    key, _ = assessed(bank)
    with units.write_unit(bank) as store:
        session, by = store.get_one(AssessmentSession, key), the_person(store, "approver").actor
        moderating.moderate(store, session, moderating.Outcome.UPHELD, because="", by=by, at=ENDED)
        moderating.confirm(store, session, by=by, at=ENDED)

    with pytest.raises(RuleBroken, match="is confirmed"):
        correct(bank, key, EVERYTHING)


def test_the_trail_tells_of_the_grade_and_of_no_word_about_the_apprentice(bank):
    key, _ = assessed(bank, met=PASS)
    correct(bank, key, EVERYTHING, because="Ada had said so.")

    with units.read_unit(bank) as store:
        entries = list(audit.entries(store))
        assert audit.first_broken(store) is None
    told = [json.loads(each.facts) for each in entries if each.act == "assessment submitted"]
    assert [(each["number"], each["grade"]) for each in told] == [(1, "pass"), (2, "distinction")]
    assert not any(word in each.facts for each in entries for word in ("Ada", "As noted", "Heard it"))


def test_words_are_erased_and_what_stands_for_them_stays(bank):
    key, decision = assessed(bank)

    with bank.begin() as connection:
        erased_on_record(connection)
        for table in ("judgements", "assessments"):
            connection.execute(sa.text(f"UPDATE {table} SET words = NULL, salt = NULL"))  # noqa: S608 - two names above

    with units.read_unit(bank) as store:
        kept = assessments.judgements_of(store, decision.id)
        assert {each.words for each in kept.values()} == {assessments.ERASED}
        assert store.scalars(sa.select(AuditEntry).where(AuditEntry.act == "assessment submitted")).one()
    assert latest(bank, key).grade is Grade.DISTINCTION


def test_R4_an_attempt_is_not_corrected_to_a_pass_once_a_later_one_is_graded(bank):
    first, _ = assessed(bank, met=())
    assessed(bank, kind=Sitting.RE_SIT, at=ENDED)

    with pytest.raises(RuleBroken, match="has sat this method again since") as caught:
        correct(bank, first, EVERYTHING, at=ENDED + timedelta(hours=2))

    assert caught.value.rule == "R4"
    assert latest(bank, first).grade == "fail"


def test_R4_the_database_keeps_no_pass_under_a_graded_later_attempt(bank):
    first, _ = assessed(bank, met=())
    assessed(bank, kind=Sitting.RE_SIT, at=ENDED)

    with units.write_unit(bank) as store:
        session = store.get_one(AssessmentSession, first)
        with pytest.raises(IntegrityError, match="R4"):
            an_assessment(store, session, number=2, grade="pass")
        store.rollback()


def test_R4_a_correction_that_stays_a_fail_is_kept_whatever_came_later(bank):
    first, _ = assessed(bank, met=())
    assessed(bank, kind=Sitting.RE_SIT, at=ENDED)
    said = EVERYTHING | {PASS[0]: replace(EVERYTHING[PASS[0]], holds=False)}

    correct(bank, first, said, at=ENDED + timedelta(hours=2))

    assert latest(bank, first).number == 2
