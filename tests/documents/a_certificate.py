"""The certificate of a review that is valid by default: three members, a question of each choice."""

from __future__ import annotations

from typing import Any

from delivery.canonical import canonical

CHOICES = ("keep", "revise", "rest", "retire")


def a_decision(number: int, choice: str, **changed: object) -> dict[str, Any]:
    """What was decided of a question, with the votes of two members."""
    return {
        "reference": f"Q-{number:04d}",
        "version": number,
        "digest": "ab" * 32,
        "why": "called early",
        "barred": [],
        "voters": ["person 4", "person 5"],
        "votes": dict.fromkeys(CHOICES, 0) | {choice: 2},
        "choice": choice,
        "reason": f"Reason number {number}.",
        "rest_until": "2027-03-01" if choice == "rest" else None,
        "author": "person 9" if choice == "revise" else None,
        "revised_by": "2026-09-01" if choice == "revise" else None,
        "recorded_by": "person 4",
        "at": "2026-06-04T10:30:00.000000Z",
    } | changed


def a_certificate(**changed: object) -> str:
    """As a file holds it."""
    made = {
        "format": "qbank review certificate 2",
        "review": "RV-0007",
        "standard": "customer-service-specialist-3",
        "standard_title": "Customer Service Specialist",
        "plan_version": "1.1",
        "method": "interview",
        "method_title": "Work-based project with interview",
        "scope": "what is due, called or planned",
        "quorum": 2,
        "opened_at": "2026-06-01T09:00:00.000000Z",
        "opened_by": "person 8",
        "chair": "person 4",
        "members": [
            {"person": "person 4", "name": "Lena Fox", "external": ""},
            {"person": "person 5", "name": "Omar Diaz", "external": ""},
            {"person": "person 6", "name": "Ada Poole", "external": "Northgate Housing"},
        ],
        "others": {"person 8": "Ewa Nowak", "person 9": "Nia Adeyemi"},
        "questions": [
            a_decision(1, "keep"),
            a_decision(2, "revise", barred=["person 6"]),
            a_decision(3, "rest", votes=dict.fromkeys(CHOICES, 0) | {"rest": 1, "keep": 1}),
            a_decision(4, "retire"),
        ],
        "bank": {
            "sufficient": True,
            "budget_thousandths": 250,
            "budget_last_sets": 10,
            "budget_reason": "The year gave 12% away.",
            "proposal": 2,
            "signed_by": ["person 4", "person 5"],
            "would_sign": {"person 6": 150},
            "reason": "Enough questions.",
            "voters": ["person 4", "person 5", "person 6"],
            "votes": {"yes": 1, "no": 2},
            "departs_because": "Six questions went live on Monday.",
            "at": "2026-06-04T10:45:00.000000Z",
        },
        "signed_at": "2026-06-04T11:00:00.000000Z",
        "signed_by": "person 4",
    }
    return canonical(made | changed).decode()
