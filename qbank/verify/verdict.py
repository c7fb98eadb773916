"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: a word for it: "plan", "commitment", "questions" …
        holds: whether it is as the certificate says.
        sentence: what was found, in plain words.
    """

    what: str
    holds: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings, in the order in which they were made."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether everything is as the certificate says."""
        return all(finding.holds for finding in self.findings)

    @property
    def first_failure(self) -> Finding | None:
        """The first thing that is not."""
        return next((finding for finding in self.findings if not finding.holds), None)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "holds": self.holds,
            "findings": [{"what": each.what, "holds": each.holds, "sentence": each.sentence} for each in self.findings],
        }
