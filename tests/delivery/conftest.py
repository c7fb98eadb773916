"""Draw plans that several tests look at: fitted once for each worker."""

from __future__ import annotations

import pytest

from delivery.plan import DrawPlan, fit
from tests.delivery.a_pool import a_bank, a_pool, a_specification


@pytest.fixture(scope="session")
def plain_plan() -> DrawPlan:
    """16 questions, 5 asked, 6 KSBs: nothing is passed over, so every figure is exact."""
    return fit(
        a_bank(questions=16, ksbs="K1 K2 K3 S1 S2 S3", number=4),
        a_specification(length=5, required="K1 K2 K3 S1 S2 S3", rules={"length": "W6", "coverage": "W7"}),
    )


@pytest.fixture(scope="session")
def strict_plan() -> DrawPlan:
    """18 questions with enemies, 5 asked, bands of time and demand, at most 3 on a KSB."""
    return fit(
        a_bank(questions=18, ksbs="K1 K2 K3 S1 S2", number=9, enemies=3),
        a_specification(length=5, required="K1 K2 K3 S1 S2", seconds=(1320, 1680), demand=(8, 12), most_per_ksb=3),
    )


@pytest.fixture(scope="session")
def timed_plan() -> DrawPlan:
    """14 short questions, as many as fill 5 to 6 minutes: two KSBs in every set, four explored evenly."""
    return fit(
        a_bank(questions=14, ksbs="K1 K2 S1 S2 B1 B2", number=6, seconds=(60, 75, 90, 120)),
        a_specification(
            method="observation", length=None, required="K1 K2", optional="S1 S2 B1 B2", seconds=(300, 360)
        ),
    )


@pytest.fixture(scope="session")
def tiny_plan() -> DrawPlan:
    """8 questions, 3 asked, an enemy pair and a band: every set can be looked at."""
    pool = a_pool(A="K1", B="K1 K2", C="K2", D="K2 K3", E="K3", F="K3 K1", G="K1", H="K2")
    hostile = [
        type(each)(
            each.reference, 1, each.ksbs, 60 + 30 * (at % 3), 1 + at % 3, frozenset("E") if at == 0 else frozenset()
        )
        for at, each in enumerate(pool.candidates)
    ]
    return fit(
        type(pool).of(hostile), a_specification(length=3, required="K1 K2 K3", seconds=(210, 300), demand=(4, 8))
    )


@pytest.fixture(scope="session", params=["plain_plan", "strict_plan", "timed_plan", "tiny_plan"])
def any_plan(request: pytest.FixtureRequest) -> DrawPlan:
    """Each of them in turn."""
    plan: DrawPlan = request.getfixturevalue(request.param)
    return plan
