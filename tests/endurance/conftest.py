from __future__ import annotations

import pytest

from tests.databases import engine, shelf, url
from tests.services.conftest import bank_url

__all__ = ["bank_url", "engine", "shelf", "url"]


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How many rounds: the full dose unless `--rounds` says otherwise."""
    asked = request.config.getoption("--rounds")
    return request.param if asked is None else asked
