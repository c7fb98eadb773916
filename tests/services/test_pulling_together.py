"""L1 under concurrency: real processes, real databases, and a naive variant that the same judge must catch."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from qbank.storage import units
from qbank.storage.models import QuestionSet
from tests.services.a_bank import a_session, an_apprentice, opened
from tests.services.a_puller import naive, ours, pulled_together

ROUNDS = 100
PROCESSES = 3


def differing(found: dict[int, list[tuple[str, ...]]]) -> list[int]:
    """Sessions whose processes were not all given one and the same set."""
    return [session for session, answers in found.items() if len(set(answers)) != 1 or len(answers) != PROCESSES]


@pytest.fixture
def sessions(bank) -> list[int]:
    with units.write_unit(bank) as store:
        for number in range(5, ROUNDS + 1):
            an_apprentice(store, number)
        return [a_session(store, apprentice=number).id for number in range(1, ROUNDS + 1)]


def test_L1_concurrent_pulls_of_a_session_give_the_identical_set(bank, bank_url, sessions):
    found = pulled_together(ours, bank_url, sessions, processes=PROCESSES)

    assert differing(found) == []
    with units.read_unit(bank) as store:
        assert store.scalar(sa.select(sa.func.count()).select_from(QuestionSet)) == ROUNDS


def test_without_lock_and_constraint_the_same_judge_finds_differing_sets(bank_url):
    """Without this, the test above could be green because nothing ever met."""
    with opened(bank_url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE naive_sets (session INTEGER, body TEXT)")

    found = pulled_together(naive, bank_url, range(1, ROUNDS + 1), processes=PROCESSES)

    assert differing(found) != []
