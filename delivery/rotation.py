"""One of the approved standard sets, by lot: uniform among those that share no question with what may not be given.

The approved sets are a document of their own, whose digest the commitment names in the place of a draw plan's. It names
the draw plan whose questions they are: its specification makes a set lawful, and what a set grows by in the room is
drawn from it. A word of the seed's stream decides; the frozen eligibility says which sets are out.

Source: `docs/engine.md`, "Standard sets".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from delivery.canonical import decimals, digest
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, DoesNotReplay, Infeasible
from delivery.figures import log2_of
from delivery.plan import DrawPlan
from delivery.proof import proof_of
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
        plan: digest of the draw plan whose questions they are.
        sets: the questions of each, in the order in which they are asked.
    """

    method: str
    plan: str
    sets: tuple[tuple[Question, ...], ...]

    @classmethod
    def of(cls, plan: DrawPlan, sets: Sequence[Sequence[str]]) -> Self:
        """The sets of these references of a draw plan's questions; KeyError where it has no such question."""
        known = {each.reference: (each.reference, each.version, each.digest) for each in plan.pool.candidates}
        found = tuple(tuple(known[name] for name in each) for each in sets)
        return cls(plan.specification.method, plan.digest, found)

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
        return {"format": APPROVED, "method": self.method, "plan": self.plan, "sets": sets}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The sets behind `to_dict`.

        Raises:
            BadEvidence: they are of another shape or format.
        """
        try:
            found = parts(data, "the standard sets", frozenset({"format", "method", "plan", "sets"}))
            named(found["format"], "the standard sets", APPROVED)
            sets = every(found["sets"], "the list of standard sets", _read_set)
            return cls(text(found["method"], "the method"), text(found["plan"], "the draw plan"), tuple(sets))
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


@dataclass(frozen=True, slots=True)
class Member:
    """A set of a draw plan's questions as `proof_of` looks at it: references in asking order, and their positions."""

    references: tuple[str, ...]
    positions: tuple[int, ...]

    @classmethod
    def of(cls, plan: DrawPlan, references: Sequence[str]) -> Self:
        """The set of these references; ValueError where the plan has no such question."""
        return cls(tuple(references), tuple(plan.pool.references.index(name) for name in references))


def certify_standard(
    approved: ApprovedSets, plan: DrawPlan, drawn: StandardDraw, eligibility: Eligibility, *, commitment: str = ""
) -> dict[str, Any]:
    """The certificate of a standard set, as plain data; its digest is that of `delivery.canonical`.

    Args:
        approved: the sets that it was drawn from.
        plan: the draw plan whose questions they are; its specification is what the proof goes through.
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
        "plan": plan.digest,
        "eligibility": eligibility.digest,
        "commitment": commitment,
        "number": drawn.number,
        "open": drawn.open,
        "questions": approved.to_dict()["sets"][drawn.number],
        "figures": {
            "log2_probability": decimals(-log2_of(drawn.open, 0)),
            "rotation_bits": decimals(math.log2(count)),
        },
        "proof": [each.to_dict() for each in proof_of(plan, Member.of(plan, drawn.references), eligibility)],
        "words": [f"{which}, {_how_likely(drawn.open)}.", price(count)],
    }


def replay_standard(
    approved: ApprovedSets, plan: DrawPlan, seed: bytes, eligibility: Eligibility, certificate: Mapping[str, Any]
) -> None:
    """Return when the certificate follows from the evidence.

    Raises:
        DoesNotReplay: naming the first thing that differs.
        Infeasible: the evidence allows no set at all.
    """
    if approved.plan != plan.digest:
        raise DoesNotReplay("plan", expected=approved.plan, found=plan.digest)
    known = {(each.reference, each.version, each.digest) for each in plan.pool.candidates}
    strange = [name for each in approved.sets for name, *pin in each if (name, *pin) not in known]
    if strange:
        raise DoesNotReplay("sets", expected="questions of the draw plan", found=strange[0])
    drawn = draw_standard(approved, seed=seed, eligibility=eligibility)
    sealed = str(certificate.get("commitment", ""))
    again = certify_standard(approved, plan, drawn, eligibility, commitment=sealed)
    for what in sorted(again.keys() | certificate.keys()):
        if again.get(what) != certificate.get(what):
            raise DoesNotReplay(what, expected=certificate.get(what), found=again.get(what))


def _how_likely(open_count: int) -> str:
    if open_count == 1:
        return "the only one that this apprentice may have"
    return f"each of the {open_count} that this apprentice may have being equally likely"


def _read_set(value: object, what: str) -> tuple[Question, ...]:
    found = tuple(every(value, what, _read_question))
    if not found:
        raise ValueError(f"{what} holds a set without a question")
    return found


def _read_question(value: object, what: str) -> Question:
    found = parts(value, what, frozenset({"reference", "version", "digest"}))
    return text(found["reference"], what), whole(found["version"], what), text(found["digest"], what)
