from __future__ import annotations

from pathlib import Path

import pytest

from qbank.domain.standards import Plan
from qbank.services.bank_folders import plan_in
from qbank.services.starter import starter_plan

SMALL = Path(__file__).parent.parent / "standards" / "lamp-keeper-2"


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The Customer Service Specialist."""
    return starter_plan("customer-service-specialist-3")


@pytest.fixture(scope="session")
def small_plan() -> Plan:
    """The invented standard with other numbers."""
    return plan_in(SMALL)
