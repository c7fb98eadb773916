"""One refusal that the database itself makes."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One refusal: on this table, before this event ("INSERT", "UPDATE", "DELETE"), when the condition holds."""

    name: str
    table: str
    event: str
    refuse_when: str
    because: str

    @property
    def columns(self) -> frozenset[str]:
        """Columns of its table that it reads: in a database handed back to before one of them, it is left out.

        A trigger that reads a column which is gone would refuse every row, where the older program knows no such rule.
        At the newest revision nothing may be left out: `triggers.must_be_complete`.
        """
        return frozenset(re.findall(r"\b(?:NEW|OLD)\.([a-z_]+)", self.refuse_when))
