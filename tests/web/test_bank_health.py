"""The page of a bank's health: empty until it is asked for, then what was kept, with an interval or a word for each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbank.app import create_app
from qbank.charts.prediction import Bearings, finding, prediction_chart
from qbank.jobs.queue import Doing
from qbank.services.bank_health import KeptHealth
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
    assert page.response.text.count('<svg class="chart"') == 3
