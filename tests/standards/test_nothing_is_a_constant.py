"""A second, invented standard with other numbers: 7 questions, 45 minutes, 6 KSBs. What works for it is data."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from delivery.certificate import certify
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan, fit
from delivery.replay import replay
from delivery.specification import Band
from qbank.domain.bank_check import check
from qbank.domain.pools import pool_of
from qbank.domain.questions import BankQuestion
from qbank.domain.standards import Plan
from qbank.services.bank_folders import plan_in, question_files_in
from qbank.verify import verify
from tests.domain.conftest import SMALL

NOBODY_IS_BARRED = Eligibility()


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_in(SMALL)


@pytest.fixture(scope="module")
def questions() -> dict[str, BankQuestion]:
    return {entry.question.reference: entry.question for entry in question_files_in(SMALL, [])}


@pytest.fixture(scope="module")
def draw_plan(plan: Plan, questions: dict[str, BankQuestion]) -> DrawPlan:
    return fit(pool_of(questions.values()), plan.specification("dialogue"))


def seeds(count: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(count)]


def test_its_numbers_are_its_own(plan):
    dialogue = plan.method("dialogue")

    assert (dialogue.length, dialogue.minutes, len(plan.ksbs)) == (7, 45, 6)
    assert (dialogue.shortest_seconds, dialogue.longest_seconds) == (36 * 60, 54 * 60)
    assert dialogue.questioning_seconds == 45 * 60 // 2
    assert (plan.review_months, plan.release_hours, plan.moderation_rate) == (24, 2, 0.2)
    assert plan.dated == date(2026, 2, 3)
    assert plan.vocabulary["assessor"] == "examining keeper"


def test_its_specification_follows_from_its_numbers(plan):
    specification = plan.specification("dialogue")

    assert specification.length == 7
    assert specification.seconds == Band(28 * 60, 38 * 60)
    assert specification.demand == Band(12, 20)
    assert specification.most_per_ksb == 3
    assert set(specification.required) == {"K1", "K2", "S1", "S2", "S3", "B1"}
    assert specification.rules["length"] == "T8"


def test_its_bank_is_lawful_by_its_own_plan(plan, questions):
    assert check(questions.values(), plan) == []


def test_its_sets_are_lawful_by_its_own_numbers(plan, questions, draw_plan):
    for seed in seeds(200):
        chosen = [
            questions[reference] for reference in draw(draw_plan, seed=seed, eligibility=NOBODY_IS_BARRED).references
        ]

        carried = Counter(code for question in chosen for code in question.content.ksbs)
        assert len({question.reference for question in chosen}) == 7
        assert set(carried) == {ksb.code for ksb in plan.ksbs}
        assert max(carried.values()) <= 3
        assert 28 * 60 <= sum(question.content.seconds for question in chosen) <= 38 * 60
        assert 12 <= sum(question.content.demand for question in chosen) <= 20
        assert not {"Q-9010", "Q-9011"} <= {question.reference for question in chosen}


def test_its_draws_are_certified_and_replay_twice(draw_plan):
    (seed,) = seeds(1)
    drawn = draw(draw_plan, seed=seed, eligibility=NOBODY_IS_BARRED)
    certificate = certify(draw_plan, drawn, NOBODY_IS_BARRED, commitment="")

    replay(draw_plan, seed, NOBODY_IS_BARRED, certificate)
    verdict = verify(
        {
            "plan": draw_plan.to_dict(),
            "seed": seed.hex(),
            "eligibility": NOBODY_IS_BARRED.to_dict(),
            "certificate": certificate.to_dict(),
            "certificate_digest": certificate.digest,
        }
    )

    assert verdict.first_failure is None
    assert {line.rule for line in certificate.proof} >= {"T7", "T8"}


def test_changing_a_number_in_the_data_changes_the_sets(plan, questions):
    from dataclasses import replace

    shorter = replace(plan, methods=(replace(plan.method("dialogue"), length=6, planned_least_minutes=20),))

    plan_of_six = fit(pool_of(questions.values()), shorter.specification("dialogue"))

    assert {len(draw(plan_of_six, seed=seed, eligibility=NOBODY_IS_BARRED).references) for seed in seeds(20)} == {6}
