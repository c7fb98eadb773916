"""One's own account in a real browser: by keyboard, without a script, on any screen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.journeys.a_browser import barriers, overflow, picture
from tests.web.a_phone import shows

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


def test_a_second_factor_is_set_up_and_used_without_any_script(signed_in, demo):
    page = signed_in("approver", java_script_enabled=False)
    page.goto("/account/second-factor")
    picture(page, "second-factor-enrol")
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code that the app shows").fill(shows(secret, datetime.now(UTC)))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("heading", level=1, name="Your recovery codes").wait_for()
    picture(page, "second-factor-codes")
    page.wait_for_load_state()
    codes = page.get_by_role("listitem").locator("code").all_inner_texts()
    page.get_by_role("button", name="I have kept them: go on").click()
    page.get_by_role("button", name="Sign out").click()
    email = demo.email_of("approver")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(demo.passwords[email])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name="Enter your code").wait_for()
    picture(page, "second-factor-code")
    page.get_by_role("link", name="Use a recovery code instead").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", level=1, name="Home").wait_for()
    page.goto("/account/second-factor")
    page.get_by_label("Your password").fill(demo.passwords[email])
    page.get_by_label("Code from your app, or a recovery code").fill(codes[1])
    page.get_by_role("button", name="Turn it off").click()
    page.get_by_text("Your second factor is off.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_second_factor_have_no_barrier(signed_in, demo, scheme):
    page = signed_in("author", color_scheme=scheme)
    page.goto("/account/second-factor")
    faults = looked_at(page, f"second-factor-enrol-{scheme}")
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("alert").wait_for()
    faults += looked_at(page, f"second-factor-mistake-{scheme}")
    page.get_by_label("Code that the app shows").fill(shows(page.locator("#secret").inner_text(), datetime.now(UTC)))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("heading", level=1, name="Your recovery codes").wait_for()
    page.wait_for_load_state()
    codes = page.get_by_role("listitem").locator("code").all_inner_texts()
    faults += looked_at(page, f"second-factor-codes-{scheme}")
    page.goto("/account/second-factor")
    faults += looked_at(page, f"second-factor-{scheme}")
    page.get_by_label("Your password").fill(demo.passwords[demo.email_of("author")])
    page.get_by_label("Code from your app, or a recovery code").fill(codes[0])
    page.get_by_role("button", name="Turn it off").click()
    page.get_by_text("Your second factor is off.").wait_for()

    assert faults == []
