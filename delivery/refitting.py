"""The fit under enemies, bands and the cap on questions per KSB, which a draw holds by passing over unlawful sets.

The law of the sets that pass keeps its form, but the tables give neither its total nor its exposures. Here its dual is
minimised on exact samples of the covering law, reweighted to the weights that are tried (importance weights); each
round samples afresh from the weights it starts from, so that the reweighting stays small; the last are averaged.

Source: `delivery-engine.md`, section 3; Shapiro, Dentcheva and Ruszczyński (2009), Lectures on Stochastic Programming,
chapter 5 (sample average approximation); Polyak and Juditsky (1992) for the averaging.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from delivery.evenness import Evenness
from delivery.fitting import Types, Weights, descend, penalised
from delivery.frontier import Frontier
from delivery.sampling import sampled
from delivery.screening import Screening
from delivery.tables import tables_of
from delivery.thresholds import walk_from

Floats = NDArray[np.float64]

ROUNDS: Final = 4
SETTLING: Final = 1  # rounds before the average begins
SETS_A_ROUND: Final = 40_000
FEWEST_LAWFUL: Final = 2_000  # below this a round would fit noise


def fit_lawful(
    frontier: Frontier,
    types: Types,
    screening: Screening,
    evenness: Evenness,
    start: Weights,
    seed: bytes,
    progress: Callable[[float], None],
) -> Weights | None:
    """The best weights among lawful sets.

    Args:
        frontier: the states of the pool.
        types: of its questions.
        screening: the requirements that sets are passed over for.
        evenness: the penalties.
        start: the best weights when nothing is passed over.
        seed: of the samples.
        progress: is told how far the fit is, 0 to 1.

    Returns:
        None where too few sets are lawful to fit through them: the caller keeps the starting weights and says so.
    """
    at = types.parameters(start)
    settled = []
    for number in range(ROUNDS):
        features = _lawful_features(frontier, types, screening, types.spread(at), seed + bytes([number]))
        if features.shape[0] < FEWEST_LAWFUL:
            return None
        at = descend(_sampled_dual(features, at, types, evenness), at, lambda _: None)
        if number >= SETTLING:
            settled.append(at)
        progress((number + 1) / ROUNDS)
    return types.spread(np.mean(settled, axis=0))


def _lawful_features(
    frontier: Frontier, types: Types, screening: Screening, weights: Weights, seed: bytes
) -> sparse.csr_array:
    """Of each lawful sampled set: questions of each type, then which optional KSBs it covers."""
    walk = walk_from(frontier, tables_of(frontier, weights.questions, weights.optional))
    questions = len(types.of)
    grouping = sparse.csr_array(
        (np.ones(questions), (np.arange(questions), types.of)), shape=(questions, len(types.sizes))
    )
    asked = screening.lawfulness.specification
    optional = [asked.ksbs.index(code) for code in asked.optional]
    rows = []
    for membership in sampled(walk, questions, SETS_A_ROUND, seed):
        kept = membership[screening.lawful(membership)].astype(np.float64)
        covers = sparse.csr_array((kept @ screening.carrying[:, optional] > 0).astype(np.float64))
        rows.append(sparse.hstack([sparse.csr_array(kept) @ grouping, covers]).tocsr())
    return sparse.csr_array(sparse.vstack(rows))


def _sampled_dual(
    features: sparse.csr_array, origin: Floats, types: Types, evenness: Evenness
) -> Callable[[Floats], tuple[float, Floats]]:
    """The dual on the sample, up to a constant: the logarithm of the mean reweighting stands for log Z."""

    def dual(at: Floats) -> tuple[float, Floats]:
        logs = features @ (at - origin)
        highest = float(logs.max())
        weights = np.exp(logs - highest)
        total = float(weights.sum())
        gathered = np.asarray(features.T @ weights) / total
        return penalised(highest + float(np.log(total)), gathered, at, types, evenness)

    return dual
