"""The cohort factor: questions that were heard at a provider or employer come less often there for a while.

A lawful set of the stream is let pass with the factor's probability for each heard question that it holds, decided by
the stream's own words. So the law is known exactly: the plan's, each heard question's weight times the factor. It is
off unless the frozen eligibility names a cohort.

Source: `docs/engine.md`, "The cohort factor".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import Any, Final, Self

from delivery.errors import BadSpecification
from delivery.pool import Pool
from delivery.randomness import WORD, Stream
from delivery.shapes import every, figure, parts, text

RUN: Final = "qbank cohort run 1"
LEAST: Final = Decimal("0.333333")
"""Below a third, heard questions become so rare that not having heard one tells who will meet it."""
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Cohort:
    """What was heard where an apprentice learns or works.

    Attributes:
        name: of the provider or employer, or a code for it.
        factor: from 0.333333 to 0.999999, as text with six decimals.
        heard: references of the questions in sets opened there within the window.
    """

    name: str
    factor: str
    heard: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "heard", tuple(sorted(set(self.heard))))
        if not LEAST <= Decimal(figure(self.factor, "the cohort's factor")) < 1:
            raise BadSpecification(
                f"A cohort's factor lies between a third and 1, not at {self.factor}: leave the cohort out for 1."
            )

    @property
    def threshold(self) -> int:
        """A word below it lets a heard question pass; of 2^64."""
        return int(Decimal(self.factor) * _MILLION) * WORD // _MILLION

    @property
    def log_factor(self) -> Decimal:
        """The natural logarithm of the factor, nine decimals: what a heard question's log-weight changes by."""
        with localcontext(Context(prec=40)):
            return Decimal(self.factor).ln().quantize(Decimal("1e-9"))

    def positions(self, pool: Pool) -> int:
        """The heard questions as bits of their positions in a pool."""
        heard = frozenset(self.heard)
        return sum(1 << at for at, reference in enumerate(pool.references) if reference in heard)

    def lets_pass(self, heard: int, stream: Stream) -> bool:
        """Whether a set with so many heard questions passes: a word for each, until one is not below the threshold."""
        threshold = self.threshold
        return all(stream.word() < threshold for _ in range(heard))

    def passed(self, sets: Iterable[int], heard: int, seed: bytes) -> tuple[int, ...]:
        """Those of recorded sets that pass, by the words of one stream, in order.

        Args:
            sets: as bits of positions.
            heard: the heard questions' positions, as bits.
            seed: of the run.
        """
        stream = Stream(seed, label=RUN)
        return tuple(each for each in sets if self.lets_pass((each & heard).bit_count(), stream))

    def tilted(self, pool: Pool, log_weights: Iterable[str]) -> tuple[str, ...]:
        """The log-weights of the law that the factor makes, nine decimals."""
        heard = frozenset(self.heard)
        return tuple(
            str(Decimal(weight) + self.log_factor) if reference in heard else weight
            for reference, weight in zip(pool.references, log_weights, strict=True)
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {"name": self.name, "factor": self.factor, "heard": list(self.heard)}

    @classmethod
    def read(cls, value: object) -> Self:
        """The cohort behind `to_dict`.

        Raises:
            ValueError: it is of another shape.
            BadSpecification: its factor is out of bounds.
        """
        found: Mapping[str, Any] = parts(value, "the cohort", frozenset({"name", "factor", "heard"}))
        return cls(
            text(found["name"], "the cohort's name"),
            figure(found["factor"], "the cohort's factor"),
            tuple(every(found["heard"], "a heard question", text)),
        )
