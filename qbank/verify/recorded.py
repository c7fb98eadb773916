"""The plan's recorded run, run again."""

from __future__ import annotations

import base64
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from qbank.verify.judging import Judge
from qbank.verify.summed import Summed
from qbank.verify.walking import Step, walked
from qbank.verify.weighing import Weighing
from qbank.verify.words import words_of
from qbank.verify.writing import digest_of

LABEL: Final = "qbank rehearsal 1"
CONDITIONED: Final = "qbank conditioned run 1"
CONDITIONED_TRIALS: Final = 4096
MOST_TRIALS: Final = 65_536


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
        if not 0 < trials <= MOST_TRIALS:
            raise ValueError(f"a recorded run has 1 to {MOST_TRIALS:,} sets")
        judge = Judge(plan["pool"], plan["specification"], ())
        drawn = (walked(steps, words_of(LABEL, bytes.fromhex(seed), number))[0] for number in range(trials))
        return cls(seed, trials, [positions for positions in drawn if not judge.broken(positions)])

    @classmethod
    def conditioned(
        cls, plan: Mapping[str, Any], eligibility: Mapping[str, Any], steps: Sequence[Step], law: Weighing
    ) -> Self:
        """Draw the sets of the run that a conditioned law has, from thresholds summed anew."""
        seed = digest_of([CONDITIONED, digest_of(plan), digest_of(eligibility)])
        summed = [Summed(law, depth, step) for depth, step in enumerate(steps)]
        judge = Judge(plan["pool"], plan["specification"], eligibility["excluded"])
        run = (
            walked(summed, words_of(CONDITIONED, bytes.fromhex(seed), number))[0]
            for number in range(CONDITIONED_TRIALS)
        )
        return cls(seed, CONDITIONED_TRIALS, [positions for positions in run if not judge.broken(positions)])

    @property
    def sets(self) -> str:
        """As the plan keeps them: of each set its size, then its positions, as 16-bit numbers in base64."""
        column = [number for positions in self.lawful for number in (len(positions), *positions)]
        return base64.b64encode(struct.pack(f">{len(column)}H", *column)).decode("ascii")

    def without(self, excluded: Collection[int]) -> list[Sequence[int]]:
        """The lawful sets that hold none of these positions."""
        out = set(excluded)
        return [positions for positions in self.lawful if out.isdisjoint(positions)]
