"""The substitution: one question of a set is taken out, and chance puts another in its place; the set stays lawful.

The law is the plan's own, given the questions that stay: a question that may take the place has a chance proportional
to its weight, times the rewards of the optional KSBs that only it would cover. Whoever asks for a substitute has seen
the set, so this is a law on one place, not on sets, and its certificate says so. The choice follows from the seed that
was committed at booking and from the number of the substitution, never from a hand. Where no question can take the
place alone, `delivery.wider_substitution` exchanges another with it.

Source: `docs/engine.md`, "The substitution".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Self

from delivery.eligibility import Eligibility
from delivery.errors import BadSpecification
from delivery.plan import DrawPlan
from delivery.randomness import Stream
from delivery.vacancy import Openings, Substitute, Vacancy, nobody, shares
from delivery.wider_substitution import WiderLaw

LABEL: Final = "qbank substitution 1"


@dataclass(frozen=True, slots=True)
class SubstitutionLaw:
    """Who may take the vacant place, with what weight.

    Attributes:
        vacancy: the place.
        weights: by reference, in the pool's order: whole numbers, 1 at least.
    """

    vacancy: Vacancy
    weights: Mapping[str, int]

    @classmethod
    def of(cls, plan: DrawPlan, vacancy: Vacancy, eligibility: Eligibility) -> Self:
        """The law for this vacancy.

        Args:
            plan: the draw plan that the set was drawn from.
            vacancy: the place to be filled.
            eligibility: the session's frozen snapshot.

        Raises:
            BadSpecification: a question of the vacancy is not in the plan.
            Infeasible: no question can take the place so that the set stays lawful; says which would.
        """
        openings = Openings.of(plan, vacancy, eligibility)
        lawful = openings.alone(plan)
        if not lawful:
            raise nobody(plan, vacancy)
        return cls(vacancy, _whole(plan, openings.standing, lawful, eligibility))

    @property
    def total(self) -> int:
        """Weight of all together."""
        return sum(self.weights.values())

    def chances(self) -> dict[str, Fraction]:
        """The chance of each, exact; they sum to 1."""
        return {reference: Fraction(weight, self.total) for reference, weight in self.weights.items()}

    def drawn(self, seed: bytes) -> Substitute:
        """The question that the seed gives: the one in whose share a uniform whole number falls."""
        rank = Stream(seed, self.vacancy.number, label=LABEL).below_any(self.total)
        for reference, weight in self.weights.items():
            if rank < weight:
                return Substitute(reference, weight, self.total)
            rank -= weight
        raise AssertionError("a number below the total falls to somebody")


def law_of(plan: DrawPlan, vacancy: Vacancy, eligibility: Eligibility) -> SubstitutionLaw | WiderLaw:
    """The law for a vacancy: of one question, or, where it says which were asked, of the fewest that must come.

    Args:
        plan: the draw plan that the set was drawn from.
        vacancy: the place.
        eligibility: the session's frozen snapshot.

    Raises:
        BadSpecification: a question of the vacancy is not in the plan; or others may be exchanged and one would do.
        Infeasible: no questions can come so that the set stays lawful.
    """
    if vacancy.asked is None:
        return SubstitutionLaw.of(plan, vacancy, eligibility)
    if Openings.of(plan, vacancy, eligibility).alone(plan):
        raise BadSpecification(
            f"One question can take the place of {vacancy.out} alone: no other is exchanged with it."
        )
    return WiderLaw.of(plan, vacancy, eligibility)


def draw_substitute(plan: DrawPlan, vacancy: Vacancy, *, seed: bytes, eligibility: Eligibility) -> Substitute:
    """What takes a vacant place: the same again whenever it is asked.

    Args:
        plan: the draw plan that the set was drawn from.
        vacancy: the place.
        seed: of the attempt, as committed at booking.
        eligibility: the session's frozen snapshot.

    Raises:
        BadSpecification: as of `law_of`.
        Infeasible: likewise.
    """
    return law_of(plan, vacancy, eligibility).drawn(seed)


def _whole(plan: DrawPlan, standing: tuple[int, ...], lawful: list[int], eligibility: Eligibility) -> dict[str, int]:
    """The weights as whole numbers, the heaviest `HEAVIEST`."""
    log_weights = eligibility.log_weights(plan.pool, plan.log_weights)
    covered = frozenset[str]().union(*(plan.pool.candidates[at].ksbs for at in standing))
    rewards = dict(zip(plan.specification.optional, map(Decimal, plan.log_rewards), strict=True))
    logs = {}
    for at in lawful:
        fresh = plan.pool.candidates[at].ksbs - covered
        logs[at] = Decimal(log_weights[at]) + sum(
            (reward for code, reward in rewards.items() if code in fresh), Decimal(0)
        )
    return {plan.pool.references[at]: share for at, share in shares(logs).items()}
