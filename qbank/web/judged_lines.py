"""What was decided of each criterion, grouped by level, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qbank.domain.standards import Criterion, Level, Plan
from qbank.storage.queries.assessments import Judged

HEADINGS = {Level.PASS: "For a pass", Level.DISTINCTION: "For a distinction", Level.FAIL: "Fail indicators"}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as it was decided.

    Args:
        verdict: "met", "not yet", "seen"; empty where nothing was decided.
    """

    criterion: Criterion
    verdict: str
    sources: str
    text: str

    @property
    def tone(self) -> str:
        """The accent where it is met, warm where it is not or was seen."""
        return "accent" if self.verdict == "met" else "warm" if self.verdict else "quiet"


def grouped(plan: Plan, method: str, judged: Mapping[str, Judged]) -> list[tuple[str, list[Line]]]:
    """What was decided of every criterion, grouped by level; fail indicators only where they were seen."""
    groups = []
    for level, heading in HEADINGS.items():
        found = plan.criteria_of(method, level)
        lines = [_line(each, judged.get(each.code)) for each in found if level is not Level.FAIL or each.code in judged]
        if lines:
            groups.append((heading, lines))
    return groups


def _line(criterion: Criterion, judged: Judged | None) -> Line:
    if judged is None:
        return Line(criterion, "", "", "")
    verdict = "seen" if judged.met is None else "met" if judged.met else "not yet"
    return Line(criterion, verdict, judged.sources, judged.words)
