"""Exact conditioning: the law of a draw plan given that some questions are not in the set.

Excluded questions get no weight and the tables are worked out again; the law stays in its family. Because floats may
differ between machines, the whole numbers that a draw met are kept with its certificate and define what was drawn;
whoever replays it works the tables out again and finds them as near as floats allow.

Source: `docs/engine.md`, "The law" and "The conditioned run".
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.canonical import digest
from delivery.crossing import Crossed, crossed
from delivery.eligibility import Eligibility
from delivery.errors import TooManyStates, TooRarelyLawful
from delivery.feasibility import must_be_feasible
from delivery.figures import Acceptance
from delivery.frontier import Frontier
from delivery.holding import laid_out
from delivery.lawfulness import BANDS, ENEMIES, Lawfulness
from delivery.plan import DrawPlan
from delivery.randomness import DRAW, TOP
from delivery.sampling import Membership, Streams
from delivery.screening import Screening
from delivery.tables import tables_of
from delivery.thresholds import walk_of
from delivery.walk import UNMET, Walk, WalkLayer

RUN: Final = "qbank conditioned run 1"
TRIALS: Final = 4096
LEAST_LAWFUL: Final = 8
"""Of the run: where fewer are lawful the states hold more; where that cannot be, an apprentice gets a refusal, not a
search whose end depends on the seed."""
BEGUN: Final = 8
"""Sets of a draw's stream that are drawn beside the run; where none is lawful the stream is drawn by itself."""
BLOCK: Final = 17
"""Words of a block of SHAKE-256."""
MEMBERS_LOOKED_AT: Final = 32
"""Words of a stream beyond one for each layer; at 300 questions of which half are excluded sets use 114 at most."""
NEAR: Final = 1 << 24
"""Thresholds of two machines may differ by this much of 2^64: 2^-40."""


@dataclass(frozen=True)
class Conditioned:
    """A law for one eligibility.

    Attributes:
        plan: that was conditioned.
        members: of each layer, the questions; the plan's layers without the excluded ones, split where the states hold
            more than the plan's.
        columns: of each layer that has members, how many numbers of `include` a member has at least.
        frontier: the states that lead to a set of them, in the order of the layers that have any.
        log_weights: of each question, with the cohort's factor in them.
        acceptance: how often its sets are lawful, by a run whose seed follows from plan and eligibility.
        recorded: the lawful sets of that run, as bits of positions.
        begun: the first walks of a draw's stream, if there is one, and the run's.
    """

    plan: DrawPlan
    members: tuple[tuple[int, ...], ...]
    columns: list[int]
    frontier: Frontier
    log_weights: NDArray[np.float64]
    acceptance: Acceptance
    recorded: tuple[int, ...]
    begun: Crossed

    @cached_property
    def walk(self) -> Walk:
        """Over the same pool; excluded questions are members of no layer."""
        log_rewards = np.array(self.plan.log_rewards, dtype=float)
        walk = walk_of(self.frontier, self.log_weights, log_rewards, self.columns)
        return Walk(tuple(self._with_empty(walk.layers, self.frontier.endings)))

    def met_first(self) -> Walk | None:
        """The states that the draw's stream comes to until its first lawful set; None where it was not begun so far."""
        lawful = Screening.of(self.plan.lawfulness).lawful(self.begun.membership[:BEGUN])
        if not lawful.any():
            return None
        met, endings = self.begun.met(int(lawful.argmax()) + 1)
        layers = self._with_empty(met, endings)
        nowhere = array("I", [UNMET]) * len(layers[-1].following)
        return Walk((*layers[:-1], replace(layers[-1], following=nowhere)))

    def _with_empty(self, layers: Sequence[WalkLayer], endings: int) -> list[WalkLayer]:
        """These layers, and between them those of the plan that have no member left: every state goes on as it is."""
        rest = list(layers)
        found: list[WalkLayer] = []
        states = endings
        for members in reversed(self.members):
            found.append(rest.pop() if members else _empty(states))
            states = len(found[-1].first) - 1
        return found[::-1]


def conditioned_on(plan: DrawPlan, eligibility: Eligibility, seed: bytes | None = None) -> Conditioned:
    """The plan's law, given that no excluded question is drawn, with the cohort's factor in the weights.

    The states hold what the plan's hold; where lawful sets would be too rare so, they hold the bands too, and where
    even that does not serve, every side requirement.

    Args:
        plan: the draw plan.
        eligibility: what may not be drawn.
        seed: of a draw whose stream is begun beside the run.

    Raises:
        Infeasible: no lawful set is left; it carries the smallest change that would do.
        TooRarelyLawful: a recorded run met too few, and states that hold more would be too many.
    """
    excluded = eligibility.positions(plan.pool)
    members = tuple(tuple(at for at in layer.members if not excluded >> at & 1) for layer in plan.walk.layers)
    law = _conditioned(plan, eligibility, seed, plan.held, members)
    if len(law.recorded) >= LEAST_LAWFUL:
        return law
    must_be_feasible(plan.pool, plan.specification, eligibility.excluded)
    for held in _holdings(plan):
        try:
            law = _conditioned(plan, eligibility, seed, held, _split(plan, held, members))
        except TooManyStates:
            break
        if len(law.recorded) >= LEAST_LAWFUL:
            return law
    raise TooRarelyLawful(TRIALS, len(law.recorded))


