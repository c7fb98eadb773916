"""A draw plan with weights of the test's choosing: the law without the fit, so that many can be looked at."""

from __future__ import annotations

import numpy as np

from delivery.alike import Weights
from delivery.design import figures_of, law_of
from delivery.holding import laid_out
from delivery.lawfulness import Lawfulness
from delivery.plan import DrawPlan
from delivery.pool import Pool
from delivery.rehearsal import Rehearsal
from delivery.screening import Screening
from delivery.specification import Specification
from delivery.thresholds import walk_of
from delivery.walk import Walk
from qbank.verify.writing import digest_of
from tests.delivery.a_pool import a_specification


def a_plan(
    pool: Pool, specification: Specification, *, log_weights=None, log_rewards=None, trials=200, held=()
) -> DrawPlan:
    """None where no set covers what is required and keeps what the states hold."""
    weights = [f"{weight:.9f}" for weight in log_weights or [0.0] * len(pool)]
    rewards = [f"{reward:.9f}" for reward in log_rewards or [0.0] * len(specification.optional)]
    chosen = Weights(np.array(weights, dtype=float), np.array(rewards, dtype=float))
    frontier = laid_out(pool, specification, held)
    lawfulness = Lawfulness(pool, specification, held)
    walk = walk_of(frontier, chosen.questions, chosen.optional)
    if not walk.layers:
        return None
    law = law_of(frontier, chosen, Screening.of(lawfulness), b"a plan", sets=4_000)
    figures = figures_of(pool, specification, frontier, chosen, law) if law.seen.lawful else {}
    seed = digest_of(["qbank rehearsal 1", pool.digest, specification.digest, walk.to_list()])
    return DrawPlan(
        pool=pool,
        specification=specification,
        log_weights=tuple(weights),
        log_rewards=tuple(rewards),
        walk=walk,
        rehearsal=Rehearsal.run(walk, lawfulness, seed=seed, trials=trials),
        least_acceptance=trials // 8,
        most_attempts=20_000,
        figures=figures | {"strength": "1.000000"},
        held=lawfulness.held,
    )


def an_observation(pool, ksbs="K1 K2 K3 K4"):
    """A plan of which only the questions and the KSBs matter here: it has no law of its own."""
    specification = a_specification(method="observation", length=None, required=ksbs, seconds=(300, 360))
    return DrawPlan(pool, specification, (), (), Walk(()), Rehearsal("", 1, ""), 1, 1, {})
