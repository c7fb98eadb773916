"""Whether a lawful set exists at all, and if not: which requirement fails, what there is, and the smallest change.

Requirements are added one after another to an integer program; the first with which it cannot be met is named. Then a
second program, in which questions may be returned or written, finds the fewest that would do; and each requirement but
coverage is eased alone, as little as lets a set meet all the others.

Source: the integer programs are those of van der Linden (2005), Linear Models for Optimal Test Design, chapter 4, with
slack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from delivery.errors import Infeasible
from delivery.pool import Pool
from delivery.program import Change, Program
from delivery.saying import clock, count_of, listed
from delivery.specification import Band, Specification

RETURNABLE: Final = frozenset({"resting", "overdue", "quarantined"})
"""Reasons for which a question is out only until somebody returns it."""

MOST_NODES: Final = 2_000
"""Of the tree of a requirement that is eased: what it does not settle is not offered."""
SAID_PAIRS: Final = 5
"""Of enemies; a sentence holds no more."""

Steps = Sequence[tuple[str, Callable[[Program], None]]]


def must_be_feasible(pool: Pool, specification: Specification, excluded: Mapping[str, str] | None = None) -> None:
    """Return when a lawful set exists.

    Args:
        pool: every question of the draw plan.
        specification: what a set must meet.
        excluded: references that may not be drawn, with the reason.

    Raises:
        Infeasible: none exists; it carries the requirement that fails and the smallest change.
    """
    out = excluded or {}
    available = [at for at, each in enumerate(pool.candidates) if each.reference not in out]
    program = Program(pool, specification, available)
    for _, add in _steps(specification):
        add(program)
    if not program.feasible():
        raise _explained(pool, specification, available, out)


def _steps(specification: Specification) -> Steps:
    return (
        ("coverage", lambda program: program.coverage()),
        ("length", lambda program: program.length()),
        ("seconds", lambda program: program.seconds(specification.seconds)),
        ("demand", lambda program: program.demand(specification.demand)),
        ("most_per_ksb", lambda program: program.most_per_ksb()),
        ("enemies", lambda program: program.enemies()),
    )


def _explained(
    pool: Pool, specification: Specification, available: Sequence[int], out: Mapping[str, str]
) -> Infeasible:
    requirement, there_is = _failing(pool, specification, available)
    words = list(_eased(pool, specification, available))
    change = _smallest_change(pool, specification, available, out, like_the_pool=bool(words))
    if change is not None:
        words.insert(0, _in_words(change))
    barred = len(pool) - len(available)
    if barred:
        there_is += f" ({count_of(barred, 'question')} of the pool may not be drawn here)"
    return Infeasible(requirement, there_is, ", or ".join(words) or "change the specification: it contradicts itself")


def _failing(pool: Pool, specification: Specification, available: Sequence[int]) -> tuple[str, str]:
    """The requirement that fails first, and what there is."""
    if specification.length is not None and len(available) < specification.length:
        return (
            f"{count_of(specification.length, 'question')} in every set",
            f"{count_of(len(available), 'question')} may be drawn",
        )
    for code in specification.required:
        if not any(code in pool.candidates[at].ksbs for at in available):
            return f"{code} in every set", f"{code} is carried by 0 questions that may be drawn"
    steps = _steps(specification)
    for place, (name, _) in enumerate(steps):
        so_far = Program(pool, specification, available)
        for _, add in steps[: place + 1]:
            add(so_far)
        if not so_far.feasible():
            before = Program(pool, specification, available)
            for _, add in steps[:place]:
                add(before)
            return _shortfall(name, before, specification)
    raise AssertionError("the requirements were found impossible together, so one of them fails first")


def _shortfall(name: str, before: Program, specification: Specification) -> tuple[str, str]:
    """How far the program before this requirement gets."""
    if name == "length":
        wanted = count_of(specification.length or 1, "question")
        return (
            f"all {count_of(len(specification.required), 'KSB')} in {wanted}",
            f"the fewest questions that cover them are {before.least(before.count())}",
        )
    if name == "seconds" and specification.seconds:
        reach = _reach(before, before.total_seconds())
        return (
            f"planned minutes from {clock(specification.seconds.lowest)} to {clock(specification.seconds.highest)}",
            f"sets that meet the rest take from {clock(reach.lowest)} to {clock(reach.highest)}",
        )
    if name == "demand" and specification.demand:
        reach = _reach(before, before.total_demand())
        return (
            f"demand from {specification.demand.lowest} to {specification.demand.highest}",
            f"sets that meet the rest have a demand from {reach.lowest} to {reach.highest}",
        )
    if name == "most_per_ksb":
        return (
            f"no KSB in more than {count_of(specification.most_per_ksb or 0, 'question')} of a set",
            "every set that meets the rest has some KSB in more",
        )
    return "no two enemy questions in one set", "every set that meets the rest holds two enemies"


def _eased(pool: Pool, asked: Specification, available: Sequence[int]) -> Iterator[str]:
    """Each requirement that, eased by itself, lets a lawful set exist: by how little, the others kept as they are."""
    for name, _ in _steps(asked):
        program = Program(pool, asked, available, most_nodes=MOST_NODES)
        for other, add in _steps(asked):
            if other != name:
                add(program)
        yield from _EASED[name](program, asked)


def _other_length(program: Program, asked: Specification) -> Iterator[str]:
    """More questions only: a set that is shorter than the plan says is no set."""
    if asked.length is not None:
        more = program.nearest_above(program.count(), asked.length)
        if more is not None:
            yield f"ask {count_of(more, 'question')}"


def _other_minutes(program: Program, asked: Specification) -> Iterator[str]:
    if asked.seconds is not None:
        nearest = program.nearest(program.total_seconds(), asked.seconds.lowest, asked.seconds.highest)
        if nearest is not None:
            yield f"move the band of minutes to include {clock(nearest)}"


def _other_demand(program: Program, asked: Specification) -> Iterator[str]:
    if asked.demand is not None:
        nearest = program.nearest(program.total_demand(), asked.demand.lowest, asked.demand.highest)
        if nearest is not None:
            yield f"move the band of demand to include {nearest}"


def _other_cap(program: Program, asked: Specification) -> Iterator[str]:
    if asked.most_per_ksb is not None:
        least = program.least(program.most_carried())
        if least is not None:
            yield f"allow a KSB in {count_of(least, 'question')}"


def _other_enemies(program: Program, _asked: Specification) -> Iterator[str]:
    pairs = program.fewest_enemies()
    if pairs:
        yield f"let {listed([f'{one} and {other}' for one, other in pairs[:SAID_PAIRS]])} meet in one set" + (
            f", and {count_of(len(pairs) - SAID_PAIRS, 'pair')} more" if len(pairs) > SAID_PAIRS else ""
        )


_EASED: Final[Mapping[str, Callable[[Program, Specification], Iterator[str]]]] = {
    "coverage": lambda _program, _asked: iter(()),  # a set that misses a KSB is unfair: never a remedy
    "length": _other_length,
    "seconds": _other_minutes,
    "demand": _other_demand,
    "most_per_ksb": _other_cap,
    "enemies": _other_enemies,
}


def _smallest_change(
    pool: Pool, specification: Specification, available: Sequence[int], out: Mapping[str, str], *, like_the_pool: bool
) -> Change | None:
    """The fewest questions to return or write: like the pool's, else, where nothing else is near, of any time."""
    returnable = [at for at, each in enumerate(pool.candidates) if out.get(each.reference) in RETURNABLE]
    for writing in ("typical",) if like_the_pool else ("typical", "any"):
        program = Program(pool, specification, available, returnable=returnable, writing=writing)
        for _, add in _steps(specification):
            add(program)
        change = program.smallest_change()
        if change is not None:
            return change
    return None


def _in_words(change: Change) -> str:
    parts = []
    if change.returned:
        parts.append(f"return {listed(change.returned)} to the pool")
    if change.written:
        parts.append(f"write at least {count_of(change.written, 'question')}{_carrying(change)}{_shape(change)}")
    return " and ".join(parts)


def _carrying(change: Change) -> str:
    if not change.carrying:
        return ""
    verb = "that carries" if change.written == 1 else "that between them carry"
    return (
        f" {verb} {listed([code if many == 1 else f'{code} ({many} times)' for code, many in change.carrying.items()])}"
    )


def _shape(change: Change) -> str:
    shape = []
    together = " together" if change.written > 1 else ""
    if change.seconds:
        shape.append(f"{clock(change.seconds)} minutes" + together)
    if change.demand:
        shape.append(f"demand {change.demand}" + together)
    return f", for example of {' and '.join(shape)}" if shape else ""


def _reach(program: Program, expression: object) -> Band:
    lowest, highest = program.least(expression), program.most(expression)
    if lowest is None or highest is None:
        raise AssertionError("the program was feasible a moment ago")
    return Band(lowest, highest)
