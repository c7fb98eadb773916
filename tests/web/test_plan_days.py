"""The days that the plan sets around a session: told on its page, and each broken only with a reason that is kept."""

from __future__ import annotations

import pytest

from qbank.storage.queries import standards
from tests.web.an_organisation import STANDARD, adopt
from tests.web.test_bookings import BOOK, SOON, booked, in_database

OBSERVATION = {"method": f"{STANDARD}/observation", "place": "The shop"}
DISCUSSION = {"method": f"{STANDARD}/discussion"}
RECORD = "Record what arrived"


@pytest.fixture
def every_method(settings) -> None:
    """Draw plans for what the organisation has not adopted yet."""

    def work(store):
        for method in ("observation", "discussion"):
            adopt(store, standards.plan_version(store, STANDARD), method)

    in_database(settings, work)


def handed_in(manager, address, *, count):
    """The form that asks why, for what arrived today."""
    asked = manager.press(manager.get(f"{address}/submission"), RECORD, count=count)
    assert asked.status == 400
    assert asked.form(RECORD).fields["count"] == count
    return asked


@pytest.mark.usefixtures("every_method")
def test_O7_an_observation_with_less_than_two_weeks_notice_is_refused_until_a_reason_is_kept(manager):
    asked = booked(manager, **OBSERVATION, **SOON)
    assert asked.status == 400
    assert "The plan asks for 14 days before the observation, and there are fewer." in asked.main
    assert "Rule O7." in asked.main

    page = manager.press(asked, BOOK, because="The shop closes in June")

    assert "Notice to the apprentice by 25 May 2026, 14 days before" in page.main
    assert "Assessment ends on 4 August 2026" in page.main
    assert "Less notice than the plan asks The shop closes in June" in page.main


MOVED = {"because": "The shop asked for it"}
CHANGE = "Save the changes"


@pytest.mark.usefixtures("every_method")
def test_O7_a_move_that_leaves_less_notice_is_refused_until_a_reason_of_its_own_is_kept(manager):
    address = booked(manager, **OBSERVATION).path
    asked = manager.press(manager.get(f"{address}/change"), CHANGE, day=SOON["day"], **MOVED)
    assert asked.status == 409
    assert "The plan asks for 14 days before the observation, and there are fewer." in asked.main
    assert "Rule O7." in asked.main
    assert asked.form(CHANGE).fields["because"] == "The shop asked for it"

    page = manager.press(asked, CHANGE, not_kept="The shop closes in June")

    assert "Another time The shop asked for it" in page.main
    assert "Less notice than the plan asks The shop closes in June" in page.main


@pytest.mark.usefixtures("every_method")
def test_O7_another_hour_of_the_same_day_gives_no_less_notice(manager):
    asked = booked(manager, **OBSERVATION, **SOON)
    address = manager.press(asked, BOOK, because="The shop closes in June").path

    page = manager.press(manager.get(f"{address}/change"), CHANGE, clock="15:00", **MOVED)

    assert "Another time The shop asked for it" in page.main


def test_G5_a_move_beyond_the_end_of_the_assessment_is_refused_until_a_reason_of_its_own_is_kept(manager):
    address = booked(manager).path
    asked = manager.press(manager.get(f"{address}/change"), CHANGE, day="2026-08-05", **MOVED)
    assert asked.status == 409
    assert "The assessment ends on 4 August 2026, 3 months after its start." in asked.main
    assert "Rule G5." in asked.main

    page = manager.press(asked, CHANGE, not_kept="Ill for a month")

    assert "A day after the end of the assessment Ill for a month" in page.main


def test_W1_a_project_that_is_finished_late_is_refused_until_a_reason_is_kept(manager):
    interview = booked(manager, started="2026-03-25", day="2026-06-24")
    assert "Project finished by 25 May 2026" in interview.main
    assert "Submission due by 10 June 2026, 14 days before" in interview.main

    asked = handed_in(manager, interview.path, count="2500")
    assert "The project was due by 25 May 2026." in asked.main
    assert "Rule W1." in asked.main
    page = manager.press(asked, RECORD, because="A fortnight in hospital")

    assert "Handed in later than the plan asks A fortnight in hospital" in page.main


def test_W2_a_report_that_comes_late_is_refused_until_a_reason_is_kept(manager):
    interview = manager.press(booked(manager, **SOON), BOOK, because="The apprentice moves abroad")

    asked = handed_in(manager, interview.path, count="2500")
    assert "The plan asks for it by 25 May 2026, 14 days before." in asked.main
    assert "Rule W2." in asked.main
    page = manager.press(asked, RECORD, because="The post was slow")

    assert "Handed in later than the plan asks The post was slow" in page.main


@pytest.mark.usefixtures("every_method")
def test_P2_evidence_that_comes_late_is_refused_until_a_reason_is_kept(manager):
    early = booked(manager, **DISCUSSION, **SOON)
    assert "Rule P2." in early.main
    discussion = manager.press(early, BOOK, because="The apprentice moves abroad")
    assert "Submission due by 25 May 2026, 14 days before" in discussion.main

    asked = handed_in(manager, discussion.path, count="12")
    assert "The plan asks for it by 25 May 2026, 14 days before." in asked.main
    assert "Rule P2." in asked.main
    page = manager.press(asked, RECORD, because="The post was slow")

    assert "12 pieces" in page.main
    assert "Handed in later than the plan asks The post was slow" in page.main


@pytest.mark.usefixtures("every_method")
def test_W11_a_discussion_before_the_project_is_told_on_its_page_and_booked_all_the_same(manager):
    booked(manager, day="2026-07-08")

    discussion = booked(manager, **DISCUSSION, day="2026-07-01")

    assert "before Professional discussion is recommended, not required (rule W11)." in discussion.main
    assert "other order" in discussion.main
    assert "is booked, and its question set can be drawn" in discussion.main


@pytest.mark.usefixtures("every_method")
def test_O8_an_observation_after_the_discussion_is_told_on_its_page_and_booked_all_the_same(manager):
    booked(manager, **DISCUSSION, day="2026-07-01")

    late = booked(manager, **OBSERVATION, day="2026-07-08")
    assert "is booked, and its question set can be drawn" in late.main
    assert "Practical observation with Q&As before Professional discussion is recommended" in late.main
    assert "not required (rule O8)." in late.main
    assert "other order" in late.main

    early = booked(manager, **OBSERVATION, apprentice="AP-9002", day="2026-07-01")
    booked(manager, **DISCUSSION, apprentice="AP-9002", day="2026-07-08")
    assert "as recommended" in manager.get(early.path).main


@pytest.mark.usefixtures("every_method")
def test_O2_an_observation_of_one_apprentice_by_one_assessor_has_a_place_and_never_becomes_a_call(manager):
    page = booked(manager, **OBSERVATION)
    assert page.main.count("Apprentice Robin Hale, AP-9001") == page.main.count("Assessor Grace Mensah") == 1

    refused = manager.press(manager.get(f"{page.path}/change"), "Save the changes", remote="remote", place="A call")

    assert refused.status == 409
    assert "The observation takes place in person" in refused.main
    assert "Where The shop" in manager.get(page.path).main
