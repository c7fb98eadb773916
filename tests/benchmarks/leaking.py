"""Two questions of the next set leaked: how many of the others does somebody name who knows the method's sets?

The guesser has a library of sets by the same method and scores each question by how often it stood beside both; where
few sets held both, by what each of the two suggests alone.
"""

from __future__ import annotations

import numpy as np

from tests.benchmarks.the_bank import NOBODY, times_asked

LEAKED = 2
PRIOR = 10.0
"""Sets that what each of the two suggests alone is worth."""


def hits_with_two_known(library, asked, questions, chance):
    """Mean hits among the other questions, and their standard error; None where sets have no others.

    Args:
        library: rows of positions that the guesser knows.
        asked: sets whose first two questions, by lot, have leaked.
        questions: in the pool.
        chance: a generator; which two.
    """
    holders = holders_of(library, questions)
    base = (times_asked(library, questions) + 0.5) / (len(library) + 1)
    hits = []
    for row in asked:
        chosen = chance.permutation(row[row != NOBODY])
        if len(chosen) <= LEAKED:
            continue
        rest = chosen[LEAKED:]
        scores = _scores(library, holders, chosen[:LEAKED], base)
        scores[chosen[:LEAKED]] = -1
        guess = np.argpartition(-scores, len(rest) - 1)[: len(rest)]
        hits.append(np.isin(rest, guess).sum())
    if not hits:
        return None, None
    return float(np.mean(hits)), float(np.std(hits) / np.sqrt(len(hits)))


def _scores(library, holders, leaked, base):
    one, other = (holders[at] for at in leaked)
    both = np.intersect1d(one, other, assume_unique=True)
    alone = [(_beside(library, found, len(base)) + 5 * base) / (len(found) + 5) for found in (one, other)]
    together = _beside(library, both, len(base))
    return (together + PRIOR * alone[0] * alone[1] / base) / (len(both) + PRIOR)


def _beside(library, found, questions):
    return times_asked(library[found], questions)


def holders_of(library, questions):
    """Which sets hold each question."""
    rows, columns = np.nonzero(library != NOBODY)
    held = library[rows, columns]
    order = np.argsort(held, kind="stable")
    ends = np.bincount(held, minlength=questions).cumsum()
    return np.split(rows[order], ends[:-1])
