"""Booking a session: by form, with its deadlines, and never one whose set could not be drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.lifecycle import State
from qbank.domain.people import COMMAND_LINE
from qbank.services import seeding
from qbank.services.seeds import SeedCipher
from qbank.services.starter import starter_plan
from qbank.storage import db, units
from qbank.storage.models import AssessmentSession, AuditEntry, InService, Question, QuestionVersion
from qbank.storage.queries import standards
from qbank.storage.queries.people import by_email
from tests.storage.a_history import move
from tests.web.an_organisation import NOW, STANDARD, book_session, public_id

BOOK = "Book the session"
SOON = {"day": "2026-06-08", "clock": "09:30"}
LATER = {"day": "2026-07-01", "clock": "09:30"}
INTERVIEW = {"method": f"{STANDARD}/interview", "assessor": "grace@example.org", "place": "By video"}
NEW = {
    "apprentice": "AP-9001",
    "name": "Robin Hale",
    "employer": "Northgate Housing",
    "provider": "Weaver Training",
    "started": "2026-05-04",
}


def booked(client, **filled):
    return client.press(client.get("/bookings/new"), BOOK, **{**INTERVIEW, **NEW, **LATER, **filled})


def in_database(settings, work):
    engine = db.engine(settings.database)
    with units.write_unit(engine) as store:
        found = work(store)
    engine.dispose()
    return found


def count(settings):
    return in_database(settings, lambda store: store.scalar(sa.select(sa.func.count()).select_from(AssessmentSession)))


def withdraw(store):
    """Quarantine all but eight questions of the interview, which asks ten."""
    live = store.scalars(
        sa.select(InService).join(Question).where(Question.method == "interview").order_by(Question.reference)
    ).all()
    for row in live[8:]:
        move(store, store.get_one(QuestionVersion, row.question_version_id), State.QUARANTINED)


def test_a_session_is_booked_and_stands_in_the_list_and_with_its_assessor(manager, assessor):
    page = booked(manager)

    assert "is booked, and its question set can be drawn" in page.main
    assert "Robin Hale" in manager.get("/bookings").main
    assert "Robin Hale" in assessor.get("/sessions").main


MEET = "Grace Mensah has another session while this one lasts"


def test_two_sessions_of_an_assessor_at_one_time_name_each_other_until_one_is_elsewhere(manager):
    first = booked(manager)
    after = booked(manager, apprentice="AP-9002", name="Kim Rowe", clock="10:30")
    elsewhere = booked(manager, apprentice="AP-9003", name="Jo Lund", clock="10:00", assessor="tom@example.org")
    second = booked(manager, apprentice="AP-9004", name="Lee Park", clock="10:15")

    met = manager.get(first.path)
    assert MEET in met.main
    assert "Lee Park, Wednesday 1 July 2026 at 10:15am" in met.main
    assert "Kim Rowe" not in met.main
    assert manager.get(met.link(second.heading.removeprefix("Session "))).path == second.path
    assert "Robin Hale, Wednesday 1 July 2026 at 9:30am" in second.main
    assert MEET not in after.main + elsewhere.main
    assert MEET in manager.get(after.path).main

    manager.press(manager.get(f"{second.path}/cancel"), "Cancel the session", because="Booked at the wrong time.")

    assert [MEET in manager.get(page.path).main for page in (first, second, after)] == [False] * 3


def test_a_session_is_said_in_uk_time_whatever_the_season(manager):
    assert "Wednesday 1 July 2026 at 9:30am" in booked(manager).main
    assert "at 9:30am" in booked(manager, apprentice="AP-9002", day="2026-12-01", because="Parental leave").main


def test_an_hour_that_the_clocks_skip_is_refused(manager):
    page = booked(manager, day="2027-03-28", clock="01:30")

    assert page.status == 409
    assert "There is no 01:30 on that day" in page.main


@pytest.mark.parametrize("missing", ["method", "assessor", "apprentice", "day", "clock", "place"])
def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(settings, manager, missing):
    before = count(settings)

    page = booked(manager, **{missing: ""})

    assert page.status == 400
    assert "There is a problem" in page.main
    kept = page.form(BOOK).fields
    assert {name: kept[name] for name in NEW if name != missing} == {n: v for n, v in NEW.items() if n != missing}
    assert count(settings) == before


def test_a_new_apprentice_needs_name_employer_and_provider(manager):
    page = booked(manager, employer="", provider="")

    assert page.status == 409
    assert "AP-9001 is not registered yet, and there is no employer and no provider." in page.main


def test_a_registered_apprentice_needs_only_the_reference(manager):
    booked(manager)
    manager.press(
        manager.get(manager.get("/bookings").link("Wednesday 1 July 2026 at 9:30am") + "/cancel"),
        "Cancel the session",
        because="Ill",
    )

    page = booked(manager, name="", employer="", provider="", day="2026-07-02")

    assert "is booked" in page.main
    assert "Robin Hale" in page.main


def test_decision_21_an_apprentice_is_booked_on_the_plan_version_that_is_asked_for_and_stays_on_it(settings, manager):
    first, second = starter_plan(STANDARD), replace(starter_plan(STANDARD), version="next")
    in_database(settings, lambda store: seeding.load_standard(store, second, by=COMMAND_LINE, at=NOW))

    newest = booked(manager)
    assert newest.status == 409
    assert "No draw plan is adopted" in newest.main
    unknown = manager.press(newest, BOOK, plan_version="another")
    assert (
        f"has no version another. Give one that is loaded, or nothing for the newest, {second.version}" in unknown.main
    )
    page = manager.press(unknown, BOOK, plan_version=first.version)

    assert f"Standard {first.title}, level 3, plan version {first.version}" in page.main
    otherwise = booked(manager, plan_version=second.version, method=f"{STANDARD}/discussion")
    assert "AP-9001 is registered with another plan version" in otherwise.main


def test_somebody_else_under_the_same_reference_is_refused(manager):
    page = booked(manager, apprentice="AP-0001")

    assert page.status == 409
    assert "AP-0001 is registered with another name" in page.main


def test_w2_less_than_two_weeks_needs_a_reason_which_stays_out_of_the_audit_trail(settings, manager):
    asked = booked(manager, **SOON)
    assert asked.status == 400
    assert "The plan asks for 14 days before the" in asked.main

    page = manager.press(asked, BOOK, because="The apprentice moves abroad")

    assert "Less notice than the plan asks The apprentice moves abroad" in page.main
    trail = in_database(settings, lambda store: "".join(store.scalars(sa.select(AuditEntry.facts))))
    assert "abroad" not in trail


def test_l5_a_second_session_for_the_same_attempt_is_refused(manager):
    booked(manager)

    page = booked(manager, day="2026-07-08")

    assert page.status == 409
    assert "AP-9001 has the session" in page.main


def test_a_session_whose_set_could_not_be_drawn_is_refused_and_nothing_of_it_stays(settings, manager):
    before = count(settings)
    in_database(settings, withdraw)

    page = booked(manager)

    assert page.status == 409
    assert "This cannot be booked" in page.main
    assert count(settings) == before


def test_a_session_gets_another_time_place_and_assessor(manager, other_assessor):
    address = booked(manager).path

    page = manager.press(
        manager.get(f"{address}/change"),
        "Save the changes",
        assessor="tom@example.org",
        clock="14:00",
        place="Room 2",
        because="The room was taken",
    )

    assert "Wednesday 1 July 2026 at 2pm" in page.main
    assert "Room 2" in page.main
    assert "Another time The room was taken" in page.main
    assert "Robin Hale" in other_assessor.get("/sessions").main


def test_r8_another_time_needs_a_reason(manager):
    address = booked(manager).path

    page = manager.press(manager.get(f"{address}/change"), "Save the changes", clock="14:00")

    assert page.status == 409
    assert "This change cannot be made" in page.main
    assert "A move needs a reason" in page.main
    assert page.form("Save the changes").fields["clock"] == "14:00"


def test_a_cancelled_session_leaves_the_coming_ones_and_can_be_booked_again(manager):
    address = booked(manager).path

    asked = manager.press(manager.get(f"{address}/cancel"), "Cancel the session", because=" ")
    assert "Say in a sentence why" in asked.main
    page = manager.press(asked, "Cancel the session", because="Withdrawn by the provider")

    assert "is cancelled" in page.main
    assert "Robin Hale" not in manager.get("/bookings").main
    assert "Robin Hale" in manager.get("/bookings?show=past").main
    assert "is booked" in booked(manager).main


def test_fifty_sessions_are_a_page(settings, manager):
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())

    def many(store):
        version = standards.plan_version(store, STANDARD)
        grace = by_email(store, "grace@example.org")
        for number in range(100, 160):
            book_session(store, version, number, f"Apprentice {number}", grace, NOW + timedelta(days=20), cipher)

    in_database(settings, many)

    first = manager.get("/bookings")
    second = manager.get(first.link("Further"))

    assert len(first.all("tr")) == 51
    assert len(second.all("tr")) > 10
    assert second.link("Back") == "/bookings?after=0"


def test_an_assessor_books_nothing(assessor):
    assert assessor.get("/bookings").status == 403
    assert "Bookings" not in assessor.get("/").text


def test_I1_competence_is_recorded_shown_where_somebody_is_booked_and_holds(manager):
    assert "Grace Mensah, competence not on record" in manager.get("/bookings/new").main
    grace = next(
        one.get("value")
        for one in manager.get("/bookings/assessors").tree.iter("option")
        if "Grace" in (one.text or "")
    )

    page = manager.press(manager.get("/bookings/assessors"), "Record it", assessor=grace, until="2026-06-30")

    assert "Grace Mensah 30 June 2026 on record" in page.main
    assert "Grace Mensah, competence until 30 June 2026" in manager.get("/bookings/new").main
    refused = booked(manager)
    assert refused.status == 409
    assert "The competence of Grace Mensah is on record until 30 June 2026" in refused.main
    assert "Assessor’s competence done On record until 30 June 2026." in booked(manager, day="2026-06-29").main


def test_O8_W11_the_page_says_whether_the_order_is_the_recommended_one_and_asks_for_nothing(manager):
    interview = booked(manager)
    assert "Work-based project with interview before Professional discussion is recommended" in interview.main
    assert "One of them is not booked yet." in interview.main


def test_W10_somebody_from_the_employer_may_watch_the_interview_and_the_pack_says_with_what_part(
    settings, manager, assessor
):
    assert "May watch Somebody from the employer, with no part in the session or the grade" in booked(manager).main
    address = f"/sessions/{public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(address), "Pull the question set")

    assert "Somebody from the employer, with no part" in assessor.get(f"{address}/pack").main
