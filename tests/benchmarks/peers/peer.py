"""What the benchmark asks of a way to choose question sets.

Two kinds. A *memoryless* one draws each set afresh from one law; it gives many at once. A *remembering* one lets the
sets so far decide; it is asked for one set, and then told which was used, so that somebody who runs the same program on
the same history can be played too.
"""

from __future__ import annotations

from tests.benchmarks.the_bank import rows_of, times_asked


class CannotServe(Exception):  # noqa: N818 - an answer for the table, not an accident
    """The method has no way to serve this bank; the message is a short phrase for the table."""


class Memoryless:
    """Sets are independent draws of one law."""

    remembers = False

    def one(self, chance):
        return self.many(1, chance)[0].tolist()

    def entropy(self):
        """Bits of the law, and whether they are exact; None where nobody can say."""

    def exact_rates(self):
        """Exposure of each question, worked out instead of counted; None where it cannot be."""


class Remembering:
    """Sets follow from the counts of those before."""

    remembers = True

    def __init__(self, bank):
        self.bank = bank
        self.asked = times_asked(rows_of([]), len(bank))

    def remember(self, chosen):
        self.asked[chosen] += 1

    def entropy(self):
        """Given the history nobody can say."""

    def exact_rates(self):
        """There is no law."""
