"""L4: a seed is secret until the result of its attempt is final; then anybody can draw the set again, without a key."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from qbank.domain.errors import NotReady, RuleBroken
from qbank.services import moderating, revealing, verifying
from qbank.services.kept_evidence import whole_evidence
from qbank.services.seeds import SeedCipher
from qbank.settings import Settings
from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry
from tests.services.a_bank import CIPHER, ENDED, the_person
from tests.services.a_sitting import assessed


@pytest.fixture
def session(bank) -> int:
    """A session whose assessment was submitted."""
    return assessed(bank)[0]


def acted(bank, session, act, **more):
    def work(store):
        found, by = store.get_one(AssessmentSession, session), the_person(store, "approver").actor
        return act(store, found, by=by, at=ENDED, **more)

    return units.in_write_unit(bank, work)


def final(bank, session):
    def uphold(store, found, **by):
        moderating.moderate(store, found, moderating.Outcome.UPHELD, because="", **by)

    acted(bank, session, uphold)
    acted(bank, session, moderating.confirm)


def told(bank):
    """The facts of each reveal in the trail."""
    with units.read_unit(bank) as store:
        asked = sa.select(AuditEntry.facts).where(AuditEntry.act == revealing.REVEALED)
        return [json.loads(facts) for facts in store.scalars(asked)]


def test_L4_a_seed_is_secret_until_the_result_is_final(bank, session):
    with pytest.raises(RuleBroken, match="secret until its result is confirmed"):
        acted(bank, session, revealing.reveal, cipher=CIPHER)

    with units.read_unit(bank) as store:
        assert whole_evidence(store, "AS-00001").seed is None
    assert told(bank) == []


def test_L4_after_results_the_set_is_drawn_again_by_who_has_no_key(bank, bank_url, session, tmp_path):
    final(bank, session)

    row = acted(bank, session, revealing.reveal, cipher=CIPHER)
    again = acted(bank, session, revealing.reveal, cipher=CIPHER)

    no_key = {"seed_key": SecretStr("another secret, and long enough for it"), "database_url": bank_url}
    settings = Settings(data_folder=tmp_path, cache_folder=tmp_path, **no_key)
    verified = verifying.verify_session("AS-00001", settings)
    with units.read_unit(bank) as store:
        carried = json.dumps(whole_evidence(store, "AS-00001").to_dict(with_stems=False))
    elsewhere = verifying.verify_text(carried, "evidence", settings.model_copy(update={"database_url": ""}))
    assert verified.commitment is verifying.Committed.RECORDED
    assert elsewhere.certificate_digest == verified.certificate_digest
    assert again.seed == row.seed
    assert [(facts["seed"], facts["commitment"]) for facts in told(bank)] == [
        (row.seed.hex(), json.loads(carried)["certificate"]["commitment"])
    ]


def test_L4_before_that_nobody_without_the_key_draws_it_again(bank, bank_url, session, tmp_path):
    final(bank, session)
    other = SecretStr("another secret, and long enough for it")
    settings = Settings(data_folder=tmp_path, cache_folder=tmp_path, seed_key=other, database_url=bank_url)

    with pytest.raises(NotReady, match="cannot be opened"):
        verifying.verify_session("AS-00001", settings)


def test_L4_a_seed_that_is_not_what_was_committed_to_is_not_revealed(bank, session):
    class Exchanged(SeedCipher):
        def opened(self, kept: bytes, *, attempt: str) -> bytes:
            return super().opened(kept, attempt=attempt)[::-1]

    final(bank, session)

    with pytest.raises(NotReady, match="not the one that was committed to"):
        acted(bank, session, revealing.reveal, cipher=Exchanged(CIPHER.key))
    assert told(bank) == []
