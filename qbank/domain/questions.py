"""A question as its author writes it: the words, what they evidence, and where they come from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property

from delivery.canonical import digest


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a question comes from.

    Args:
        author: a name as the organisation uses it.
        source: what it was written from.
        employer_consulted: whether an employer had a say (rule Q7 recommends it).
    """

    author: str
    source: str
    employer_consulted: bool


@dataclass(frozen=True)
class Content:
    """What one version of a question says; the same content always has the same digest.

    Args:
        stem: the words asked, in Markdown.
        probes: prepared follow-ups, in the order they are offered.
        guidance: what to listen for.
        pass_evidence, distinction_evidence: what an answer at that level contains.
        method: the code of the assessment method.
        primary: codes of the KSBs it is written for.
        secondary: codes of the KSBs it evidences besides; none of the primary ones.
        criteria: codes of the pass and distinction criteria it can evidence.
        demand: the author's judgement of difficulty, from 1.
        seconds: expected time with the answer, whole seconds.
    """

    stem: str
    probes: tuple[str, ...]
    guidance: str
    pass_evidence: str
    distinction_evidence: str
    method: str
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    criteria: tuple[str, ...]
    demand: int
    seconds: int
    provenance: Provenance

    @property
    def ksbs(self) -> tuple[str, ...]:
        """Every KSB it carries, primary ones first."""
        return self.primary + self.secondary

    @property
    def minutes(self) -> float:
        """The expected time as people say it."""
        return self.seconds / 60

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the content's fields as canonical JSON."""
        return digest(asdict(self))


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question in the bank: its public name, its content, and its relations to others.

    Args:
        reference: "Q-0042"; never reused.
        enemies: references that must not meet it in one set; one direction is enough.
        clones: references that may replace it for those who saw it, and therefore never meet it either.
    """

    reference: str
    content: Content
    enemies: tuple[str, ...] = ()
    clones: tuple[str, ...] = ()
