"""What every floor shares: no test is skipped unseen, and a test of the web has its own copy of a seeded database."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from hypothesis import settings as hypothesis_settings

from tests.shared_plans import PLANS, shared_cache
from tests.side_doors import SideDoors
from tests.turns import in_turn

if TYPE_CHECKING:  # the floors below the web start without it, and so do their tests
    from flask import Flask

    from tests.an_example import Example
    from tests.page import Client

hypothesis_settings.register_profile("patient", hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("patient")
"""No example is too slow: how long it takes depends on what else the machine does, and a test times nothing."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refuse-skips", action="store_true", help="a skipped test fails (always so on CI)")
    parser.addoption("--rounds", type=int, help="rounds of an endurance test, instead of the full dose")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_turn(items)


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes that tests start be interrupted, also where this run was started in the background.

    Judge whatever is printed and logged for question text (L10).

    And let Python keep what it compiles, whatever the environment says: each of the programs that tests start, and
    each run of a migration, would compile every module of ours anew.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(SideDoors(), "side_doors")


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


@pytest.fixture(scope="session", autouse=True)
def where_plans_are(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every plan that this run fits is kept where all its workers look."""
    os.environ[PLANS] = str(shared_cache(tmp_path_factory) / "plans")


@pytest.fixture(scope="session", autouse=True)
def sql_is_compiled_once() -> Iterator[None]:
    from tests.compiled_once import share

    with pytest.MonkeyPatch.context() as patch:
        share(patch)
        yield


@pytest.fixture(autouse=True)
def the_log_is_left_as_it_was() -> Iterator[None]:
    """A test that serves says where the log goes, for the whole process; the next finds it as at first."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """The example organisation, seeded once for each worker."""
    from tests.an_example import seeded

    return seeded(tmp_path_factory.mktemp("example"), shared_cache(tmp_path_factory))


@pytest.fixture
def app(example: Example, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of its own of the example organisation."""
    from tests.an_example import opened

    with opened(example, tmp_path) as running:
        yield running


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who has not signed in; every page they get has passed the craft checks."""
    from tests.page import Client

    return Client(app)


@pytest.fixture
def signed_in_as(app: Flask, example: Example) -> Callable[[str], Client]:
    """`signed_in_as("assessor")`: that person of the example organisation, in a browser of their own."""
    return lambda who: example.client(app, who)
