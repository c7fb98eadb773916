"""A copy of the demo that a module has to itself, and people who sign in to it: what they submit stays submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.a_demo import Demo
from tests.journeys.a_live_session import PATIENCE_MILLISECONDS, MortalDemo


@pytest.fixture(scope="module")
def own(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalDemo]:
    """A copy of the demo: what is submitted stays submitted, and others need its sessions."""
    copy = MortalDemo(demo, tmp_path_factory.mktemp("graded"))
    yield copy
    copy.kill()


@pytest.fixture
def signed_in(browser: Browser, own: MortalDemo) -> Iterator[Callable[..., Page]]:
    """A page of somebody of that role who has just signed in to the copy."""
    contexts = []

    def arrive(role: str, **options: Any) -> Page:
        size = {"width": 1280, "height": 900}
        context = browser.new_context(base_url=own.address, viewport=size, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        email = next(each for each in own.passwords if each.startswith(role))
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(own.passwords[email])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", level=1, name="Home").wait_for()
        return page

    yield arrive
    for context in contexts:
        context.close()
