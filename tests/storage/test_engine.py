from __future__ import annotations

import socket
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from qbank.storage import db, units
from qbank.storage.models import Employer, Person
from tests.databases import postgres_server
from tests.services.a_bank import opened

SUMMER = timezone(timedelta(hours=1))


def a_person(**changes: object) -> Person:
    values = {
        "name": "Demo author",
        "email": "author@example.org",
        "fs_uniquifier": "a",
        "created_at": datetime.now(UTC),
    }
    return Person(**(values | changes))


def keep(store, row):
    store.add(row)
    store.flush()


def test_times_come_back_aware_and_in_utc_whatever_zone_they_were_given_in(engine):
    given = datetime(2026, 6, 4, 9, 32, tzinfo=SUMMER)
    with units.write_unit(engine) as store:
        store.add(a_person(created_at=given))

    with units.read_unit(engine) as store:
        kept = store.scalars(sa.select(Person.created_at)).one()

    assert (kept, kept.tzinfo) == (given, UTC)


def test_a_time_without_a_zone_is_refused(engine):
    naive = datetime(2026, 6, 4, 9, 32)  # noqa: DTZ001 - what is to be refused

    with pytest.raises(StatementError, match="must bear its zone"):
        units.in_write_unit(engine, lambda store: keep(store, a_person(created_at=naive)))


def test_a_read_unit_cannot_write_on_either_database(engine):
    with units.read_unit(engine) as store, pytest.raises(DBAPIError, match=r"read-?only"):
        keep(store, Employer(name="Employer A"))


def test_a_read_unit_sees_one_state_although_another_commits_meanwhile(engine):
    with units.read_unit(engine) as store:
        before = store.scalar(sa.select(sa.func.count()).select_from(Employer))
        with units.write_unit(engine) as other:
            other.add(Employer(name="Employer A"))
        after = store.scalar(sa.select(sa.func.count()).select_from(Employer))

    assert (before, after) == (0, 0)


def test_a_write_unit_that_fails_leaves_nothing(engine):
    def fail(store):
        keep(store, Employer(name="Employer A"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        units.in_write_unit(engine, fail)

    with units.read_unit(engine) as store:
        assert store.scalars(sa.select(Employer)).all() == []


def test_L10_question_text_never_stands_in_an_exception(engine):
    canary = "CANARY-IN-A-STEM"

    with pytest.raises(IntegrityError) as caught:
        units.in_write_unit(engine, lambda store: keep(store, a_person(name=canary, email="NOT LOWER CASE")))

    assert canary not in "".join(traceback.format_exception(caught.value))


def test_two_write_units_on_sqlite_follow_one_another_from_their_first_read_on(tmp_path):
    """The stock driver let both read before either wrote: then both draw."""
    order: list[str] = []
    inside = threading.Event()

    with opened(f"sqlite:///{tmp_path / 'q.db'}") as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE sets (who TEXT)")

        def second() -> None:
            inside.wait(60)
            with units.write_unit(engine) as store:
                found = store.scalar(sa.text("SELECT count(*) FROM sets"))
                order.append(f"second found {found}")

        thread = threading.Thread(target=second, daemon=True)
        thread.start()
        with units.write_unit(engine) as store:
            store.execute(sa.text("SELECT count(*) FROM sets"))
            inside.set()
            thread.join(timeout=0.2)
            store.execute(sa.text("INSERT INTO sets VALUES ('first')"))
            order.append("first wrote")
        thread.join(timeout=60)

    assert order == ["first wrote", "second found 1"]


RECIPES = {
    "sqlite": {
        "PRAGMA busy_timeout": 5_000,
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": 2,
        "PRAGMA foreign_keys": 1,
        "PRAGMA recursive_triggers": 1,
        "PRAGMA trusted_schema": 0,
        "PRAGMA secure_delete": 1,
    },
    "postgresql": {"SHOW statement_timeout": "5s", "SHOW lock_timeout": "2s", "SHOW timezone": "UTC"},
}

BY_NO_DEFAULT = {
    "sqlite": {"PRAGMA foreign_keys", "PRAGMA recursive_triggers", "PRAGMA trusted_schema"},
    "postgresql": {"SHOW statement_timeout", "SHOW lock_timeout"},
}
"""What no build of a database does unasked; the rest differs from one to the other, or stays in the file."""


def recipe_of(engine):
    """What two connections that stand beside each other are told, by the question that tells it."""
    with engine.connect() as first, engine.connect() as second:
        return [
            {asked: connection.exec_driver_sql(asked).scalar() for asked in RECIPES[engine.dialect.name]}
            for connection in (first, second)
        ]


def test_every_new_connection_has_the_recipe_and_so_have_those_of_the_pages(engine, url):
    made_by_others = db.prepare(sa.create_engine(db.address(url), **db.engine_options(url)))

    found = [*recipe_of(engine), *recipe_of(made_by_others)]
    made_by_others.dispose()

    assert found == [RECIPES[engine.dialect.name]] * 4


def test_a_connection_without_the_recipe_is_seen_to_lack_it(empty_url):
    """The naive variant, so that the test above cannot pass by the defaults of a database."""
    stock = sa.create_engine(db.address(empty_url))

    found = recipe_of(stock)[0]
    stock.dispose()

    lacks = {asked for asked, wanted in RECIPES[stock.dialect.name].items() if found[asked] != wanted}
    assert lacks >= BY_NO_DEFAULT[stock.dialect.name]


def test_a_postgresql_address_is_reached_through_our_driver():
    assert db.address("postgresql://localhost/x").drivername == "postgresql+psycopg"
    assert db.address("postgres://localhost/x").drivername == "postgresql+psycopg"


def test_a_server_that_takes_the_line_and_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setitem(db.LINE, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()

        with (
            opened(f"postgresql://qbank@127.0.0.1:{silent.getsockname()[1]}/qbank") as engine,
            pytest.raises(DBAPIError, match="ConnectionTimeout"),
        ):
            engine.connect()

    assert time.monotonic() - begun < 20


@pytest.mark.postgres
def test_a_line_is_asked_whether_the_other_end_is_there():
    with opened(postgres_server()) as engine, engine.connect() as connection:
        told = connection.connection.driver_connection.info.get_parameters()

    assert {name: told[name] for name in db.LINE} == {name: str(value) for name, value in db.LINE.items()}


def test_an_address_that_says_how_long_to_wait_is_taken_at_its_word():
    url = "postgresql://qbank@/qbank?host=first:5432&host=second:5432&connect_timeout=2"

    assert "connect_timeout" not in db.engine_options(url)["connect_args"]
    assert "keepalives_idle" in db.engine_options(url)["connect_args"]
