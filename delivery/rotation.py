"""One of the approved standard sets, by lot: uniform among those that share no question with what may not be given.

The approved sets are a document of their own, whose digest the commitment names in the place of a draw plan's. A word
of the seed's stream decides; the frozen eligibility says which sets are out.

Source: `docs/engine.md`, "Standard sets".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from delivery.canonical import decimals, digest
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, DoesNotReplay, Infeasible
from delivery.figures import log2_of
from delivery.pool import Candidate
from delivery.randomness import Stream
from delivery.saying import count_of
from delivery.shapes import every, named, parts, text, whole
from delivery.standard_sets import price

LABEL: Final = "qbank standard set 1"
APPROVED: Final = "qbank standard sets 1"
FORMAT: Final = "qbank standard certificate 1"

Question = tuple[str, int, str]
"""Reference, version, content digest."""


@dataclass(frozen=True, slots=True)
class ApprovedSets:
    """Standard sets as they were approved.

    Attributes:
        method: the assessment method's code.
        sets: the questions of each, in the order in which they are asked.
    """

    method: str
    sets: tuple[tuple[Question, ...], ...]

    @classmethod
    def of(cls, method: str, sets: tuple[tuple[Candidate, ...], ...]) -> Self:
        """The approved sets of these questions."""
        return cls(method, tuple(tuple((q.reference, q.version, q.digest) for q in each) for each in sets))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return digest(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        sets = [
            [{"reference": name, "version": version, "digest": content} for name, version, content in each]
            for each in self.sets
        ]
        return {"format": APPROVED, "method": self.method, "sets": sets}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The sets behind `to_dict`.

        Raises:
            BadEvidence: they are of another shape or format.
        """
        try:
            found = parts(data, "the standard sets", frozenset({"format", "method", "sets"}))
            named(found["format"], "the standard sets", APPROVED)
            sets = every(found["sets"], "the list of standard sets", _read_set)
            return cls(text(found["method"], "the method"), tuple(sets))
        except (TypeError, ValueError) as error:
            raise BadEvidence(str(error)[:120]) from error

    def open_to(self, eligibility: Eligibility) -> tuple[int, ...]:
        """The numbers, from 0, of the sets without an excluded question."""
        return tuple(
            number
            for number, each in enumerate(self.sets)
            if eligibility.excluded.keys().isdisjoint(name for name, _, _ in each)
        )


@dataclass(frozen=True, slots=True)
class StandardDraw:
    """One standard set.

    Attributes:
        number: of the set among the approved ones, from 0.
        references: in asking order.
        open: how many sets could have come.
    """

    number: int
    references: tuple[str, ...]
    open: int


def draw_standard(approved: ApprovedSets, *, seed: bytes, eligibility: Eligibility) -> StandardDraw:
    """The standard set that the seed gives for this apprentice.

    Args:
        approved: the sets that were named at booking.
        seed: of the attempt, as committed.
        eligibility: the session's frozen snapshot; a cohort in it changes nothing here.

    Raises:
        Infeasible: every set shares a question with what may not be given.
    """
    choice = approved.open_to(eligibility)
    if not choice:
        count = count_of(len(approved.sets), "standard set")
        raise Infeasible(
            "a standard set without a question that this apprentice may not be given",
            f"each of the {count} holds one",
            "approve 1 more standard set without these questions, or draw from the bank instead",
        )
    number = choice[Stream(seed, label=LABEL).below(len(choice))]
    return StandardDraw(number, tuple(name for name, _, _ in approved.sets[number]), len(choice))


def certify_standard(
    approved: ApprovedSets, drawn: StandardDraw, eligibility: Eligibility, *, commitment: str = ""
) -> dict[str, Any]:
    """The certificate of a standard set, as plain data; its digest is that of `delivery.canonical`.

    Args:
        approved: the sets that it was drawn from.
        drawn: the set.
        eligibility: the session's snapshot.
        commitment: as recorded at booking; empty for a rehearsal.
    """
    count = len(approved.sets)
    which = f"Set {drawn.number + 1} of {count} was drawn"
    return {
        "format": FORMAT,
        "method": approved.method,
        "sets": approved.digest,
        "eligibility": eligibility.digest,
        "commitment": commitment,
        "number": drawn.number,
        "open": drawn.open,
        "questions": approved.to_dict()["sets"][drawn.number],
        "figures": {
            "log2_probability": decimals(-log2_of(drawn.open, 0)),
            "rotation_bits": decimals(math.log2(count)),
        },
        "words": [
            f"{which}, each of the {drawn.open} that this apprentice may have being equally likely.",
            price(count),
        ],
    }


def replay_standard(
    approved: ApprovedSets, seed: bytes, eligibility: Eligibility, certificate: Mapping[str, Any]
) -> None:
    """Return when the certificate follows from the evidence.

    Raises:
        DoesNotReplay: naming the first thing that differs.
        Infeasible: the evidence allows no set at all.
    """
    drawn = draw_standard(approved, seed=seed, eligibility=eligibility)
    sealed = str(certificate.get("commitment", ""))
    again = certify_standard(approved, drawn, eligibility, commitment=sealed)
    for what in sorted(again.keys() | certificate.keys()):
        if again.get(what) != certificate.get(what):
            raise DoesNotReplay(what, expected=certificate.get(what), found=again.get(what))


def _read_set(value: object, what: str) -> tuple[Question, ...]:
    found = tuple(every(value, what, _read_question))
    if not found:
        raise ValueError(f"{what} holds a set without a question")
    return found


def _read_question(value: object, what: str) -> Question:
    found = parts(value, what, frozenset({"reference", "version", "digest"}))
    return text(found["reference"], what), whole(found["version"], what), text(found["digest"], what)
