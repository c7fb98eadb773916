"""Re-sits, re-takes and sessions by video, booked through the form and told on their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.storage.models import AssessmentSession, AssessmentStart
from qbank.storage.queries import standards
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD, STANDARD, adopt, public_id
from tests.web.test_bookings import BOOK, INTERVIEW, booked, in_database

AFTER_A_FAIL = {"developed": "2026-06-05", "development": "Two days beside a colleague"}
TOMORROW = NOW + timedelta(days=1)
AGAIN = {**INTERVIEW, "apprentice": "AP-0001", "day": "2026-07-01", "clock": "09:30", "place": "Room 2"}
SAT = "AS-00001"


@pytest.fixture
def the_day_after(settings, assessor, app_at) -> Client:
    """A bank manager, the day after the first apprentice's interview was sat."""
    assessor.press(assessor.get(f"/sessions/{public_id(settings, SAT)}"), "Pull the question set")
    manager = Client(app_at(TOMORROW))
    manager.enter("ewa@example.org", PASSWORD)
    return manager


def booked_again(manager, kind, **filled):
    return manager.press(manager.get("/bookings/new"), BOOK, **{**AGAIN, **AFTER_A_FAIL, "kind": kind, **filled})


def test_R4_a_re_sit_says_by_when_it_should_be_done_and_asks_for_no_reason_where_it_is_later(the_day_after):
    page = booked_again(the_day_after, "re-sit", day="2027-07-01")

    assert "is booked, and its question set can be drawn" in page.main
    assert "Sitting re-sit, attempt 2" in page.main
    assert "Should be done by 4 June 2027, 12 months after the first sitting: in 52 weeks" in page.main


def test_R4_a_first_sitting_has_no_day_to_sit_again_by(manager):
    assert "Should be done by" not in booked(manager).main


def test_R6_R12_a_re_take_is_booked_with_further_development_and_a_new_start(settings, the_day_after):
    refused = booked_again(the_day_after, "re-take")
    assert refused.status == 409
    assert "A re-take starts the assessment anew, and its start is not on record." in refused.main
    assert refused.form(BOOK).fields["development"] == AFTER_A_FAIL["development"]

    page = the_day_after.press(refused, BOOK, started="2026-06-05")

    assert "Sitting re-take, attempt 2" in page.main
    assert "5 June 2026, the gateway being signed." in page.main
    assert "Assessment ends on 5 September 2026, 3 months after its start" in page.main
    assert "Should be done by 4 June 2027, 12 months after the first sitting" in page.main
    starts = in_database(
        settings, lambda store: store.scalars(sa.select(AssessmentStart.period).order_by(AssessmentStart.id)).all()
    )
    assert starts[-1] == 2


@pytest.mark.parametrize("method", ["interview", "discussion"])
def test_X1_and_P1_a_session_is_booked_by_video_and_its_set_waits_for_both_checks(settings, manager, assessor, method):
    in_database(settings, lambda store: adopt(store, standards.plan_version(store, STANDARD), "discussion"))

    page = booked(
        manager,
        method=f"{STANDARD}/{method}",
        remote="remote",
        place="Call 9001",
        day="2026-06-06",
        because="The apprentice moves abroad",
    )

    assert "Where By video: Call 9001" in page.main
    assert "54 to 66 minutes" in page.main
    assert "Check of the room" in page.main
    public = page.path.rsplit("/", 1)[1]
    assert in_database(
        settings,
        lambda store: store.scalar(sa.select(AssessmentSession.remote).where(AssessmentSession.public_id == public)),
    )
    assessor.press(
        assessor.get(f"/sessions/{public}/prepare"), "Record the declaration", **{"declaration-interest": "none"}
    )
    shut = assessor.press(assessor.get(f"/sessions/{public}"), "Pull the question set")
    assert shut.status == 409
    assert "the check of the apprentice’s identity, and the check of the apprentice’s room" in shut.main
