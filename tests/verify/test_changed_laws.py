"""The second program agrees where the law is not the fitted one: a cohort's factor, a steered re-fit."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.cohort import Cohort
from delivery.eligibility import Eligibility
from delivery.plan import fit
from delivery.steering import Use, steered
from qbank.verify import verify
from qbank.verify.writing import digest_of
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_specification, pools
from tests.delivery.enumeration import sets_of
from tests.verify.test_verify import SEEDS, evidence_of


@settings(deadline=None, max_examples=40)
@given(
    pools(),
    st.integers(2, 4),
    SEEDS,
    st.sets(st.integers(0, 8), max_size=2),
    st.sets(st.integers(0, 8), max_size=6),
    st.integers(333_333, 999_999),
)
def test_both_programs_agree_where_a_cohort_heard_questions(pool, length, seed, out, heard, millionths):
    specification = a_specification(length=length, required="K1 K2", optional="K3", demand=(2, 9))
    plan = a_plan(pool, specification, log_rewards=[0.7])
    assume(plan is not None and plan.rehearsal.acceptance().lawful > 20)
    named = tuple(pool.references[at] for at in heard if at < len(pool))
    excluded = {pool.references[at]: "met" for at in out if at < len(pool)}
    eligibility = Eligibility(excluded, Cohort("a college", f"0.{millionths:06d}", named))
    assume(sets_of(pool, specification, eligibility.excluded))

    verdict = verify(evidence_of(plan, seed, eligibility))

    assert verdict.first_failure is None


@pytest.mark.parametrize("change", [{"factor": "0.900000"}, {"heard": []}, {"name": "another"}])
def test_a_changed_cohort_is_named(change):
    plan = a_plan(a_bank(questions=12, ksbs="K1 K2 K3"), a_specification(length=3, required="K1 K2 K3"))
    evidence = evidence_of(
        plan, b"\x03" * 32, Eligibility({}, Cohort("a college", "0.400000", plan.pool.references[:6]))
    )
    evidence["eligibility"]["cohort"] |= change

    wrong = {finding.what for finding in verify(evidence).findings if not finding.holds}

    assert wrong >= {"eligibility", "cohort"}


@pytest.mark.parametrize("figure", ["entropy_bits", "largest_exposure", "overlap_floor"])
def test_a_figure_of_the_law_that_was_left_out_is_named(figure):
    plan = a_plan(a_bank(questions=12, ksbs="K1 K2 K3"), a_specification(length=3, required="K1 K2 K3"))
    evidence = evidence_of(plan, b"\x03" * 32, Eligibility())
    del evidence["certificate"]["figures"]["law"][figure]
    evidence["certificate_digest"] = digest_of(evidence["certificate"])

    wrong = {finding.what for finding in verify(evidence).findings if not finding.holds}

    assert wrong == {"law's figures"}


def test_a_steered_plan_is_verified_like_any():
    pool = a_bank(questions=14, ksbs="K1 K2 K3", enemies=2)
    plan = fit(pool, a_specification(length=4, required="K1 K2 K3"))
    again = steered(plan, {pool.references[0]: Use(90, 30.0)}).plan

    assert again.digest != plan.digest
    assert verify(evidence_of(again, b"\x09" * 32, Eligibility())).first_failure is None
