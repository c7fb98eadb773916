"""The cohort factor, a second time: by names, and with the factor as a fraction of 2^64."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import floor
from typing import Any, Final, Self

from qbank.verify.binding import finding
from qbank.verify.verdict import Finding
from qbank.verify.words import FULL, words_of
from qbank.verify.writing import digest_of

RUN: Final = "qbank cohort run 1"
FORMAT: Final = "qbank eligibility 2"
_LEAST: Final = Fraction("0.333333")


@dataclass(frozen=True, slots=True)
class Cohort:
    """What the frozen eligibility says of a cohort.

    Attributes:
        name: of the provider or employer.
        factor: as text.
        edge: words below it let a heard question pass.
        heard: positions in the pool of what was heard and is not excluded.
    """

    name: str
    factor: str
    edge: int
    heard: frozenset[int]

    @classmethod
    def of(cls, eligibility: Mapping[str, Any], pool: Sequence[Mapping[str, Any]]) -> Self | None:
        """The cohort that a snapshot names; None where it names none.

        Raises:
            ValueError: the snapshot is of another format, or the factor out of bounds.
        """
        if (eligibility["format"] == FORMAT) is not ("cohort" in eligibility):
            raise ValueError("the eligibility's format does not say whether there is a cohort")
        if "cohort" not in eligibility:
            return None
        said = eligibility["cohort"]
        factor = Fraction(said["factor"])
        if not _LEAST <= factor < 1:
            raise ValueError("the cohort's factor is not between a third and 1")
        heard = set(said["heard"]).difference(eligibility["excluded"])
        places = frozenset(at for at, each in enumerate(pool) if each["reference"] in heard)
        return cls(said["name"], said["factor"], floor(factor * FULL), places)

    @property
    def matters(self) -> bool:
        """Whether anything that was heard may be drawn."""
        return bool(self.heard)

    def lets_pass(self, chosen: Sequence[int], words: Iterator[int]) -> bool:
        """Whether a set passes: each heard question takes a word, until one is too high."""
        return not any(next(words) >= self.edge for _ in self.heard.intersection(chosen))

    def passed(self, sets: Sequence[Sequence[int]], plan: str, eligibility: str) -> list[Sequence[int]]:
        """Those of the recorded sets that pass; the run's seed follows from the digests of plan and eligibility."""
        words = words_of(RUN, bytes.fromhex(digest_of([RUN, plan, eligibility])), 0)
        return [each for each in sets if self.lets_pass(each, words)]

    def chance(self, chosen: Sequence[int]) -> Fraction:
        """Of a set to pass."""
        return Fraction(self.edge, FULL) ** len(self.heard.intersection(chosen))

    def tilted(self, plan: Mapping[str, Any]) -> dict[str, Any]:
        """The plan with the factor in the weights of what was heard: its logarithm, nine decimals."""
        with localcontext(Context(prec=50)):
            change = round(Decimal(self.factor).ln(), 9)
        pairs = enumerate(plan["log_weights"])
        return {**plan, "log_weights": [str(Decimal(w) + change) if at in self.heard else w for at, w in pairs]}

    def finding(self, figures: Mapping[str, Any], chosen: Sequence[int], *, passes: bool) -> Finding:
        """Whether the certificate names the cohort as the snapshot does, and the set passes."""
        known = len(self.heard.intersection(chosen))
        wanted = {"name": self.name, "factor": self.factor, "heard": len(self.heard), "heard_in_set": known}
        return finding(
            "cohort",
            passes and figures.get("cohort") == wanted,
            f"The set passes the cohort's factor; {known} of its questions were heard",
            "The set does not pass the cohort's factor, or the certificate says something else about it",
        )
