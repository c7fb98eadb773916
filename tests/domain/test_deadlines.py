"""The days that the plan sets around a session."""

from __future__ import annotations

from datetime import UTC, date, datetime

from qbank.domain.deadlines import deadlines, evidence_pieces, report_words
from qbank.domain.lifecycle import Sitting
from qbank.services.starter import starter_plan

PLAN = starter_plan("customer-service-specialist-3")
INTERVIEW, DISCUSSION, OBSERVATION = (PLAN.method(code) for code in ("interview", "discussion", "observation"))
STARTED = date(2026, 5, 4)


def days(method, kind=Sitting.FIRST, starts_at=datetime(2026, 7, 20, 9, tzinfo=UTC), **known):
    return deadlines(PLAN, method, kind=kind, starts_at=starts_at, **{"started_on": STARTED, **known})


def test_G5_and_W5_the_assessment_ends_three_months_after_its_start():
    assert {days(method).ends_on for method in PLAN.methods} == {date(2026, 8, 4)}


def test_W1_the_project_is_finished_two_months_after_the_start():
    assert days(INTERVIEW).project_by == date(2026, 7, 4)
    assert days(DISCUSSION).project_by is None


def test_W2_and_P2_what_is_handed_in_arrives_two_weeks_before():
    assert days(INTERVIEW).handed_in_by == days(DISCUSSION).handed_in_by == date(2026, 7, 6)
    assert days(OBSERVATION).handed_in_by is None


def test_O7_an_observation_has_two_weeks_notice():
    assert days(OBSERVATION).notice_by == date(2026, 7, 6)


def test_the_report_is_received_by_the_earlier_of_two_days():
    assert days(INTERVIEW).received_by == date(2026, 7, 4)


def test_R7_a_failed_project_is_reworked_within_a_month_of_the_feedback():
    assert days(INTERVIEW, Sitting.RE_SIT, developed_on=date(2026, 7, 31)).project_by == date(2026, 8, 31)


def test_R4_a_re_sit_is_not_held_to_the_end_of_the_first_assessment_and_R6_a_re_take_to_its_own():
    assert days(INTERVIEW, Sitting.RE_SIT).ends_on is None
    assert days(INTERVIEW, Sitting.RE_TAKE, started_on=date(2026, 9, 1)).ends_on == date(2026, 12, 1)


def test_R4_a_re_sit_or_a_re_take_should_be_done_within_twelve_months_of_the_first_sitting():
    first = date(2026, 7, 20)

    assert days(INTERVIEW, Sitting.RE_SIT, first_sat_on=first).again_by == date(2027, 7, 20)
    assert days(INTERVIEW, Sitting.RE_TAKE, first_sat_on=first).again_by == date(2027, 7, 20)
    assert days(INTERVIEW, first_sat_on=None).again_by is None


def test_nothing_is_counted_from_a_start_that_is_not_on_record():
    found = days(INTERVIEW, started_on=None)

    assert (found.ends_on, found.project_by) == (None, None)


def test_W3_a_report_has_2250_to_2750_words():
    assert report_words(INTERVIEW) == (2250, 2750)
    assert report_words(DISCUSSION) is None


def test_P2_evidence_is_10_to_15_pieces():
    assert evidence_pieces(DISCUSSION) == (10, 15)
    assert evidence_pieces(INTERVIEW) is None
