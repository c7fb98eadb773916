from __future__ import annotations

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from qbank.cli.db import db
from qbank.domain.errors import NotReady
from qbank.storage import migrating, triggers
from tests.services.a_bank import fill, opened
from tests.storage.a_history import fill_history


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'folder' / 'qbank.db'}"


def run(url: str, *arguments: str):
    return CliRunner(env={"QBANK_DATABASE_URL": url}).invoke(db, arguments)


def test_upgrade_makes_the_database_its_folder_and_its_tables(url):
    found = run(url, "upgrade")

    assert (found.exit_code, found.output) == (0, f"The database is at revision {migrating.latest()}.\n")


def test_check_says_what_is_in_order(url, tmp_path):
    (tmp_path / "folder").mkdir()
    fill(url)

    found = run(url, "check")

    assert found.exit_code == 0
    assert [line.split(":")[0] for line in found.output.splitlines()[1:5]] == [
        "Tables",
        "Triggers",
        "Audit trail",
        "Question sets",
    ]


def test_check_refuses_a_database_without_its_triggers(url):
    run(url, "upgrade")
    with opened(url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER history_audit_entries_delete")

    found = run(url, "check")

    assert isinstance(found.exception, NotReady)
    assert "history_audit_entries_delete" in str(found.exception)


def test_check_names_the_audit_entry_that_does_not_follow(url, tmp_path):
    (tmp_path / "folder").mkdir()
    fill(url)
    with opened(url) as engine, engine.begin() as connection:
        triggers.drop(connection)
        connection.execute(sa.text("UPDATE audit_entries SET subject = 'x' WHERE seq = 2"))
        triggers.create(connection)

    assert "does not follow at entry 2" in str(run(url, "check").exception)


def test_check_names_the_session_whose_set_is_not_the_one_that_was_drawn(url, tmp_path):
    (tmp_path / "folder").mkdir()
    fill_history(url)
    with opened(url) as engine, engine.begin() as connection:
        triggers.drop(connection)
        connection.execute(sa.text("UPDATE commitments SET commitment = :other"), {"other": "0" * 64})
        triggers.create(connection)

    assert "The question set of AS-00001 is not the one that was drawn: its commitment" in str(
        run(url, "check").exception
    )


def test_check_names_what_was_changed_by_hand_in_the_tables(url):
    run(url, "upgrade")
    with opened(url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE employers ADD COLUMN extra TEXT")

    assert "extra" in str(run(url, "check").exception)


def test_downgrade_asks_before_it_loses_anything(url):
    run(url, "upgrade")

    refused = CliRunner(env={"QBANK_DATABASE_URL": url}).invoke(db, ["downgrade", "base"], input="n\n")
    with opened(url) as engine, engine.connect() as connection:
        assert migrating.revision_of(connection) == migrating.latest()
    done = run(url, "downgrade", "base", "--yes")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    with opened(url) as engine, engine.connect() as connection:
        assert migrating.revision_of(connection) is None
