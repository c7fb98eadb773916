"""Draw plans on disk: fitted once, named by content, never trusted when damaged, never more than a few."""

from __future__ import annotations

import os

import pytest

from delivery.plan import DrawPlan, fit
from delivery.specification import Band, Specification
from qbank.domain.pools import pool_of
from qbank.services.plan_cache import MOST_KEPT, PlanCache
from tests.domain.a_question import a_question

SPECIFICATION = Specification(method="interview", length=2, required=("K1", "K3"), seconds=Band(60, 6000))
POOL = pool_of([a_question(f"Q-{number:04}", ksbs="K1" if number % 2 else "K3") for number in range(1, 9)])


@pytest.fixture(scope="module")
def fitted() -> DrawPlan:
    return fit(POOL, SPECIFICATION)


@pytest.fixture
def cache(tmp_path, fitted):
    """A cache that holds the plan."""
    made = PlanCache(tmp_path / "plans")
    assert made.plan_for(POOL, SPECIFICATION).digest == fitted.digest
    return made


def told() -> tuple[list[str], object]:
    steps: list[str] = []
    return steps, lambda step, share: steps.append(f"{step} {share}")


def test_a_plan_is_fitted_with_progress_once_and_then_read(cache, fitted):
    steps, progress = told()

    again = cache.plan_for(POOL, SPECIFICATION, progress)

    assert again.digest == fitted.digest
    assert steps == []


def test_another_pool_or_specification_is_fitted_anew(cache):
    steps, progress = told()

    smaller = cache.plan_for(POOL.without(["Q-0001"]), SPECIFICATION, progress)

    assert steps
    assert len(smaller.pool) == 7


def test_a_plan_is_found_by_its_digest(cache, fitted):
    assert cache.by_digest(fitted.digest) == fitted
    assert cache.by_digest("0" * 64) is None


def test_an_empty_cache_finds_nothing(tmp_path):
    assert PlanCache(tmp_path / "none").by_digest("0" * 64) is None


def test_a_file_under_the_name_of_another_plan_is_not_believed(cache, fitted):
    (file,) = cache.folder.iterdir()
    file.rename(cache.folder / file.name.replace(fitted.digest, "0" * 64))

    assert cache.by_digest("0" * 64) is None


def test_only_so_many_plans_are_kept_and_the_oldest_go(cache, fitted):
    for number in range(MOST_KEPT + 3):
        file = cache.folder / f"{number:032}-{fitted.digest}.plan"
        file.write_bytes(b"old")
        os.utime(file, (number, number))

    kept = cache.plan_for(POOL.without(["Q-0002"]), SPECIFICATION)

    assert len(list(cache.folder.iterdir())) == MOST_KEPT
    assert cache.by_digest(kept.digest) == kept
