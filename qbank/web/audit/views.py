"""The audit trail, newest first, with what is found of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import Final

from flask import Blueprint, render_template, request

from qbank.domain.access import Permission
from qbank.domain.harvest import MUCH
from qbank.services.proving import in_words
from qbank.storage.models import PlanVersion
from qbank.storage.queries import certainties, harvest, looks, mutual, standards, trail
from qbank.storage.queries.trail import EntryLine
from qbank.web import checkpoints, saying
from qbank.web.clock import now
from qbank.web.configuration import pulls_a_day
from qbank.web.gate import allowed
from qbank.web.transaction import reading
from qbank.web.whole_numbers import whole
from review.days import day_in_uk
from review.mutual import LEAST, NEARLY

bp = Blueprint("audit", __name__, url_prefix="/audit")

PAGE: Final = 50
LOOKED_BACK: Final = timedelta(days=90)
YEAR: Final = timedelta(days=365)
HIGHEST: Final = 2**31 - 1
"""The greatest number that an entry can have: PostgreSQL refuses to compare with more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the words of the page; `facts` are (name, value)."""

    number: int
    when: str
    who: str
    act: str
    subject: str
    facts: list[tuple[str, str]]
    digest: str

    @classmethod
    def of(cls, entry: EntryLine, *, at: datetime) -> Line:
        """The entry as it is said at that time."""
        return cls(
            number=entry.seq,
            when=saying.capitalised(saying.day_and_time(entry.at, at=at)),
            who=entry.name or saying.capitalised(entry.actor),
            act=saying.capitalised(entry.act),
            subject=entry.subject,
            facts=facts_of(entry.facts),
            digest=entry.digest,
        )


@bp.get("")
@allowed(Permission.SEE_AUDIT_TRAIL)
def index() -> str:
    """Fifty entries, from the newest or before the one that the address names."""
    found = checkpoints.examined()
    store, before = reading(), request.args.get("before", type=whole)
    before = before if before is None or 0 < before <= HIGHEST else None
    lines = trail.newest_first(store, before=before, most=PAGE)
    last = trail.last_number(store)
    return render_template(
        "audit/index.html",
        found=found,
        faults=in_words(found.verdict),
        newest=found.newest and saying.day_and_time(found.newest, at=now()),
        checked=saying.day_and_time(found.at, at=now()),
        lines=[Line.of(entry, at=now()) for entry in lines],
        count=last,
        older=lines[-1].seq if lines and lines[-1].seq > 1 else None,
        newer=lines[0].seq + PAGE + 1 if lines and lines[0].seq < last else None,
    )


@bp.get("/met")
@allowed(Permission.SEE_AUDIT_TRAIL)
def met() -> str:
    """Who has met how much of each bank, who approves whose, who pulled much, and what was never conducted."""
    store, at, most = reading(), now(), pulls_a_day()
    since, least = at - LOOKED_BACK, ceil(most * MUCH)
    unsat, unsat_count = harvest.never_sat(store, since=since, at=at)
    return render_template(
        "audit/met.html",
        methods=[
            (f"{plan.title}, {method.title}", found, certainties.certainties(store, row, method.code, found))
            for row in map(partial(store.get_one, PlanVersion), standards.newest_keys(store))
            for plan in [standards.as_loaded(store, row.id)]
            for method in plan.methods
            for found in [harvest.met_of_method(store, row.standard_id, method.code)]
        ],
        turns=mutual.mutual_since(store, at - YEAR),
        mutual_least=LEAST,
        mutual_share=NEARLY,
        readers=looks.readers(store, today=day_in_uk(at), days=LOOKED_BACK.days),
        much=harvest.pulled_much(store, since=since, least=least),
        least=least,
        most_a_day=most,
        unsat=unsat,
        unsat_count=unsat_count,
    )


def facts_of(text: str) -> list[tuple[str, str]]:
    """What the entry states, a line each: `details_commitment` is said "details commitment"."""
    try:
        return [(name.replace("_", " "), _said(value)) for name, value in json.loads(text).items()]
    except (ValueError, AttributeError):  # changed behind the triggers; the page says that the trail does not hold
        return [("facts", text)]


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
