"""What pages say of the health of a bank: what was worked out last as pictures with figures, and its budget."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import Markup

from qbank.charts.budget import finding
from qbank.services.plan_adoption import version_of
from qbank.storage.queries import budgets
from qbank.web.rehearsals import health_kept
from qbank.web.transaction import reading
from review.budget import broken_since, still_broken, unwatched_since

LOOKS_SHOWN: Final = 14


def health_of(standard: str, method: str, *, at: datetime) -> dict[str, object]:
    """The health of the bank, its pictures with what each says, the budget signed last, and the looks at it."""
    found = health_kept().of_method(standard, method)
    pictures = {name: (said, Markup(svg)) for name, (said, svg) in found.pictures.items()} if found else {}  # noqa: S704 - our own SVG
    return {"health": found, "pictures": pictures, **_budget(standard, method, at=at)}


def _budget(standard: str, method: str, *, at: datetime) -> dict[str, object]:
    """The budget that the last panel signed, the looks at it, the latest first, and since when it is broken."""
    store = reading()
    standard_id = version_of(store, standard, method).standard_id
    checks = budgets.checks_of(store, standard_id, method)
    known = [each for each in checks if each.hits is not None]
    signed = budgets.signed_budget(store, standard_id, method)
    budget = None if signed is None else signed.budget
    broken = still_broken(checks, budget)
    said = [*known[:-1], broken] if broken else known if known and known[-1].budget == budget else []
    return {
        "finding": finding(said) if said else "",
        "signed": signed,
        "signed_since": bool(known) and not said,
        "checks": checks[::-1][:LOOKS_SHOWN],
        "unwatched_since": None if signed is None else unwatched_since(checks, signed.signed_at, at=at),
        "broken_since": broken_since(said) if broken else None,
    }
