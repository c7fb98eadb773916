from datetime import UTC, datetime, timedelta

import pytest

from qbank.services.starter import starter_plan
from qbank.storage.queries.sessions import SessionLine
from qbank.web.session_lines import Standing, grouped, of_the_next_day, of_today, row

NOON = datetime(2026, 6, 4, 11, 0, tzinfo=UTC)  # midday in the United Kingdom: summer time
PLAN = starter_plan("customer-service-specialist-3")


def a_line(*, starts_at=NOON, drawn_at=None, cancelled_at=None, submitted_at=None, reference="AS-00001"):
    return SessionLine(
        id=1,
        reference=reference,
        public_id="a-public-id-of-22-letters",
        standard=PLAN.standard,
        plan_version_id=1,
        method="interview",
        kind="first sitting",
        attempt="AT-00001",
        attempt_id=1,
        attempt_number=1,
        apprentice="Amira Hassan",
        apprentice_reference="AP-0001",
        employer="Northgate Housing",
        provider="Weaver Training",
        assessor_id=1,
        assessor="Grace Mensah",
        starts_at=starts_at,
        place="Video call",
        cancelled_at=cancelled_at,
        drawn_at=drawn_at,
        submitted_at=submitted_at,
    )


def a_row(**facts):
    return row(a_line(**facts), PLAN, at=NOON)


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ({"starts_at": NOON + timedelta(hours=48, seconds=1)}, Standing.WAITING),
        ({"starts_at": NOON + timedelta(hours=48)}, Standing.READY),
        ({"drawn_at": NOON, "submitted_at": NOON}, Standing.SUBMITTED),
        ({"starts_at": NOON, "drawn_at": NOON}, Standing.DRAWN),
        ({"starts_at": NOON + timedelta(seconds=1)}, Standing.READY),
        ({"starts_at": NOON}, Standing.BEGUN),
        ({"starts_at": NOON - timedelta(days=7) + timedelta(seconds=1)}, Standing.BEGUN),
        ({"starts_at": NOON - timedelta(days=7), "drawn_at": NOON - timedelta(days=7)}, Standing.CLOSED),
        ({"cancelled_at": NOON}, Standing.CANCELLED),
    ],
)
def test_a_set_is_open_from_48_hours_before_its_session_until_7_days_after(facts, standing):
    assert a_row(**facts).standing is standing


def test_sessions_are_listed_today_first_then_next_then_past_latest_first():
    rows = [
        a_row(reference="past, older", starts_at=NOON - timedelta(days=9)),
        a_row(reference="past, newer", starts_at=NOON - timedelta(days=2)),
        a_row(reference="this morning", starts_at=NOON - timedelta(hours=3)),
        a_row(reference="tonight", starts_at=NOON + timedelta(hours=9)),
        a_row(reference="after midnight", starts_at=NOON + timedelta(hours=13)),
    ]

    groups = {group.title: [each.line.reference for each in group.rows] for group in grouped(rows, at=NOON)}

    assert groups == {
        "Today": ["this morning", "tonight"],
        "Next": ["after midnight"],
        "Past": ["past, newer", "past, older"],
    }


def test_a_group_says_how_many_in_which_order():
    assert of_today([a_row()], at=NOON).caption == "1 session, in the order of the day"


def test_a_day_without_sessions_has_no_group():
    assert of_today([a_row(starts_at=NOON + timedelta(days=1))], at=NOON) is None


def test_where_there_are_none_today_those_of_the_next_day_with_any_are_shown():
    coming = [a_row(starts_at=NOON + timedelta(days=days)) for days in (3, 3, 4)]

    assert of_the_next_day(coming, at=NOON).rows == tuple(coming[:2])
    assert of_the_next_day([a_row(starts_at=NOON - timedelta(days=1))], at=NOON) is None
