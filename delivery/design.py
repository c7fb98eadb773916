"""From a pool and a specification to the law of its draw plan, step by step, with what was measured on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from delivery.alike import Weights, types_of
from delivery.canonical import decimals, digest
from delivery.deciding import SAID, Footing, footing_of
from delivery.exposure import best_guess, expected_overlap, exposure_floor, overlap_floor
from delivery.feasibility import must_be_feasible
from delivery.figures import Acceptance
from delivery.fitting import evenness_of, fit_covering, stages_of
from delivery.frontier import Frontier
from delivery.pool import Pool
from delivery.rarity import too_rare
from delivery.refitting import LawfulFit
from delivery.rehearsal import Rehearsal, drawn_in_run, seed_of_run
from delivery.screening import Screened, Screening, screened
from delivery.specification import Specification
from delivery.tables import marginals_of, tables_of
from delivery.thresholds import walk_of
from delivery.tracing import Traces, table_of
from delivery.walk import Walk

Progress = Callable[[str, float], None]

TRIALS: Final = 4096
"""Sets of the recorded run: enough to tell an acceptance of 1 in 100 from none, quick enough to repeat."""
LEAST_LAWFUL: Final = math.ceil(TRIALS / 100)
"""Of the recorded run: a plan whose sets are lawful less often is not fitted; and where they are lawful less often for
one apprentice, the law is conditioned exactly."""
SIMULATED: Final = 200_000
"""Sets behind exposures that the tables cannot give: a rate of 0.14 is then within 0.002 at 99%."""


@dataclass(frozen=True, slots=True)
class Design:
    """A fitted law and what is known of it."""

    log_weights: tuple[str, ...]
    log_rewards: tuple[str, ...]
    walk: Walk
    rehearsal: Rehearsal
    figures: dict[str, Any]
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """Exposure under the law of lawful sets, exact where nothing is passed over."""

    seen: Screened
    exact: bool


def design(pool: Pool, specification: Specification, progress: Progress) -> Design:
    """The law of lawful sets that is as unpredictable as evenness allows.

    Side requirements go into the states of the walk one after another, as long as sets are lawful too rarely, or so
    rarely that the fit does not come to its full strength.

    Raises:
        Infeasible: no lawful set exists.
        TooRarelyLawful: fewer than 1 in 100 sets of the walk are lawful, and its states can hold no more.
        TooManyStates: the tables would be too large.
    """
    progress("Checking that a lawful set exists", 0.0)
    must_be_feasible(pool, specification)
    progress("Laying out the states", 0.02)
    seed = bytes.fromhex(digest(["qbank fit 1", pool.digest, specification.digest]))
    footing, weights, strength = _fitted(pool, footing_of(pool, specification), seed, progress)
    screening = Screening.of(footing.lawfulness)
    return written_down(pool, footing.frontier, screening, weights, strength, seed=seed, progress=progress)


def written_down(
    pool: Pool,
    frontier: Frontier,
    screening: Screening,
    fitted: Weights,
    strength: float,
    *,
    seed: bytes,
    progress: Progress,
) -> Design:
    """The law of these weights as whole numbers, with its recorded run and its figures.

    Raises:
        TooRarelyLawful: fewer than 1 in 100 sets that cover every KSB keep the other requirements too.
    """
    lawfulness, specification = screening.lawfulness, screening.lawfulness.specification
    log_weights, log_rewards = _written(fitted.questions), _written(fitted.optional)
    weights = Weights(np.array(log_weights, dtype=float), np.array(log_rewards, dtype=float))
    progress("Writing the law as whole numbers", 0.75)
    walk = walk_of(frontier, weights.questions, weights.optional)
    progress("Recording the rehearsal", 0.8)
    run_seed = seed_of_run(pool.digest, specification.digest, walk)
    rehearsal = Rehearsal.run(walk, lawfulness, seed=run_seed, trials=TRIALS)
    if rehearsal.acceptance().lawful < LEAST_LAWFUL:
        raise too_rare(drawn_in_run(walk, run_seed, TRIALS), lawfulness, LEAST_LAWFUL)
    progress("Measuring exposure", 0.9)
    law = law_of(frontier, weights, screening, seed)
    figures = figures_of(pool, specification, frontier, weights, law) | {"strength": decimals(strength)}
    progress("Done", 1.0)
    return Design(log_weights, log_rewards, walk, rehearsal, figures, lawfulness.held)


def _fitted(pool: Pool, footing: Footing, seed: bytes, progress: Progress) -> tuple[Footing, Weights, float]:
    """The best weights, what they were fitted on, and at which share of full strength under every requirement."""
    frontier, lawfulness = footing.frontier, footing.lawfulness
    types = types_of(pool, frontier, lawfulness.specification)
    where = f" with {' and '.join(map(SAID.__getitem__, lawfulness.held))} in the states" if lawfulness.held else ""

    def told_covering(share: float) -> None:
        progress(f"Fitting the weights{where}", 0.05 + 0.5 * share)

    def told_lawful(share: float) -> None:
        progress("Fitting under bands and enemies", 0.55 + 0.2 * share)

    asked = lawfulness.specification
    covering, evenness = fit_covering(frontier, types, pool, asked, told_covering)
    strength = evenness.slope / evenness_of(pool, asked, stages_of(asked)[-1]).slope
    if not lawfulness.rejects:
        return footing, covering, strength
    fit = LawfulFit(frontier, types, Screening.of(lawfulness), seed, told_lawful)
    firm = footing.is_firm(covering, seed)
    whole = fit.whole(covering, evenness) if firm else None
    if whole:
        return footing, whole, strength
    firmer = footing.firmer(pool, covering, seed)
    if firmer:
        return _fitted(pool, firmer, seed, progress)
    found, share = fit.weaker(covering, evenness) if firm else fit.best(covering, evenness)
    return footing, found, share * strength


def law_of(frontier: Frontier, weights: Weights, screening: Screening, seed: bytes, sets: int = SIMULATED) -> Law:
    """The exposure under these weights: by the tables, or by simulating this many sets."""
    tables = tables_of(frontier, weights.questions, weights.optional)
    marginals = marginals_of(frontier, tables, len(weights.questions))
    if not screening.lawfulness.rejects:
        length = float(marginals.questions.sum())
        return Law(Screened(1, 1, marginals.questions, marginals.optional, length), exact=True)
    traces = Traces(frontier, tables, seed + b"exposure").pairs(sets)
    blocks = (table_of(many, len(weights.questions), *pairs) for many, pairs in traces)
    return Law(screened(blocks, screening, marginals), exact=False)


def figures_of(
    pool: Pool, specification: Specification, frontier: Frontier, weights: Weights, law: Law
) -> dict[str, Any]:
    """What was measured, as plain data: rates and bits with six decimals."""
    exposure = [float(rate) for rate in law.seen.exposure]
    usual = math.ceil(law.seen.length - 1e-9)
    busiest = Acceptance(law.seen.lawful, round(max(exposure) * law.seen.lawful))
    alike = Weights(np.zeros_like(weights.questions), np.zeros_like(weights.optional))
    return {
        "exact": law.exact,
        "simulated": {"sets": law.seen.trials, "lawful": law.seen.lawful} if not law.exact else None,
        "length": decimals(law.seen.length),
        "largest_exposure": decimals(max(exposure), ROUND_CEILING if law.exact else ROUND_HALF_EVEN),
        "largest_exposure_lowest": None if law.exact else decimals(busiest.interval[0]),
        "largest_exposure_highest": None if law.exact else decimals(busiest.interval[1]),
        "exposure_floor": decimals(exposure_floor(pool, specification), ROUND_FLOOR),
        "overlap": decimals(expected_overlap(exposure)),
        "overlap_floor": decimals(overlap_floor(pool, specification), ROUND_FLOOR),
        "best_guess": decimals(best_guess(exposure, usual)),
        "entropy_bits": decimals(_entropy(frontier, weights, law.seen)),
        "covering_sets_bits": decimals(_log_total(frontier, alike) / math.log(2)),
        "states": frontier.states,
        "exposure": dict(zip(pool.references, map(decimals, exposure), strict=True)),
        "explored": dict(zip(specification.optional, map(decimals, map(float, law.seen.explored)), strict=True)),
    }


def _entropy(frontier: Frontier, weights: Weights, seen: Screened) -> float:
    """Bits of the law of lawful sets: log Z plus log acceptance, minus the mean log-weight of a set."""
    mean = float(weights.questions @ seen.exposure + weights.optional @ seen.explored)
    return (_log_total(frontier, weights) + math.log(seen.lawful / seen.trials) - mean) / math.log(2)


def _log_total(frontier: Frontier, weights: Weights) -> float:
    """Natural logarithm of the weight of all covering sets; the tables go as soon as it is known."""
    return tables_of(frontier, weights.questions, weights.optional).log_total


def _written(log_weights: NDArray[np.float64]) -> tuple[str, ...]:
    return tuple(f"{value + 0.0:.9f}" for value in log_weights)
