"""The live pointer follows the log of moves, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.lifecycle import IN_SERVICE, MOVES, State
from qbank.storage import units
from qbank.storage.models import InService, Question, QuestionVersion
from tests.services.a_bank import NOW
from tests.storage.a_history import a_written_version, approve, in_service, move


def the_version(store, reference: str = "Q-0010") -> QuestionVersion:
    asked = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
    return store.scalars(asked.where(Question.reference == reference)).one()


def refused(engine, work, *, because: str) -> None:
    with pytest.raises(IntegrityError, match=because):
        units.in_write_unit(engine, work)


@pytest.mark.parametrize("state", sorted(IN_SERVICE - {State.LIVE}))
def test_the_pointer_follows_every_move_while_the_version_is_in_service(bank, state):
    with units.write_unit(bank) as store:
        version = the_version(store)
        move(store, version, state)
        there = in_service(store, version.question_id)
        move(store, version, State.LIVE)
        back = in_service(store, version.question_id)

        assert (there, back) == ((version.id, state), (version.id, State.LIVE))


def test_a_retired_version_leaves_the_pointer(bank):
    with units.write_unit(bank) as store:
        version = the_version(store)
        move(store, version, State.RETIRED)

        assert in_service(store, version.question_id) is None


def test_the_live_version_stays_while_the_next_one_is_drafted_and_at_most_one_is_in_service(bank):
    def work(store):
        live = the_version(store)
        facts = {column.name: getattr(live, column.name) for column in QuestionVersion.__table__.columns}
        facts |= {"id": None, "number": 2, "digest": "e" * 64}
        following = QuestionVersion(**facts)
        store.add(following)
        store.flush()
        move(store, following, State.DRAFT)
        assert in_service(store, live.question_id) == (live.id, State.LIVE)
        move(store, following, State.LIVE)

    refused(bank, work, because=r"(?i)unique|duplicate")


@pytest.mark.parametrize("before", [state for state in State if state is not State.RETIRED])
def test_a_version_makes_only_the_moves_of_the_table(bank, before):
    """Every move that the table lacks is refused, from every state that can be reached."""
    ways = {
        State.DRAFT: [],
        State.AWAITING_APPROVAL: [State.AWAITING_APPROVAL],
        State.LIVE: [State.AWAITING_APPROVAL, State.LIVE],
        State.RESTING: [State.AWAITING_APPROVAL, State.LIVE, State.RESTING],
        State.QUARANTINED: [State.AWAITING_APPROVAL, State.LIVE, State.QUARANTINED],
    }
    for number, to in enumerate(sorted(set(State) - MOVES[before])):

        def work(store, number=number, to=to):
            version = a_written_version(store, author="author", reference=f"Q-8{number:03d}")
            approve(store, version, approver="approver")
            move(store, version, State.DRAFT)
            for step in ways[before]:
                move(store, version, step)
            move(store, version, to)

        refused(bank, work, because="L7|L8")


def test_a_move_that_does_not_start_where_the_last_one_ended_is_refused(bank):
    def work(store):
        version = the_version(store)
        store.execute(
            sa.text(
                "INSERT INTO moves (question_id, question_version_id, number, from_state, to_state, reason, at) "
                "VALUES (:question, :version, 3, 'resting', 'retired', 'a test', :at)"
            ).bindparams(sa.bindparam("at", NOW, type_=sa.DateTime(timezone=True))),
            {"question": version.question_id, "version": version.id},
        )

    refused(bank, work, because="L7: a move starts from the state")


@pytest.mark.parametrize("tamper", [sa.update(InService).values(state="resting"), sa.delete(InService)])
def test_nobody_writes_the_pointer_by_hand(bank, tamper):
    refused(bank, lambda store: store.execute(tamper), because="L7: the pointer says what the log")


def test_a_reference_is_never_given_to_another_question(bank):
    def work(store):
        first = store.scalars(sa.select(Question).limit(1)).one()
        store.add(
            Question(reference=first.reference, standard_id=first.standard_id, method=first.method, created_at=NOW)
        )
        store.flush()

    refused(bank, work, because=r"(?i)L7|reference_never_reused")
