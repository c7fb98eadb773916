"""Exact conditioning: the law of a draw plan given that some questions are not in the set.

Excluded questions get no weight and the tables are worked out again; the law stays in its family. Because floats may
differ between machines, the whole numbers that a draw met are kept with its certificate and define what was drawn;
whoever replays it works the tables out again and finds them as near as floats allow.

Source: `docs/engine.md`, "The law" and "The conditioned run".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from delivery.canonical import digest
from delivery.eligibility import Eligibility
from delivery.errors import TooRarelyLawful
from delivery.feasibility import must_be_feasible
from delivery.figures import Acceptance
from delivery.frontier import frontier_of
from delivery.plan import DrawPlan
from delivery.sampling import streamed
from delivery.screening import Screening
from delivery.thresholds import walk_of
from delivery.walk import UNMET, Walk, WalkLayer

RUN: Final = "qbank conditioned run 1"
TRIALS: Final = 4096
LEAST_LAWFUL: Final = 8
"""Of the run: an apprentice for whom fewer are lawful gets a refusal, not a search whose end depends on the seed."""
NEAR: Final = 1 << 24
"""Thresholds of two machines may differ by this much of 2^64: 2^-40."""


@dataclass(frozen=True, slots=True)
class Conditioned:
    """A law for one eligibility.

    Attributes:
        walk: over the same pool; excluded questions are members of no layer.
        acceptance: how often its sets are lawful, by a run whose seed follows from plan and eligibility.
        recorded: the lawful sets of that run, as bits of positions.
    """

    walk: Walk
    acceptance: Acceptance
    recorded: tuple[int, ...]


def conditioned_on(plan: DrawPlan, eligibility: Eligibility) -> Conditioned:
    """The plan's law, given that no excluded question is drawn, with the cohort's factor in the weights.

    Raises:
        Infeasible: no lawful set is left; it carries the smallest change that would do.
        TooRarelyLawful: a recorded run met too few.
    """
    must_be_feasible(plan.pool, plan.specification, eligibility.excluded)
    log_weights = np.array(eligibility.log_weights(plan.pool, plan.log_weights), dtype=float)
    log_weights[[reference in eligibility.excluded for reference in plan.pool.references]] = -np.inf
    frontier = frontier_of(plan.pool, plan.specification, order=[layer.members for layer in plan.walk.layers])
    walk = walk_of(frontier, log_weights, np.array(plan.log_rewards, dtype=float))
    recorded = _recorded(plan, walk, bytes.fromhex(digest([RUN, plan.digest, eligibility.digest])))
    if len(recorded) < LEAST_LAWFUL:
        raise TooRarelyLawful(TRIALS, len(recorded))
    return Conditioned(walk, Acceptance(TRIALS, len(recorded), not plan.lawfulness.rejects), recorded)


def _recorded(plan: DrawPlan, walk: Walk, seed: bytes) -> tuple[int, ...]:
    """The lawful sets of the run, whose set i is the walk of stream i."""
    screening = Screening.of(plan.lawfulness)
    found: list[int] = []
    for membership in streamed(walk, len(plan.pool), TRIALS, seed, label=RUN):
        lawful = np.packbits(membership[screening.lawful(membership)], axis=1, bitorder="little")
        found.extend(int.from_bytes(row.tobytes(), "little") for row in lawful)
    return tuple(found)


def near(kept: Walk, again: Walk) -> bool:
    """Whether the states kept with a certificate are those of tables worked out again, as near as floats allow."""
    if len(kept.layers) != len(again.layers):
        return False
    pairs = {0: 0}
    for one, other in zip(kept.layers, again.layers, strict=True):
        if one.members != other.members or not _near_includes(one, other):
            return False
        onward: dict[int, int] = {}
        for state, counterpart in pairs.items():
            if not _near_options(one, state, other, counterpart, onward):
                return False
        pairs = onward
    return True


def _near_options(one: WalkLayer, state: int, other: WalkLayer, counterpart: int, onward: dict[int, int]) -> bool:
    options, others = one.options(state), other.options(counterpart)
    if options.keys() != others.keys():
        return False
    for count, (upper, following) in options.items():
        if abs(upper - others[count][0]) > NEAR:
            return False
        if following != UNMET:
            onward[following] = others[count][1]
    return True


def _near_includes(one: WalkLayer, other: WalkLayer) -> bool:
    return len(one.include) == len(other.include) and all(
        abs(here - there) <= NEAR for here, there in zip(one.include, other.include, strict=True)
    )
