"""A demo that serves and a browser that visits it: one for the journeys that a worker runs, whole files of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.a_browser import HEIGHT, WIDTHS, browser_of_this_machine
from tests.journeys.a_demo import Demo, served
from tests.shared_plans import shared_cache

PATIENCE_MILLISECONDS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "journeys":
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with served(tmp_path_factory.mktemp("demo"), shared_cache(tmp_path_factory)) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own browser; root may not use its sandbox."""
    sandbox = [] if os.getuid() else ["--no-sandbox"]
    return {"executable_path": browser_of_this_machine(), "args": sandbox}


@pytest.fixture
def visitor(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    """A page of a browser that has never been here; options as for Playwright's contexts."""
    contexts = []

    def arrive(**options: Any) -> Page:
        size = {"width": WIDTHS["wide"], "height": HEIGHT}
        context = browser.new_context(base_url=demo.address, viewport=size, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(visitor: Callable[..., Page], demo: Demo) -> Callable[..., Page]:
    """A page of somebody of that role who has just signed in."""

    def sign_in(role: str, **options: Any) -> Page:
        page = visitor(**options)
        email = demo.email_of(role)
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(demo.passwords[email])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", level=1, name="Home").wait_for()  # the page of sign-in has a heading too
        return page

    return sign_in
