"""The law of a draw that was conditioned on what may not be given, a second time: which was due, and is it that one?

Its states hold what the plan's hold. Where fewer than eight sets of its run are lawful they hold the bands too, and
where that does not do either, every side requirement; then the plan's layers are split where their questions differ in
what is held. Nobody may choose: the same seed gives another set under another of these laws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qbank.verify.holding import SIDES, sides_of
from qbank.verify.recorded import Recorded
from qbank.verify.walking import Step, steps_of
from qbank.verify.weighing import Weighing, shares_of_taking
from qbank.verify.words import FULL

LEAST_LAWFUL: Final = 8


@dataclass(frozen=True, slots=True)
class Conditioned:
    """What was due, and what there is.

    Attributes:
        steps: the walk in the certificate.
        holds: whether its whole numbers are those of the law that was due.
        recorded: that law's run.
        certain: whether its states hold every side requirement.
    """

    steps: list[Step]
    holds: bool
    recorded: Recorded
    certain: bool


def conditioned(
    plan: Mapping[str, Any],
    tilted: Mapping[str, Any],
    eligibility: Mapping[str, Any],
    certificate: Mapping[str, Any],
) -> Conditioned:
    """The law that was due, beside the walk in the certificate.

    Args:
        plan: the draw plan.
        tilted: the same with the weights that a cohort's factor makes.
        eligibility: the frozen snapshot.
        certificate: of a conditioned draw.
    """
    excluded = frozenset(eligibility["excluded"])
    kept = steps_of(certificate["walk"])
    sides = sides_of(plan)
    for held in _holdings(plan.get("held", ()), sides):
        layers = list(_layers(plan, held, excluded))
        matching = [tuple(step.members) for step in kept] == layers
        steps = kept if matching else [Step(members, (), _taking(tilted, members)) for members in layers]
        law = Weighing(tilted, steps, excluded, held)
        law.sum_up()
        recorded = Recorded.conditioned(plan, eligibility, steps, law)
        if len(recorded.lawful) >= LEAST_LAWFUL:
            break
    return Conditioned(kept, matching and law.holds(), recorded, set(sides) <= set(held))


def _holdings(held: Sequence[str], sides: Sequence[str]) -> list[tuple[str, ...]]:
    """What the states of the law may hold, in the order in which it is tried."""
    banded = tuple(name for name in sides if name in held or name in SIDES[:2])
    return list(dict.fromkeys((tuple(held), banded, tuple(sides))))


def _layers(plan: Mapping[str, Any], held: Sequence[str], excluded: frozenset[str]) -> Iterator[tuple[int, ...]]:
    """The questions of the law's layers: the plan's without the excluded ones, split where more is held than there."""
    pool = plan["pool"]
    for layer in plan["walk"]:
        members = [at for at in layer["members"] if pool[at]["reference"] not in excluded]
        if list(held) == list(plan.get("held", ())):
            yield tuple(members)
            continue
        parts: dict[object, list[int]] = {}
        for at in members:
            apart = at if "enemies" in held and pool[at]["enemies"] else None
            parts.setdefault((*(pool[at][name] for name in SIDES[:2] if name in held), apart), []).append(at)
        yield from map(tuple, parts.values())


def _taking(plan: Mapping[str, Any], members: Sequence[int]) -> list[list[int]]:
    """The words below which each question of a layer is taken, from weights alone."""
    due = shares_of_taking([float(plan["log_weights"][at]) for at in members])
    return [[min(max(int(share * FULL), 1), FULL - 1) for share in shares] for shares in due]
