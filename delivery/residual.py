"""The residual draw: standardised questions that cover exactly the KSBs an observation left open, in the time left.

A set holds questions of the plan's pool that carry one of the KSBs; it covers every one of them and fits the time; and
no question is in it that adds no KSB to those decided before it. Each set has a weight: one question more makes a set
half as likely, and so does each KSB that a question carries beyond those left open. Among sets with as many questions
and as many KSBs beyond, each is as likely as any other. What is drawn is the first set of a stream that keeps enemies
apart. Questions that are barred are out from the start.

The tables are whole numbers, so the chance of one draw is a fraction and every machine finds the same. The plan's
fitted weights have no part in it: they even out sets that cover other KSBs, and made residual sets on the starter bank
easier to foresee, not harder.

Source: `docs/engine.md`, "The residual draw"; Chen, Dempster and Liu (1994) for laws that are products of weights.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import chain, groupby
from typing import Final, Self

from delivery.eligibility import Eligibility
from delivery.errors import TooManyStates
from delivery.figures import log2_of
from delivery.gaps import Gaps
from delivery.plan import DrawPlan
from delivery.pool import Candidate
from delivery.randomness import Stream
from delivery.shortfall import shortfall_of

LABEL: Final = "qbank residual draw 1"
A_QUESTION: Final = 1
"""Halvings of a set's weight for each question that it holds."""
A_KSB_BEYOND: Final = 1
"""Halvings for each KSB that a question carries beyond those left open."""
MOST_ATTEMPTS: Final = 2_000
"""Sets that a draw looks at: of sets that are lawful once in a hundred it misses so many in a row once in 10^8."""
MOST_STATES: Final = 400_000
"""Of all groups together: about a second of work."""

NEVER: Final = 1 << 62
"""More seconds than any draw has."""

Level = dict[int, int]
"""Of each state before a group: the weight of all ways from there to a full set."""


@dataclass(frozen=True, slots=True)
class ResidualDraw:
    """One set for what was left open.

    Attributes:
        references: in asking order.
        attempts: sets of the stream that were looked at; the last is this one.
        weight: of the set, and `total` of all sets, enemies or not: whole numbers in the same unit; their quotient is
            the chance of one draw to give this set.
    """

    references: tuple[str, ...]
    attempts: int
    weight: int
    total: int

    @property
    def log2_probability_of_one(self) -> Decimal:
        """log2 of the chance of one draw to give this set, exact, to 40 digits."""
        return log2_of(self.weight, 0) - log2_of(self.total, 0)


