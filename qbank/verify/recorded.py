"""The plan's recorded run, run again."""

from __future__ import annotations

import base64
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from qbank.verify.judging import Judge
from qbank.verify.walking import Step, walked
from qbank.verify.words import words_of
from qbank.verify.writing import digest_of

LABEL: Final = "qbank rehearsal 1"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the run gives.

    Attributes:
        seed: that follows from the plan's content, 64 hexadecimal digits.
        trials: sets drawn.
        lawful: the lawful ones, as positions in the pool.
    """

    seed: str
    trials: int
    lawful: Sequence[Sequence[int]]

    @classmethod
    def run(cls, plan: Mapping[str, Any], steps: Sequence[Step]) -> Self:
        """Draw the run's sets from the plan's walk."""
        seed = digest_of([LABEL, digest_of(plan["pool"]), digest_of(plan["specification"]), plan["walk"]])
        trials = plan["rehearsal"]["trials"]
        judge = Judge(plan["pool"], plan["specification"], ())
        drawn = (walked(steps, words_of(LABEL, bytes.fromhex(seed), number))[0] for number in range(trials))
        return cls(seed, trials, [positions for positions in drawn if not judge.broken(positions)])

    @property
    def sets(self) -> str:
        """As the plan keeps them: of each set its size, then its positions, as 16-bit numbers in base64."""
        column = [number for positions in self.lawful for number in (len(positions), *positions)]
        return base64.b64encode(struct.pack(f">{len(column)}H", *column)).decode("ascii")

    def lawful_without(self, excluded: Collection[int]) -> int:
        """How many of the lawful sets hold none of these positions."""
        out = set(excluded)
        return sum(out.isdisjoint(positions) for positions in self.lawful)
