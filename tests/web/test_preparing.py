"""Before a set opens: the assessor's declaration, checks over a distance, and what a bank manager records."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.services.seeds import SeedCipher
from qbank.storage.models import AssessmentSession, AuditEntry
from qbank.storage.queries import standards
from qbank.storage.queries.people import by_email
from tests.web.an_organisation import NOW, STANDARD, book_session, public_id
from tests.web.test_bookings import BOOK, booked, in_database

PULL = "Pull the question set"
DECLARE = "Record the declaration"
INTERESTS = {"declaration-interest": "none"}
IDENTITY, ROOM = "Record the check of identity", "Record the room check"
SEEN = {"identity-how": "a photo identity document, shown", "identity-outcome": "in order"}
SHOWN = {"room-how": "the camera was shown round the room", "room-outcome": "in order"}


@pytest.fixture
def session(settings) -> str:
    """The address of a session by video, in an hour, for which nothing is declared."""
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())

    def work(store):
        version, grace = standards.plan_version(store, STANDARD), by_email(store, "grace@example.org")
        row = book_session(
            store, version, 50, "Kim Adeyemi", grace, NOW + timedelta(hours=1), cipher, remote=True, is_declared=False
        )
        return row.reference

    return public_id(settings, in_database(settings, work))


def declared(client, session, **filled):
    return client.press(client.get(f"/sessions/{session}/prepare"), DECLARE, **{**INTERESTS, **filled})


def checked(client, session):
    page = client.press(client.get(f"/sessions/{session}/prepare"), IDENTITY, **SEEN)
    return client.press(page, ROOM, **SHOWN)


def test_I2_and_X1_a_set_opens_once_interests_are_declared_and_both_checks_are_in_order(assessor, session):
    page = assessor.press(assessor.get(f"/sessions/{session}"), PULL)
    assert page.status == 409
    assert "the assessor’s declaration about interests, and the check of the apprentice’s identity" in page.main
    assert page.link("Go to what comes before the set") == f"/sessions/{session}/prepare"

    declared(assessor, session)
    page = assessor.press(assessor.get(f"/sessions/{session}"), PULL)
    assert page.status == 409
    assert "the check of the apprentice’s room" in page.main

    assert "The check of the room is recorded" in checked(assessor, session).main
    assert assessor.press(assessor.get(f"/sessions/{session}"), PULL).heading.startswith("Question set")


def test_X1_a_check_that_is_not_in_order_keeps_the_set_shut(assessor, session):
    declared(assessor, session)
    checked(assessor, session)
    assessor.press(
        assessor.get(f"/sessions/{session}/prepare"), IDENTITY, **{**SEEN, "identity-outcome": "not in order"}
    )

    page = assessor.press(assessor.get(f"/sessions/{session}"), PULL)

    assert page.status == 409
    assert "it needs the check of the apprentice’s identity." in page.main


def test_I2_a_declared_interest_keeps_the_set_shut_until_another_assessor_declares_none(
    settings, assessor, other_assessor, manager, session
):
    page = declared(assessor, session, **{"declaration-interest": "declared", "declaration-words": "She is my niece"})
    assert "another assessor must take the session" in page.main
    assert "another assessor" in assessor.press(assessor.get(f"/sessions/{session}"), PULL).main

    booking = manager.get(f"/bookings/{session}")
    assert "She is my niece" in booking.main
    change = booking.link("Choose another assessor: Interests")
    manager.press(manager.get(change), "Save the changes", assessor="tom@example.org")
    declared(other_assessor, session)
    checked(other_assessor, session)

    assert other_assessor.press(other_assessor.get(f"/sessions/{session}"), PULL).status == 200
    trail = in_database(settings, lambda store: "".join(store.scalars(sa.select(AuditEntry.facts))))
    assert "niece" not in trail


def test_I2_an_interest_is_described_in_a_sentence(assessor, session):
    page = declared(assessor, session, **{"declaration-interest": "declared"})

    assert page.status == 409
    assert "An interest needs a sentence about it" in page.main


def test_nothing_chosen_is_said_beside_the_field(assessor, session):
    page = assessor.press(assessor.get(f"/sessions/{session}/prepare"), IDENTITY)

    assert page.status == 400
    assert "Choose how" in page.main


def test_a_session_in_person_asks_for_no_checks(settings, assessor):
    page = assessor.get(f"/sessions/{public_id(settings, 'AS-00001')}/prepare")

    assert "The apprentice’s room" not in page.main


def test_G5_the_end_of_the_assessment_is_a_day_that_is_told_and_later_needs_a_reason(manager):
    asked = booked(manager, day="2026-08-05")
    assert asked.status == 400
    assert "The assessment ends on 4 August 2026, 3 months after its start." in asked.main

    page = manager.press(asked, BOOK, because="A long illness")

    assert "Assessment ends on 4 August 2026, 3 months after its start: in 9 weeks" in page.main
    assert "A day after the end of the assessment A long illness" in page.main


def test_G1_an_apprentice_is_registered_with_the_start_of_their_assessment(manager):
    assert "Enter the day on which the assessment started" in booked(manager, started="").main
    assert "that day is still to come" in booked(manager, started="2026-06-05").main


def test_R8_another_start_is_recorded_with_its_reason(manager):
    address = booked(manager).path

    asked = manager.press(manager.get(f"{address}/start"), "Record the start", started="2026-05-11")
    assert "Another start needs a reason" in asked.main
    page = manager.press(asked, "Record the start", because="The letter bore another date")

    assert "11 May 2026, the gateway being signed." in page.main
    assert "Assessment ends on 11 August 2026" in page.main


def test_W4_the_subject_is_agreed_by_somebody_on_a_day(manager, assessor, settings):
    address = f"/bookings/{public_id(settings, 'AS-00001')}"

    page = manager.press(manager.get(f"{address}/subject"), "Agree the subject", words="Late parcels")

    said = "Late parcels. Agreed by Ewa Nowak on 4 June 2026."
    assert said in page.main
    assert said in assessor.get(f"/sessions/{public_id(settings, 'AS-00001')}").main


@pytest.mark.parametrize(("count", "said"), [("2249", "2,249"), ("2751", "2,751")])
def test_W3_a_report_outside_2250_to_2750_words_needs_a_reason(manager, count, said):
    address = booked(manager).path
    asked = manager.press(manager.get(f"{address}/submission"), "Record what arrived", count=count)
    assert asked.status == 400
    assert "The plan asks for 2,250 to 2,750 words." in asked.main

    page = manager.press(asked, "Record what arrived", because="The annexes were counted")

    assert f"{said} words, received on 4 June 2026." in page.main
    assert "More or less than the plan asks for The annexes were counted" in page.main


@pytest.mark.parametrize(("count", "said"), [("2250", "2,250"), ("2750", "2,750")])
def test_W3_a_report_of_2250_or_2750_words_needs_none(manager, count, said):
    address = booked(manager).path

    page = manager.press(manager.get(f"{address}/submission"), "Record what arrived", count=count)

    assert f"{said} words, received on 4 June 2026." in page.main
    assert "More or less than the plan asks for" not in page.main


def test_W2_a_report_that_comes_late_needs_a_reason(manager, settings):
    address = f"/bookings/{public_id(settings, 'AS-00002')}"

    asked = manager.press(manager.get(f"{address}/submission"), "Record what arrived", count="2500")

    assert "The plan asks for it by 31 May 2026, 14 days before." in asked.main


def test_approved_adjustments_alter_the_band_and_are_told_to_the_assessor(manager, assessor, settings):
    key = public_id(settings, "AS-00001")

    asked = manager.press(manager.get(f"/bookings/{key}/adjustments"), "Approve the adjustment", change="time")
    assert "Enter the minutes" in asked.main
    page = manager.press(asked, "Approve the adjustment", minutes="15", because="Dyslexia")

    assert "15 minutes more, approved by Ewa Nowak." in page.main
    shown = assessor.get(f"/sessions/{key}").main
    assert "67½ to 82½ minutes" in shown
    assert "Dyslexia" not in shown


def test_O2_an_observation_is_in_person(manager):
    page = booked(manager, method=f"{STANDARD}/observation", remote="remote")

    assert page.status == 409
    assert "The observation takes place in person" in page.main


def test_a_session_becomes_one_by_video(manager, settings):
    key = public_id(settings, "AS-00001")

    page = manager.press(manager.get(f"/bookings/{key}/change"), "Save the changes", remote="remote")

    assert "Check of the room" in page.main
    assert in_database(
        settings, lambda store: store.scalar(sa.select(AssessmentSession.remote).where(AssessmentSession.id == 1))
    )


def test_an_approved_format_sets_the_pack_and_an_interpreter_is_printed_on_it(manager, assessor, settings):
    key = public_id(settings, "AS-00001")
    for change in ("large", "interpreter"):
        page = manager.get(f"/bookings/{key}/adjustments")
        manager.press(page, "Approve the adjustment", change=change, because="Hearing and sight")
    assessor.press(assessor.get(f"/sessions/{key}"), PULL)

    assert assessor.get(f"/sessions/{key}/set").link("the pack in large type") == f"/sessions/{key}/pack.pdf"
    assert "Interpreter Approved for this session" in assessor.get(f"/sessions/{key}/pack").main