def _conditioned(
    plan: DrawPlan,
    eligibility: Eligibility,
    seed: bytes | None,
    held: Sequence[str],
    members: tuple[tuple[int, ...], ...],
) -> Conditioned:
    """The law whose states hold this."""
    frontier = laid_out(plan.pool, plan.specification, held, order=[each for each in members if each])
    if not frontier.layers:
        must_be_feasible(plan.pool, plan.specification, eligibility.excluded)
        raise TooRarelyLawful(TRIALS, 0)
    columns = _columns(plan, members) if tuple(held) == plan.held else [0] * len(members)
    log_weights = np.array(eligibility.log_weights(plan.pool, plan.log_weights), dtype=float)
    tables = tables_of(frontier, log_weights, np.array(plan.log_rewards, dtype=float), np.longdouble)
    own = [(DRAW, seed, number) for number in range(BEGUN if seed else 0) if seed]
    run_seed = bytes.fromhex(digest([RUN, plan.digest, eligibility.digest]))
    streams = Streams([*own, *((RUN, run_seed, number) for number in range(TRIALS))], _words(frontier))
    begun = crossed(frontier, tables, columns, streams, len(plan.pool))
    recorded = _lawful(plan, begun.membership[len(own) :])
    rejects = Lawfulness(plan.pool, plan.specification, held).rejects
    acceptance = Acceptance(TRIALS, len(recorded), not rejects)
    return Conditioned(plan, members, columns, frontier, log_weights, acceptance, recorded, begun)


def _holdings(plan: DrawPlan) -> list[tuple[str, ...]]:
    """What states hold beyond the plan's, in the order in which it is tried: its bands too, then everything."""
    sides = plan.lawfulness.sides
    banded = tuple(name for name in sides if name in plan.held or name in BANDS)
    return [each for each in dict.fromkeys((banded, sides)) if each != plan.held]


def _split(plan: DrawPlan, held: Sequence[str], members: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """Layers split where their questions differ in what is held, in the order in which the parts begin."""
    found: list[tuple[int, ...]] = []
    for layer in members:
        parts: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for at in layer:
            each = plan.pool.candidates[at]
            counted = tuple(getattr(each, name) for name in BANDS if name in held)
            parts[(*counted, at if ENEMIES in held and each.enemies else -1)].append(at)
        found.extend(map(tuple, parts.values()))
    return tuple(found)


def _words(frontier: Frontier) -> int:
    """Words of a stream that are worked out at first: whole blocks of the sponge, enough for nearly every walk."""
    return BLOCK * -(-(len(frontier.layers) + MEMBERS_LOOKED_AT) // BLOCK)


def _columns(plan: DrawPlan, members: Sequence[Sequence[int]]) -> list[int]:
    """Of each layer with members left, how many numbers of `include` the plan's walk has for each member."""
    pairs = zip(plan.walk.layers, members, strict=True)
    return [len(layer.include) // len(layer.members) for layer, left in pairs if left]


def _lawful(plan: DrawPlan, membership: Membership) -> tuple[int, ...]:
    """The lawful sets among these, as bits of positions."""
    lawful = Screening.of(plan.lawfulness).lawful(membership)
    packed = np.packbits(membership[lawful], axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in packed)


def _empty(states: int) -> WalkLayer:
    onward = range(states)
    return WalkLayer(
        (),
        array("I", range(states + 1)),
        array("H", [0] * states),
        array("I", onward),
        array("Q", [TOP] * states),
        array("Q"),
    )


def near(kept: Walk, again: Walk) -> bool:
    """Whether the states kept with a certificate are those of tables worked out again, as near as floats allow."""
    if len(kept.layers) != len(again.layers):
        return False
    pairs = {0: 0}
    for one, other in zip(kept.layers, again.layers, strict=True):
        if one.members != other.members or not _near_includes(one, other):
            return False
        onward: dict[int, int] = {}
        for state, counterpart in pairs.items():
            if not _near_options(one, state, other, counterpart, onward):
                return False
        pairs = onward
    return True


def _near_options(one: WalkLayer, state: int, other: WalkLayer, counterpart: int, onward: dict[int, int]) -> bool:
    options, others = one.options(state), other.options(counterpart)
    if options.keys() != others.keys():
        return False
    for count, (upper, following) in options.items():
        if abs(upper - others[count][0]) > NEAR:
            return False
        if following != UNMET:
            onward[following] = others[count][1]
    return True


def _near_includes(one: WalkLayer, other: WalkLayer) -> bool:
    return len(one.include) == len(other.include) and all(
        abs(here - there) <= NEAR for here, there in zip(one.include, other.include, strict=True)
    )
