"""One's own account in a real browser: by keyboard, without a script, on any screen."""

from __future__ import annotations

import pytest

from tests.journeys.a_browser import barriers, overflow, picture

NEW = "a tall grey heron waits"


def looked_at(page, name):
    """Faults of the page as it is shown now; keeps a picture of it at each width."""
    picture(page, name)
    return [*barriers(page), *([f"{name} is too wide by {overflow(page)} px"] if overflow(page) else [])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_account_and_its_password_page_have_no_barrier_before_and_after_a_mistake(signed_in, scheme):
    page = signed_in("eqa", color_scheme=scheme)
    page.get_by_role("banner").get_by_role("link", name="Demo external quality assurance viewer").click()
    faults = looked_at(page, f"account-{scheme}")
    page.get_by_role("button", name="Change password").click()
    faults += looked_at(page, f"account-password-{scheme}")
    page.get_by_role("button", name="Change password").click()
    page.get_by_role("alert").wait_for()
    faults += looked_at(page, f"account-password-mistake-{scheme}")

    assert faults == []


def test_a_password_is_changed_by_keyboard_alone_without_any_script(signed_in, demo):
    page = signed_in("panel", java_script_enabled=False)
    page.goto("/account/password")
    page.get_by_label("Your password now").focus()
    page.keyboard.type(demo.passwords[demo.email_of("panel")])
    page.keyboard.press("Tab")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")

    page.get_by_text("Your password is changed.").wait_for()
    picture(page, "account-changed")
    page.goto("/account/password")
    page.get_by_label("Your password now").fill(NEW)
    page.get_by_label("New password").fill(demo.passwords[demo.email_of("panel")])
    page.keyboard.press("Enter")
    page.get_by_text("Your password is changed.").wait_for()
