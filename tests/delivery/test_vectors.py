"""Published draws: what this program and every later one must give for the same plan, seed and eligibility."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from delivery.certificate import Certificate, certify, commitment
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan
from delivery.replay import replay
from delivery.residual_certificate import ResidualCertificate, replay_residual
from delivery.rotation import ApprovedSets, replay_standard
from delivery.substitution_certificate import SubstitutionCertificate, replay_substitute
from qbank.verify import verify

VECTORS = json.loads((Path(__file__).parent / "vectors" / "draws.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plan():
    return DrawPlan.from_dict(VECTORS["plan"])


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["certificate"]["way"])
def test_a_published_draw_is_drawn_again(plan, case):
    seed = bytes.fromhex(case["seed"])
    snapshot = Eligibility.from_dict(case["eligibility"])

    drawn = draw(plan, seed=seed, eligibility=snapshot)

    sealed = commitment(attempt=case["attempt"], plan_digest=plan.digest, seed=seed)
    certificate = certify(plan, drawn, snapshot, commitment=sealed)
    assert certificate.references == tuple(question["reference"] for question in case["certificate"]["questions"])
    assert certificate.attempts == case["certificate"]["attempts"]
    assert certificate.proof == Certificate.from_dict(case["certificate"]).proof


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["certificate"]["way"])
def test_a_published_certificate_replays(plan, case):
    certificate = Certificate.from_dict(case["certificate"])

    replay(plan, bytes.fromhex(case["seed"]), Eligibility.from_dict(case["eligibility"]), certificate)

    assert certificate.digest == case["certificate_digest"]


def test_the_published_plan_has_its_published_digest(plan):
    assert plan.digest == VECTORS["plan_digest"]
    assert DrawPlan.from_bytes(plan.to_bytes()).digest == VECTORS["plan_digest"]


OTHERS = json.loads((Path(__file__).parent / "vectors" / "other_draws.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", OTHERS)
def test_published_draws_of_every_other_kind_are_verified_by_the_second_program(name):
    assert verify(OTHERS[name]).first_failure is None


@pytest.mark.parametrize("name", OTHERS)
def test_published_draws_of_every_other_kind_replay(name):
    case = OTHERS[name]
    seed, snapshot = bytes.fromhex(case["seed"]), Eligibility.from_dict(case["eligibility"])
    certificate = case["certificate"]

    if "sets" in case:
        plan = DrawPlan.from_dict(case["plan"])
        replay_standard(ApprovedSets.from_dict(case["sets"]), plan, seed, snapshot, certificate)
    elif "vacancy" in certificate:
        replay_substitute(
            DrawPlan.from_dict(case["plan"]), seed, snapshot, SubstitutionCertificate.from_dict(certificate)
        )
    elif "gaps" in certificate:
        replay_residual(DrawPlan.from_dict(case["plan"]), seed, snapshot, ResidualCertificate.from_dict(certificate))
    else:
        replay(DrawPlan.from_dict(case["plan"]), seed, snapshot, Certificate.from_dict(certificate))
