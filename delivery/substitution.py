"""The substitution: one question of a set is taken out, and chance puts another in its place; the set stays lawful.

The law is the plan's own, given the questions that stay: a question that may take the place has a chance proportional
to its weight, times the rewards of the optional KSBs that only it would cover. Whoever asks for a substitute has seen
the set, so this is a law on one place, not on sets, and its certificate says so. The choice follows from the seed that
was committed at booking and from the number of the substitution, never from a hand.

Weights become whole numbers by a decimal exponential, which rounds the same everywhere; a draw compares whole numbers.

Source: `docs/engine.md`, "The substitution".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final, Self

from delivery.eligibility import Eligibility, bits
from delivery.errors import BadEvidence, BadSpecification, Infeasible
from delivery.plan import DrawPlan
from delivery.randomness import Stream
from delivery.saying import clock, count_of, listed
from delivery.shapes import every, parts, text, whole
from delivery.specification import Band

LABEL: Final = "qbank substitution 1"
HEAVIEST: Final = 1 << 62
"""The whole number that stands for the largest weight; smaller ones are rounded down, to 1 at least."""
_EXACT: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A place of a set that is to be filled anew.

    Attributes:
        standing: references of the questions that stay, in asking order.
        place: where the substitute is asked, from 1: between those that stay.
        out: the reference of the question that is taken out.
        met: what else was met in this session, earlier substitutes' predecessors among it; it and its enemies are
            barred, as is `out`.
        number: which substitution of the session this is, from 0: each has a stream of its own.
    """

    standing: tuple[str, ...]
    place: int
    out: str
    met: tuple[str, ...] = ()
    number: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "met", tuple(sorted(set(self.met))))
        if not 1 <= self.place <= len(self.standing) + 1:
            raise BadSpecification(f"There is no place {self.place} in a set of {len(self.standing) + 1}.")
        if self.out in self.standing:
            raise BadSpecification(f"{self.out} is to be taken out and stays in the set: it can do one of both.")

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {
            "standing": list(self.standing),
            "place": self.place,
            "out": self.out,
            "met": list(self.met),
            "number": self.number,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The vacancy behind `to_dict`.

        Raises:
            BadEvidence: it is of another shape.
            BadSpecification: it contradicts itself.
        """
        try:
            found = parts(data, "the vacancy", frozenset({"standing", "place", "out", "met", "number"}))
            return cls(
                standing=tuple(every(found["standing"], "a question that stays", text)),
                place=whole(found["place"], "the place", 1),
                out=text(found["out"], "the question taken out"),
                met=tuple(every(found["met"], "a question met", text)),
                number=whole(found["number"], "the number of the substitution"),
            )
        except (TypeError, ValueError) as error:
            raise BadEvidence(str(error)[:120]) from error

    def with_substitute(self, reference: str) -> tuple[str, ...]:
        """The set in asking order, this question in the vacant place."""
        return (*self.standing[: self.place - 1], reference, *self.standing[self.place - 1 :])

    def barred(self, plan: DrawPlan) -> frozenset[str]:
        """What was met in this session, the question taken out among it, and their enemies."""
        known = frozenset({self.out, *self.met})
        return known.union(*(each.enemies for each in plan.pool.candidates if each.reference in known))


@dataclass(frozen=True, slots=True)
class Substitute:
    """The question that the seed gives.

    Attributes:
        reference: of the question.
        weight: of it, and `total` of all that could have come: their quotient is its chance.
        total: see `weight`.
    """

    reference: str
    weight: int
    total: int


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
        place = {reference: at for at, reference in enumerate(plan.pool.references)}
        foreign = [each for each in (vacancy.out, *vacancy.standing) if each not in place]
        if foreign:
            raise BadSpecification(f"{foreign[0]} is not a question of this draw plan.")
        standing = tuple(place[each] for each in vacancy.standing)
        excluded = eligibility.positions(plan.pool) & ~bits(standing)
        barred = vacancy.barred(plan) - frozenset(vacancy.standing)
        excluded |= bits(place[each] for each in barred if each in place)
        lawful = [
            at
            for at in range(len(plan.pool))
            if at not in standing and plan.lawfulness.breach((*standing, at), excluded) is None
        ]
        if not lawful:
            raise _nobody(plan, vacancy)
        return cls(vacancy, _whole(plan, standing, lawful, eligibility))

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


def draw_substitute(plan: DrawPlan, vacancy: Vacancy, *, seed: bytes, eligibility: Eligibility) -> Substitute:
    """The question that takes a vacant place: the same again whenever it is asked.

    Args:
        plan: the draw plan that the set was drawn from.
        vacancy: the place.
        seed: of the attempt, as committed at booking.
        eligibility: the session's frozen snapshot.

    Raises:
        BadSpecification: a question of the vacancy is not in the plan.
        Infeasible: no question can take the place so that the set stays lawful.
    """
    return SubstitutionLaw.of(plan, vacancy, eligibility).drawn(seed)


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
    heaviest = max(logs.values())
    return {plan.pool.references[at]: _share(log - heaviest) for at, log in logs.items()}


def _share(log: Decimal) -> int:
    """`HEAVIEST` times the exponential of a number that is not above 0, rounded down, 1 at least."""
    with localcontext(_EXACT):
        return max(1, int((log.exp() * HEAVIEST).to_integral_value(ROUND_FLOOR)))


def _nobody(plan: DrawPlan, vacancy: Vacancy) -> Infeasible:
    """The refusal, with the one question that would do."""
    wanted = listed(list(_wanted(plan, vacancy))) if any(_wanted(plan, vacancy)) else "keeps every requirement"
    return Infeasible(
        f"another question in the place of {vacancy.out}, so that the set stays lawful",
        f"none of the {count_of(len(plan.pool), 'question')} of the pool may take it",
        f"write 1 question that {wanted}",
    )


def _wanted(plan: DrawPlan, vacancy: Vacancy) -> Iterator[str]:
    """What a question would have to be, requirement by requirement, given those that stay."""
    asked = plan.specification
    staying = [each for each in plan.pool.candidates if each.reference in vacancy.standing]
    carried = [code for each in staying for code in each.ksbs]
    missing = [code for code in asked.required if code not in carried]
    if missing:
        yield f"carries {listed(missing)}"
    if asked.seconds is not None:
        left = _left(asked.seconds, sum(each.seconds for each in staying))
        yield f"takes {clock(max(1, left.lowest))} to {clock(left.highest)} minutes"
    if asked.demand is not None:
        left = _left(asked.demand, sum(each.demand for each in staying))
        yield f"has a demand of {max(1, left.lowest)} to {left.highest}"
    full = [code for code in asked.ksbs if asked.most_per_ksb and carried.count(code) >= asked.most_per_ksb]
    if full:
        yield f"does not carry {listed(full)}"


def _left(band: Band, taken: int) -> Band:
    return Band(band.lowest - taken, band.highest - taken)
