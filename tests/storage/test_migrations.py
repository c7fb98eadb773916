"""Migrations lose no row and no trigger, both ways, and end where the models stand."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotFound, NotReady
from qbank.domain.people import COMMAND_LINE
from qbank.services import booking, erasing
from qbank.storage import db, migrating, search, triggers, units
from tests.services.a_bank import BOOKED, NOW, a_session, fill, opened, the_person
from tests.services.a_review import decide, declare, opened_review, vote_on_bank, voted
from tests.storage.a_history import fill_history

REVISIONS = migrating.revisions()


def counted(url: str) -> tuple[dict[str, int], set[str]]:
    """Rows of every table of ours, and the names of the triggers."""
    with opened(url) as engine, engine.connect() as connection:
        named = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        tables = {name for name in named if not search.is_ours(name)}  # filled anew from the versions
        rows = {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in sorted(tables)}  # noqa: S608 - names from the schema
        not_yet = {triggers.PREFIX + name for name in triggers.left_out(connection)}  # what they read came later
        wrong = set(migrating.wrong_triggers(connection)) - not_yet
        assert wrong == set(), f"{len(wrong)} triggers were lost or changed."
        return rows, set(triggers.names(connection))


def test_the_models_and_the_migrated_schema_agree(engine):
    with engine.connect() as connection:
        assert migrating.differences(connection) == []


def test_there_is_one_head_and_revisions_are_numbered_in_order():
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert migrating.latest() == REVISIONS[-1]


def test_every_migration_runs_up_and_down_on_an_empty_database_and_leaves_what_was_there_before(empty_url):
    """The way back meets, at every revision, the tables and triggers of the way up; up again is the next test's."""
    there = {}
    for revision in REVISIONS:
        migrating.upgrade(empty_url, revision)
        there[revision] = counted(empty_url)
    for revision in REVISIONS[-2::-1]:
        migrating.downgrade(empty_url, revision)

        assert counted(empty_url) == there[revision], revision
    migrating.downgrade(empty_url, "base")

    assert counted(empty_url) == ({}, set())


def test_the_populated_database_holds_a_row_of_every_table(shelf):
    rows, _ = counted(shelf.copy("history", fill_history))

    assert [table for table, count in rows.items() if not count] == []


def test_each_migration_back_forth_and_back_on_a_populated_database_keeps_every_row_and_trigger_that_stays(shelf):
    """One walk from the newest revision to the first: at each, every table that stands still holds its rows.

    So each migration is undone where its own table is full, and done again over full tables. From the newest to each
    and back would be the same steps over and over: their number grew with the square of the revisions.
    """
    url = shelf.copy("history", fill_history)
    with opened(url) as engine:
        with pytest.raises(NotReady, match="data of 1 apprentices is held"):
            migrating.downgrade(url, "0031")
        with units.write_unit(engine) as store:
            erasing.let_go(store, "AP-0003", by=COMMAND_LINE, at=NOW)
    rows, names = counted(url)
    for earlier, later in zip(REVISIONS[-2::-1], REVISIONS[:0:-1], strict=True):
        migrating.downgrade(url, earlier)
        stayed, fewer = counted(url)
        migrating.upgrade(url, later)
        after, again = counted(url)
        migrating.downgrade(url, earlier)

        assert stayed == {table: rows[table] for table in stayed}, f"{later} lost rows on the way back."
        assert after == {table: rows[table] if table in stayed else 0 for table in rows}, f"{later} lost rows."
        assert again == names, f"{later} lost triggers."
        rows, names = stayed, fewer


def test_W8_going_back_is_refused_where_an_open_review_would_lose_what_its_trail_tells_of(shelf):
    url = shelf.copy("bank", fill)
    with opened(url) as bank:
        reference = opened_review(bank)
        declare(bank, reference, "second", ("Q-0010",))
        voted(bank, reference, "Q-0010")
        decide(bank, reference, "Q-0010")
        vote_on_bank(bank, reference, "first")

        for earlier, what, emptied in (
            ("0041", "a proposed budget", "review_budget_proposals"),
            ("0038", "a vote on the bank", "review_bank_votes"),
            ("0027", "who did not count in a decision", ""),
        ):
            with pytest.raises(NotReady, match=f"RV-0001 would lose {what}, and no certificate of theirs"):
                migrating.downgrade(url, earlier)
            if emptied:  # as if it had been opened before there was such a thing
                with bank.begin() as connection:
                    triggers.drop(connection)
                    connection.exec_driver_sql(f"DELETE FROM {emptied}")  # noqa: S608 - one of the names above

        with bank.connect() as connection:
            assert migrating.revision_of(connection) == REVISIONS[-1]


