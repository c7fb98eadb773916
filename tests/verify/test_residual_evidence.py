"""The second program agrees with the first on residual draws, and notices whatever was changed."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.certificate import commitment
from delivery.eligibility import Eligibility
from delivery.errors import Infeasible
from delivery.gaps import Gaps
from delivery.residual import draw_residual
from delivery.residual_certificate import certify_residual
from qbank.verify import verify
from qbank.verify.writing import digest_of
from tests.delivery.a_plan import an_observation
from tests.delivery.a_pool import a_bank, pools
from tests.verify.forging import what_both_judges_say

SEED = bytes(range(32))


def evidence_of(plan, gaps, eligibility=None, *, seed=SEED):
    """What an export would hold, through JSON and back."""
    eligibility = eligibility or Eligibility()
    sealed = commitment(attempt="A-1", plan_digest=plan.digest, seed=seed)
    drawn = draw_residual(plan, gaps, seed=seed, eligibility=eligibility)
    certificate = certify_residual(plan, gaps, drawn, eligibility, commitment=sealed)
    found = {
        "plan": plan.to_dict(),
        "seed": seed.hex(),
        "eligibility": eligibility.to_dict(),
        "certificate": certificate.to_dict(),
        "certificate_digest": certificate.digest,
        "attempt": "A-1",
    }
    return json.loads(json.dumps(found))


@settings(deadline=None, max_examples=80)
@given(
    pools(),
    st.sets(st.sampled_from(["K1", "K2", "K3", "K4"]), min_size=1),
    st.integers(120, 480),
    st.sets(st.integers(0, 8), max_size=2),
    st.binary(min_size=32, max_size=32),
)
def test_both_programs_agree_on_random_pools(pool, ksbs, seconds, out, seed):
    plan = an_observation(pool)
    gaps = Gaps(tuple(ksbs), seconds, asked=pool.references[:1])
    eligibility = Eligibility({pool.references[at]: "met" for at in out if at < len(pool)})
    try:
        evidence = evidence_of(plan, gaps, eligibility, seed=seed)
    except Infeasible:
        return

    verdict = verify(evidence)

    assert verdict.first_failure is None


@pytest.fixture(scope="module")
def ordinary():
    """Twelve KSBs of a bank of real shape, with enemies, one asked before and some excluded."""
    codes = " ".join(f"K{at}" for at in range(1, 17))
    pool = a_bank(questions=60, ksbs=codes, number=3, enemies=25, seconds=(60, 75, 90))
    gaps = Gaps(tuple(codes.split()[:12]), 540, asked=pool.references[:2], number=1)
    return evidence_of(an_observation(pool, codes), gaps, Eligibility({pool.references[7]: "met"}))


def test_both_programs_agree_on_a_bank_of_real_shape(ordinary):
    verdict = verify(ordinary)

    assert verdict.first_failure is None
    assert len(verdict.findings) > 14


def resealed(evidence):
    evidence["certificate_digest"] = digest_of(evidence["certificate"])
    return evidence


@pytest.mark.parametrize(
    ("what", "path", "value"),
    [
        ("questions", ("questions", 0, "reference"), "Q-9999"),
        ("first", ("attempts",), 0),
        ("figures", ("figures", "log2_probability"), "-1.000000"),
        ("law's figures", ("figures", "law", "entropy_bits"), "1.000000"),
        ("law's figures", ("figures", "law", "best_guess_lowest"), "9.000000"),
        ("law's figures", ("figures", "acceptance", "lawful"), 1000),
        ("proof", ("proof", 0, "holds"), False),
        ("commitment", ("commitment",), "0" * 64),
        ("questions", ("gaps", "number"), 2),
        ("gaps", ("gaps", "ksbs", 0), "S99"),
    ],
)
def test_whatever_was_changed_is_named(ordinary, what, path, value):
    evidence = copy.deepcopy(ordinary)
    place = evidence["certificate"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    verdict = verify(resealed(evidence))

    assert what in {finding.what for finding in verdict.findings if not finding.holds}


def test_a_seed_that_was_not_committed_to_is_named(ordinary):
    verdict = verify(copy.deepcopy(ordinary) | {"seed": "11" * 32})

    assert "commitment" in {finding.what for finding in verdict.findings if not finding.holds}


@pytest.mark.parametrize("figure", ["largest_exposure_lowest", "best_guess_lowest"])
def test_a_figure_that_was_left_out_is_named(figure):
    pool = a_bank(questions=20, ksbs="K1 K2 K3 K4", seconds=(60, 75))
    evidence = evidence_of(an_observation(pool), Gaps(("K1", "K2"), 240))
    assert evidence["certificate"]["figures"]["law"].pop(figure) is None

    wrong = {finding.what for finding in verify(resealed(evidence)).findings if not finding.holds}

    assert wrong == {"law's figures"}


def test_every_figure_and_rule_of_the_proof_is_held_to_the_set_where_a_judge_of_its_lines_passes_any():
    pool = a_bank(questions=24, ksbs="K1 K2 K3 K4", enemies=6, seconds=(60, 75))
    gaps = Gaps(("K1", "K2"), 240, asked=pool.references[:2])
    evidence = evidence_of(an_observation(pool), gaps, Eligibility({pool.references[9]: "met"}))
    assert verify(evidence).first_failure is None

    passed, missed = what_both_judges_say(evidence)

    assert (passed, missed) == (2 * 5, [])
