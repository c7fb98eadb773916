"""L7: whoever writes SQL to the trail meets its triggers; whoever drops them first is met by the checkpoints."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError, NotSupportedError

from qbank.domain.people import COMMAND_LINE
from qbank.services import audit
from qbank.storage import triggers, units

AT = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
COLUMNS = "seq, at, actor, act, subject, facts, previous, digest"
NEW = f"INSERT INTO audit_entries ({COLUMNS}) SELECT"
COPY = "at, actor, act, subject, facts, previous, digest FROM audit_entries WHERE seq = 3"

ATTACKS = {
    "an edit": "UPDATE audit_entries SET subject = 'x' WHERE seq = 2",
    "an edit that changes nothing": "UPDATE audit_entries SET subject = subject WHERE seq = 2",
    "a new number": "UPDATE audit_entries SET seq = seq + 100",
    "a deletion": "DELETE FROM audit_entries WHERE seq = 2",
    "a deletion of all": "DELETE FROM audit_entries",
    "an entry twice": f"{NEW} 3, {COPY}",
    "an upsert that writes": f"{NEW} 3, {COPY} ON CONFLICT (seq) DO UPDATE SET subject = 'x'",
    "an upsert on the digest": f"{NEW} 4, {COPY} ON CONFLICT (digest) DO UPDATE SET subject = 'x'",
    "a gap": f"{NEW} 9, at, actor, act, subject, facts, digest, '{'a' * 64}' FROM audit_entries WHERE seq = 3",
    "an entry before the first": f"{NEW} 0, at, actor, act, subject, facts, '{'b' * 64}', '{'a' * 64}' "
    "FROM audit_entries WHERE seq = 3",
    "an entry out of order": f"{NEW} 4, at, actor, act, subject, facts, '{'b' * 64}', '{'a' * 64}' "
    "FROM audit_entries WHERE seq = 3",
    "a second chain": f"{NEW} 1, at, actor, act, subject, facts, '{'0' * 64}', '{'a' * 64}' "
    "FROM audit_entries WHERE seq = 3",
    "a digest that is none": f"{NEW} 4, at, actor, act, subject, facts, digest, '{'Z' * 64}' "
    "FROM audit_entries WHERE seq = 3",
    "somebody's act in nobody's name": f"{NEW} 4, at, 'person 1', act, subject, facts, digest, '{'a' * 64}' "
    "FROM audit_entries WHERE seq = 3",
}
ON_SQLITE = {
    "a replacement": f"INSERT OR REPLACE INTO audit_entries ({COLUMNS}) SELECT 3, {COPY}",
    "an edit that replaces": "UPDATE OR REPLACE audit_entries SET seq = 2 WHERE seq = 3",
}
ON_POSTGRESQL = {
    "a truncation": "TRUNCATE audit_entries",
    "a truncation that cascades": "TRUNCATE audit_entries CASCADE",
    "a merge": "MERGE INTO audit_entries USING (SELECT 2 AS seq) AS other ON audit_entries.seq = other.seq "
    "WHEN MATCHED THEN UPDATE SET subject = 'x'",
}


@pytest.fixture
def attacked(engine):
    with units.write_unit(engine) as store:
        for number in range(1, 4):
            audit.record(store, act="act", subject=f"S-{number}", by=COMMAND_LINE, at=AT)
    return engine


def trail(engine):
    with units.read_unit(engine) as store:
        return list(audit.published(store))


def refused(engine, attack):
    before = trail(engine)

    # PostgreSQL says of a truncation without CASCADE that it is not supported while other tables point at the trail.
    with pytest.raises((IntegrityError, NotSupportedError)), engine.begin() as connection:
        connection.exec_driver_sql(attack)

    assert trail(engine) == before


@pytest.mark.parametrize("attack", ATTACKS)
def test_L7_the_database_refuses_every_attack_on_the_trail(attacked, attack):
    refused(attacked, ATTACKS[attack])


def test_L7_the_database_refuses_the_attacks_that_only_its_own_language_has(attacked):
    for attack in (ON_SQLITE if attacked.dialect.name == "sqlite" else ON_POSTGRESQL).values():
        refused(attacked, attack)


@pytest.mark.parametrize("attack", ["an edit", "a deletion", "a gap"])
def test_without_its_triggers_the_same_attack_succeeds_and_the_chain_tells(attacked, attack):
    """The naive variant: it shows that the test above can fail."""
    with attacked.begin() as connection:
        triggers.drop(connection)
        connection.exec_driver_sql(ATTACKS[attack])
        triggers.create(connection)

    with units.read_unit(attacked) as store:
        assert audit.first_broken(store) == {"an edit": 2, "a deletion": 2, "a gap": 4}[attack]


def test_a_trigger_that_was_made_anew_and_refuses_nothing_is_noticed(attacked):
    """Whoever re-creates a trigger under its old name is told apart from us by its words."""
    with attacked.begin() as connection:
        if attacked.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER history_audit_entries_update")
            connection.exec_driver_sql(
                "CREATE TRIGGER history_audit_entries_update BEFORE UPDATE ON audit_entries WHEN 0 "
                "BEGIN SELECT RAISE(ABORT, 'never'); END"
            )
        else:
            connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION history_audit_entries_update() RETURNS trigger LANGUAGE plpgsql "
                "AS $$ BEGIN RETURN NEW; END $$"
            )

    with attacked.connect() as connection:
        (found,) = triggers.wrong(connection)

    assert "history_audit_entries_update" in found
