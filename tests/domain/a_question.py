"""Builders of questions: valid by default for the Customer Service Specialist's interview, everything by keyword."""

from __future__ import annotations

from qbank.domain.questions import BankQuestion, Content, Provenance

STEM = "In your project, what did you find out first, and how?"


def a_content(*, ksbs: str = "K1 S16", criteria: str = "WP1", **changes: object) -> Content:
    """The first KSB is the primary one."""
    primary, *secondary = ksbs.split()
    values = {
        "stem": STEM,
        "probes": ("What led you there?", "What would you look at next time?"),
        "guidance": "Listen for a finding and the way to it.",
        "pass_evidence": "Names a finding and its source (WP1).",
        "distinction_evidence": "No distinction criterion is evidenced here; a fuller answer weighs two sources.",
        "method": "interview",
        "primary": (primary,),
        "secondary": tuple(secondary),
        "criteria": tuple(criteria.split()),
        "demand": 2,
        "seconds": 300,
        "provenance": Provenance("an author", "written for a test", employer_consulted=False),
    }
    return Content(**(values | changes))


def a_question(reference: str = "Q-0001", *, enemies: str = "", clones: str = "", **content: object) -> BankQuestion:
    return BankQuestion(reference, a_content(**content), tuple(enemies.split()), tuple(clones.split()))
