"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: a word for it: "plan", "commitment", "questions" …
        holds: whether it is as the certificate says; of what was only reported, nothing is claimed and this is true.
        sentence: what was found, in plain words; of a finding that does not hold, what is wrong.
        verified: False for what the evidence says and nobody can work out again from it.
    """

    what: str
    holds: bool
    sentence: str
    verified: bool = True


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

    @property
    def reported(self) -> tuple[Finding, ...]:
        """What the evidence says and was not verified."""
        return tuple(finding for finding in self.findings if not finding.verified)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "holds": self.holds,
            "findings": [
                {"what": each.what, "holds": each.holds, "verified": each.verified, "sentence": each.sentence}
                for each in self.findings
            ],
        }
