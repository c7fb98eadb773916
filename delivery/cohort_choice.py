"""Which cohort factor to take: the one with which pooled knowledge falls most while sets stay unforeseeable.

A cohort of so many sessions is simulated many times, for several factors: each set is drawn by the law that the factor
and what was heard before it make. Two things are measured before every set but the first: how many of its questions the
cohort has heard, on average; and how many somebody names who knows the law and what was heard. A factor below 1 lowers
the first; it raises the second, for what was not heard becomes likelier. It may do so by a tenth, and no more either
where the provider never pauses: then the simulation goes on, and each set finds the window as full as it can be.

Source: `docs/engine.md`, "The cohort factor". Sets of the plan's law are drawn once and reweighted by importance.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.errors import BadSpecification
from delivery.plan import DrawPlan
from delivery.randomness import many_words
from delivery.sampling import sampled
from delivery.screening import Screening

Floats = NDArray[np.float64]

FACTORS: Final = ("1.000000", "0.900000", "0.800000", "0.700000", "0.600000", "0.500000", "0.400000", "0.333333")
"""Those that are looked at, from off to the least that is allowed."""
MOST_HITS: Final = 1.1
"""How much better than under the memoryless plan the best guess may be."""
HISTORIES: Final = 60
SETS: Final = 12_000
LABEL: Final = "qbank cohort choice 1"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one factor does.

    Attributes:
        factor: six decimals; 1 is off.
        pooled: questions of the next set that the cohort has heard, averaged over the cohort's sets but the first.
        hits: questions of the next set named right by the best guess of somebody who knows the law and the history.
        lasting: the same where the window always holds as many sets as there can be: a provider that never pauses.
    """

    factor: str
    pooled: float
    hits: float
    lasting: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The factor to take, and what every one that was looked at does; the first of them is off.

    Attributes:
        factor: None where none below 1 is worth taking.
    """

    factor: str | None
    measured: tuple[Measured, ...]

    @property
    def sentence(self) -> str:
        """Before and after, for whoever decides."""
        before = self.measured[0]
        if self.factor is None:
            return f"No factor lowers the {before.pooled:.2f} questions that a cohort has heard of its next set."
        after = next(each for each in self.measured if each.factor == self.factor)
        return (
            f"At {after.factor} a cohort has heard {after.pooled:.2f} questions of its next set instead of "
            f"{before.pooled:.2f}; the best guess names {after.hits:.2f} instead of {before.hits:.2f}, and "
            f"{after.lasting:.2f} where sessions never pause."
        )


def chosen_factor(plan: DrawPlan, sessions: int, *, histories: int = HISTORIES) -> Choice:
    """The factor for cohorts of so many sessions in a window.

    Args:
        plan: that the cohort's sets are drawn from.
        sessions: sets opened for the cohort within the window; at least 2.
        histories: cohorts that are simulated for each factor; the same ones for the same plan.

    Raises:
        BadSpecification: fewer than two sessions make no cohort.
    """
    if sessions < 2:  # noqa: PLR2004 - the first hears nothing
        raise BadSpecification("A cohort has two sessions at least: leave the factor off for one.")
    members = lawful_sample(plan)
    measured = tuple(_measured(plan, members, factor, sessions, histories) for factor in FACTORS)
    allowed = [each for each in measured if max(each.hits, each.lasting) <= MOST_HITS * measured[0].hits]
    best = min(allowed, key=lambda each: each.pooled)
    return Choice(None if best is measured[0] else best.factor, measured)


def lawful_sample(plan: DrawPlan) -> NDArray[np.float32]:
    """Lawful sets of the plan's law, as 0 and 1; shape (sets, questions)."""
    screening = Screening.of(plan.lawfulness)
    sets = np.concatenate(list(sampled(plan.walk, len(plan.pool), SETS, bytes.fromhex(plan.digest))))
    return sets[screening.lawful(sets)].astype(np.float32)


def weighed_after(members: NDArray[np.float32], heard: NDArray[np.float32], factor: float) -> Floats:
    """How much each set weighs in the law that the factor makes; shape (sets,).

    Args:
        members: sets of the plan's law.
        heard: 1 for each question that the cohort heard, else 0.
        factor: above 0, at most 1.
    """
    found: Floats = factor ** (members @ heard).astype(np.float64)
    return found


def exposures_of(members: NDArray[np.float32], weighed: Floats) -> Floats:
    """The exposure of each question where sets weigh so much; shape (questions,)."""
    found: Floats = weighed @ members / weighed.sum()
    return found


def _measured(plan: DrawPlan, members: NDArray[np.float32], factor: str, sessions: int, histories: int) -> Measured:
    """What one factor does; of twice as many sessions the second half finds a full window each time."""
    words = many_words(bytes.fromhex(plan.digest), 2 * histories * sessions, label=LABEL)
    chances = np.frombuffer(words, dtype=">u8").reshape(histories, 2 * sessions) / 2.0**64
    usual = math.ceil(float(plan.figures["length"]) - 1e-9)
    pooled, hits = np.zeros(2 * sessions), np.zeros(2 * sessions)
    for history in chances:
        window: deque[NDArray[np.float32]] = deque(maxlen=sessions - 1)
        for number, chance in enumerate(history):
            heard = np.max(window, axis=0) if window else np.zeros(members.shape[1], dtype=np.float32)
            weighed = weighed_after(members, heard, float(factor))
            if number:
                pooled[number] += float(exposures_of(members, weighed) @ heard) / histories
                hits[number] += _hits(members, weighed, usual) / histories
            upto = np.cumsum(weighed)
            drawn = min(int(np.searchsorted(upto, chance * upto[-1], side="right")), len(members) - 1)
            window.append(members[drawn])
    first, later = slice(1, sessions), slice(sessions, None)
    return Measured(factor, float(pooled[first].mean()), float(hits[first].mean()), float(hits[later].mean()))


def _hits(members: NDArray[np.float32], weighed: Floats, usual: int) -> float:
    """The best guess: chosen in one half of the sets and counted in the other, for choosing flatters."""
    one, other = (exposures_of(members[begin::2], weighed[begin::2]) for begin in (0, 1))
    guesses = (np.argsort(-known, kind="stable")[:usual] for known in (other, one))
    return float(sum(asked[guess].sum() for asked, guess in zip((one, other), guesses, strict=True)) / 2)
