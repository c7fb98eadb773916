"""The pool: the questions eligible for one draw, each as the draw sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from delivery.canonical import digest
from delivery.errors import BadPool
from delivery.shapes import every, parts, text, whole


@dataclass(frozen=True, slots=True)
class Candidate:
    """One question version that may be drawn.

    Attributes:
        reference: the question's public name, "Q-0042".
        version: which of its versions, from 1.
        ksbs: codes of every KSB it carries, primary and secondary.
        seconds: expected time with the answer, whole seconds, above 0.
        demand: the panel's judgement, from 1.
        enemies: references that must not meet it in one set.
        digest: of the pinned version's content, or empty where there is no bank.
    """

    reference: str
    version: int
    ksbs: frozenset[str]
    seconds: int
    demand: int
    enemies: frozenset[str] = frozenset()
    digest: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {
            "reference": self.reference,
            "version": self.version,
            "ksbs": sorted(self.ksbs),
            "seconds": self.seconds,
            "demand": self.demand,
            "enemies": sorted(self.enemies),
            "digest": self.digest,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The candidate behind `to_dict`.

        Raises:
            ValueError: it is of another shape.
        """
        names = frozenset({"reference", "version", "ksbs", "seconds", "demand", "enemies", "digest"})
        found = parts(data, "a question of the pool", names)
        return cls(
            reference=text(found["reference"], "a reference"),
            version=whole(found["version"], "a version"),
            ksbs=frozenset(every(found["ksbs"], "a question's KSBs", text)),
            seconds=whole(found["seconds"], "a question's time", 1),
            demand=whole(found["demand"], "a question's demand"),
            enemies=frozenset(every(found["enemies"], "a question's enemies", text)),
            digest=text(found["digest"], "a question's digest"),
        )


@dataclass(frozen=True)
class Pool:
    """Candidates in order of reference; enemies hold in both directions.

    An enemy that is not in the pool cannot meet anybody and is left out, so that the digest speaks of this pool only.
    """

    candidates: tuple[Candidate, ...]
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", digest([candidate.to_dict() for candidate in self.candidates]))

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Self:
        """The pool of these candidates, whatever their order.

        Raises:
            BadPool: two share a reference, or one takes no time.
        """
        by_reference: dict[str, Candidate] = {}
        for candidate in candidates:
            if candidate.reference in by_reference:
                raise BadPool(f"{candidate.reference} is in the pool twice: keep its live version only.")
            if candidate.seconds < 1:
                raise BadPool(f"{candidate.reference} has no expected time: give it at least one second.")
            by_reference[candidate.reference] = candidate
        enemies = _both_ways(by_reference)
        return cls(tuple(replace(by_reference[name], enemies=enemies[name]) for name in sorted(by_reference)))

    def __len__(self) -> int:
        return len(self.candidates)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Every reference, in order."""
        return tuple(candidate.reference for candidate in self.candidates)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each reference stands."""
        return {reference: at for at, reference in enumerate(self.references)}

    def without(self, references: Iterable[str]) -> Pool:
        """The pool that is left when these questions may not be drawn."""
        gone = frozenset(references)
        return Pool.of(candidate for candidate in self.candidates if candidate.reference not in gone)


def _both_ways(by_reference: Mapping[str, Candidate]) -> dict[str, frozenset[str]]:
    enemies: dict[str, set[str]] = {name: set() for name in by_reference}
    for name, candidate in by_reference.items():
        for other in (candidate.enemies - {name}) & by_reference.keys():
            enemies[name].add(other)
            enemies[other].add(name)
    return {name: frozenset(others) for name, others in enemies.items()}
