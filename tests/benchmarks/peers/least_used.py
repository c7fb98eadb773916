"""The usual home-made rules: take what was asked least, with and without an eye on the KSBs."""

from __future__ import annotations

import numpy as np

from tests.benchmarks.peers.chance import filled
from tests.benchmarks.peers.peer import Remembering
from tests.benchmarks.the_bank import rows_of

TRIES = 100


class LeastUsedFirst(Remembering):
    """The questions asked least, ties by lot: bank-wide, and nothing else is looked at."""

    def one(self, chance):
        return filled(self.bank, np.lexsort((chance.random(len(self.bank)), self.asked)))


class GreedyCoverage(Remembering):
    """The scarcest missing KSB first, from its carriers the one that covers most of what is missing, then asked least.

    When nothing is missing, those asked least.

    Enemies are never put together and a full KSB is left alone. Where the set misses a KSB or a band it is tried again
    with other lots, up to a hundred times; then the last try stands.

    Args:
        bank: the bank.
        among: how many of the best to choose among at random; 1 takes the best.
    """

    def __init__(self, bank, among=1):
        super().__init__(bank)
        self.among = among
        self.scarcest = bank.required.sum(axis=0).argsort()

    def one(self, chance):
        for _ in range(TRIES):
            chosen = self._tried(chance)
            rows = rows_of([chosen])
            if self.bank.covers(rows)[0] and self.bank.in_bands(rows)[0]:
                break
        return chosen

    def _tried(self, chance):
        bank, asked = self.bank, self.bank.specification
        key = self.asked + chance.random(len(bank))
        free = np.ones(len(bank), dtype=bool)
        missing = np.ones(bank.required.shape[1], dtype=bool)
        chosen: list[int] = []
        while asked.length is None or len(chosen) < asked.length:
            wanted = next((code for code in self.scarcest if missing[code]), None)
            usable = free & self._fits(chosen)
            open_to = usable & bank.required[:, wanted] if wanted is not None else usable
            if not open_to.any():
                break
            one = self._best(np.flatnonzero(open_to), key, missing, chance)
            chosen.append(int(one))
            missing &= ~bank.required[one]
            free[[one, *bank.enemies[one]]] = False
        return chosen

    def _fits(self, chosen):
        """Questions that neither overfill the time nor a KSB."""
        bank, asked = self.bank, self.bank.specification
        fits = np.ones(len(bank), dtype=bool)
        if asked.seconds is not None:
            fits &= bank.seconds + bank.seconds[chosen].sum() <= asked.seconds.highest
        if asked.most_per_ksb is not None:
            full = bank.counted[chosen].sum(axis=0) >= asked.most_per_ksb
            fits &= ~bank.counted[:, full].any(axis=1)
        return fits

    def _best(self, open_to, key, missing, chance):
        """Those that cover most of what is missing come first, and among them those asked least."""
        gain = self.bank.required[open_to][:, missing].sum(axis=1)
        order = np.lexsort((key[open_to], -gain))
        return open_to[order[chance.integers(min(self.among, len(order)))]]


class GreedyAmongFive(GreedyCoverage):
    """The same, at random among the best five."""

    def __init__(self, bank):
        super().__init__(bank, among=5)
