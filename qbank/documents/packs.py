"""What a session's pack holds, and its PDF in three variants."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from qbank.documents.runs import Blocks, Runs
from qbank.documents.typesetting import typeset


class Variant(StrEnum):
    """For whose eyes: everybody's, those who need 18 points or more, those who need black on white."""

    STANDARD = "standard"
    LARGE = "large"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Coded:
    """A KSB or a criterion with its words; a criterion also with its level."""

    code: str
    words: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackQuestion:
    """One question with all that the assessor needs while listening.

    Args:
        number: in asking order, from 1, as people say it.
        position: in the set, as its record says it: a substitute has one of its own.
        length: planned, as people say it.
    """

    number: int
    position: int
    reference: str
    length: str
    stem: Runs
    probes: tuple[Runs, ...]
    guidance: Blocks
    pass_evidence: Blocks
    distinction_evidence: Blocks
    ksbs: tuple[Coded, ...]
    criteria: tuple[Coded, ...]


@dataclass(frozen=True, slots=True)
class PackProbe:
    """A prescribed probe: the criterion that the set does not open, what is asked, and what about."""

    criterion: Coded
    words: str
    about: tuple[Coded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A session's set on paper.

    Args:
        mark: identifies this copy; on every sheet.
        marking: whose copy it is, since when, and what becomes of it, in sentences.
        facts: what the cover says of the session, as (label, words).
        starts_from: what prescribed probes start from, in words of the plan version.
        observed: the KSBs to tick while observing; empty for a method that only talks.
    """

    title: str
    organisation: str
    reference: str
    method: str
    mark: str
    marking: str
    made_at: datetime
    facts: tuple[tuple[str, str], ...]
    length: str
    questions: tuple[PackQuestion, ...]
    probes: tuple[PackProbe, ...]
    starts_from: str
    observed: tuple[Coded, ...]


def pdf(pack: Pack, variant: Variant) -> bytes:
    """The pack as PDF/UA-1; the same pack in the same variant gives the same bytes."""
    values = asdict(pack) | {"variant": str(variant), "made_at": pack.made_at.isoformat()}
    return typeset("pack.typ", values, at=pack.made_at)
