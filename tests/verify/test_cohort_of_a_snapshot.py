"""A snapshot whose cohort is not of its shape is followed by nobody."""

from __future__ import annotations

import pytest

from delivery.cohort import Cohort as Drawn
from delivery.eligibility import Eligibility
from qbank.verify.cohort import Cohort
from tests.delivery.a_pool import a_bank

POOL = [each.to_dict() for each in a_bank(questions=6).candidates]


@pytest.fixture
def snapshot():
    heard = ("Q-0001", "Q-0002")
    return Eligibility({"Q-0002": "met"}, cohort=Drawn("Leeds", "0.800000", heard)).to_dict()


def test_what_was_heard_and_may_be_given_matters(snapshot):
    assert Cohort.of(snapshot, POOL).heard == {1}
    assert Cohort.of(Eligibility().to_dict(), POOL) is None


@pytest.mark.parametrize("factor", ["0.3", "1", "1.1", "-0.8"])
def test_a_factor_out_of_bounds_is_refused(snapshot, factor):
    snapshot["cohort"] = {**snapshot["cohort"], "factor": factor}

    with pytest.raises(ValueError, match="factor"):
        Cohort.of(snapshot, POOL)


def test_a_format_that_does_not_tell_of_the_cohort_is_refused(snapshot):
    without = {key: value for key, value in snapshot.items() if key != "cohort"}

    for forged in (without, snapshot | {"format": Eligibility().to_dict()["format"]}):
        with pytest.raises(ValueError, match="format"):
            Cohort.of(forged, POOL)
