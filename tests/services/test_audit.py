from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.people import COMMAND_LINE
from qbank.services import audit
from qbank.storage import triggers, units
from qbank.storage.models import AuditEntry
from qbank.verify.trail import judge

AT = datetime(2026, 6, 4, 9, 32, tzinfo=timezone(timedelta(hours=1)))


def ten(store) -> list[AuditEntry]:
    return [
        audit.record(store, act="question set drawn", subject=f"AS-{number:05d}", by=COMMAND_LINE, at=AT)
        for number in range(10)
    ]


def loose(entries) -> list[dict[str, object]]:
    """Rows that can be tampered with."""
    names = [column.name for column in AuditEntry.__table__.columns]
    return [{name: getattr(entry, name) for name in names} for entry in entries]


def first_broken(rows) -> int | None:
    broken = judge(map(audit.as_published, rows)).broken
    return None if broken is None else broken.entry


def test_L7_the_canonical_bytes_are_as_documented(engine):
    with units.write_unit(engine) as store:
        entry = audit.record(
            store, act="session booked", subject="AS-00001", by=COMMAND_LINE, at=AT, facts={"b": 1, "a": "é"}
        )

    written = (
        '{"act":"session booked","actor":"command line","at":"2026-06-04T08:32:00.000000Z",'
        f'"facts":{{"a":"é","b":1}},"previous":"{"0" * 64}","seq":1,"subject":"AS-00001"}}'
    )
    assert entry.digest == hashlib.sha256(written.encode()).hexdigest()


def test_L7_each_entry_follows_the_one_before_and_the_chain_holds_after_a_restart(engine):
    with units.write_unit(engine) as store:
        ten(store)
    with units.write_unit(engine) as store:
        ten(store)

    with units.read_unit(engine) as store:
        assert audit.first_broken(store) is None
        assert audit.length(store) == 20


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("facts", '{"a":1}'),
        ("facts", "{ }"),
        ("facts", '{"a":1,"a":1}'),
        ("facts", "no JSON"),
        ("facts", '{"a":0.5}'),
        ("actor", "person 7"),
        ("actor_id", 7),
        ("subject", "AS-99999"),
        ("act", "nothing"),
        ("at", AT + timedelta(microseconds=1)),
        ("at", "yesterday"),
        ("subject", b"AS-00004"),
        ("seq", None),
        ("previous", "1" * 64),
        ("digest", "2" * 64),
        ("seq", 99),
    ],
)
def test_L7_an_edit_of_any_column_is_found_and_the_entry_named(engine, column, value):
    with units.write_unit(engine) as store:
        trail = loose(ten(store))

    trail[4][column] = value

    assert first_broken(trail) == 5


@given(st.data())
def test_L7_deletion_reorder_and_insertion_are_found_at_the_first_entry_that_does_not_follow(data):
    trail = a_chain(12)
    place = data.draw(st.integers(0, 10))
    tampered = list(trail)
    kind = data.draw(st.sampled_from(["delete", "swap", "repeat"]))
    if kind == "delete":
        del tampered[place]
    elif kind == "swap":
        tampered[place], tampered[place + 1] = tampered[place + 1], tampered[place]
    else:
        tampered.insert(place + 1, trail[place])

    assert first_broken(tampered) == (place + 2 if kind == "repeat" else place + 1)


def a_chain(length: int) -> list[dict[str, object]]:
    trail, previous = [], "0" * 64
    for seq in range(1, length + 1):
        entry = AuditEntry(seq=seq, at=AT, actor="command line", act="a", subject="s", facts="{}", previous=previous)
        entry.digest = previous = hashlib.sha256(audit.canonical_bytes(entry)).hexdigest()
        trail.append(entry)
    return loose(trail)


def test_an_edit_behind_the_triggers_is_found_in_the_database_too(engine):
    with units.write_unit(engine) as store:
        ten(store)
    with engine.begin() as connection:
        triggers.drop(connection)
        connection.execute(sa.update(AuditEntry).where(AuditEntry.seq == 3).values(subject="AS-77777"))
        triggers.create(connection)

    with units.read_unit(engine) as store:
        assert audit.first_broken(store) == 3


def test_an_act_that_is_undone_leaves_no_entry(engine):
    def work(store):
        audit.record(store, act="a", subject="s", by=COMMAND_LINE, at=datetime.now(UTC))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        units.in_write_unit(engine, work)

    with units.read_unit(engine) as store:
        assert audit.length(store) == 0


@pytest.mark.parametrize(
    ("actor", "number", "said"),
    [
        ("person 7", 7, "person 7"),
        ("command line", None, "command line"),
        ("person 7", 8, "person 7 and person 8"),
        ("person 7", None, "person 7 and nobody"),
        ("command line", 7, "command line and person 7"),
    ],
)
def test_L7_an_actor_and_an_actor_id_that_disagree_are_published_as_two_so_that_the_digest_does_not_fit(
    actor, number, said
):
    row = {"seq": 1, "at": AT, "actor": actor, "actor_id": number, "act": "a", "subject": "s", "facts": "{}"}

    assert audit.as_published(row | {"previous": "0" * 64, "digest": "1" * 64})["actor"] == said


def test_what_came_since_an_end_of_the_trail_is_told_in_order(engine):
    with units.write_unit(engine) as store:
        audit.record_all(store, act="read", of=[(f"Q-{at}", {"at": at}) for at in range(3)], by=COMMAND_LINE, at=AT)
        then = audit.end(store)
        audit.record(store, act="written", subject="Q-4", by=COMMAND_LINE, at=AT)
        audit.record(store, act="read", subject="Q-5", by=COMMAND_LINE, at=AT)

    with units.read_unit(engine) as store:
        assert audit.first_broken(store) is None
        now = audit.end(store)
        came = audit.since(store, then, most=2)
        assert (came.entries, came.end, came.acts) == ((("written", "Q-4"), ("read", "Q-5")), now, {"written", "read"})
        assert audit.since(store, now, most=0) == audit.Since((), now)
        assert [subject for _, subject in audit.since(store, audit.End(), most=5).entries][:2] == ["Q-0", "Q-1"]


def test_what_came_since_is_not_told_where_it_is_too_much_or_the_trail_is_another(engine):
    with units.write_unit(engine) as store:
        ten(store)

    with units.read_unit(engine) as store:
        then = audit.End(4, store.get_one(AuditEntry, 4).digest)
        assert audit.since(store, then, most=6) is not None
        assert audit.since(store, then, most=5) is None
        assert audit.since(store, audit.End(), most=9) is None
        assert audit.since(store, audit.End(4, "0" * 64), most=6) is None
        assert audit.since(store, audit.End(11, then.digest), most=6) is None


def test_L7_whoever_writes_at_the_same_time_waits_and_the_trail_stays_one(engine):
    together = Barrier(2)

    def work(number):
        for _ in range(10):
            together.wait(timeout=30)
            with units.write_unit(engine) as store:
                audit.record(store, act="read", subject=f"Q-{number}", by=COMMAND_LINE, at=AT)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2), timeout=60))

    with units.read_unit(engine) as store:
        assert audit.length(store) == 20
        assert audit.first_broken(store) is None
