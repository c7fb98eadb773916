"""The minutes of a review with its certificate on paper, from the frozen certificate and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from qbank.documents.typesetting import typeset
from review.days import UK
from review.panel import Choice

HEADINGS: Final = {
    Choice.RETIRE: "Retired: never drawn again",
    Choice.REST: "Resting until a day",
    Choice.REVISE: "Revised; in use meanwhile",
    Choice.KEEP: "Kept as they are",
}
"""In the order in which they are read: what changes comes first."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of the panel.

    Args:
        where_from: an invited member's; empty for the organisation's own people.
        voted: on how many questions their vote counted.
        barred: from how many, by a hand in them or an interest.
    """

    name: str
    where_from: str
    voted: int
    barred: int


@dataclass(frozen=True, slots=True)
class Minute:
    """What was decided of one question.

    Args:
        why: it was on the agenda.
        votes: how many each choice had, in words.
        follows: what is done, by whom and until when; empty where nothing is.
        barred: names of members who might not vote on it.
        later: names of members who declared an interest in it after it was decided.
    """

    reference: str
    version: int
    why: str
    votes: str
    reason: str
    follows: str
    barred: str
    later: str


@dataclass(frozen=True, slots=True)
class Part:
    """The questions of one choice."""

    heading: str
    choice: str
    minutes: tuple[Minute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """A review on paper.

    Args:
        facts: of the review, as (label, words).
        bank: what was decided of the bank as a whole, in sentences.
        parts: what was decided of the questions; only choices that were made.
        digest: SHA-256 of the certificate.
        command: what verifies the certificate.
    """

    title: str
    reference: str
    method: str
    facts: tuple[tuple[str, str], ...]
    seats: tuple[Seat, ...]
    bank: tuple[str, ...]
    questions: int
    parts: tuple[Part, ...]
    digest: str
    command: str
    signed_at: datetime


def minutes_of(certificate: str) -> Minutes:
    """What the paper says, all of it from the certificate.

    Args:
        certificate: as it was frozen, byte for byte.
    """
    found: Mapping[str, Any] = json.loads(certificate)
    names = dict(found.get("others", {})) | {each["person"]: each["name"] for each in found["members"]}
    reference, method = found["review"], found.get("method_title", found["method"])
    on_what = "on each question and on the bank" if "voters" in found["bank"] else "on each question"
    return Minutes(
        title=f"Minutes and certificate of review {reference}",
        reference=reference,
        method=method,
        facts=(
            ("Standard", found.get("standard_title", found["standard"])),
            ("Plan version", found["plan_version"]),
            ("Method", method),
            ("On the agenda", found["scope"]),
            ("Opened", f"{_moment(found['opened_at'])} by {_name(names, found['opened_by'])}"),
            ("Quorum", f"{found['quorum']} votes {on_what}, of those who may vote on it"),
            ("Signed off", f"{_moment(found['signed_at'])} by {_name(names, found['signed_by'])}, who presided"),
        ),
        seats=tuple(_seat(found, each) for each in found["members"]),
        bank=_bank(found["bank"], names),
        questions=len(found["questions"]),
        parts=tuple(_parts(found["questions"], names)),
        digest=hashlib.sha256(certificate.encode()).hexdigest(),
        command=f"qbank review verify {reference}.json trail.jsonl",
        signed_at=datetime.fromisoformat(found["signed_at"]),
    )


def pdf(minutes: Minutes) -> bytes:
    """The minutes as PDF/UA-1, made as of the sign-off; the same minutes give the same bytes."""
    values = asdict(minutes) | {"signed_at": minutes.signed_at.isoformat()}
    return typeset("minutes.typ", values, at=minutes.signed_at)


def _seat(found: Mapping[str, Any], member: Mapping[str, Any]) -> Seat:
    person, questions = member["person"], found["questions"]
    presides = ", chair" if person == found["chair"] else ""
    return Seat(
        name=f"{member['name']}{presides}",
        where_from=member["external"],
        voted=sum(person in each["voters"] for each in questions),
        barred=sum(person in each["barred"] for each in questions),
    )


def _bank(bank: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    last = bank.get("budget_last_sets")
    kept = "the last set" if last == 1 else f"the last {last} sets"
    who = "" if last is None else f", for whoever kept {kept} of a provider"
    is_large = "It is" if bank["sufficient"] else "It is not"
    return (
        f"{is_large} of sufficient size to prevent predictability (rule W7).",
        f"Predictability budget that the panel signs: {bank['budget_thousandths'] / 10:.1f}% of a set{who}.",
        *(_signatures(bank, names) if "signed_by" in bank else ()),
        f"Reason: {bank['reason']}",
        *(_bank_votes(bank, names) if "voters" in bank else ()),
    )


def _bank_votes(bank: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    """How many voted for each answer, who voted, and why the decision is another where it is."""
    voted = ", ".join(_name(names, each) for each in bank["voters"])
    counts = f"Votes: {bank['votes']['yes']} that it is, {bank['votes']['no']} that it is not ({voted})."
    because = bank["departs_because"]
    return (counts,) if because is None else (counts, f"Why the decision is not what most votes were for: {because}")


def _signatures(bank: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    """What the budget rests on, who signed it, and which others would have been signed."""
    signed = ", ".join(_name(names, each) for each in bank["signed_by"])
    others = ", ".join(f"{_name(names, who)} {each / 10:.1f}%" for who, each in bank["would_sign"].items())
    first = (f"It rests on: {bank['budget_reason']}", f"Signed by {signed}.")
    return (*first, f"Others would have signed: {others}.") if others else first


def _parts(questions: list[Mapping[str, Any]], names: Mapping[str, str]) -> list[Part]:
    parts = [
        Part(heading, str(choice), tuple(_minute(each, names) for each in questions if each["choice"] == choice))
        for choice, heading in HEADINGS.items()
    ]
    return [part for part in parts if part.minutes]


def _minute(question: Mapping[str, Any], names: Mapping[str, str]) -> Minute:
    votes = [f"{question['votes'][choice]} to {choice}" for choice in Choice if question["votes"][choice]]
    return Minute(
        reference=question["reference"],
        version=question["version"],
        why=question["why"],
        votes=", ".join(votes),
        reason=question["reason"],
        follows=_follows(question, names),
        barred=", ".join(_name(names, each) for each in question["barred"]),
        later=", ".join(_name(names, each) for each in question.get("declared_later", ())),
    )


def _follows(question: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if question["rest_until"]:
        return f"It is live again on {_day(question['rest_until'])}."
    if question["revised_by"]:
        return f"{_name(names, question['author'])} revises it by {_day(question['revised_by'])}."
    return ""


def _name(names: Mapping[str, str], person: str) -> str:
    """The name where the certificate tells it; else how the audit trail names them."""
    return names.get(person, person)


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day} {day:%B %Y}"


def _moment(written: str) -> str:
    """On a UK clock, with which of its two times it shows: "4 June 2026 at 12:00 BST"."""
    here = datetime.fromisoformat(written).astimezone(UK)
    return f"{here.day} {here:%B %Y at %H:%M %Z}"
