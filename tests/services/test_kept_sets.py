"""L4, L7: a draw that was swapped behind the triggers replays, and is found by what the audit trail told before."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from delivery.canonical import canonical
from delivery.certificate import certify, commitment
from delivery.draw import draw
from delivery.eligibility import Eligibility
from qbank.domain.people import COMMAND_LINE
from qbank.services import booking, kept_sets
from qbank.services.anchoring import anchors
from qbank.services.kept_evidence import shown_evidence
from qbank.storage import draw_plans, triggers, units
from qbank.storage.models import (
    AssessmentSession,
    Attempt,
    AuditEntry,
    Commitment,
    EligibilitySnapshot,
    QuestionSet,
    Seed,
    SetQuestion,
)
from tests.services.a_bank import CIPHER, ENDED, NOW, a_session, pulled

OTHER_SEED = b"\x5e" * 32


@pytest.fixture
def drawn(bank) -> int:
    """The key of a session whose set was drawn."""
    with units.write_unit(bank) as store:
        session = a_session(store).id
    pulled(bank, session)
    return session


def behind_the_triggers(bank, change) -> None:
    with bank.begin() as connection:
        triggers.drop(connection)
    with units.write_unit(bank) as store:
        change(store)
    with bank.begin() as connection:
        triggers.create(connection)


def found(bank) -> list[tuple[str, str]]:
    with units.read_unit(bank) as store:
        assert triggers.wrong(store.connection()) == []
        return [(each.session, each.what) for each in kept_sets.differences(store)]


def swap_the_whole_draw(store) -> None:
    """Another seed, and everything that follows from it: the tables agree with one another, and it replays."""
    row = store.scalars(sa.select(QuestionSet)).one()
    attempt, committed = store.get_one(Attempt, row.attempt_id), store.get_one(Commitment, row.commitment_id)
    plan = draw_plans.plan(store, row.draw_plan_id)
    eligible = Eligibility.from_dict(json.loads(store.get_one(EligibilitySnapshot, row.snapshot_id).body))
    drawn = draw(plan, seed=OTHER_SEED, eligibility=eligible)
    committed.commitment = commitment(attempt=attempt.reference, plan_digest=plan.digest, seed=OTHER_SEED)
    certificate = certify(plan, drawn, eligible, commitment=committed.commitment)
    store.get_one(Seed, attempt.id).ciphertext = CIPHER.sealed(OTHER_SEED, attempt=attempt.reference)
    row.certificate, row.certificate_digest = canonical(certificate.to_dict()).decode(), certificate.digest
    pinned = draw_plans.pinned(store, row.draw_plan_id)
    store.execute(sa.delete(SetQuestion))
    for position, reference in enumerate(drawn.references, start=1):
        question, version = pinned[reference]
        store.execute(
            sa.insert(SetQuestion).values(
                question_set_id=row.id,
                position=position,
                question_id=question,
                question_version_id=version,
                apprentice_id=row.apprentice_id,
                method=row.method,
            )
        )


@pytest.mark.usefixtures("drawn")
def test_a_set_that_nobody_touched_is_what_the_trail_tells(bank):
    assert found(bank) == []


@pytest.mark.usefixtures("drawn")
def test_a_draw_that_was_swapped_whole_is_found_by_the_trail(bank):
    behind_the_triggers(bank, swap_the_whole_draw)

    assert [what for _, what in found(bank)] == ["certificate", "commitment", "entry of the commitment", "question set"]


def exchange(store) -> None:
    asked = sa.select(SetQuestion.question_id)
    row = store.scalars(sa.select(SetQuestion).where(SetQuestion.position == 1)).one()
    plan = draw_plans.pinned(store, store.scalars(sa.select(QuestionSet.draw_plan_id)).one())
    question, version = next(each for each in plan.values() if each[0] not in set(store.scalars(asked)))
    row.question_id, row.question_version_id = question, version


def reorder(store) -> None:
    for by, moved in ((100, SetQuestion.position <= 2), (-101, SetQuestion.position == 102), (-99, None)):
        which = SetQuestion.position == 101 if moved is None else moved
        store.execute(sa.update(SetQuestion).where(which).values(position=SetQuestion.position + by))


def thaw(store) -> None:
    store.execute(sa.update(EligibilitySnapshot).values(body='{"excluded":{}} '))


def forget(store) -> None:
    store.execute(sa.delete(AuditEntry).where(AuditEntry.act == "question set drawn"))


def remove(store) -> None:
    store.execute(sa.delete(SetQuestion))
    store.execute(sa.delete(QuestionSet))


def turn_round(store) -> None:
    store.execute(sa.update(AuditEntry).where(AuditEntry.act == "attempt opened").values(seq=9999))


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (exchange, "questions"),
        (reorder, "questions"),
        (thaw, "eligibility"),
        (forget, "entry of the pull"),
        (remove, "question set"),
        (turn_round, "entry of the commitment"),
    ],
)
def test_what_was_changed_of_a_kept_set_is_named(bank, change, what):
    behind_the_triggers(bank, change)

    assert found(bank) == [("AS-00001", what)]


def test_a_set_whose_session_was_cancelled_and_booked_again_is_still_borne_out(bank, drawn):
    with units.write_unit(bank) as store:
        booking.cancel(store, store.get_one(AssessmentSession, drawn), because="ill", by=COMMAND_LINE, at=NOW)
        again = a_session(store, at=NOW, starts_at=ENDED).reference

    assert found(bank) == []
    with units.read_unit(bank) as store:
        assert anchors(store, shown_evidence(store, again)).pull > 0
