"""L5: no sequence of booking, moving, cancelling, reassigning, re-sitting, voiding and pulling gives a set too many."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Shelf, SqliteShelf
from tests.services.a_shopper import DrawShopping, NaiveShopping, NaiveVoiding, ShoppingDeciders

STEPS = 25
EXAMPLES = {True: 25, False: 5}
"""On SQLite, and on PostgreSQL, where a database takes longer to make."""


def shopped(machine: type[DrawShopping], shelf: Shelf, *, examples: int) -> None:
    machine.shelf = shelf
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.generate],
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_L5_no_sequence_yields_two_sets_for_an_attempt_nor_the_next_attempts_set_before_this_one_was_sat(shelf):
    shopped(ShoppingDeciders, shelf, examples=EXAMPLES[isinstance(shelf, SqliteShelf)])


def test_L5_the_same_shopper_finds_the_way_where_a_re_sit_may_follow_a_draw_that_nobody_sat(tmp_path):
    """The naive variant: it shows that the test above can fail."""
    with pytest.raises(AssertionError, match="before this one was sat"):
        shopped(NaiveShopping, SqliteShelf(tmp_path), examples=100)


def test_L5_the_same_shopper_finds_the_way_where_one_person_voids_alone(tmp_path):
    """Another naive variant: without a second person there is a set for whoever does not like theirs."""
    with pytest.raises(AssertionError, match="A set too many was"):
        shopped(NaiveVoiding, SqliteShelf(tmp_path), examples=100)
