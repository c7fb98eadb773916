"""Many draws of one plan: what is the plan's alone is worked out once, and no draw gets another plan's answer."""

from __future__ import annotations

import copy

import pytest

from qbank.verify import ExaminedPlans, verify
from qbank.verify.examined import MOST_KEPT
from qbank.verify.recorded import Recorded


@pytest.fixture
def runs(monkeypatch):
    """The plans whose recorded run was drawn again."""
    drawn, run = [], Recorded.run

    def counted(plan, steps):
        drawn.append(plan)
        return run(plan, steps)

    monkeypatch.setattr(Recorded, "run", counted)
    return drawn


@pytest.fixture
def cases(published):
    """The evidence of every published draw, each read from a file of its own."""
    return [copy.deepcopy({"plan": published["plan"]} | case) for case in published["cases"]]


def with_a_figure(evidence, text):
    """A draw whose plan says something else of itself."""
    changed = copy.deepcopy(evidence)
    changed["plan"]["figures"]["overlap"] = text
    return changed


def test_draws_of_one_plan_have_its_recorded_run_drawn_again_once(cases, runs):
    plans = ExaminedPlans()

    verdicts = [verify(each, plans) for each in cases]

    assert len(runs) == 1
    assert all(each.holds for each in verdicts)
    assert verdicts == [verify(each) for each in cases]
    assert len(runs) == 1 + len(cases)


@pytest.mark.parametrize("what", ["figures", "rehearsal", "walk", "log_weights"])
def test_a_plan_that_was_changed_gets_no_answer_of_the_one_that_it_was(cases, what):
    plans = ExaminedPlans()
    assert verify(cases[0], plans).holds
    changed = copy.deepcopy(cases[0])
    _change(changed["plan"], what)

    verdict = verify(changed, plans)

    assert verdict == verify(changed)
    assert not verdict.holds
    assert verify(cases[0], plans).holds


def _change(plan, what):
    if what == "figures":
        plan["figures"]["overlap"] = "0.999999"
    elif what == "rehearsal":
        plan["rehearsal"]["sets"] = plan["rehearsal"]["sets"][:-8]
    elif what == "walk":
        first, *rest = plan["walk"]
        plan["walk"] = [*rest, first]
    else:
        plan["log_weights"][0] = "0.500000000"


def test_a_plan_that_cannot_be_followed_is_no_answer_for_the_next(cases):
    plans = ExaminedPlans()
    broken = copy.deepcopy(cases[0])
    del broken["plan"]["figures"]["states"]

    assert verify(broken, plans) == verify(broken) == verify(broken, plans)
    assert not verify(broken, plans).holds
    assert verify(cases[0], plans).holds


def test_few_plans_are_kept_for_each_is_large(cases, runs):
    plans = ExaminedPlans()
    others = [with_a_figure(cases[0], f"0.{number:06d}") for number in range(MOST_KEPT)]

    for each in (cases[0], cases[1], *others, cases[0]):
        verify(each, plans)

    assert len(runs) == 1 + MOST_KEPT + 1
