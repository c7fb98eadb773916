from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from qbank.storage import bulk, units
from qbank.storage.models import AuditEntry, Person
from qbank.storage.models.sign_ins import SecondFactor
from qbank.storage.rules import FIRST_PREVIOUS

BEGUN = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
AWKWARD = ["", " ", "'", '"', "\\", "{}", '{"a": [1, null]}', "NULL", "a,b", "two\nlines", "\t", "naïve – 7 €", "😀"]
MANY = bulk.MOST_AT_ONCE + 7
TOLD = "What would you say to them?"


def somebody(place, **facts):
    return {
        "id": place + 1,
        "name": AWKWARD[place % len(AWKWARD)],
        "email": f"person.{place}@example.org",
        "password": None if place % 3 else f"kept {place}",
        "active": place % 2 == 0,
        "fs_uniquifier": f"{place}",
        "created_at": BEGUN + timedelta(hours=place),
    } | facts


def a_chain(count):
    """Entries of a trail, each with the digest of the one before; the digests are nobody's."""
    digests = [FIRST_PREVIOUS, *(hashlib.sha256(f"{each}".encode()).hexdigest() for each in range(count))]
    plain = {"at": BEGUN, "actor": "command line", "actor_id": None, "act": "tried", "subject": "a chain"}
    return [
        {"seq": at + 1, "previous": digests[at], "digest": digests[at + 1], "facts": TOLD, **plain}
        for at in range(count)
    ]


def count_of(engine, model):
    with units.read_unit(engine) as store:
        return store.scalar(sa.select(sa.func.count()).select_from(model))


def most_a_statement_takes(store):
    """What the server says; SQLite has no such limit."""
    asked = sa.text("SHOW statement_timeout")
    return store.scalar(asked) if store.get_bind().dialect.name == "postgresql" else None


def test_rows_are_counted_anew_for_as_long_as_it_takes_and_no_later_statement_is_given_that(engine):
    with units.write_unit(engine) as store:
        bulk.take_stock(store)
        while_counting = most_a_statement_takes(store)
    with units.write_unit(engine) as store:
        afterwards = most_a_statement_takes(store)

    assert (while_counting, afterwards) == (("0", "5s") if engine.dialect.name == "postgresql" else (None, None))


def test_many_rows_are_kept_as_they_were_given_on_either_database(engine):
    people = [somebody(place) for place in range(MANY)]
    factors = [
        {"person_id": place + 1, "sealed_secret": bytes(range(place, 256)), "enrolled_at": BEGUN, "last_step": place}
        for place in range(256)
    ]

    with units.write_unit(engine) as store:
        bulk.insert(store, Person, people)
        bulk.insert(store, SecondFactor, factors)
        bulk.insert(store, SecondFactor, [])

    with units.read_unit(engine) as store:
        for model, given, key in ((Person, people, "id"), (SecondFactor, factors, "person_id")):
            columns = [model.__table__.c[name] for name in given[0]]
            kept = store.execute(sa.select(*columns).order_by(key)).mappings()
            assert [dict(row) for row in kept] == given


def test_a_rule_that_reads_the_row_before_holds_within_a_statement(engine):
    with units.write_unit(engine) as store:
        bulk.insert(store, AuditEntry, a_chain(MANY))

    assert count_of(engine, AuditEntry) == MANY


@pytest.mark.parametrize("wrong", [{"previous": "a" * 64}, {"digest": "short"}, {"actor_id": 404}, {"seq": None}])
def test_one_row_that_breaks_a_rule_is_refused_with_all_others_and_nobody_is_told_what_it_held(engine, wrong):
    rows = a_chain(MANY)
    rows[-1] |= wrong

    with pytest.raises(DBAPIError) as refused, units.write_unit(engine) as store:
        bulk.insert(store, AuditEntry, rows)

    assert count_of(engine, AuditEntry) == 0
    assert TOLD not in str(refused.value)
