"""Bookings from a file: every fault by row, then all of them or none."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.services.booking_files import COLUMNS, EXTRA, MOST_ROWS
from qbank.services.starter import starter_plan
from qbank.storage import db, units
from qbank.storage.models import Apprentice, AssessmentSession, DevelopmentGiven
from qbank.storage.queries import standards
from tests.page import Client, Page
from tests.web.an_organisation import NOW, PASSWORD, STANDARD, adopt, public_id
from tests.web.conftest import let_go
from tests.web.test_bookings import in_database, withdraw
from tests.web.test_sessions import pulled

BOOK = "Book them all"


@pytest.fixture
def app(settings):
    """The application, which does its long work before it answers."""
    made = create_app(settings, now=lambda: NOW, doing=Doing.AT_ONCE)
    yield made
    let_go(made)


def a_row(number, **changed):
    row = {
        "standard": STANDARD,
        "method": "interview",
        "sitting": "",
        "apprentice": f"AP-9{number:03}",
        "name": f"Apprentice {number}",
        "employer": "Northgate Housing",
        "provider": "Weaver Training",
        "assessor": "grace@example.org",
        "day": "2026-07-01",
        "time": "09:30",
        "place": "By video",
        "reason": "",
    }
    return row | changed


def as_csv(*rows, columns=COLUMNS):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def sent(client, data, name="july.csv"):
    page = client.get("/bookings/file")
    fields = page.form(BOOK).fields | {"file": (io.BytesIO(data), name)}
    answer = client.http.post("/bookings/file", data=fields, content_type="multipart/form-data", follow_redirects=True)
    return Page(answer, answer.request.path)


def counts(settings):
    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        found = [store.scalar(sa.select(sa.func.count()).select_from(row)) for row in (AssessmentSession, Apprentice)]
    engine.dispose()
    return found


def test_every_row_of_a_file_is_booked(settings, manager):
    sessions, apprentices = counts(settings)

    page = sent(manager, as_csv(*(a_row(number) for number in range(25))))

    assert "25 sessions of the file are booked" in page.main
    assert counts(settings) == [sessions + 25, apprentices + 25]
    assert "Apprentice 24" in page.main


@pytest.fixture
def the_day_after(settings, assessor, other_assessor):
    """A bank manager, the day after two apprentices' interviews were sat."""
    pulled(assessor, settings, "AS-00001")
    pulled(other_assessor, settings, "AS-00003")
    made = create_app(settings, now=lambda: NOW + timedelta(days=1), doing=Doing.AT_ONCE)
    manager = Client(made)
    manager.enter("ewa@example.org", PASSWORD)
    yield manager
    let_go(made)


def test_re_sits_re_takes_sessions_by_video_and_short_notice_with_its_reason_are_booked_from_a_file(
    settings, the_day_after
):
    known = {"name": "", "employer": "", "provider": ""}
    failed = {"developed": "2026-06-05", "development": "Two days beside a colleague"}
    rows = [
        a_row(1, **known, **failed, sitting="re-sit", apprentice="AP-0001", day="2026-07-01"),
        a_row(2, **known, **failed, sitting="re-take", apprentice="AP-0003", started="2026-06-05", day="2026-07-02"),
        a_row(3, remote="yes", place="Call 3", day="2026-07-03"),
        a_row(4, reason="The apprentice moves abroad", day="2026-06-08", place="Room 4"),
    ]

    assert "4 sessions of the file are booked" in sent(the_day_after, as_csv(*rows)).main

    re_sit, re_take, by_video, soon = (
        the_day_after.get(the_day_after.get("/bookings").link(f"{day} 2026 at 9:30am")).main
        for day in ("Wednesday 1 July", "Thursday 2 July", "Friday 3 July", "Monday 8 June")
    )
    assert "Apprentice Amira Hassan, AP-0001" in re_sit
    assert "Sitting re-sit, attempt 2" in re_sit
    assert "4 May 2026, the gateway being signed." in re_sit
    assert "Apprentice Sam Lee, AP-0003" in re_take
    assert "Sitting re-take, attempt 2" in re_take
    assert "5 June 2026, the gateway being signed." in re_take
    assert "Where By video: Call 3" in by_video
    assert "Check of the room" in by_video
    assert "Where Room 4" in soon
    assert "Less notice than the plan asks The apprentice moves abroad" in soon
    given = sa.select(DevelopmentGiven.given_on).order_by(DevelopmentGiven.id)
    assert in_database(settings, lambda store: store.scalars(given).all()) == [date(2026, 6, 5)] * 2
    for sat in ("AS-00001", "AS-00003"):
        before = the_day_after.get(f"/bookings/{public_id(settings, sat)}").main
        assert "Two days beside a colleague" in before


