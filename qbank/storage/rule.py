"""One refusal that the database itself makes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One refusal: on this table, before this event ("INSERT", "UPDATE", "DELETE"), when the condition holds."""

    name: str
    table: str
    event: str
    refuse_when: str
    because: str
