"""The wider substitution: where no question can take a vacant place alone, one that was not asked is exchanged with it.

The law is the plan's own, given the questions that were asked, on the lawful sets that keep all but one of the others:
a set has a chance proportional to its questions' weights times the rewards of the optional KSBs that it covers. As the
others of a set cancel out, what counts is what comes, what goes, and the rewards.

The two that come must carry what is missing, so they are sought from the carriers of the rarest missing KSB.

Source: `docs/engine.md`, "The substitution".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Final, NamedTuple, Self

from delivery.eligibility import Eligibility, bits
from delivery.plan import DrawPlan
from delivery.randomness import Stream
from delivery.vacancy import Openings, Substitute, Vacancy, nobody, shares

LABEL: Final = "qbank substitution 2"


class Exchange(NamedTuple):
    """One way to fill the vacancy.

    Attributes:
        goes: the question that is exchanged with the vacancy, as its position in the pool.
        one: of those that come, the first in the pool's order, and `other` the second.
        other: see `one`.
    """

    goes: int
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class WiderLaw:
    """Which question may be exchanged, and which two may come, with what weight.

    Attributes:
        vacancy: the place, with what was asked.
        references: of the pool.
        weights: by way, in asking order of what goes, then in the pool's order of what comes; 1 at least.
    """

    vacancy: Vacancy
    references: tuple[str, ...]
    weights: Mapping[Exchange, int]

    @classmethod
    def of(cls, plan: DrawPlan, vacancy: Vacancy, eligibility: Eligibility) -> Self:
        """The law for this vacancy, for which no question comes alone.

        Raises:
            BadSpecification: a question of the vacancy is not in the plan.
            Infeasible: no question can be exchanged so that the set stays lawful.
        """
        log_weights = tuple(map(Decimal, eligibility.log_weights(plan.pool, plan.log_weights)))
        rewards = _Rewards(plan)
        logs: dict[Exchange, Decimal] = {}
        for goes, search in _searches(plan, vacancy, eligibility):
            for one, other in search.lawful():
                gained = rewards.of(search.covered | plan.lawfulness.ksbs[one] | plan.lawfulness.ksbs[other])
                logs[Exchange(goes, one, other)] = log_weights[one] + log_weights[other] - log_weights[goes] + gained
        if not logs:
            raise nobody(plan, vacancy)
        return cls(vacancy, plan.pool.references, shares(logs))

    @staticmethod
    def must_have_a_way(plan: DrawPlan, vacancy: Vacancy, eligibility: Eligibility) -> None:
        """Return when some way exists, at the first that is found; nothing is weighed.

        Raises:
            BadSpecification: as of `of`.
            Infeasible: likewise.
        """
        if not any(search.finds_some() for _, search in _searches(plan, vacancy, eligibility)):
            raise nobody(plan, vacancy)

    @property
    def total(self) -> int:
        """Weight of all together."""
        return sum(self.weights.values())

    def chances(self) -> dict[Exchange, Fraction]:
        """The chance of each way, exact; they sum to 1. Which of the two comes in which place is even."""
        total = self.total
        return {way: Fraction(weight, total) for way, weight in self.weights.items()}

    def drawn(self, seed: bytes) -> Substitute:
        """What the seed gives: the way in whose share a uniform number falls, its two shuffled into their places."""
        total = self.total
        stream = Stream(seed, self.vacancy.number, label=LABEL)
        rank = stream.below_any(total)
        for way, weight in self.weights.items():
            if rank < weight:
                first, second = stream.shuffled((self.references[way.one], self.references[way.other]))
                return Substitute(first, weight, total, exchanged=(self.references[way.goes], second))
            rank -= weight
        raise AssertionError("a number below the total falls to some way")


def _searches(plan: DrawPlan, vacancy: Vacancy, eligibility: Eligibility) -> Iterator[tuple[int, _Search]]:
    """For each question that may go, as its position in asking order: the search beside all that then stay."""
    openings = Openings.of(plan, vacancy, eligibility)
    for reference in vacancy.loose:
        goes = plan.pool.places[reference]
        staying = tuple(at for at in openings.standing if at != goes)
        yield goes, _Search.of(plan, staying, openings.excluded | 1 << goes)


class _Rewards:
    """Of covering KSBs that a set need not cover: sums by what is covered, each worked out once."""

    def __init__(self, plan: DrawPlan) -> None:
        bit = {code: 1 << at for at, code in enumerate(plan.specification.ksbs)}
        optional = zip(plan.specification.optional, plan.log_rewards, strict=True)
        self._rewards = [(bit[code], Decimal(reward)) for code, reward in optional]
        self._every = sum(each for each, _ in self._rewards)
        self._known: dict[int, Decimal] = {}

    def of(self, covered: int) -> Decimal:
        """The rewards of what these bits cover."""
        key = covered & self._every
        if key not in self._known:
            self._known[key] = sum((reward for bit, reward in self._rewards if bit & key), Decimal(0))
        return self._known[key]


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for the pairs that make a set lawful.

    Attributes:
        plan: of the set.
        staying: its other questions, as positions.
        may: positions of the questions that could come beside them, each for itself.
        covered: bits of the KSBs that those staying cover.
        nearly_full: bits of the KSBs that only one more question may carry.
    """

    plan: DrawPlan
    staying: tuple[int, ...]
    may: tuple[int, ...]
    covered: int
    nearly_full: int

    @classmethod
    def of(cls, plan: DrawPlan, staying: tuple[int, ...], excluded: int) -> Self:
        """The search beside these questions; `excluded` are bits of what may not come, whatever stays."""
        facts, most = plan.lawfulness, plan.specification.most_per_ksb
        excluded |= bits(staying)
        covered = 0
        for at in staying:
            covered |= facts.ksbs[at]
            excluded |= facts.enemies[at]
        counts = [sum(facts.ksbs[at] >> bit & 1 for at in staying) for bit in range(facts.ksb_count)]
        full = 0 if most is None else bits(bit for bit, count in enumerate(counts) if count >= most)
        nearly_full = 0 if most is None else bits(bit for bit, count in enumerate(counts) if count == most - 1)
        may = (at for at in range(len(plan.pool)) if not excluded >> at & 1 and not facts.ksbs[at] & full)
        return cls(plan, staying, tuple(may), covered, nearly_full)

    def lawful(self) -> list[tuple[int, int]]:
        """The pairs in order, the smaller position first.

        What those staying break among themselves they break beside any pair, so one is looked at by every requirement.
        """
        found = sorted(self._pairs())
        return found if found and self._holds(found[0]) else []

    def finds_some(self) -> bool:
        """Whether there is any such pair."""
        first = next(self._pairs(), None)
        return first is not None and self._holds(first)

    def _holds(self, pair: tuple[int, int]) -> bool:
        return not self.plan.lawfulness.breach((*self.staying, *pair))

    def _pairs(self) -> Iterator[tuple[int, int]]:
        facts, asked = self.plan.lawfulness, self.plan.specification
        seconds = asked.seconds and asked.seconds.less(facts.seconds_of(self.staying))
        demand = asked.demand and asked.demand.less(facts.demand_of(self.staying))
        for one, other in self._carriers():
            if seconds is not None and facts.seconds[one] + facts.seconds[other] not in seconds:
                continue
            if demand is not None and facts.demand[one] + facts.demand[other] not in demand:
                continue
            if facts.enemies[one] >> other & 1 or facts.ksbs[one] & facts.ksbs[other] & self.nearly_full:
                continue
            yield one, other

    def _carriers(self) -> Iterator[tuple[int, int]]:
        """Pairs that carry every KSB that is missing."""
        ksbs, may = self.plan.lawfulness.ksbs, self.may
        missing = self.plan.lawfulness.required & ~self.covered
        if not missing:
            yield from combinations(may, 2)
            return
        carriers = {bit: tuple(at for at in may if ksbs[at] & bit) for bit in _each(missing)}
        rarest, some = min(carriers.items(), key=lambda each: len(each[1]))
        for one in some:
            lacking = missing & ~ksbs[one]
            for other in min((carriers[bit] for bit in _each(lacking)), key=len, default=may):
                if ksbs[other] & lacking == lacking and (other > one or not ksbs[other] & rarest):
                    yield (one, other) if one < other else (other, one)


def _each(bits_of_ksbs: int) -> Iterator[int]:
    """The bits that are set, the lowest first."""
    while bits_of_ksbs:
        lowest = bits_of_ksbs & -bits_of_ksbs
        yield lowest
        bits_of_ksbs ^= lowest
