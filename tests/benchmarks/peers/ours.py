"""Our draw, by the two doors it has: arrays for simulations, and the single draw that a session gets."""

from __future__ import annotations

import time

import numpy as np

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import DeliveryRefusal
from delivery.plan import fit
from tests.benchmarks.peers.chance import LawfulSets
from tests.benchmarks.peers.peer import CannotServe

SINGLE_DRAWS = 50


class Ours(LawfulSets):
    """The fitted law: maximum entropy under evened exposure."""

    def __init__(self, bank):
        try:
            self.plan = fit(bank.pool, bank.specification)
        except DeliveryRefusal as refused:
            raise CannotServe(f"refused: {refused}") from refused
        super().__init__(bank, self.plan.walk)

    def one(self, chance):
        """A set as a session gets it: from 32 bytes, by comparing whole numbers."""
        drawn = draw(self.plan, seed=chance.bytes(32), eligibility=Eligibility())
        return list(drawn.positions)

    def single_draw_seconds(self, chance):
        begun = time.process_time()
        for _ in range(SINGLE_DRAWS):
            self.one(chance)
        return (time.process_time() - begun) / SINGLE_DRAWS

    def known_rates(self):
        """The exposure that is printed with the plan, before the first draw."""
        return [float(rate) for rate in self.plan.figures["exposure"].values()]

    def exact_rates(self):
        return np.array(self.known_rates()) if self.plan.figures["exact"] else None

    def entropy(self):
        return float(self.plan.figures["entropy_bits"]), bool(self.plan.figures["exact"])
