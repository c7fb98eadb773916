"""The page of a bank's health: empty until it is asked for, then what was kept, with an interval or a word for each."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.charts.prediction import Bearings, finding, prediction_chart
from qbank.domain.people import COMMAND_LINE
from qbank.jobs.queue import Doing
from qbank.services import bank_health, budget_watching
from qbank.services.bank_health import KeptHealth
from qbank.storage import db, units
from qbank.storage.models import (
    Person,
    PlanVersion,
    Review,
    ReviewBankDecision,
    ReviewBankVote,
    ReviewBudget,
    ReviewBudgetProposal,
    ReviewDeclaration,
    ReviewMember,
    ReviewSignOff,
)
from review.predictability import MEAN, QUANTILE, Predicted
from review.rates import Figure, Interval
from tests.web.an_organisation import NOW, STANDARD
from tests.web.conftest import let_go

ADDRESS = f"/review/{STANDARD}/interview/health"
BESIDE = Bearings(plan=0.48, floor=0.45, guesses=10)
WORK_OUT = "Work out the health of this bank"


@pytest.fixture
def app(settings):
    """The application, which does its long work before it answers."""
    made = create_app(settings, now=lambda: NOW, doing=Doing.AT_ONCE)
    yield made
    let_go(made)


def test_the_page_says_what_will_be_there_and_shows_it_once_it_was_asked_for(manager):
    before = manager.get(ADDRESS)
    assert "will be shown here" in before.main

    page = manager.press(before, WORK_OUT)

    assert page.heading == "Health of the bank"
    assert "not estimable" in page.main  # the example has few sets
    assert "no law on this bank goes below 0.45, which is certified" in page.main
    assert "Questions to write, by" in page.main
    assert "will be shown here" not in page.main


def test_what_is_kept_is_shown_with_its_interval_as_a_picture_and_in_a_table(manager, settings):
    manager.press(manager.get(ADDRESS), WORK_OUT)
    kept = KeptHealth.of(settings)
    found = kept.of_method(STANDARD, "interview")
    hits, most = Figure(0.51, 640, Interval(0.42, 0.6), MEAN), Figure(2.0, 640, Interval(1.0, 2.0), QUANTILE)
    shown = (Predicted(1, hits, most),)
    pictures = {**found.pictures, "prediction": (finding(shown, BESIDE), prediction_chart(shown, BESIDE))}
    kept.keep(STANDARD, "interview", replace(found, predicted=shown, pictures=pictures))

    page = manager.get(ADDRESS)

    assert "Whoever kept the last set of a provider hit 0.51 of 10 on average" in page.main
    assert "0.42 to 0.60" in page.main
    assert "1 to 2" in page.main  # what nine of ten do not exceed
    assert "half of the next was heard before" in page.main
    assert (
        page.response.text.count('<svg class="chart"') == 4
    )  # depth, exposure, prediction and who can sit again; no set was drawn that wears the bank


def test_a_broken_budget_stands_on_the_page_of_health_and_at_home(manager, settings):
    sign_a_budget(settings)
    manager.press(manager.get(ADDRESS), WORK_OUT)
    page = manager.get(ADDRESS)
    assert "whoever kept a provider’s last 10 sets may hit 0.50 of 10, which is 5.0% of a set" in page.main
    assert "Too few sets were drawn to say whether the budget is kept" in page.main

    look_at(settings, 0.61)

    home = manager.get("/")
    assert "broken since 4 June 2026, 0.61 of 10, signed 0.50" in home.main
    page = manager.get(home.link("Work-based project with interview"))
    assert "The budget is broken since 4 June 2026: whoever kept the last 10 sets of a provider hits 0.61" in page.main
    assert "0.51 to 0.71" in page.main

    sign_a_budget(settings, "RV-0002", thousandths=70)

    assert "broken since" not in manager.get("/").main
    assert "broken since" not in manager.get(ADDRESS).main
    assert "signed after the latest look: the next one says whether it is kept" in manager.get(ADDRESS).main

    sign_a_budget(settings, "RV-0003", thousandths=30)

    assert "broken since 4 June 2026, 0.61 of 10, signed 0.30" in manager.get("/").main
    assert "The budget is broken since 4 June 2026" in manager.get(ADDRESS).main


def test_who_works_the_health_out_again_keeps_the_picture_of_the_budget(manager, settings):
    manager.press(manager.get(ADDRESS), WORK_OUT)
    kept = KeptHealth.of(settings)
    found = kept.of_method(STANDARD, "interview")
    looks = ("The budget is kept.", "<svg></svg>")
    kept.keep(STANDARD, "interview", replace(found, pictures={**found.pictures, "budget": looks}))

    engine = db.engine(settings.database)
    bank_health.work_out(engine, settings, STANDARD, "interview", at=NOW, tell=lambda *_: None)
    engine.dispose()

    assert tuple(kept.of_method(STANDARD, "interview").pictures["budget"]) == looks


def sign_a_budget(settings, reference="RV-0001", *, thousandths=50):
    """A review that was signed off, past the services: its panel allows a twentieth of a set."""
    engine = db.engine(settings.database)
    with units.write_unit(engine) as store:
        chair, second = store.scalars(sa.select(Person.id).order_by(Person.id).limit(2))
        version = store.scalars(sa.select(PlanVersion)).one()
        made = {"plan_version_id": version.id, "method": "interview", "scope": "every question in service"}
        review = Review(reference=reference, **made, quorum=2, chair_id=chair, at=NOW, by_id=chair)
        store.add(review)
        store.flush()
        for person in (chair, second):
            store.add(ReviewMember(review_id=review.id, person_id=person, external="", at=NOW, by_id=chair))
        store.flush()
        proposed = {"number": 1, "budget": thousandths, "last_sets": 10, "reason": "a test", "by_id": chair}
        store.add(ReviewBudgetProposal(review_id=review.id, **proposed, at=NOW))
        store.flush()
        for person in (chair, second):
            store.add(ReviewDeclaration(review_id=review.id, by_id=person, words="", at=NOW))
            store.flush()
            vote = {"number": 1, "is_sufficient": True, "proposal": 1, "reason": ""}
            store.add(ReviewBankVote(review_id=review.id, by_id=person, **vote, at=NOW))
        store.flush()
        decided = {"is_sufficient": True, "budget": thousandths, "reason": "a test", "at": NOW, "by_id": chair}
        store.add(ReviewBankDecision(review_id=review.id, **decided))
        store.flush()
        store.add(ReviewBudget(review_id=review.id, last_sets=10))
        store.add(ReviewSignOff(review_id=review.id, certificate="{}", digest="0" * 64, at=NOW, by_id=chair))
        store.flush()
    engine.dispose()


def look_at(settings, hits):
    """A look that found so many hits of ten."""
    engine = db.engine(settings.database)
    found = replace(KeptHealth.of(settings).of_method(STANDARD, "interview"), predicted=(measured(hits),))
    with units.write_unit(engine) as store:
        budget_watching.check(store, STANDARD, "interview", found, by=COMMAND_LINE, at=NOW)
    engine.dispose()


def measured(hits):
    figure = Figure(hits, 640, Interval(hits - 0.1, hits + 0.1), MEAN)
    return Predicted(10, figure, replace(figure, source=QUANTILE))
