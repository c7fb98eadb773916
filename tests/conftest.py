"""What every floor shares: no test is skipped unseen, and a test of the web has its own copy of a seeded database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refuse-skips", action="store_true", help="a skipped test fails (always so on CI)")


def refuses_skips(config: pytest.Config) -> bool:
    return config.getoption("--refuse-skips") or "CI" in os.environ


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A skip counts as a failure where skips are refused: a test that does not run proves nothing."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and refuses_skips(item.config):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {_reason(report.longrepr)} Make it run, or take it out."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Likewise for a file that skips itself whole."""
    report = yield
    if report.outcome == "skipped" and refuses_skips(collector.config):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} skips itself: {_reason(report.longrepr)} Make it run, or take it out."
    return report


def _reason(longrepr: Any) -> str:
    return longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
