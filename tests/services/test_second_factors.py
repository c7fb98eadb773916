"""Second factors: enrolled, asked for, used up, taken away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from qbank.domain.access import Role
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, one_time_codes, people, recovery_codes, second_factors, sign_ins
from qbank.services.second_factors import SecretCipher
from qbank.storage import units
from qbank.storage.models import Person
from qbank.storage.models.sign_ins import RecoveryCode, SecondFactor, SignIn
from tests.services.a_bank import NOW

CIPHER = SecretCipher.from_secret("the seed key of an installation that is not there")
SECRET = bytes(range(20))
LATER = NOW + timedelta(minutes=5)


def a_person(store, email="grace@example.org"):
    return people.create(store, name="Grace", email=email, password=None, roles=[Role.AUTHOR], by=COMMAND_LINE, at=NOW)


def enrolled(store, person, at=NOW):
    step = one_time_codes.step_of(code(at), SECRET, at=at)
    return second_factors.enrol(store, person, SECRET, step, cipher=CIPHER, at=at)


def code(at):
    return one_time_codes.code_at(SECRET, at=at)


def accepted(store, person, typed, at=LATER):
    return second_factors.accept(store, typed, person.actor, cipher=CIPHER, at=at)


def test_a_code_is_taken_once_and_none_of_before(engine):
    with units.write_unit(engine) as store:
        grace = a_person(store)
        enrolled(store, grace)
        after = LATER + timedelta(seconds=30)

        assert not accepted(store, grace, code(NOW), NOW)  # it showed that the app has the secret
        assert [accepted(store, grace, code(LATER)) for _ in range(2)] == [True, False]
        assert [accepted(store, grace, each, after) for each in (code(after), code(LATER))] == [True, False]


def test_the_same_code_at_the_same_moment_opens_one_sign_in(engine):
    with units.write_unit(engine) as store:
        enrolled(store, a_person(store))
    together = Barrier(4)

    def one(_number):
        with engine.connect():
            together.wait(timeout=30)
        return units.in_write_unit(engine, lambda store: accepted(store, store.query(Person).one(), code(LATER)))

    with ThreadPoolExecutor(4) as four:
        assert sorted(four.map(one, range(4))) == [False, False, False, True]


def test_ten_recovery_codes_are_each_good_once_however_they_are_typed(engine):
    with units.write_unit(engine) as store:
        grace, tom = a_person(store), a_person(store, "tom@example.org")
        codes, toms = enrolled(store, grace), enrolled(store, tom)
        typed = [codes[0].upper().replace("-", " "), codes[0], codes[1].replace("-", ""), toms[0], "", "-"]
        taken = [accepted(store, grace, each) for each in typed]

        assert (len(set(codes)), taken) == (10, [True, False, True, False, False, False])
        assert (recovery_codes.left(store, grace.id), recovery_codes.left(store, tom.id)) == (8, 10)


def test_neither_secret_nor_recovery_codes_stand_in_the_database(engine):
    with units.write_unit(engine) as store:
        codes = enrolled(store, a_person(store))
        sealed = store.scalars(sa.select(SecondFactor.sealed_secret)).one()
        digests = store.scalars(sa.select(RecoveryCode.digest)).all()

    assert SECRET not in sealed
    assert set(codes).isdisjoint(digests)
    assert {len(digest) for digest in digests} == {64}


def test_a_secret_opens_for_its_person_and_with_its_key_only():
    sealed = CIPHER.sealed(SECRET, person_id=1)

    assert CIPHER.opened(sealed, person_id=1) == SECRET
    for cipher, person_id in ((CIPHER, 2), (SecretCipher.from_secret("another"), 1)):
        with pytest.raises(NotReady, match="cannot be opened"):
            cipher.opened(sealed, person_id=person_id)
    assert [CIPHER.opened_or_none(bad, person_id=1) for bad in (b"", b"short", sealed[:-1] + b"x")] == [None] * 3


def test_enrolling_ends_every_sign_in_that_was_by_password_alone(engine):
    with units.write_unit(engine) as store:
        grace = a_person(store)
        sign_ins.begin(store, grace.actor, at=NOW)
        enrolled(store, grace)

        assert set(store.scalars(sa.select(SignIn.ended_because))) == {"second factor changed"}
        with pytest.raises(RuleBroken, match="have a second factor already"):
            enrolled(store, grace)


def test_every_act_is_in_the_audit_trail_and_no_code_is(engine):
    with units.write_unit(engine) as store:
        grace = a_person(store)
        first = enrolled(store, grace)
        accepted(store, grace, first[0])
        second = second_factors.renew_recovery_codes(store, grace, at=NOW)
        second_factors.disable(store, grace, at=NOW)
        enrolled(store, grace)
        second_factors.reset(store, grace, by=COMMAND_LINE, at=NOW)
        trail = list(audit.entries(store))[1:]

    acts = [entry.act for entry in trail if entry.act != "sign-ins ended"]
    assert acts == [
        "second factor enrolled",
        "recovery code used",
        "recovery codes renewed",
        "second factor disabled",
        "second factor enrolled",
        "second factor reset",
    ]
    told = " ".join(entry.facts for entry in trail)
    assert [one for one in (*first, *second, code(NOW), SECRET.hex()) if one in told] == []
    assert '"left":9' in told


def test_what_is_not_there_is_neither_renewed_nor_reset_and_takes_no_code(engine):
    with units.write_unit(engine) as store:
        grace = a_person(store)

        assert not accepted(store, grace, code(LATER))
        with pytest.raises(RuleBroken, match="You have no second factor"):
            second_factors.renew_recovery_codes(store, grace, at=NOW)
        with pytest.raises(RuleBroken, match="This person has no second factor"):
            second_factors.reset(store, grace, by=COMMAND_LINE, at=NOW)


def test_a_half_open_sign_in_lasts_ten_minutes_and_is_not_listed(engine):
    limits = sign_ins.Limits(idle=timedelta(minutes=30), longest=timedelta(hours=12))
    with units.write_unit(engine) as store:
        grace = a_person(store)
        key = sign_ins.begin(store, grace.actor, at=NOW, half_open=True)
        times = [NOW + timedelta(minutes=10, seconds=-1), NOW + timedelta(minutes=10)]

        stands = [sign_ins.standing(store, key, at=at, limits=limits) is not None for at in times]
        assert stands == [True, False]
        assert sign_ins.standing_of(store, grace.id, at=NOW, limits=limits) == []
        assert list(audit.entries(store))[-1].act == "password given, code awaited"
