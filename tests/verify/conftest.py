"""Evidence as it would be exported: plain JSON data, nothing else."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[1] / "delivery" / "vectors" / "draws.json"


@pytest.fixture(scope="session")
def published():
    return json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.fixture(params=range(3), ids=["anybody", "some excluded", "conditioned"])
def evidence(request, published):
    """One published draw's evidence, a copy to tamper with."""
    return copy.deepcopy({"plan": published["plan"]} | published["cases"][request.param])


@pytest.fixture
def ordinary(published):
    """The evidence of a draw from the stream with some questions excluded."""
    return copy.deepcopy({"plan": published["plan"]} | published["cases"][1])
