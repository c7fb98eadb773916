"""L7: whoever owns the database changes the trail at random; checkpoints find it, and name the first bad entry."""

from __future__ import annotations

import pytest

from tests.services.a_tampering import (
    KINDS,
    UNSEEN_FROM_INSIDE,
    a_trail,
    chain_alone,
    found,
    kept,
    tamperings,
    with_checkpoints,
)

DOSE = 1_000
NAIVE_DOSE = 100
SEED = b"tests/services/test_tampering.py"


@pytest.fixture
def checkpoints(engine, tmp_path):
    a_trail(engine, tmp_path)
    return tmp_path


def test_L7_each_of_1000_random_tamperings_is_detected_and_its_first_bad_entry_named(engine, checkpoints):
    tried = tamperings(kept(engine), DOSE, seed=SEED)

    named = [(each.kind, found(engine, each, with_checkpoints, checkpoints)) for each in tried]

    assert {each.kind for each in tried} == set(KINDS)
    assert named == [(each.kind, each.expected) for each in tried]


def test_L7_a_chain_without_checkpoints_misses_what_was_rewritten_or_cut_short(engine, checkpoints):
    """The naive variant, judged by the same test."""
    tried = tamperings(kept(engine), NAIVE_DOSE, seed=SEED)

    missed = [each.kind for each in tried if found(engine, each, chain_alone, checkpoints) != each.expected]

    assert missed == [each.kind for each in tried if each.kind in UNSEEN_FROM_INSIDE]


def test_an_untouched_trail_holds(engine, checkpoints):
    from qbank.storage import units

    with units.read_unit(engine) as store:
        verdict = with_checkpoints(store, checkpoints)

    assert (verdict.holds, verdict.entries, verdict.vouched, verdict.checkpoints) == (True, 70, 60, 3)
