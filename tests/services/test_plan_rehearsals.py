"""The rehearsal of a plan counts what its sets are like: held to the exact law of a tiny pool."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import exp

import pytest

from delivery.plan import fit
from qbank.services import plan_rehearsals
from qbank.services.kept_documents import KeptDocuments
from qbank.services.plan_rehearsals import KeptRehearsals, rehearse_plan
from tests.delivery.a_pool import a_pool, a_specification

SETS = 4_000
FIRST_LIT = 5
"""The first of the optional plan's questions that carries its optional KSB."""


@pytest.fixture(scope="module")
def plan():
    """Twelve questions, of which four are asked, on three KSBs."""
    pool = a_pool(**{f"Q{number:02}": f"K{1 + number % 3} S{number % 2}" for number in range(12)})
    asked = a_specification(required="K1 K2 K3", length=4)
    return fit(pool, asked)


@pytest.fixture(scope="module")
def optional_plan():
    """Eight questions, of which three are asked; one KSB is explored in some sets only."""
    pool = a_pool(**{f"Q{number:02}": "K1" if number < FIRST_LIT else "K1 S9" for number in range(8)})
    return fit(pool, a_specification(required="K1", optional="S9", length=3))


@pytest.fixture(scope="module")
def rehearsal(plan):
    return rehearse_plan(plan, sets=SETS)


@pytest.fixture(scope="module")
def law(plan):
    """Every lawful set with its probability, by enumeration."""
    weights = {
        positions: exp(sum(float(plan.log_weights[at]) for at in positions))
        for positions in combinations(range(12), 4)
        if plan.lawfulness.breach(positions) is None
    }
    return {positions: weight / sum(weights.values()) for positions, weight in weights.items()}


def test_exposure_is_that_of_the_exact_law(plan, rehearsal, law):
    for at, reference in enumerate(plan.pool.references):
        exact = sum(chance for positions, chance in law.items() if at in positions)
        assert rehearsal.exposure[reference] == pytest.approx(exact, abs=0.03)
    assert sum(rehearsal.exposure.values()) == pytest.approx(4)


def test_every_set_covers_what_it_must(plan, rehearsal):
    for code in ("K1", "K2", "K3"):
        assert rehearsal.covered[code] == 1
    assert list(rehearsal.covered) == list(plan.specification.ksbs)


def test_coverage_of_an_optional_ksb_is_the_share_of_sets_that_explore_it(optional_plan):
    found = rehearse_plan(optional_plan, sets=SETS)

    assert found.covered["K1"] == 1
    weights = {
        positions: exp(sum(float(optional_plan.log_weights[at]) for at in positions))
        * (exp(float(optional_plan.log_rewards[0])) if max(positions) >= FIRST_LIT else 1)
        for positions in combinations(range(8), 3)
    }
    exploring = sum(weight for positions, weight in weights.items() if max(positions) >= FIRST_LIT)
    assert found.covered["S9"] == pytest.approx(exploring / sum(weights.values()), abs=0.03)


def test_shared_guessed_and_known_are_those_of_the_exact_law(rehearsal, law):
    rates = [sum(chance for positions, chance in law.items() if at in positions) for at in range(12)]

    assert rehearsal.shared == pytest.approx(sum(rate**2 for rate in rates), abs=0.06)
    assert rehearsal.guessed == pytest.approx(sum(sorted(rates)[-4:]), abs=0.06)
    for sets in (1, 2, 5, 30):
        exact = sum(rate * (1 - (1 - rate) ** sets) for rate in rates)
        assert rehearsal.known[sets - 1] == pytest.approx(exact, abs=0.06)


def test_no_set_of_a_right_engine_breaks_a_requirement(rehearsal):
    assert rehearsal.failures == {}


def test_a_requirement_that_the_sets_break_is_counted(plan, monkeypatch):
    """An engine that is wrong about coverage is found out by the second implementation."""
    monkeypatch.setattr(plan_rehearsals, "draw", lambda *_, **__: type("Drawn", (), {"positions": (0, 3, 6, 9)}))

    found = rehearse_plan(plan, sets=40)

    assert found.failures == {"coverage": 40}


def test_the_same_plan_has_the_same_rehearsal(plan, rehearsal):
    assert rehearse_plan(plan, sets=SETS) == rehearsal


def test_a_kept_rehearsal_is_found_again_and_a_damaged_one_is_not(tmp_path, rehearsal):
    kept = KeptRehearsals(KeptDocuments(tmp_path / "rehearsals"))
    kept.keep(rehearsal)

    assert kept.of_plan(rehearsal.plan) == rehearsal
    assert kept.of_plan("0" * 64) is None

    (tmp_path / "rehearsals" / f"{rehearsal.plan}.json").write_text("{")
    assert kept.of_plan(rehearsal.plan) is None


def test_a_rehearsal_under_another_plans_name_is_not_believed(tmp_path, rehearsal):
    kept = KeptRehearsals(KeptDocuments(tmp_path))
    kept.keep(replace(rehearsal, plan="1" * 64))
    (tmp_path / f"{'1' * 64}.json").rename(tmp_path / f"{'2' * 64}.json")

    assert kept.of_plan("2" * 64) is None
