"""Watches the predictability budgets that panels signed: works a bank's health out anew and holds it to its budget.

`qbank review watch` does it for every bank, for a job of every night; the button on the page of a bank's health does it
for that bank. Each look is a row that stays; that a budget is broken, and that it is kept again, are entries of the
audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.charts.budget import budget_chart
from qbank.charts.budget import finding as budget_finding
from qbank.domain.people import COMMAND_LINE, Actor
from qbank.services import audit, bank_health
from qbank.services.bank_health import Health, KeptHealth
from qbank.services.exposures import Exposed
from qbank.services.gaps import Tell
from qbank.services.plan_adoption import version_of
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.models import BudgetCheck
from qbank.storage.queries import budgets, standards
from qbank.storage.queries.budgets import THOUSANDTHS, SignedBudget
from review.budget import Checked, broken_since, look


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look came to.

    Args:
        health: as it was worked out.
        checked: the budget beside it; None where no panel signed one.
        since: since when it is broken; None where it is not.
    """

    health: Health
    checked: Checked | None
    since: datetime | None

    @property
    def in_words(self) -> str:
        """A line about the budget and about what is asked too often."""
        budget = "no panel has signed a budget" if self.checked is None else said(self.checked, self.since)
        return "; ".join([budget, *too_often(self.health)])


def too_often(health: Health) -> list[str]:
    """A clause that names the questions asked more often than their limit; none where there are none."""
    if health.limit is None or not health.over:
        return []
    return [f"asked more often than the limit of {health.limit:.3g}: {', '.join(map(_asked, health.over))}"]


def _asked(each: Exposed) -> str:
    interval = each.rate.interval
    within = "" if interval is None else f" ({interval.low:.3f} to {interval.high:.3f})"
    return f"{each.reference}{within}"


def said(checked: Checked, since: datetime | None) -> str:
    """A budget beside what was measured, without a full stop: for a line of a list or of a terminal."""
    allowed = f"signed {checked.budget.hits(checked.guesses):.2f} for the last {checked.budget.last} sets kept"
    if checked.hits is None:
        return f"too few sets to say what is hit, {allowed}"
    found = f"{checked.hits:.2f} of {checked.guesses}, {allowed}"
    return f"budget kept: {found}" if since is None else f"budget broken since {since:%d %B %Y}: {found}"


def banks(engine: sa.Engine) -> Sequence[tuple[str, str]]:
    """Standard and method of every bank for which a draw plan is in use."""
    with units.read_unit(engine) as store:
        found = []
        for given in standards.plans(store):
            version = standards.plan_version(store, given.standard)
            if version is not None:
                codes = [each.code for each in given.methods if draw_plans.adopted(store, version.id, each.code)]
                found += [(given.standard, code) for code in codes]
        return found


def watch(
    engine: sa.Engine,
    settings: Settings,
    standard: str,
    method: str,
    *,
    at: datetime,
    tell: Tell,
    by: Actor = COMMAND_LINE,
) -> Watched:
    """Work out the health of a bank, hold it to its budget, and keep both.

    Raises:
        NotFound: there is no such standard or method.
        NotReady: no draw plan is in use.
    """
    health = bank_health.work_out(engine, settings, standard, method, at=at, tell=tell)
    checked = units.in_write_unit(engine, lambda store: check(store, standard, method, health, by=by, at=at))
    if checked is None:
        return Watched(health, None, None)
    with units.read_unit(engine) as store:
        history = budgets.checks_of(store, version_of(store, standard, method).standard_id, method)
    health = with_picture(health, history)
    KeptHealth.of(settings).keep(standard, method, health)
    return Watched(health, checked, broken_since(history))


def check(store: Session, standard: str, method: str, health: Health, *, by: Actor, at: datetime) -> Checked | None:
    """Keep what a bank's health says of its budget; None where no panel signed one.

    Raises:
        NotFound: there is no such standard or method.
    """
    standard_id = version_of(store, standard, method).standard_id
    signed = budgets.signed_budget(store, standard_id, method)
    if signed is None:
        return None
    found = _as_kept(look(signed.budget, health.predicted, health.guesses, at=at))
    before = broken_since(budgets.checks_of(store, standard_id, method))
    store.add(_row(standard_id, method, signed, found))
    store.flush()
    if found.hits is not None and found.is_broken != (before is not None):
        act = "predictability budget broken" if found.is_broken else "predictability budget kept again"
        _tell(store, act, standard, method, signed, found, by=by, at=at)
    return found


def with_picture(health: Health, history: Sequence[Checked]) -> Health:
    """The same with a picture of the looks that could say something; without one where there is none."""
    known = [each for each in history if each.hits is not None]
    if not known:
        return health
    picture = (budget_finding(known), budget_chart(known))
    return replace(health, pictures={**health.pictures, "budget": picture})


def _row(standard_id: int, method: str, signed: SignedBudget, found: Checked) -> BudgetCheck:
    hits = found.hits
    low, high = (None, None) if found.interval is None else (found.interval.low, found.interval.high)
    low, high = (hits, hits) if low is None else (low, high)
    return BudgetCheck(
        standard_id=standard_id,
        method=method,
        review_id=signed.review_id,
        budget=signed.budget.thousandths,
        last_sets=signed.budget.last,
        guesses=found.guesses,
        hits=_whole(hits),
        low=_whole(low),
        high=_whole(high),
        sets=found.sets,
        at=found.at,
    )


def _as_kept(found: Checked) -> Checked:
    """With hits as the table keeps them, so that whoever reads the row judges as it was judged."""
    return found if found.hits is None else replace(found, hits=round(found.hits * THOUSANDTHS) / THOUSANDTHS)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value * THOUSANDTHS)


def _tell(
    store: Session,
    act: str,
    standard: str,
    method: str,
    signed: SignedBudget,
    found: Checked,
    *,
    by: Actor,
    at: datetime,
) -> None:
    facts = {
        "standard": standard,
        "review": signed.review,
        "budget": signed.budget.thousandths,
        "last_sets": signed.budget.last,
        "hits_thousandths": _whole(found.hits),
        "named": found.guesses,
        "sets": found.sets,
    }
    audit.record(store, act=act, subject=method, by=by, at=at, facts=facts)
