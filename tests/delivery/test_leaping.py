"""Leaping: simulated sets follow the walk's law, and the same seed gives the same sets."""

from __future__ import annotations

from collections import Counter

import numpy as np

from delivery.lawfulness import Lawfulness
from delivery.leaping import Chance, Leaps
from delivery.sampling import sampled

SETS = 60_000


def test_leaps_choose_sets_as_often_as_walks_do(tiny_plan):
    block = np.concatenate(list(sampled(tiny_plan.walk, len(tiny_plan.pool), SETS, b"leaps")))
    counted = Counter(tuple(row.nonzero()[0].tolist()) for row in block)
    for positions, count in counted.items():
        numerator, words = tiny_plan.walk.chance(positions)
        chance = numerator / 2 ** (64 * words)
        assert abs(count / SETS - chance) < 5 * (chance / SETS) ** 0.5


def test_leaps_fill_a_time_and_cover_what_is_required(timed_plan):
    lawfulness = Lawfulness(timed_plan.pool, timed_plan.specification)
    for row in next(sampled(timed_plan.walk, len(timed_plan.pool), 2_000, b"leaps")):
        assert lawfulness.breach(row.nonzero()[0].tolist()) in {None, "enemies"}


def test_pairs_are_what_is_drawn(any_plan):
    leaps, questions = Leaps(any_plan.walk), len(any_plan.pool)
    rows, members = leaps.pairs(500, Chance(b"one"))
    drawn = leaps.drawn(500, questions, Chance(b"one"))
    again = np.zeros((500, questions), dtype=bool)
    again[rows, members] = True
    assert (again == drawn).all()
    assert (leaps.drawn(500, questions, Chance(b"two")) != drawn).any()
