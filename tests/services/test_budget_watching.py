"""The budget that a panel signed is held to what the sets gave away, look by look, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, budget_watching
from qbank.storage import units
from qbank.storage.models import AuditEntry
from qbank.storage.queries import budgets
from review.budget import Budget, broken_since
from review.predictability import MEAN, QUANTILE, Predicted
from review.rates import Figure, Interval
from tests.services.a_bank import METHOD, NOW, a_plan, the_plan_version
from tests.services.a_review import all_kept, opened_review, sign_off

NIGHT = timedelta(days=1)
ALLOWED = 1.2
"""Of six: a fifth, as the panel of these tests signs."""


@dataclass(frozen=True)
class Measured:
    """What a look needs of a bank's health."""

    predicted: tuple[Predicted, ...]
    guesses: int = 6


def measured(hits: float | None) -> Measured:
    interval = None if hits is None else Interval(hits - 0.2, hits + 0.2)
    both = Figure(hits, 320, interval, MEAN), Figure(hits, 320, interval, QUANTILE)
    other = Figure(5.0, 320, Interval(4.9, 5.1), MEAN), Figure(5.0, 320, Interval(4.9, 5.1), QUANTILE)
    return Measured((Predicted(3, *other), Predicted(10, *both), Predicted(30, *other)))


def looked(bank, *values):
    """A look a night; what each came to."""

    def work(store, hits, at):
        return budget_watching.check(store, a_plan().standard, METHOD, measured(hits), by=COMMAND_LINE, at=at)

    return [
        units.in_write_unit(bank, lambda store, hits=hits, night=night: work(store, hits, NOW + night * NIGHT))
        for night, hits in enumerate(values)
    ]


@pytest.fixture
def signed(bank):
    """The bank, after a review whose panel signed a fifth for whoever kept ten sets."""
    reference = opened_review(bank, called=("Q-0010",))
    all_kept(bank, reference)
    assert looked(bank, 2.0) == [None], "a budget counts once the review is signed off"
    sign_off(bank, reference)
    return bank


def told(bank):
    with units.read_unit(bank) as store:
        assert audit.first_broken(store) is None
        acts = sa.select(AuditEntry.act).where(AuditEntry.act.startswith("predictab")).order_by(AuditEntry.seq)
        return list(store.scalars(acts))


def test_W7_each_look_stays_and_the_trail_tells_when_the_budget_is_first_broken_and_when_it_is_kept_again(signed):
    found = looked(signed, 1.1, 1.3, 1.4, None, 1.5, 1.2, 1.3)

    with units.read_unit(signed) as store:
        standard_id = the_plan_version(store).standard_id
        budget = budgets.signed_budget(store, standard_id, METHOD)
        rows = budgets.checks_of(store, standard_id, METHOD)
    assert (budget.budget, budget.review) == (Budget(200, 10), "RV-0001")
    assert [each.is_broken for each in rows] == [False, True, True, False, True, False, True]
    assert [each.hits for each in rows] == [1.1, 1.3, 1.4, None, 1.5, ALLOWED, 1.3]
    assert broken_since(rows) == NOW + 6 * NIGHT
    assert [each.hits for each in found] == [each.hits for each in rows]
    assert told(signed) == [
        "predictability budget broken",
        "predictability budget kept again",
        "predictability budget broken",
    ]


def test_W7_since_when_it_is_broken_is_told_however_many_nights_ago_that_was(signed, monkeypatch):
    monkeypatch.setattr(budgets, "MOST_CHECKS", 3)
    looked(signed, 1.5, 1.1, 1.3, 1.4, None, 1.5, 1.4)

    with units.read_unit(signed) as store:
        rows = budgets.checks_of(store, the_plan_version(store).standard_id, METHOD)

    assert broken_since(rows) == NOW + 2 * NIGHT
    assert [each.hits for each in rows] == [1.3, None, 1.5, 1.4]


def test_no_bank_has_a_budget_before_a_panel_signed_one(bank):
    assert looked(bank, 5.0) == [None]
    assert told(bank) == []
