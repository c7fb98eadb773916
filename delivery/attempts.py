"""How often one apprentice can be assessed without meeting a question twice: at most, proven, and by draws, in fact.

The most is an integer program: so many lawful sets at once, no question in two of them. Draws know nothing of the sets
to come, so they leave less; how many they reach is simulated, each draw excluding all that was drawn before.

Source: van der Linden (2005), Linear Models for Optimal Test Design, chapter 6 (sets assembled at once).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from delivery.columns import Kinds, requirements
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import Infeasible
from delivery.plan import DrawPlan
from delivery.pool import Pool
from delivery.program import Solver
from delivery.randomness import many_words
from delivery.saying import count_of
from delivery.specification import Specification

MOST_LOOKED_FOR: Final = 30
"""Beyond it only what counting proves is said: nobody is assessed more often."""
MOST_NODES: Final = 2_000
"""Of the integer program's tree; where it ends, the most is known from both sides only."""
LABEL: Final = "qbank attempts 1"

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Attempts:
    """What is known of the most lawful sets without a common question.

    Attributes:
        found: sets that were found, as references; anybody can look that they are lawful and share nothing.
        most: proven; no more than this many exist.
        limit: what sets that: a KSB's code, "questions" or "minutes" in all, or "together" where the integer program
            proved it.
    """

    found: tuple[tuple[str, ...], ...]
    most: int
    limit: str

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "least": len(self.found),
            "most": self.most,
            "limit": self.limit,
            "sets": [list(each) for each in self.found],
        }


def most_attempts(pool: Pool, specification: Specification) -> Attempts:
    """The most lawful sets that share no question, looked for up to `MOST_LOOKED_FOR`."""
    most, limit = _counted(pool, specification)
    for many in range(min(most, MOST_LOOKED_FOR), 1, -1):
        packing = _Packing(pool, specification, many)
        if packing.sets is not None:
            return Attempts(packing.sets, most, limit)
        if packing.impossible and most == many:
            most, limit = many - 1, "together"
    single = _Packing(pool, specification, 1)
    return Attempts(single.sets or (), 0 if single.impossible else most, limit)


def reached_by_draws(plan: DrawPlan, apprentices: int, most: int, progress: Progress) -> list[int]:
    """How many sets each simulated apprentice was drawn before none was left, in order; `most` ends it too."""
    found = []
    for number in range(apprentices):
        progress("Drawing without repeat", number / apprentices)
        met: dict[str, str] = {}
        attempts = 0
        while attempts < most:
            seed = many_words(bytes.fromhex(plan.digest), 4, number=number * most + attempts, label=LABEL)
            try:
                drawn = draw(plan, seed=seed, eligibility=Eligibility(met))
            except Infeasible:
                break
            met |= dict.fromkeys(drawn.references, "met")
            attempts += 1
        found.append(attempts)
    return sorted(found)


def said(least: int, most: int, limit: str) -> str:
    """What is known of the most attempts, as a sentence: how many sets were found, what is proven, what sets it."""
    known = {
        "questions": "there are no more questions",
        "minutes": "there are no more minutes in the bank",
        "together": "more lawful sets do not fit together",
    }
    why = known.get(limit, f"{limit} is carried by {count_of(most, 'question')}")
    many = count_of(most, "set") if least == most else f"{least} sets, and no more than {most},"
    return (
        f"One apprentice can have {many} without meeting a question twice{'; no more' if least == most else ''}: {why}."
    )


def _counted(pool: Pool, asked: Specification) -> tuple[int, str]:
    """What counting proves: questions, or minutes, in all; and the questions of each required KSB."""
    time = sum(each.seconds for each in pool.candidates)
    limits = [(len(pool) // (asked.length or 1), "questions")]
    if asked.seconds is not None and asked.seconds.lowest:
        limits.append((time // asked.seconds.lowest, "minutes"))
    limits += [(sum(code in each.ksbs for each in pool.candidates), code) for code in asked.required]
    return min(limits, key=lambda each: each[0])


class _Packing:
    """So many lawful sets at once: how many questions of each kind each of them has."""

    def __init__(self, pool: Pool, specification: Specification, many: int) -> None:
        self.sets: tuple[tuple[str, ...], ...] | None = None
        kinds = Kinds.of(pool, specification)
        solver: Any = Solver()  # type: ignore[no-untyped-call]  # the library has no annotation here
        solver.setOptionValue("mip_max_nodes", MOST_NODES)
        width = len(kinds.members)
        columns = np.arange(many * width, dtype=np.int32)
        solver.addVars(many * width, np.zeros(many * width), np.tile(kinds.sizes, many))
        solver.changeColsIntegrality(many * width, columns, np.full(many * width, highspy.HighsVarType.kInteger))
        for number in range(many):
            for row in requirements(pool, specification, kinds):
                places = row.places + number * width
                solver.addRow(row.lowest, row.highest, len(places), places.astype(np.int32), row.weights)
        for kind, size in enumerate(kinds.sizes):
            places = columns[kind::width]
            solver.addRow(0.0, size, many, places, np.ones(many))
        solver.run()
        status = solver.getModelStatus()
        self.impossible = status == highspy.HighsModelStatus.kInfeasible
        if status == highspy.HighsModelStatus.kOptimal:
            counts = np.rint(solver.getSolution().col_value).astype(int).reshape(many, width)
            self.sets = _dealt(pool, kinds, counts)


def _dealt(pool: Pool, kinds: Kinds, counts: Any) -> tuple[tuple[str, ...], ...]:
    """The questions themselves: of each kind the first to the first set, and so on."""
    sets: list[list[str]] = [[] for _ in counts]
    for kind, members in enumerate(kinds.members):
        waiting = iter(members)
        for chosen, count in zip(sets, counts[:, kind], strict=True):
            chosen.extend(pool.references[next(waiting)] for _ in range(count))
    return tuple(map(tuple, sets))
