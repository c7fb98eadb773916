"""Every kept set is drawn again: on both databases, each that was changed is named, and the others hold."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from delivery.canonical import canonical
from delivery.certificate import Certificate
from qbank.domain.lifecycle import Sitting
from qbank.services.verifying_sets import UNREADABLE, verify_every
from qbank.settings import Settings
from qbank.storage import triggers, units
from qbank.storage.models import QuestionSet, Seed
from tests.services.a_bank import ENDED, NOW, SECRET, a_session, pulled
from tests.services.a_sitting import a_drawn_session
from tests.services.a_void import voided

SETS = 4


@pytest.fixture
def settings(bank_url, tmp_path):
    return Settings(data_folder=tmp_path, database_url=bank_url, seed_key=SecretStr(SECRET))


@pytest.fixture
def drawn(bank):
    """Three apprentices' sets and one re-sit's."""
    for number in (1, 2, 3):
        with units.write_unit(bank) as store:
            key = a_session(store, apprentice=number).id
        pulled(bank, key)
    again = NOW + timedelta(days=40)
    with units.write_unit(bank) as store:
        key = a_session(store, kind=Sitting.RE_SIT, starts_at=again, at=ENDED).id
    pulled(bank, key, at=again)
    return bank


def changed(bank, statement):
    """As somebody does who takes the triggers off."""
    with bank.begin() as connection:
        triggers.drop(connection)
        connection.execute(statement)


@pytest.mark.usefixtures("drawn")
def test_L4_every_kept_set_is_drawn_again_by_both_programs(settings):
    told = []

    looked = verify_every(settings, lambda _, share: told.append(share))

    assert (looked.sets, looked.held, looked.wrong) == (SETS, SETS, ())
    assert told == [number / SETS for number in range(1, SETS + 1)]


def test_L4_a_set_that_was_voided_is_drawn_again_too(bank, settings):
    key = a_drawn_session(bank)
    voided(bank, key)
    pulled(bank, key)

    looked = verify_every(settings)

    assert (looked.sets, looked.held, looked.wrong) == (2, 2, ())


def test_L4_a_certificate_that_was_changed_with_its_digest_is_named_and_the_others_hold(drawn, settings):
    with units.read_unit(drawn) as store:
        kept = store.get_one(QuestionSet, 2)
        data = json.loads(kept.certificate) | {"attempts": 41}
    values = {"certificate": canonical(data).decode(), "certificate_digest": Certificate.from_dict(data).digest}
    changed(drawn, sa.update(QuestionSet).where(QuestionSet.id == 2).values(values))

    looked = verify_every(settings)

    assert (looked.sets, looked.held) == (SETS, SETS - 1)
    assert looked.wrong[0].where == "AS-00002"


def test_L4_a_seed_of_another_attempt_is_named(drawn, settings):
    with units.read_unit(drawn) as store:
        other = store.get_one(Seed, 1).ciphertext
    changed(drawn, sa.update(Seed).where(Seed.attempt_id == 3).values(ciphertext=other))

    assert [each.where for each in verify_every(settings).wrong] == ["AS-00003"]


def test_a_certificate_that_is_none_is_named_and_stops_nothing(drawn, settings):
    changed(drawn, sa.update(QuestionSet).where(QuestionSet.id == 1).values(certificate="{"))

    looked = verify_every(settings)

    assert (looked.held, looked.wrong[0].where, looked.wrong[0].sentence) == (SETS - 1, "AS-00001", UNREADABLE)