def test_a_row_whose_set_could_not_be_drawn_is_named_and_nothing_of_the_file_is_booked(settings, manager):
    in_database(settings, lambda store: adopt(store, standards.plan_version(store, STANDARD), "discussion"))
    in_database(settings, withdraw)
    before = counts(settings)

    page = sent(manager, as_csv(a_row(1, method="discussion"), a_row(2), a_row(3, method="discussion")))

    assert "Nothing was booked." in page.main
    assert "Row 3: " in page.main
    assert "Choose another method or apprentice." in page.main
    assert "Row 2" not in page.main
    assert "Row 4" not in page.main
    assert counts(settings) == before
    assert (
        "2 sessions of the file are booked"
        in sent(manager, as_csv(a_row(1, method="discussion"), a_row(3, method="discussion"))).main
    )


def test_O2_a_row_with_an_observation_by_video_is_refused(settings, manager):
    before = counts(settings)

    page = sent(manager, as_csv(a_row(1, method="observation", remote="yes")))

    assert "Row 2: The observation takes place in person." in page.main
    assert counts(settings) == before


def test_a_day_may_be_written_as_the_british_write_it(manager):
    page = sent(manager, as_csv(a_row(1, day="01/07/2026")))

    assert "Wednesday 1 July 2026 at 9:30am" in page.main


def test_optional_columns_may_be_left_out(manager):
    sent(manager, as_csv(a_row(1)))
    columns = [name for name in COLUMNS if name not in {"sitting", "name", "employer", "provider", *EXTRA}]

    page = sent(manager, as_csv(a_row(2, apprentice="AP-9002"), columns=columns))

    assert "AP-9002 is not registered yet, and there is no name and no employer and no provider." in page.main


def test_decision_21_a_row_may_name_the_version_of_the_plan(manager):
    version = starter_plan(STANDARD).version

    page = sent(manager, as_csv(a_row(1, version=version), a_row(2, version="another")))

    assert "Row 3: The plan of" in page.main
    assert "has no version another. Give one that is loaded, or nothing for the newest" in page.main
    assert "Row 2" not in page.main


def test_half_an_import_is_no_import(settings, manager):
    before = counts(settings)
    rows = [a_row(1), a_row(2, assessor="nobody@example.org"), a_row(3), a_row(1), a_row(5, day="2026-06-05")]

    page = sent(manager, as_csv(*rows))

    assert "Nothing was booked." in page.main
    assert "Row 3: Nobody has the e-mail address nobody@example.org." in page.main
    assert "Row 5: AP-9001 has the session" in page.main
    assert "Row 6: The plan asks for 14 days" in page.main
    assert counts(settings) == before


def test_every_fault_of_every_row_is_said_before_anything_is_booked(settings, manager):
    before = counts(settings)
    rows = [a_row(1, day="tomorrow"), a_row(2), a_row(3, time="half nine", place=""), a_row(4, sitting="third")]

    page = sent(manager, as_csv(*rows))

    assert page.status == 400
    assert "3 rows need a correction." in page.main
    assert "2 The day cannot be read." in page.main
    assert "4 The place is missing." in page.main
    assert "4 The time cannot be read." in page.main
    assert "5 The sitting is unknown." in page.main
    assert counts(settings) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file has no bookings."),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"standard,method\n", "There is no column apprentice"),
        (as_csv(), "The file has no bookings."),
        (as_csv(a_row(1)).replace(b"By video", b"By video,Room 2"), "The row has 18 cells, the first row 17."),
        (as_csv(a_row(1)) + b'"open', "The row is not CSV"),
        (as_csv(*(a_row(1) for _ in range(MOST_ROWS + 1))), f"There are more than {MOST_ROWS} bookings."),
        (as_csv(a_row(1, place="By\x07video")), "U+0007"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(settings, manager, data, said):
    before = counts(settings)

    page = sent(manager, data)

    assert page.status == 400
    assert said in page.main
    assert counts(settings) == before


def test_no_file_is_said_beside_the_field(manager):
    page = manager.press(manager.get("/bookings/file"), BOOK)

    assert "Choose a file" in page.main


def test_the_example_file_has_every_column(manager):
    lines = manager.http.get("/bookings/file/example.csv").text.splitlines()

    assert lines[0].split(",") == list(COLUMNS)


def test_what_a_file_said_of_people_is_forgotten_with_the_job(settings, manager):
    sent(manager, as_csv(a_row(7, name="Robin Hale", assessor="nobody@example.org")))

    assert b"Robin Hale" not in (settings.data_folder / "jobs.db").read_bytes()
