"""From a run to the figures of its row in the table."""

from __future__ import annotations

import math

import numpy as np

from tests.benchmarks.adversaries import STATIC, best, guessed, hits_of
from tests.benchmarks.leaking import hits_with_two_known
from tests.benchmarks.the_bank import NOBODY, times_asked

LEAKED_SETS = 1_500
MANY = 0.8
"""Of a set's questions: eight of ten."""
FEWEST = 40
"""Sets below which no figure is given."""


def measured(bank, peer, run, chance):
    """The figures of one method on one bank, as plain numbers; None where one cannot be had."""
    sets, library = run.sets, run.library
    if len(sets) < FEWEST:
        return {"draws": len(sets)}
    together = sets if library is sets else np.concatenate([*_same_width(sets, library)])
    rates = getattr(peer, "known_rates", lambda: None)()
    hits = hits_of(sets, len(bank), rates)
    hits["same program"] = run.replayed
    name, mean, error, often = best(hits, math.ceil(MANY * guessed(sets)))
    exact = peer.exact_rates()
    exposure, exposure_error = (largest if peer.remembers else busiest)(library, len(bank))
    known, asked = (sets[: 3 * len(sets) // 4], sets[3 * len(sets) // 4 :]) if library is sets else (library, sets)
    leaked, leaked_error = hits_with_two_known(known, asked[:LEAKED_SETS], len(bank), chance)
    return {
        "draws": len(sets),
        "library": len(library),
        "missed": float(1 - bank.covers(together).mean()),
        "broken": float(1 - bank.in_bands(together).mean()),
        "exposure": exposure if exact is None else float(exact.max()),
        "exposure_error": exposure_error if exact is None else 0.0,
        "overlap": overlap(library, len(bank)) if exact is None else float((exact**2).sum()),
        "strategy": name,
        "hits": mean,
        "hits_error": error,
        "static": float(hits[STATIC].mean()),
        "often": often,
        "leaked": leaked,
        "leaked_error": leaked_error,
        "known": len(known),
        "others": guessed(sets) - 2,
        "length": float((sets != NOBODY).sum(axis=1).mean()),
        "entropy": peer.entropy(),
    }


def _same_width(one, other):
    widest = max(one.shape[1], other.shape[1])
    return [np.pad(each, ((0, 0), (0, widest - each.shape[1])), constant_values=NOBODY) for each in (one, other)]


def busiest(sets, questions):
    """The rate of the question asked most under one law, with its standard error.

    Found in one half of the sets and counted in the other, both ways round, because the largest of many counts is too
    large by luck.
    """
    halves = (sets[0::2], sets[1::2])
    counts = [times_asked(half, questions) for half in halves]
    found = [counts[1 - at][counts[at].argmax()] / len(halves[1 - at]) for at in (0, 1)]
    rate = float(sum(found)) / 2
    return rate, math.sqrt(rate * (1 - rate) / len(sets))


def largest(sets, questions):
    """The rate of the question asked most, as it was: for methods that even counts out, where halves say nothing."""
    rate = float(times_asked(sets, questions).max()) / len(sets)
    return rate, 0.0


def overlap(sets, questions):
    """Questions that two sets share, on average over every pair of sets.

    Source: Chen, Ankenmann and Spray (2003), Journal of Educational Measurement 40(2), 129-145.
    """
    counts = times_asked(sets, questions).astype(float)
    return float((counts * (counts - 1)).sum() / (len(sets) * (len(sets) - 1)))
