"""What a draw leaves behind for whoever wants to replay it: one JSON object, with its plan or the plan's digest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

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
        sets: the standard sets that the set is one of, as plain data; None where it was drawn by the plan.
        extensions: what the set grew by in the room, in order: `certificate` and `certificate_digest` of each.
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
    sets: Mapping[str, Any] | None = None
    extensions: Sequence[Mapping[str, Any]] = ()

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
        if self.sets is not None:
            data["sets"] = dict(self.sets)
        if self.extensions:
            data["extensions"] = [dict(each) for each in self.extensions]
        return data


def evidence_in(text: str, name: str) -> dict[str, Any]:
    """The evidence that a file holds, its shape checked; whether it is true is for the replay to say.

    Raises:
        Refusal: it is not JSON, or not evidence of a draw; says what is missing.
    """
    remedy = "Give the output of qbank draw --json, or a file of qbank draw --evidence."
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # a number of thousands of digits is a ValueError of its own
        raise Refusal(f"{name} is not JSON.", remedy=remedy) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Refusal(f"{name} is not the evidence of a draw.", remedy=remedy)
    for key, kind in _NEEDED.items():
        if key == "seed" and isinstance(found.get("session"), str) and "seed" not in found:
            continue
        if not isinstance(found.get(key), kind):
            raise Refusal(f"{name} has no {key.replace('_', ' ')}.", remedy=remedy)
    if not isinstance(found.get("session"), str | None) or not isinstance(found.get("attempt"), str | None):
        raise Refusal(f"{name} names its session or its attempt in no words.", remedy=remedy)
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


def must_show_what_is_certified(evidence: Mapping[str, Any], plan: Mapping[str, Any] | None = None) -> None:
    """Refuse evidence whose visible list is not the certified one: people read the list, programs the certificate.

    References, KSBs and minutes are those of the plan's pool. Stems are not in the plan, only the digest of each
    question's content: `stems_shown` gives them to whoever has the bank; without it they are not checked.

    Args:
        evidence: as `evidence_in` gives it.
        plan: the draw plan as plain data, its digest the one that the certificate names; the evidence's own where it
            holds one. Without either only the shape and the references are compared.

    Raises:
        DoesNotReplay: they differ.
    """
    certified = evidence["certificate"].get("questions")
    shown = evidence["questions"]
    if not _is_a_list_of_objects(certified) or not all(map(_is_a_line, shown)):
        sentence = "The list of questions is not of the shape that qbank draw writes."
        raise DoesNotReplay("the list of questions", sentence=sentence)
    references = [question.get("reference") for question in certified]
    listed = [line["reference"] for line in shown]
    if listed != references:
        raise DoesNotReplay("the list of questions", expected=references, found=listed)
    known = plan or evidence.get("plan")
    if isinstance(known, Mapping):
        _must_be_of_the_pool(shown, known)


def stems_shown(evidence: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Of each question whose words the visible list shows: the certified digest of its content, and the stem shown.

    Whoever has the bank compares the stem of the content of that digest with it; without a bank stems are not checked.
    """
    certified = {question["reference"]: question["digest"] for question in evidence["certificate"]["questions"]}
    return {
        line["reference"]: (certified[line["reference"]], line["stem"])
        for line in evidence["questions"]
        if "stem" in line
    }


def _must_be_of_the_pool(shown: Sequence[Mapping[str, Any]], plan: Mapping[str, Any]) -> None:
    try:
        pool = {each["reference"]: (set(each["ksbs"]), each["seconds"] / 60) for each in plan["pool"]}
        asked = {*plan["specification"]["required"], *plan["specification"]["optional"]}
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
        raise DoesNotReplay("plan", sentence="The draw plan is not of its shape.") from error
    for line in shown:
        ksbs, minutes = pool.get(line["reference"], (None, None))
        if ksbs is None:
            raise DoesNotReplay("the list of questions", expected="a question of the pool", found=line["reference"])
        if sorted(line["ksbs"]) not in (sorted(ksbs), sorted(ksbs & asked)):
            what = f"the list of questions, {line['reference'][:40]!a}, KSBs"
            raise DoesNotReplay(what, expected=" ".join(sorted(ksbs)), found=" ".join(line["ksbs"]))
        if line["minutes"] != minutes:
            what = f"the list of questions, {line['reference'][:40]!a}, minutes"
            raise DoesNotReplay(what, expected=minutes, found=line["minutes"])


def _is_a_list_of_objects(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_a_line(line: object) -> bool:
    """Whether it is an entry as `AskedLine.to_dict` writes it, and nothing else."""
    return (
        isinstance(line, dict)
        and line.keys() - {"stem"} == {"reference", "ksbs", "minutes"}
        and isinstance(line["reference"], str)
        and isinstance(line.get("stem", ""), str)
        and isinstance(line["ksbs"], list)
        and all(isinstance(code, str) for code in line["ksbs"])
        and isinstance(line["minutes"], int | float)
    )
