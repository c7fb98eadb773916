"""At most ten failures for an account in five minutes, and a most for all together, counted across workers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.services import audit, sign_in_tries
from qbank.services.sign_in_tries import WINDOW, Most, TooManyTries
from qbank.storage import units
from qbank.storage.models import SignInTry
from tests.services.a_bank import NOW

MOST = Most(of_account=10, overall=25)
GRACE, TOM = "grace@example.org", "tom@example.org"
WORKERS = 16


def try_once(engine, email=GRACE, after=timedelta(0)):
    return units.in_write_unit(engine, lambda store: sign_in_tries.admit(store, email, at=NOW + after, most=MOST))


def test_the_eleventh_failure_in_five_minutes_is_refused_with_the_time_of_the_next_try(engine):
    for minute in range(10):
        try_once(engine, after=timedelta(seconds=10 * minute))

    with pytest.raises(TooManyTries) as refused:
        try_once(engine, " Grace@Example.org ", after=timedelta(minutes=2))

    assert refused.value.again_at == NOW + WINDOW
    assert try_once(engine, TOM, after=timedelta(minutes=2))
    assert try_once(engine, after=WINDOW)


def test_a_refused_try_is_not_counted_so_whoever_waits_gets_in(engine):
    for _ in range(10):
        try_once(engine)
    for _ in range(5):
        with pytest.raises(TooManyTries):
            try_once(engine, after=WINDOW - timedelta(seconds=1))

    assert try_once(engine, after=WINDOW)


def test_many_accounts_together_are_refused_at_the_most_for_all(engine):
    for number in range(25):
        try_once(engine, f"person{number}@example.org")

    with pytest.raises(TooManyTries):
        try_once(engine, "one.more@example.org")


def test_a_right_password_takes_back_its_own_try_and_no_earlier_failure(engine):
    numbers = [try_once(engine) for _ in range(10)]
    units.in_write_unit(engine, lambda store: sign_in_tries.succeeded(store, numbers[-1]))

    try_once(engine)
    with pytest.raises(TooManyTries):
        try_once(engine)


def test_old_tries_are_forgotten_and_an_address_is_never_kept(engine):
    try_once(engine)
    try_once(engine, "a password typed into the wrong field", after=WINDOW)

    with units.read_unit(engine) as store:
        rows = store.execute(sa.select(SignInTry.__table__)).all()
    assert len(rows) == 1
    assert "password" not in str(rows)


def test_the_audit_trail_hears_of_a_failure_without_the_address(engine):
    with units.write_unit(engine) as store:
        sign_in_tries.failed(store, "secret@example.org", at=NOW)
        entry = next(audit.entries(store))

    assert (entry.act, entry.subject, entry.actor) == ("sign-in failed", "an unknown account", "somebody not signed in")


def admitted_together(engine, admit):
    """How many of many tries at the same moment get as far as their password."""
    together = threading.Barrier(WORKERS)

    def one(_):
        try:
            admit(engine, together)
        except TooManyTries:
            return 0
        return 1

    with ThreadPoolExecutor(WORKERS) as workers:
        return sum(workers.map(one, range(WORKERS)))


def ours(engine, together):
    together.wait(timeout=60)
    try_once(engine)


def looks_first_and_counts_afterwards(engine, together):
    """The usual way: look at the failures, look at the password, then count the failure."""
    with units.read_unit(engine) as store:
        failures = store.scalar(sa.select(sa.func.count()).select_from(SignInTry))
    together.wait(timeout=60)
    if failures >= MOST.of_account:
        raise TooManyTries(NOW)
    uncounted = Most(of_account=1_000, overall=1_000)
    units.in_write_unit(engine, lambda store: sign_in_tries.admit(store, GRACE, at=NOW, most=uncounted))


def test_tries_at_the_same_moment_do_not_slip_through_together(engine):
    assert admitted_together(engine, ours) == MOST.of_account


def test_the_same_judge_finds_the_usual_way_wanting(engine):
    assert admitted_together(engine, looks_first_and_counts_afterwards) > MOST.of_account
