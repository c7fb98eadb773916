from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.access import Role
from qbank.services import audit, demonstration
from qbank.services.checking import check_database
from qbank.services.demonstration_sessions import ZONE, times_ahead
from qbank.services.starter import starter_plan, starter_questions
from qbank.storage import migrating, units
from qbank.storage.db import Base
from qbank.storage.models import SetQuestion
from qbank.storage.queries import people, sessions
from tests.services.a_bank import CIPHER, fit_once, opened

STANDARD = "customer-service-specialist-3"
MORNING = datetime(2026, 6, 4, 8, 32, tzinfo=UTC)


def made(engine, *, at=MORNING):
    return demonstration.fill(
        engine, starter_plan(STANDARD), starter_questions(STANDARD), cipher=CIPHER, at=at, fit=fit_once
    )


def rows(engine) -> dict[str, int]:
    with units.read_unit(engine) as store:
        tables = Base.metadata.tables.items()
        return {name: store.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for name, table in tables}


FIRST: dict[str, demonstration.Demonstration] = {}
"""What the run that filled the template told, by database."""


def fill_example(url: str) -> None:
    migrating.upgrade(url)
    with opened(url) as engine:
        FIRST[engine.dialect.name] = made(engine)


@pytest.fixture
def example_url(shelf):
    with shelf.lent("example", fill_example) as made:
        yield made


@pytest.fixture
def example(example_url):
    with opened(example_url) as engine:
        yield engine, FIRST[engine.dialect.name]


def test_the_example_has_a_person_for_every_role_and_tells_each_password_once(example):
    engine, first = example

    second = made(engine)

    assert {login.role for login in first.logins} == set(Role)
    assert len({login.password for login in first.logins} - {None}) == len(first.logins)
    assert {login.password for login in second.logins} == {None}


def test_a_second_run_changes_no_row(example):
    engine, _ = example
    before = rows(engine)

    again = made(engine, at=MORNING + timedelta(hours=3))

    assert not again.is_new
    assert rows(engine) == before


def test_the_next_day_has_three_sessions_of_its_own(example):
    engine, _ = example

    again = made(engine, at=MORNING + timedelta(days=1))

    assert (again.past_sessions, again.todays_sessions) == (0, 3)


def test_the_assessor_has_one_session_a_method_today_and_the_past_ones_have_their_sets(example):
    engine, first = example

    with units.read_unit(engine) as store:
        assessor = people.by_email(store, "assessor@example.org")
        everybodys, own = sessions.sessions_of(store, None), sessions.sessions_of(store, assessor.id)
    today = [line for line in own if line.starts_at.date() == MORNING.date()]
    past = [line for line in everybodys if line.starts_at < MORNING]

    assert sorted(line.method for line in today) == ["discussion", "interview", "observation"]
    assert [line.drawn_at for line in today] == [None] * 3
    assert len(past) == first.past_sessions >= 30
    assert all(line.drawn_at is not None and line.drawn_at < line.starts_at for line in past)
    assert {line.kind for line in past} == {"first sitting", "re-sit"}
    assert MORNING - min(line.starts_at for line in past) <= timedelta(days=61)
    assert all(line.starts_at > MORNING for line in today)
    assert {line.starts_at.weekday() for line in past} <= set(range(5))


def test_no_apprentice_of_the_example_meets_a_question_twice_in_a_method(example):
    engine, _ = example

    with units.read_unit(engine) as store:
        met = store.execute(sa.select(SetQuestion.apprentice_id, SetQuestion.method, SetQuestion.question_id)).all()

    assert len(met) == len(set(met)) > 200


def test_the_example_is_whole_and_its_trail_holds(example_url, example):
    engine, _ = example

    sentences = list(check_database(example_url))

    assert any("each follows the one before" in sentence for sentence in sentences)
    with units.read_unit(engine) as store:
        times = [entry.at for entry in audit.entries(store)]
    assert times == sorted(times)


def test_nothing_is_filled_into_a_database_without_tables(empty_url):
    with opened(empty_url) as engine, pytest.raises(sa.exc.DBAPIError):
        made(engine)
    migrating.upgrade(empty_url)
    with opened(empty_url) as engine:
        assert rows(engine)["people"] == 0


@pytest.mark.parametrize("clock", ["00:00", "08:32", "19:59", "20:15", "21:31", "23:00", "23:55", "23:59"])
@pytest.mark.parametrize("day", ["2026-06-04", "2026-11-24"])
def test_sessions_are_to_come_whenever_the_example_is_made(day, clock):
    at = datetime.fromisoformat(f"{day}T{clock}:30").replace(tzinfo=ZONE)

    times = times_ahead(at.date(), at, 3)

    assert at < times[0] < times[1] < times[2]
    assert (times[2].date() == at.date()) == (clock != "23:59")
