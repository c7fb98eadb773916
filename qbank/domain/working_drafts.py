"""The text of a question while it is written: whatever was typed so far, complete or not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Final

from delivery.canonical import canonical
from qbank.domain.questions import Content, Provenance

LABELS: Final = {
    "method": "Method",
    "stem": "Stem",
    "probes": "Probes",
    "guidance": "Guidance",
    "pass_evidence": "Evidence for a pass",
    "distinction_evidence": "Evidence for a distinction",
    "primary": "Primary KSB",
    "secondary": "Other KSBs",
    "criteria": "Criteria",
    "demand": "Demand",
    "seconds": "Minutes",
    "author": "Author",
    "source": "Source",
    "employer_consulted": "Employer",
}
"""The parts of a draft in the order of the form, as people call them."""

PASSAGES: Final = ("stem", "probes", "guidance", "pass_evidence", "distinction_evidence")
"""The parts that are text, of which a comment may point at a passage."""

MOST_CHARACTERS: Final = 8_000
"""For one part: ten times what the longest needs."""


@dataclass(frozen=True, slots=True)
class DraftText:
    """What stands in each part of a draft.

    Args:
        method: the code of the assessment method.
        probes: one on a line.
        primary: the code of a KSB; empty when none is chosen yet.
        demand: 0 when none is chosen yet.
        seconds: 0 when no minutes are chosen yet.
        author, source, employer_consulted: the provenance.
    """

    method: str
    stem: str = ""
    probes: str = ""
    guidance: str = ""
    pass_evidence: str = ""
    distinction_evidence: str = ""
    primary: str = ""
    secondary: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    demand: int = 0
    seconds: int = 0
    author: str = ""
    source: str = ""
    employer_consulted: bool = False

    @classmethod
    def of(cls, content: Content) -> DraftText:
        """The draft from which that content would be submitted."""
        return cls(
            method=content.method,
            stem=content.stem,
            probes="\n".join(content.probes),
            guidance=content.guidance,
            pass_evidence=content.pass_evidence,
            distinction_evidence=content.distinction_evidence,
            primary=next(iter(content.primary), ""),
            secondary=content.secondary,
            criteria=content.criteria,
            demand=content.demand,
            seconds=content.seconds,
            author=content.provenance.author,
            source=content.provenance.source,
            employer_consulted=content.provenance.employer_consulted,
        )

    @classmethod
    def from_kept(cls, kept: str) -> DraftText:
        """The draft that `as_kept` wrote."""
        values = json.loads(kept)
        return cls(**values | {part: tuple(values[part]) for part in ("secondary", "criteria")})

    def as_kept(self) -> str:
        """Canonical JSON: the same text is always kept alike."""
        return canonical(asdict(self)).decode()

    @property
    def content(self) -> Content:
        """The content that these parts make, whether or not they suffice."""
        return Content(
            stem=self.stem.strip("\n"),
            probes=tuple(line.strip() for line in self.probes.split("\n") if line.strip()),
            guidance=self.guidance.strip("\n"),
            pass_evidence=self.pass_evidence.strip("\n"),
            distinction_evidence=self.distinction_evidence.strip("\n"),
            method=self.method,
            primary=(self.primary,) if self.primary else (),
            secondary=tuple(code for code in self.secondary if code != self.primary),
            criteria=self.criteria,
            demand=self.demand,
            seconds=self.seconds,
            provenance=Provenance(self.author, self.source, self.employer_consulted),
        )

    def differing(self, other: DraftText) -> tuple[str, ...]:
        """The parts in which the two differ, in the order of the form."""
        return tuple(part for part in LABELS if getattr(self, part) != getattr(other, part))

    def with_parts_of(self, other: DraftText, parts: Iterable[str]) -> DraftText:
        """This draft with some parts taken from the other."""
        known = {each.name for each in fields(self)}
        return replace(self, **{part: getattr(other, part) for part in parts if part in known})

    def with_words(self, part: str, words: str) -> DraftText:
        """This draft with other words in one of its `PASSAGES`."""
        return DraftText.from_kept(canonical(asdict(self) | {part: words}).decode())

    def said(self, part: str) -> str:
        """A part in words, for somebody who compares two drafts; empty when nothing was typed or chosen."""
        value = getattr(self, part)
        if part == "employer_consulted":
            return "an employer was consulted" if value else "no employer was consulted"
        if part == "seconds":
            return f"{value / 60:g} minutes" if value else ""
        if isinstance(value, tuple):
            return ", ".join(value)
        return str(value or "")
