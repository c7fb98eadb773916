"""Which questions one apprentice may not be given, frozen before their set is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Self

from delivery.canonical import canonical, digest
from delivery.cohort import Cohort
from delivery.errors import BadEvidence
from delivery.pool import Pool
from delivery.shapes import mapping, named, parts, text

FORMAT: Final = "qbank eligibility 1"
WITH_COHORT: Final = "qbank eligibility 2"
"""The format of a snapshot that names a cohort."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A snapshot: replay and verification use it, never the bank of the day.

    Attributes:
        excluded: reference → reason. Reasons are free words; "resting", "overdue" and "quarantined" are those that a
            bank manager can end, and a refusal may propose it.
        cohort: what was heard where the apprentice learns or works; None where the cohort factor is off.
    """

    excluded: Mapping[str, str] = field(default_factory=dict)
    cohort: Cohort | None = None

    def __post_init__(self) -> None:
        in_order = {reference: self.excluded[reference] for reference in sorted(self.excluded)}
        object.__setattr__(self, "excluded", MappingProxyType(in_order))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return digest(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        if self.cohort is None:
            return {"format": FORMAT, "excluded": dict(self.excluded)}
        return {"format": WITH_COHORT, "excluded": dict(self.excluded), "cohort": self.cohort.to_dict()}

    def to_bytes(self) -> bytes:
        """The canonical JSON."""
        return canonical(self.to_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The snapshot behind `to_dict`.

        Raises:
            BadEvidence: it is of another shape or format.
        """
        try:
            apart = isinstance(data, Mapping) and "cohort" in data
            names = frozenset({"format", "excluded", "cohort"} if apart else {"format", "excluded"})
            found = parts(data, "the eligibility", names)
            named(found["format"], "the eligibility", WITH_COHORT if apart else FORMAT)
            excluded = mapping(found["excluded"], "the list of excluded questions")
            return cls(
                {text(name, "a reference"): text(why, "a reason") for name, why in excluded.items()},
                Cohort.read(found["cohort"]) if apart else None,
            )
        except (TypeError, ValueError) as error:
            raise BadEvidence(str(error)[:120]) from error

    def positions(self, pool: Pool) -> int:
        """The excluded questions as bits of their positions in a pool; those that are not in it have none."""
        return bits(pool.places[reference] for reference in self.excluded if reference in pool.places)

    def heard(self, pool: Pool) -> int:
        """What the cohort heard of the questions that may be drawn, as bits of their positions; 0 where it is off."""
        return self.cohort.positions(pool) & ~self.positions(pool) if self.cohort else 0

    def log_weights(self, pool: Pool, log_weights: Sequence[str]) -> tuple[str, ...]:
        """A plan's log-weights, as the cohort's factor changes them."""
        return self.cohort.tilted(pool, log_weights) if self.cohort else tuple(log_weights)


def bits(positions: Iterable[int]) -> int:
    """Positions as bits of one whole number."""
    return sum(1 << at for at in positions)