def test_0037_finds_former_assessors_in_the_trail_and_bars_whoever_had_a_hand_before_an_old_decision(shelf):
    """Two decisions: one as the program recorded it that kept no bars, one as today's does."""
    url = shelf.copy("bank", fill)
    with opened(url) as bank:
        with units.write_unit(bank) as store:
            booking.reassign(store, a_session(store), the_person(store, "other"), by=COMMAND_LINE, at=BOOKED)
        reference = opened_review(bank)
        declare(bank, reference, "second", ("Q-0010", "Q-0011"), at=NOW - timedelta(minutes=1))
        for question in ("Q-0010", "Q-0011"):
            voted(bank, reference, question)
            decide(bank, reference, question)
        declare(bank, reference, "first", ("Q-0010",), at=NOW + timedelta(minutes=1))
        migrating.downgrade(url, "0036")
        with bank.begin() as connection:
            triggers.drop(connection)
            connection.exec_driver_sql("DELETE FROM review_decision_bars")
            for seq, facts in connection.execute(sa.text("SELECT seq, facts FROM audit_entries")).all():
                kept = json.loads(facts)
                if kept.get("question") == "Q-0010":
                    kept.pop("barred", None)
                written = {"seq": seq, "facts": json.dumps(kept)}
                connection.execute(sa.text("UPDATE audit_entries SET facts = :facts WHERE seq = :seq"), written)
        migrating.upgrade(url)

        with bank.connect() as connection:
            former = connection.execute(
                sa.text("SELECT email FROM former_assessors JOIN people ON people.id = person_id")
            ).all()
            barred = connection.execute(
                sa.text(
                    "SELECT reference, email FROM review_decision_bars JOIN people ON people.id = person_id "
                    "JOIN questions ON questions.id = question_id"
                )
            ).all()

    assert [tuple(row) for row in former] == [("assessor@example.org",)]
    assert [tuple(row) for row in barred] == [("Q-0010", "second@example.org")]


def test_a_migration_that_would_orphan_rows_is_refused_and_undone(tmp_path):
    """SQLite checks no reference while a table is rebuilt, so the references are checked before the end."""
    url = f"sqlite:///{tmp_path / 'q.db'}"
    fill_history(url)
    with opened(url) as engine, engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        triggers.drop(connection)
        connection.exec_driver_sql("DELETE FROM people WHERE id = 1")
        triggers.create(connection)
        connection.commit()
    before = counted(url)

    with pytest.raises(NotReady, match="without what they refer to; nothing was changed"):
        migrating.downgrade(url, REVISIONS[-2])

    assert counted(url) == before


def test_a_missing_an_empty_an_older_and_a_newer_database_are_each_refused_with_a_remedy(empty_url, tmp_path):
    missing = f"sqlite:///{tmp_path / 'nowhere.db'}"
    with opened(missing) as engine, pytest.raises(NotReady, match="no database yet"):
        migrating.ensure_latest(engine)
    assert not (tmp_path / "nowhere.db").exists()
    with opened(empty_url) as engine:
        if engine.dialect.name == "postgresql":
            with pytest.raises(NotReady, match="is empty"):
                migrating.ensure_latest(engine)
        migrating.upgrade(empty_url, REVISIONS[0])
        with pytest.raises(NotReady, match="this qbank needs"):
            migrating.ensure_latest(engine)
        migrating.upgrade(empty_url)
        migrating.ensure_latest(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(NotReady, match="newer than this qbank"):
            migrating.ensure_latest(engine)


def test_a_database_that_does_not_answer_is_a_refusal_without_its_address(tmp_path):
    (tmp_path / "notes.db").write_text("no database at all, but long enough to be read as the head of one" * 9)
    for url in ("postgresql://person:secret@127.0.0.1:1/x", f"sqlite:///{tmp_path / 'notes.db'}"):
        with pytest.raises(NotReady, match="does not answer") as caught:
            migrating.upgrade(url)
        assert "secret" not in str(caught.value)


def test_an_unknown_revision_is_refused_with_those_there_are(empty_url):
    with pytest.raises(NotFound, match=", ".join(REVISIONS)):
        migrating.upgrade(empty_url, "0999")


def test_lost_triggers_are_noticed(engine):
    with engine.begin() as connection:
        triggers.drop(connection)

        assert len(migrating.wrong_triggers(connection)) > 100


def test_a_migration_that_would_leave_a_rule_without_its_trigger_is_refused(shelf):
    url = shelf.copy("history", fill_history)
    migrating.downgrade(url, REVISIONS[-2])
    with opened(url) as engine, engine.begin() as connection:
        triggers.drop(connection)
        connection.exec_driver_sql("ALTER TABLE session_notes DROP COLUMN words")

    with pytest.raises(NotReady, match="not there, first: session_notes_"):
        migrating.upgrade(url)

    with opened(url) as engine, engine.connect() as connection:
        assert migrating.revision_of(connection) == REVISIONS[-2]


def test_two_migrations_at_once_do_the_work_once(empty_url):
    with ThreadPoolExecutor() as both:
        done = [both.submit(migrating.upgrade, empty_url) for _ in range(2)]

    assert [each.result(timeout=120) for each in done] == [None, None]
    with opened(empty_url) as engine, engine.connect() as connection:
        assert migrating.revision_of(connection) == REVISIONS[-1]


def test_a_migration_waits_for_a_longer_one_than_a_page_would_and_says_so_when_it_waited_in_vain(tmp_path, monkeypatch):
    """On SQLite: a chain of migrations on a slow machine took longer than the five seconds that a page waits."""
    url = f"sqlite:///{tmp_path / 'q.db'}"
    migrating.upgrade(url, REVISIONS[0])
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "q.db", check_same_thread=False)) as other, ThreadPoolExecutor() as beside:
        other.execute("BEGIN IMMEDIATE")
        waiting = beside.submit(migrating.upgrade, url)
        assert wait([waiting], timeout=0.3).done == set()
        other.execute("ROLLBACK")
        assert waiting.result(timeout=120) is None

        monkeypatch.setattr(migrating, "WAIT_MILLISECONDS", 10)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotReady, match="Another program has been writing"):
            migrating.downgrade(url, REVISIONS[0])
    with opened(url) as engine, engine.connect() as connection:
        assert migrating.revision_of(connection) == REVISIONS[-1]
