"""What the certificates of the room share: those of a substitution, and of questions for what was left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from delivery.canonical import digest
from delivery.certificate import read_question
from delivery.eligibility import Eligibility
from delivery.errors import DoesNotReplay
from delivery.plan import DrawPlan
from delivery.proof import ProofLine
from delivery.shapes import every, mapping, text

_BOUND: Final = ("method", "plan", "pool", "specification", "eligibility", "commitment")


@dataclass(frozen=True, slots=True)
class RoomCertificate:
    """What each binds and tells.

    Attributes:
        method: the assessment method's code.
        plan: digest of the draw plan; `pool` and `specification` are digests of its parts.
        eligibility: digest of the session's frozen snapshot.
        commitment: as recorded at booking; empty for a rehearsal.
        questions: in asking order: reference, version and content digest of each.
        figures: counts, and rates and bits as text with six decimals.
        proof: requirement by requirement.
        words: what the figures mean, in plain sentences.
    """

    method: str
    plan: str
    pool: str
    specification: str
    eligibility: str
    commitment: str
    questions: tuple[Mapping[str, Any], ...]
    figures: Mapping[str, Any]
    proof: tuple[ProofLine, ...]
    words: tuple[str, ...]

    @property
    def references(self) -> tuple[str, ...]:
        """The questions in asking order."""
        return tuple(question["reference"] for question in self.questions)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return digest(self.to_dict())

    @property
    def holds(self) -> bool:
        """Whether every requirement of the proof holds."""
        return all(line.holds for line in self.proof)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON: what is shared; each kind adds its format and what is its own."""
        return {name: getattr(self, name) for name in _BOUND} | {
            "questions": [dict(question) for question in self.questions],
            "figures": dict(self.figures),
            "proof": [line.to_dict() for line in self.proof],
            "words": list(self.words),
        }


def bound_to(plan: DrawPlan, eligibility: Eligibility, commitment: str) -> dict[str, str]:
    """The attributes by which a certificate binds what its questions followed from."""
    return {
        "method": plan.specification.method,
        "plan": plan.digest,
        "pool": plan.pool.digest,
        "specification": plan.specification.digest,
        "eligibility": eligibility.digest,
        "commitment": commitment,
    }


def read_shared(found: Mapping[str, Any]) -> dict[str, Any]:
    """The shared attributes of a certificate that was written as data.

    Raises:
        ValueError: one is of another shape.
    """
    return {name: text(found[name], f"the certificate's {name}") for name in _BOUND} | {
        "questions": tuple(every(found["questions"], "the certificate's list of questions", read_question)),
        "figures": mapping(found["figures"], "the certificate's list of figures"),
        "proof": tuple(every(found["proof"], "the certificate's proof", ProofLine.read)),
        "words": tuple(every(found["words"], "the certificate's sentences", text)),
    }


def must_be_the_same(written: Mapping[str, Any], found: Mapping[str, Any], *, first: Iterable[str]) -> None:
    """Refuse a certificate that differs from what the evidence gives; `first` are looked at before the others.

    Raises:
        DoesNotReplay: naming the first thing that differs.
    """
    for what in (*first, *written):
        if written[what] != found[what]:
            raise DoesNotReplay(what, expected=written[what], found=found[what])
