"""One cache of draw plans for a whole run of the tests: a bank that one worker has fitted, no other fits again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qbank.services.plan_cache import PlanCache

PLANS = "QBANK_TESTS_PLANS"
"""The variable that names their folder; nothing of the program reads it."""


def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache folder that all workers of this run share; it goes with the run's other folders."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared-cache"


def shared_plans() -> PlanCache:
    """The plans in it, for whoever has no fixture at hand; `tests/conftest.py` tells where they are."""
    return PlanCache(Path(os.environ[PLANS]))