@dataclass(frozen=True, slots=True)
class ResidualLaw:
    """All lawful sets for what was left open, and their weights, without listing them.

    Attributes:
        gaps: what was left open.
        tables: the states.
        unit: a set's weight is 2^(unit - its halvings): never less than 1.
        levels: of each group and state, the weight of all ways on.
    """

    gaps: Gaps
    tables: Tables
    unit: int
    levels: tuple[Level, ...]

    @classmethod
    def of(cls, plan: DrawPlan, gaps: Gaps, eligibility: Eligibility) -> Self:
        """The law for these gaps.

        Raises:
            BadSpecification: the plan's method does not assess one of the KSBs.
            Infeasible: no lawful set exists; it says which requirement fails and the smallest change.
            TooManyStates: the pool is too large for exact tables.
        """
        gaps.must_belong_to(plan)
        questions = gaps.open_questions(plan, eligibility)
        tables = Tables.of(questions, gaps)
        most = max((group.halvings for group in tables.groups), default=0)
        unit = most * len(gaps.ksbs)
        levels = tables.weighed(unit)
        if not levels[0]:
            raise shortfall_of(questions, gaps)
        return cls(gaps, tables, unit, levels)

    @property
    def total(self) -> int:
        """Weight of all lawful sets."""
        return self.levels[0][self.tables.start]

    @property
    def hostile(self) -> bool:
        """Whether two questions that may be asked are enemies, so that a set can be passed over."""
        names = frozenset(each.reference for group in self.tables.groups for each in group.members)
        return any(each.enemies & names for group in self.tables.groups for each in group.members)

    def one(self, stream: Stream) -> tuple[Candidate, ...]:
        """One set by this law, enemies or not, in the order in which it was decided."""
        rank = stream.below_any(self.total)
        state, halved = self.tables.start, 0
        chosen = []
        for group, level in zip(self.tables.groups, self.levels[1:], strict=True):
            left, taken = self.tables.ways(group, (state,))[state]
            each = level.get(taken, 0) >> (halved + group.halvings)
            if rank < each * len(group.members):
                chosen.append(group.members[rank // each])
                rank %= each
                halved += group.halvings
                state = taken
            else:
                rank -= each * len(group.members)
                state = left
        return tuple(chosen)

    def weight(self, chosen: Sequence[Candidate]) -> int:
        """Of a set that the law can give."""
        wanted = self.gaps.ksbs
        return 1 << self.unit - sum(halvings_of(each, wanted) for each in chosen)

    def drawn(self, seed: bytes) -> ResidualDraw:
        """The set that the seed gives: the first of its stream that keeps enemies apart.

        Raises:
            Infeasible: no set does, or too few.
        """
        stream = Stream(seed, self.gaps.number, label=LABEL)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            chosen = self.one(stream)
            if apart(chosen):
                order = stream.shuffled(chosen)
                return ResidualDraw(tuple(each.reference for each in order), attempt, self.weight(chosen), self.total)
        raise shortfall_of([each for group in self.tables.groups for each in group.members], self.gaps)

    def sets(self) -> int:
        """How many lawful sets there are."""
        return self.tables.weighed(0, evenly=True)[0][self.tables.start]

    def exposure(self) -> dict[str, Fraction]:
        """The chance of each question to be in the set, exact; in the order of a draw."""
        return {
            each.reference: share / len(group.members)
            for group, share in zip(self.tables.groups, self._shares(), strict=True)
            for each in group.members
        }

    def entropy(self) -> Decimal:
        """Bits of the law, exact to 40 digits: log2 of the total, less the mean log2 of a set's weight."""
        pairs = zip(self.tables.groups, self._shares(), strict=True)
        halved = sum((share * group.halvings for group, share in pairs), Fraction(0))
        with localcontext(Context(prec=40)):
            return log2_of(self.total, 0) - self.unit + Decimal(halved.numerator) / Decimal(halved.denominator)

    def _shares(self) -> Iterator[Fraction]:
        """The chance of each group to have a question in the set, by one pass forward."""
        reached: Level = {self.tables.start: 1 << self.unit}
        for group, level in zip(self.tables.groups, self.levels[1:], strict=True):
            onward: Level = {}
            included = 0
            for state, weight in reached.items():
                left, taken = self.tables.ways(group, (state,))[state]
                if left in level:
                    onward[left] = onward.get(left, 0) + weight
                if taken in level:
                    part = (weight >> group.halvings) * len(group.members)
                    onward[taken] = onward.get(taken, 0) + part
                    included += part * level[taken]
            yield Fraction(included, self.total << self.unit)
            reached = onward


def halvings_of(question: Candidate, wanted: Collection[str]) -> int:
    """How often a question halves the weight of a set that holds it."""
    return A_QUESTION + A_KSB_BEYOND * len(question.ksbs.difference(wanted))


def apart(chosen: Collection[Candidate]) -> bool:
    """Whether no two of the questions are enemies."""
    together = frozenset(each.reference for each in chosen)
    return not any(each.enemies & together for each in chosen)


def draw_residual(plan: DrawPlan, gaps: Gaps, *, seed: bytes, eligibility: Eligibility) -> ResidualDraw:
    """The set for what an observation left open: the same again whenever it is asked.

    Args:
        plan: the draw plan of the observation that was named at booking.
        gaps: what was left open.
        seed: of the attempt, as committed at booking.
        eligibility: the session's frozen snapshot.

    Raises:
        BadSpecification: the plan's method does not assess one of the KSBs.
        Infeasible: no lawful set exists; it says which requirement fails and the smallest change.
        TooManyStates: the pool is too large for exact tables.
    """
    return ResidualLaw.of(plan, gaps, eligibility).drawn(seed)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that do the same for a set: one of them at most is taken, for a second would add no KSB.

    Attributes:
        members: in the order of a draw.
        mask: the KSBs left open that they carry, as bits.
        seconds: of each.
        halvings: of a set's weight for taking one.
        closing: the KSBs that no later group carries, as bits.
        fewest: by number of KSBs covered, the seconds that the rest takes later at least.
        need: by KSBs covered, as bits, the seconds that a full set takes after this group at least; without what cannot
            come before or leads to none in time.
    """

    members: tuple[Candidate, ...]
    mask: int
    seconds: int
    halvings: int
    closing: int
    fewest: tuple[int, ...]
    need: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Tables:
    """The states of a residual draw: which KSBs are covered, as bits, and above them the seconds left."""

    groups: tuple[Group, ...]
    ksbs: int
    start: int

    @classmethod
    def of(cls, questions: Sequence[Candidate], gaps: Gaps) -> Self:
        """The states of these questions, in this order.

        Raises:
            TooManyStates: there are too many.
        """
        ksbs = len(gaps.ksbs)
        return cls(_needed(_groups(questions, gaps), ksbs, gaps.seconds), ksbs, gaps.seconds << ksbs)

    def ways(self, group: Group, states: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Of each state: what follows leaving the group and taking one of it; -1 where that leads to no full set."""
        mask, spent, need = group.mask, group.seconds, group.need.get
        ksbs = self.ksbs
        everything = (1 << ksbs) - 1
        found = {}
        for state in states:
            covered, seconds = state & everything, state >> ksbs
            left = state if need(covered, NEVER) <= seconds else -1
            now, then = covered | mask, seconds - spent
            taken = now != covered and need(now, NEVER) <= then
            found[state] = left, then << ksbs | now if taken else -1
        return found

    def weighed(self, unit: int, *, evenly: bool = False) -> tuple[Level, ...]:
        """Of each group and state: the weight of all ways on, 2^(unit - halvings) for each set.

        Args:
            unit: as large as the halvings of any set, at least.
            evenly: whether every set weighs 2^unit instead, so that weights count.

        Returns:
            One level before each group, and one after the last; without the states that lead nowhere.

        Raises:
            TooManyStates: there are too many.
        """
        reached: list[dict[int, tuple[int, int]]] = []
        here = {self.start}
        states = 0
        for group in self.groups:
            ways = self.ways(group, here)
            states += len(ways)
            if states > MOST_STATES:
                raise TooManyStates(self.ksbs, MOST_STATES)
            reached.append(ways)
            here = set(chain.from_iterable(ways.values()))
            here.discard(-1)
        level: Level = dict.fromkeys(here, 1 << unit) if self.groups else {}
        levels = [level]
        for ways, group in zip(reversed(reached), reversed(self.groups), strict=True):
            behind, count = level.get, len(group.members)
            halved = 0 if evenly else group.halvings
            level = {}
            for state, (left, taken) in ways.items():
                weight = behind(left, 0) + count * (behind(taken, 0) >> halved)
                if weight:
                    level[state] = weight
            levels.append(level)
        return tuple(levels[::-1])


def _groups(questions: Sequence[Candidate], gaps: Gaps) -> tuple[Group, ...]:
    """Neighbours that are alike, and what the groups after each can still do."""
    bit = {code: 1 << at for at, code in enumerate(gaps.ksbs)}

    def kind(each: Candidate) -> tuple[int, int, int]:
        mask = sum(bit.get(code, 0) for code in each.ksbs)
        return mask, each.seconds, halvings_of(each, gaps.ksbs)

    found: list[Group] = []
    later, most, cheapest = 0, 0, 0
    for (mask, seconds, halvings), members in reversed([(key, tuple(each)) for key, each in groupby(questions, kind)]):
        closing = ((1 << len(bit)) - 1) & ~later
        fewest = tuple(-(-missing // most) * cheapest if most else 0 for missing in range(len(bit), -1, -1))
        found.append(Group(members, mask, seconds, halvings, closing, fewest, {}))
        later |= mask
        most = max(most, mask.bit_count())
        cheapest = min(cheapest or seconds, seconds)
    return tuple(found[::-1])


def _needed(groups: Sequence[Group], ksbs: int, seconds: int) -> tuple[Group, ...]:
    """The groups, each with the seconds that are needed after it.

    By KSBs alone, whatever time is left, there are far fewer states: which of them lead to a full set in time is found
    first, so that the tables lay out no state that leads nowhere.
    """
    reached: list[dict[int, int]] = []
    spent = {0: 0}
    states = 0
    for group in groups:
        states += len(spent)
        if states > MOST_STATES:
            raise TooManyStates(ksbs, MOST_STATES)
        reached.append(spent)
        mask, cost, closing = group.mask, group.seconds, group.closing
        latest = [seconds - rest for rest in group.fewest]
        after = {
            covered: so_far
            for covered, so_far in spent.items()
            if not closing & ~covered and so_far <= latest[covered.bit_count()]
        }
        for covered, so_far in spent.items():
            now, then = covered | mask, so_far + cost
            if then < after.get(now, NEVER) and not closing & ~now and then <= latest[now.bit_count()]:
                after[now] = then
        spent = after
    need = dict.fromkeys(spent, 0)
    found = []
    for group, before in zip(reversed(groups), reversed(reached), strict=True):
        found.append(replace(group, need=need))
        ahead, mask, cost = need.get, group.mask, group.seconds
        need = {}
        for covered, so_far in before.items():
            least, taking = ahead(covered, NEVER), ahead(covered | mask, NEVER) + cost
            least = min(least, taking)
            if least + so_far <= seconds:
                need[covered] = least
    return tuple(found[::-1])
