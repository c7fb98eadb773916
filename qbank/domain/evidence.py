"""What a draw leaves behind for whoever wants to replay it: one JSON object, with its plan or the plan's digest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from delivery.errors import DoesNotReplay
from qbank.domain.errors import Refusal

FORMAT: Final = "qbank evidence 1"
_NEEDED: Final = {"questions": list, "certificate": dict, "certificate_digest": str, "eligibility": dict, "seed": str}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One question of a set as the terminal shows it.

    Args:
        stem: the words asked.
        ksbs: codes of every KSB it carries.
        seconds: expected time with the answer.
    """

    reference: str
    stem: str
    ksbs: tuple[str, ...]
    seconds: int

    @property
    def minutes(self) -> float:
        """The expected time as people say it."""
        return self.seconds / 60

    def to_dict(self, *, with_stem: bool) -> dict[str, Any]:
        """As plain data; without its words where the evidence may travel."""
        data: dict[str, Any] = {"reference": self.reference, "ksbs": list(self.ksbs), "minutes": self.minutes}
        return data | {"stem": self.stem} if with_stem else data


@dataclass(frozen=True, slots=True)
class Evidence:
    """A set and what it followed from.

    Args:
        session, attempt: their references; None for a rehearsal, which nothing committed to.
        seed: 32 bytes; None where it is still secret.
        eligibility, certificate, plan: as plain data; the plan is None where only its digest is known.
    """

    standard: str
    method: str
    session: str | None
    attempt: str | None
    questions: Sequence[AskedLine]
    certificate: Mapping[str, Any]
    certificate_digest: str
    eligibility: Mapping[str, Any]
    seed: bytes | None
    plan: Mapping[str, Any] | None = None

    def to_dict(self, *, with_stems: bool) -> dict[str, Any]:
        """As one JSON object."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "standard": self.standard,
            "method": self.method,
            "session": self.session,
            "questions": [question.to_dict(with_stem=with_stems) for question in self.questions],
            "certificate": dict(self.certificate),
            "certificate_digest": self.certificate_digest,
            "eligibility": dict(self.eligibility),
        }
        if self.attempt is not None:
            data["attempt"] = self.attempt
        if self.seed is not None:
            data["seed"] = self.seed.hex()
        if self.plan is not None:
            data["plan"] = dict(self.plan)
        return data


def evidence_in(text: str, name: str) -> dict[str, Any]:
    """The evidence that a file holds, its shape checked; whether it is true is for the replay to say.

    Raises:
        Refusal: it is not JSON, or not evidence of a draw; says what is missing.
    """
    remedy = "Give the output of qbank draw --json, or a file of qbank draw --evidence."
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise Refusal(f"{name} is not JSON.", remedy=remedy) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Refusal(f"{name} is not the evidence of a draw.", remedy=remedy)
    for key, kind in _NEEDED.items():
        if key == "seed" and isinstance(found.get("session"), str) and "seed" not in found:
            continue
        if not isinstance(found.get(key), kind):
            raise Refusal(f"{name} has no {key.replace('_', ' ')}.", remedy=remedy)
    return found


def seed_in(text: str) -> bytes:
    """The seed behind hexadecimal digits.

    Raises:
        Refusal: it is not 64 of them.
    """
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if len(seed) != 32:  # noqa: PLR2004 - said in the sentence
        raise Refusal("The seed is not 64 hexadecimal digits.", remedy="Leave --seed out to have one made.")
    return seed


def must_show_what_is_certified(evidence: Mapping[str, Any]) -> None:
    """Refuse evidence whose visible list is not the certified one: people read the list, programs the certificate.

    Raises:
        DoesNotReplay: they differ.
    """
    shown = [question.get("reference") for question in evidence["questions"] if isinstance(question, dict)]
    certified = [question.get("reference") for question in evidence["certificate"].get("questions", [])]
    if shown != certified:
        raise DoesNotReplay("the list of questions", expected=certified, found=shown)
