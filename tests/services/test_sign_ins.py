"""Sign-ins are kept by the server, which can end them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, passwords, people, sign_ins
from qbank.services.sign_ins import Ending, Limits
from qbank.storage import units
from qbank.storage.models import SignIn
from tests.services.a_bank import NOW

LIMITS = Limits(idle=timedelta(minutes=30), longest=timedelta(hours=12))


def a_person(store, email="grace@example.org"):
    return people.create(store, name="Grace", email=email, password=None, roles=[Role.AUTHOR], by=COMMAND_LINE, at=NOW)


def stands(store, key, after=timedelta(0)):
    store.expire_all()
    return sign_ins.standing(store, key, at=NOW + after, limits=LIMITS) is not None


@pytest.mark.parametrize(
    ("after", "seen", "expected"),
    [
        (timedelta(minutes=29, seconds=59), timedelta(0), True),
        (timedelta(minutes=30), timedelta(0), False),
        (timedelta(minutes=50), timedelta(minutes=25), True),
        (timedelta(hours=12, seconds=-1), timedelta(hours=11, minutes=45), True),
        (timedelta(hours=12), timedelta(hours=11, minutes=45), False),
    ],
)
def test_a_sign_in_ends_half_an_hour_after_the_last_page_and_twelve_hours_after_the_first(
    engine, after, seen, expected
):
    with units.write_unit(engine) as store:
        key = sign_ins.begin(store, a_person(store).actor, at=NOW)
        sign_ins.seen(store, sign_ins.standing(store, key, at=NOW, limits=LIMITS).id, at=NOW + seen)

        assert stands(store, key, after) is expected


def test_keys_are_never_alike_and_the_database_holds_none_of_them(engine):
    with units.write_unit(engine) as store:
        person = a_person(store).actor
        keys = {sign_ins.begin(store, person, at=NOW) for _ in range(20)}
        kept = set(store.scalars(sa.select(SignIn.key_digest)))

    assert len(keys) == len(kept) == 20
    assert all(len(key) >= 43 for key in keys)
    assert keys & kept == set()


def test_an_unknown_key_opens_nothing(engine):
    with units.write_unit(engine) as store:
        assert not stands(store, "a key that nobody was given")


def test_signing_out_ends_one_sign_in_and_signing_out_everywhere_ends_all_of_that_person_and_of_nobody_else(engine):
    with units.write_unit(engine) as store:
        grace, tom = a_person(store), a_person(store, "tom@example.org")
        first, second, third = (sign_ins.begin(store, grace.actor, at=NOW) for _ in range(3))
        toms = sign_ins.begin(store, tom.actor, at=NOW)

        sign_ins.end(store, first, at=NOW, because=Ending.SIGNED_OUT)
        one_out = [stands(store, key) for key in (first, second, third, toms)]
        ended = sign_ins.end_all(store, grace, by=grace.actor, at=NOW)
        all_out = [stands(store, key) for key in (first, second, third, toms)]

    assert one_out == [False, True, True, True]
    assert (ended, all_out) == (2, [False, False, False, True])


def test_a_new_password_ends_every_sign_in_and_says_so_in_the_audit_trail(engine):
    with units.write_unit(engine) as store:
        grace = a_person(store)
        key = sign_ins.begin(store, grace.actor, at=NOW)
        people.set_password(store, grace, passwords.hashed("correct horse battery"), by=COMMAND_LINE, at=NOW)

        assert not stands(store, key)
        trail = [(entry.act, entry.facts) for entry in audit.entries(store)][1:]
    assert [act for act, _ in trail] == ["signed in", "sign-ins ended", "password set"]
    assert '"because":"new password"' in trail[1][1]


def test_what_has_ended_stays_ended_whoever_writes_to_the_database(engine):
    with units.write_unit(engine) as store:
        key = sign_ins.begin(store, a_person(store).actor, at=NOW)
        sign_ins.end(store, key, at=NOW, because=Ending.SIGNED_OUT)

    with pytest.raises(IntegrityError, match="stays ended"), units.write_unit(engine) as store:
        store.execute(sa.update(SignIn).values(ended_at=None, ended_because=None))


def test_only_sign_ins_that_stand_are_listed_the_latest_first(engine):
    with units.write_unit(engine) as store:
        grace = a_person(store)
        ended, _, _ = (
            sign_ins.begin(store, grace.actor, at=NOW + timedelta(minutes=minutes)) for minutes in (0, 10, 20)
        )
        sign_ins.end(store, ended, at=NOW, because=Ending.SIGNED_OUT)
        listed = sign_ins.standing_of(store, grace.id, at=NOW + timedelta(minutes=45), limits=LIMITS)

    assert [one.began_at - NOW for one in listed] == [timedelta(minutes=20)]


def test_sign_ins_of_long_ago_are_forgotten_a_batch_at_a_time_and_none_that_stands(engine):
    with units.write_unit(engine) as store:
        grace = a_person(store).actor
        for days in (200, 150, 100, 89, 0):
            sign_ins.begin(store, grace, at=NOW - timedelta(days=days))
        forget = partial(sign_ins.forget_old, at=NOW, kept=timedelta(days=90), limits=LIMITS, most=2)
        gone = [forget(store) for _ in range(3)]
        left = [(NOW - began).days for began in store.scalars(sa.select(SignIn.began_at).order_by(SignIn.id))]

    assert (gone, left) == ([2, 1, 0], [89, 0])


def test_a_short_memory_never_forgets_a_sign_in_that_stands(engine):
    with units.write_unit(engine) as store:
        key = sign_ins.begin(store, a_person(store).actor, at=NOW)
        later = NOW + timedelta(minutes=29)

        assert sign_ins.forget_old(store, at=later, kept=timedelta(minutes=1), limits=LIMITS) == 0
        assert stands(store, key, timedelta(minutes=29))
