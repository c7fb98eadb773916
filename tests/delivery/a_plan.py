"""A draw plan with weights of the test's choosing: the law without the fit, so that many can be looked at."""

from __future__ import annotations

import numpy as np

from delivery.certificate import LAW
from delivery.frontier import frontier_of
from delivery.lawfulness import Lawfulness
from delivery.plan import DrawPlan
from delivery.pool import Pool
from delivery.rehearsal import Rehearsal
from delivery.specification import Specification
from delivery.thresholds import walk_of
from qbank.verify.writing import digest_of

FIGURES = dict.fromkeys(LAW, "1.000000")


def a_plan(pool: Pool, specification: Specification, *, log_weights=None, log_rewards=None, trials=200) -> DrawPlan:
    """None where no set covers what is required."""
    weights = [f"{weight:.9f}" for weight in log_weights or [0.0] * len(pool)]
    rewards = [f"{reward:.9f}" for reward in log_rewards or [0.0] * len(specification.optional)]
    walk = walk_of(frontier_of(pool, specification), np.array(weights, dtype=float), np.array(rewards, dtype=float))
    if not walk.layers:
        return None
    seed = digest_of(["qbank rehearsal 1", pool.digest, specification.digest, walk.to_list()])
    return DrawPlan(
        pool=pool,
        specification=specification,
        log_weights=tuple(weights),
        log_rewards=tuple(rewards),
        walk=walk,
        rehearsal=Rehearsal.run(walk, Lawfulness(pool, specification), seed=seed, trials=trials),
        least_acceptance=trials // 8,
        most_attempts=20_000,
        figures=FIGURES,
    )
