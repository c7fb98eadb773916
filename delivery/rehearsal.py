"""The recorded run of a draw plan: sets drawn once when it is fitted, kept with it.

It says how often the walk's sets are lawful, and, because the lawful sets themselves are kept, how often they are still
lawful when some questions may not be drawn. The run's seed follows from the plan's content: nobody chose it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final, Self

from delivery.canonical import canonical, hashed, packed, unpacked
from delivery.figures import Acceptance
from delivery.lawfulness import Lawfulness
from delivery.shapes import parts, text, whole
from delivery.walk import Walk

MOST_TRIALS: Final = 65_536
LABEL: Final = "qbank rehearsal 1"


def seed_of_run(pool: str, specification: str, walk: Walk) -> str:
    """The seed of the recorded run, 64 hexadecimal digits, from the digests of pool and specification and the walk.

    It is the digest of the list of the label, the two and the walk, worked out piece by piece.
    """
    head = canonical([LABEL, pool, specification])
    return hashed(chain((head[:-1], b","), walk.written(), (b"]",)))


def drawn_in_run(walk: Walk, seed: str, trials: int) -> list[tuple[int, ...]]:
    """Every set of a run, lawful or not: the walks of its streams, each in the walk's order, all worked out at once."""
    from delivery.sampling import streamed

    if not walk.layers:
        return [()] * trials
    order = [at for layer in walk.layers for at in layer.members]
    found: list[tuple[int, ...]] = []
    for membership in streamed(walk, max(order) + 1, trials, bytes.fromhex(seed), label=LABEL):
        found.extend(tuple(order[at] for at in row.nonzero()[0].tolist()) for row in membership[:, order])
    return found


@dataclass(frozen=True)
class Rehearsal:
    """What a recorded run gave.

    Attributes:
        seed: of the run, 64 hexadecimal digits; set i is the walk of its stream i.
        trials: sets drawn.
        sets: the lawful ones in order, packed: of each its size, then its questions' positions in the pool.
    """

    seed: str
    trials: int
    sets: str

    @classmethod
    def run(cls, walk: Walk, lawfulness: Lawfulness, *, seed: str, trials: int) -> Self:
        """Draw the sets and keep the lawful ones."""
        column: list[int] = []
        for positions in drawn_in_run(walk, seed, trials):
            if lawfulness.breach(positions) is None:
                column.append(len(positions))
                column.extend(positions)
        return cls(seed, trials, packed(column, "H"))

    @cached_property
    def lawful_sets(self) -> tuple[int, ...]:
        """Each lawful set as bits of its questions' positions."""
        column = unpacked(self.sets, "H")
        found = []
        at = 0
        while at < len(column):
            end = at + 1 + column[at]
            found.append(sum(1 << position for position in column[at + 1 : end]))
            at = end
        return tuple(found)

    def must_be_whole(self, questions: int) -> None:
        """Raise ValueError where the packed sets are not such sets, or more than were drawn."""
        column = unpacked(self.sets, "H")
        at = found = 0
        while at < len(column):
            end = at + 1 + column[at]
            if end > len(column) or any(position >= questions for position in column[at + 1 : end]):
                raise ValueError("its recorded sets are broken")
            at, found = end, found + 1
        if found > self.trials:
            raise ValueError("its recorded run has more lawful sets than sets")

    def without(self, excluded: int) -> tuple[int, ...]:
        """The lawful sets that hold none of the excluded questions; all as bits of positions."""
        if not excluded:
            return self.lawful_sets
        return tuple(questions for questions in self.lawful_sets if not questions & excluded)

    def acceptance(self, excluded: int = 0) -> Acceptance:
        """How many of the run's sets are lawful without the excluded questions, given as bits of positions."""
        return Acceptance(self.trials, len(self.without(excluded)))

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {"seed": self.seed, "trials": self.trials, "sets": self.sets}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The run behind `to_dict`.

        Raises:
            ValueError: it is of another shape.
        """
        found = parts(data, "the recorded run", frozenset({"seed", "trials", "sets"}))
        trials = whole(found["trials"], "the number of recorded sets", 1, MOST_TRIALS)
        return cls(text(found["seed"], "the recorded run's seed"), trials, text(found["sets"], "the recorded sets"))
