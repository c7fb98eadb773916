"""What became of simulated sittings: how each question was put, which criteria were met, and the grade from those.

Apprentices, criteria, questions and assessors each have a parameter; a criterion is met with the probability of their
sum on the logit scale, so that evidence which tells a question's demand from an assessor's severity has one to find.

Source: the many-facet Rasch model, Linacre (1989), Many-Facet Rasch Measurement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.leaping import Chance
from qbank.domain.simulated_draws import NOTHING
from qbank.domain.simulated_years import normal

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AS_WRITTEN, REPHRASED, NOT_ASKED = range(3)
REPHRASED_RATE, NOT_ASKED_RATE, SUPPLEMENTARY_RATE = 0.1, 0.0025, 0.12
PASS_EASE, DISTINCTION_EASE = 6.0, 1.2
SPREADS: Final = {"question": 0.7, "assessor": 0.4, "criterion": 0.3}


@dataclass(frozen=True, slots=True)
class Facets:
    """The parameters of one method, on the logit scale: what takes from the chance that a criterion is met.

    Attributes:
        questions, assessors, criteria: of each; the criteria's hold their ease with the sign turned.
    """

    questions: Floats
    assessors: Floats
    criteria: Floats

    @classmethod
    def of(cls, *, questions: int, assessors: int, is_pass: Bools, chance: Chance) -> Facets:
        """Parameters by lot; `is_pass` says of each criterion whether it is one for a pass."""
        ease = np.where(is_pass, PASS_EASE, DISTINCTION_EASE)
        return cls(
            SPREADS["question"] * normal(chance, questions),
            SPREADS["assessor"] * normal(chance, assessors),
            SPREADS["criterion"] * normal(chance, len(is_pass)) - ease,
        )


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of some sittings.

    Attributes:
        how: of each question in asking order, `AS_WRITTEN`, `REPHRASED` or `NOT_ASKED`; shape (sittings, places).
        supplementary: whether the assessor asked one of their own after it; the same shape.
        evidenced_at: the place, from 0, of the question that each criterion was evidenced by, or `NOTHING`; shape
            (sittings, criteria).
        met: the same shape.
        failed, distinguished: by the criteria; shape (sittings,).
        unfinished: fewer questions asked than the method asks for.
    """

    how: Ints
    supplementary: Bools
    evidenced_at: Ints
    met: Bools
    failed: Bools
    distinguished: Bools
    unfinished: Bools


def outcomes(
    facets: Facets,
    asked: Ints,
    *,
    evidences: Bools,
    is_pass: Bools,
    abilities: Floats,
    assessors: Ints,
    counted: bool,
    chance: Chance,
) -> Outcomes:
    """What became of these sittings.

    Args:
        facets: of the method.
        asked: the questions in asking order, `NOTHING` behind the last; shape (sittings, places).
        evidences: which question can evidence which criterion; shape (questions, criteria).
        is_pass: of each criterion, whether it is one for a pass.
        abilities: of each sitting's apprentice.
        assessors: of each sitting, by number.
        counted: whether the method asks for a number of questions, so that one left out leaves it unfinished (W6).
        chance: of the simulation.
    """
    there = asked != NOTHING
    number = chance.numbers(asked.size).reshape(asked.shape)
    how = np.where(number < NOT_ASKED_RATE, NOT_ASKED, np.where(number < NOT_ASKED_RATE + REPHRASED_RATE, 1, 0))
    heard = there & (how != NOT_ASKED)
    could = evidences[asked] & heard[:, :, None]
    at = np.where(could.any(axis=1), could.argmax(axis=1), NOTHING)
    question = np.take_along_axis(asked, np.maximum(at, 0), axis=1)
    demand = np.where(at == NOTHING, 0.0, facets.questions[question])
    logit = abilities[:, None] - facets.criteria - demand - facets.assessors[assessors][:, None]
    met = chance.numbers(logit.size).reshape(logit.shape) < 1 / (1 + np.exp(-logit))
    failed: Bools = np.any(~met[:, is_pass], axis=1)
    distinguished: Bools = np.asarray(met.all(axis=1))
    return Outcomes(
        how=np.where(there, how, NOTHING),
        supplementary=heard & (chance.numbers(asked.size).reshape(asked.shape) < SUPPLEMENTARY_RATE),
        evidenced_at=at,
        met=met,
        failed=failed,
        distinguished=distinguished,
        unfinished=(there & ~heard).any(axis=1) & counted,
    )
