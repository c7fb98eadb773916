"""L4: the audit trail bears a draw out, or says why it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from qbank.services import audit, delivering
from qbank.services.anchoring import NotAnchored, anchors
from qbank.services.kept_evidence import shown_evidence
from qbank.storage import triggers, units
from qbank.storage.models import AuditEntry
from tests.services.a_bank import CIPHER, COMMAND_LINE, NOW, a_session


@pytest.fixture
def drawn(bank):
    """The evidence of a session that was booked and pulled."""
    with units.write_unit(bank) as store:
        session = a_session(store)
        delivering.pull(store, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)
        return shown_evidence(store, session.reference)


def tampered(bank, change) -> None:
    with bank.begin() as connection:
        triggers.drop(connection)
        connection.execute(change)


def test_L4_the_commitments_entry_comes_before_the_pulls(bank, drawn):
    with units.read_unit(bank) as store:
        found = anchors(store, drawn)
        acts = {entry.seq: (entry.act, entry.subject) for entry in audit.entries(store)}

    assert found.commitment < found.pull
    assert acts[found.commitment] == ("attempt opened", drawn.attempt)
    assert acts[found.pull] == ("question set drawn", drawn.session)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"certificate_digest": "0" * 64}, "no entry that names the certificate"),
        ({"certificate": {"commitment": "0" * 64}}, "no entry that names the commitment"),
        ({"attempt": "AT-99999"}, "no entry that names the commitment"),
    ],
)
def test_a_draw_that_the_trail_does_not_tell_of_is_refused(bank, drawn, change, sentence):
    with units.read_unit(bank) as store, pytest.raises(NotAnchored, match=sentence):
        anchors(store, replace(drawn, **change))


def test_a_commitment_that_was_moved_behind_the_pull_is_found(bank, drawn):
    with units.read_unit(bank) as store:
        last = audit.length(store)
    tampered(bank, sa.update(AuditEntry).where(AuditEntry.act == "attempt opened").values(seq=last + 1))

    with units.read_unit(bank) as store, pytest.raises(NotAnchored, match="before its seed was committed to"):
        anchors(store, drawn)


def test_a_trail_that_does_not_follow_as_far_as_the_pull_bears_nothing_out(bank, drawn):
    tampered(bank, sa.update(AuditEntry).where(AuditEntry.seq == 2).values(subject="x"))

    with units.read_unit(bank) as store, pytest.raises(NotAnchored, match="does not follow at entry 2"):
        anchors(store, drawn)
