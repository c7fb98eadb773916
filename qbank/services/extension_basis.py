"""What an extension of a set follows from, and what is worked out before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan
from qbank.domain.standards import Method
from qbank.storage.queries.sets import DrawnSet


@dataclass(frozen=True, slots=True)
class Basis:
    """The set as it stands, its law, its seed, and what was frozen.

    Args:
        put: positions of the questions of which the record shows that they were put.
        questioning_left: seconds that are left for questions by the record (O5); None where the method sets no share.
    """

    drawn: DrawnSet
    plan: DrawPlan
    seed: bytes
    eligibility: Eligibility
    method: Method
    put: frozenset[int]
    questioning_left: int | None


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """An extension that nobody has seen and nothing keeps.

    Args:
        references: of the questions that come, first for the question that is replaced.
        exchanged: position of the question that is exchanged with the replaced one; None where none is.
    """

    references: tuple[str, ...]
    certificate: Mapping[str, Any]
    digest: str
    exchanged: int | None = None
