"""The oracle: every set of a tiny pool, and the exact law on them, by looking at each."""

from __future__ import annotations

import math
from itertools import combinations

from delivery.pool import Pool
from delivery.specification import Specification
from tests.delivery.checker import faults


def sets_of(pool: Pool, specification: Specification, excluded=()) -> list[tuple[int, ...]]:
    """Every lawful set, as positions in the pool."""
    free = specification.length is None
    lengths = range(1, _most_that_fit(pool, specification)) if free else [specification.length]
    return [
        positions
        for length in lengths
        for positions in combinations(range(len(pool)), length)
        if not faults([pool.references[at] for at in positions], pool, specification, excluded)
    ]


def covering_sets_of(pool: Pool, specification: Specification) -> list[tuple[int, ...]]:
    """Every set that covers what is required in the right length or time, whatever else it breaks."""
    loose = Specification(
        method=specification.method,
        length=specification.length,
        required=specification.required,
        optional=specification.optional,
        seconds=specification.seconds if specification.length is None else None,
    )
    friendly = Pool(tuple(_without_enemies(candidate) for candidate in pool.candidates))
    return sets_of(friendly, loose)


def law_on(sets, pool: Pool, specification: Specification, log_weights, log_rewards=()) -> dict[tuple[int, ...], float]:
    """The probability of each set: proportional to its questions' weights and its optional KSBs' rewards."""
    rewards = dict(zip(specification.optional, log_rewards, strict=True))
    logs = {}
    for positions in sets:
        covered = set().union(*(pool.candidates[at].ksbs for at in positions))
        earned = sum(reward for code, reward in rewards.items() if code in covered)
        logs[positions] = sum(log_weights[at] for at in positions) + earned
    highest = max(logs.values())
    total = math.fsum(math.exp(value - highest) for value in logs.values())
    return {positions: math.exp(value - highest) / total for positions, value in logs.items()}


def exposure_of(law, questions: int) -> list[float]:
    """How likely each question is in a set of the law."""
    return [math.fsum(chance for positions, chance in law.items() if at in positions) for at in range(questions)]


def entropy_of(law) -> float:
    """Bits."""
    return -math.fsum(chance * math.log2(chance) for chance in law.values() if chance)


def _most_that_fit(pool, specification) -> int:
    """One more than the time holds of the shortest questions."""
    return specification.seconds.highest // min(each.seconds for each in pool.candidates) + 1


def _without_enemies(candidate):
    return type(candidate)(candidate.reference, candidate.version, candidate.ksbs, candidate.seconds, candidate.demand)
