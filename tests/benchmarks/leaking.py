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
TOWARDS_ALL = 5.0
"""Sets that a question's rate in all of them is worth."""


def hits_with_two_known(library, asked, questions, chance):
    """Mean hits among the other questions, and their standard error; None where sets have no others.

    Args:
        library: rows of positions that the guesser knows.
        asked: sets of which two questions, by lot, have leaked.
        questions: in the pool.
        chance: a generator; which two.
    """
    known = Library(library, questions)
    hits = []
    for row in asked:
        chosen = chance.permutation(row[row != NOBODY])
        if len(chosen) <= LEAKED:
            continue
        rest = chosen[LEAKED:]
        scores = known.scores(chosen[:LEAKED])
        scores[chosen[:LEAKED]] = -1
        guess = np.argpartition(-scores, len(rest) - 1)[: len(rest)]
        hits.append(np.isin(rest, guess).sum())
    if not hits:
        return None, None
    return float(np.mean(hits)), float(np.std(hits) / np.sqrt(len(hits)))


class Library:
    """Sets, and which of them hold each question."""

    def __init__(self, sets, questions):
        self.sets, self.questions = sets, questions
        self.base = (times_asked(sets, questions) + 0.5) / (len(sets) + 1)
        rows, columns = np.nonzero(sets != NOBODY)
        held = sets[rows, columns]
        ends = np.bincount(held, minlength=questions).cumsum()
        self.holders = np.split(rows[np.argsort(held, kind="stable")], ends[:-1])
        self._beside = {}

    def scores(self, leaked):
        """How often each question stood beside both, helped by what each of the two suggests alone."""
        one, other = (int(at) for at in leaked)
        rows = self.sets[self.holders[one]]
        both = rows[(rows == other).any(axis=1)]
        alone = self.beside(one) * self.beside(other) / self.base
        return (times_asked(both, self.questions) + PRIOR * alone) / (len(both) + PRIOR)

    def beside(self, at):
        """The rate of each question in the sets that hold one, drawn a little towards its rate in all."""
        if at not in self._beside:
            found = self.holders[at]
            together = times_asked(self.sets[found], self.questions)
            self._beside[at] = (together + TOWARDS_ALL * self.base) / (len(found) + TOWARDS_ALL)
        return self._beside[at]
