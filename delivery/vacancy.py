"""The vacancy: a place of a set that is to be filled anew, what stays beside it, and what fills it.

Weights become whole numbers by a decimal exponential, which rounds the same everywhere; a draw compares whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from typing import Any, Final, Self

from delivery.eligibility import Eligibility, bits
from delivery.errors import BadEvidence, BadSpecification, Infeasible
from delivery.plan import DrawPlan
from delivery.saying import clock, count_of, listed
from delivery.shapes import every, parts, text, whole

HEAVIEST: Final = 1 << 62
"""The whole number that stands for the largest weight; smaller ones are rounded down, to 1 at least."""
_EXACT: Final = Context(prec=40)
_KEYS: Final = frozenset({"standing", "place", "out", "met", "number"})
_WIDER: Final = _KEYS | {"asked"}


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
        asked: of those that stay, in asking order, the ones that were asked: where no question can take the place
            alone, one of the others is exchanged with it. None where every other question stays.
    """

    standing: tuple[str, ...]
    place: int
    out: str
    met: tuple[str, ...] = ()
    number: int = 0
    asked: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "met", tuple(sorted(set(self.met))))
        if not 1 <= self.place <= len(self.standing) + 1:
            raise BadSpecification(f"There is no place {self.place} in a set of {len(self.standing) + 1}.")
        if self.out in self.standing:
            raise BadSpecification(f"{self.out} is to be taken out and stays in the set: it can do one of both.")
        if self.asked is not None and self.asked != tuple(each for each in self.standing if each in self.asked):
            raise BadSpecification("Questions that were asked are of those that stay, each once, in asking order.")

    @property
    def loose(self) -> tuple[str, ...]:
        """The questions beside the vacant place that may be exchanged with it, in asking order."""
        return () if self.asked is None else tuple(each for each in self.standing if each not in self.asked)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        said = {
            "standing": list(self.standing),
            "place": self.place,
            "out": self.out,
            "met": list(self.met),
            "number": self.number,
        }
        return said if self.asked is None else said | {"asked": list(self.asked)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The vacancy behind `to_dict`.

        Raises:
            BadEvidence: it is of another shape.
            BadSpecification: it contradicts itself.
        """
        try:
            wider = isinstance(data, Mapping) and "asked" in data
            found = parts(data, "the vacancy", _WIDER if wider else _KEYS)
            return cls(
                standing=tuple(every(found["standing"], "a question that stays", text)),
                place=whole(found["place"], "the place", 1),
                out=text(found["out"], "the question taken out"),
                met=tuple(every(found["met"], "a question met", text)),
                number=whole(found["number"], "the number of the substitution"),
                asked=tuple(every(found["asked"], "a question that was asked", text)) if wider else None,
            )
        except (TypeError, ValueError) as error:
            raise BadEvidence(str(error)[:120]) from error

    def before(self) -> tuple[str, ...]:
        """The set in asking order as it was, with the question that is taken out."""
        return (*self.standing[: self.place - 1], self.out, *self.standing[self.place - 1 :])

    def barred(self, plan: DrawPlan) -> frozenset[str]:
        """What was met in this session, the question taken out among it, and their enemies."""
        known = frozenset({self.out, *self.met})
        return known.union(*(each.enemies for each in plan.pool.candidates if each.reference in known))


@dataclass(frozen=True, slots=True)
class Substitute:
    """What the seed gives.

    Attributes:
        reference: of the question that takes the vacant place.
        weight: of it, and `total` of all that could have come: their quotient is its chance. Where another question was
            exchanged, they are of the two that came, in whichever place.
        total: see `weight`.
        exchanged: where another question was exchanged with the vacancy: its reference, then that of what came for it.
    """

    reference: str
    weight: int
    total: int
    exchanged: tuple[str, str] | None = None

    def into(self, vacancy: Vacancy) -> tuple[str, ...]:
        """The whole set in asking order: every other question keeps its place."""
        came = dict([(vacancy.out, self.reference), *([self.exchanged] if self.exchanged else [])])
        return tuple(came.get(each, each) for each in vacancy.before())

    @property
    def came(self) -> tuple[str, ...]:
        """What came: first for the vacant place."""
        return (self.reference, *(self.exchanged[1:] if self.exchanged else ()))


@dataclass(frozen=True, slots=True)
class Openings:
    """A vacancy as positions in a plan's pool.

    Attributes:
        standing: of the questions that stay, in asking order.
        excluded: bits of what may not come: neither by the snapshot, nor after what was met here.
    """

    standing: tuple[int, ...]
    excluded: int

    @classmethod
    def of(cls, plan: DrawPlan, vacancy: Vacancy, eligibility: Eligibility) -> Self:
        """The openings of a vacancy.

        Raises:
            BadSpecification: a question of the vacancy is not in the plan.
        """
        place = plan.pool.places
        foreign = [each for each in (vacancy.out, *vacancy.standing) if each not in place]
        if foreign:
            raise BadSpecification(f"{foreign[0]} is not a question of this draw plan.")
        standing = tuple(place[each] for each in vacancy.standing)
        barred = vacancy.barred(plan) - frozenset(vacancy.standing)
        excluded = eligibility.positions(plan.pool) & ~bits(standing)
        return cls(standing, excluded | bits(place[each] for each in barred if each in place))

    def alone(self, plan: DrawPlan) -> list[int]:
        """The questions of which each can take the place by itself, in the pool's order."""
        return [
            at
            for at in range(len(plan.pool))
            if at not in self.standing and plan.lawfulness.breach((*self.standing, at), self.excluded) is None
        ]


def shares(logs: Mapping[Any, Decimal]) -> dict[Any, int]:
    """Weights as whole numbers from their logarithms, the heaviest `HEAVIEST`, the others rounded down, 1 at least."""
    heaviest = max(logs.values())
    return {key: _share(log - heaviest) for key, log in logs.items()}


def _share(log: Decimal) -> int:
    """`HEAVIEST` times the exponential of a number that is not above 0."""
    with localcontext(_EXACT):
        return max(1, int((log.exp() * HEAVIEST).to_integral_value(ROUND_FLOOR)))


def nobody(plan: DrawPlan, vacancy: Vacancy) -> Infeasible:
    """The refusal, with the one question that would do."""
    wanted = listed(list(_wanted(plan, vacancy))) if any(_wanted(plan, vacancy)) else "keeps every requirement"
    known = count_of(len(plan.pool), "question")
    change = f"write 1 question that {wanted}"
    if vacancy.asked is None:
        asked = f"another question in the place of {vacancy.out}, so that the set stays lawful"
        return Infeasible(asked, f"none of the {known} of the pool may take it", change)
    asked = (
        f"other questions in the places of {vacancy.out} and of one that was not asked, so that the set stays lawful"
    )
    return Infeasible(asked, f"no two of the {known} of the pool may take them", change)


def _wanted(plan: DrawPlan, vacancy: Vacancy) -> Iterator[str]:
    """What a question would have to be, requirement by requirement, given those that stay."""
    asked = plan.specification
    staying = [each for each in plan.pool.candidates if each.reference in vacancy.standing]
    carried = [code for each in staying for code in each.ksbs]
    missing = [code for code in asked.required if code not in carried]
    if missing:
        yield f"carries {listed(missing)}"
    if asked.seconds is not None:
        left = asked.seconds.less(sum(each.seconds for each in staying))
        yield f"takes {clock(max(1, left.lowest))} to {clock(left.highest)} minutes"
    if asked.demand is not None:
        left = asked.demand.less(sum(each.demand for each in staying))
        yield f"has a demand of {max(1, left.lowest)} to {left.highest}"
    full = [code for code in asked.ksbs if asked.most_per_ksb and carried.count(code) >= asked.most_per_ksb]
    if full:
        yield f"does not carry {listed(full)}"
