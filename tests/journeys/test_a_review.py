"""An annual review from its call to its certificate, which two exported files prove, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.a_browser import barriers, overflow
from tests.journeys.a_live_session import MortalDemo
from tests.journeys.a_panel_at_work import call_and_open, declare, judged, proved, seat
from tests.journeys.an_own_demo import own, signed_in

__all__ = ["own", "signed_in"]

RENEWED_MILLISECONDS = 30_000
"""A page looks every five seconds; a busy machine may take its time to answer."""


@pytest.fixture(autouse=True)
def seated(own: MortalDemo) -> None:
    seat(own)


def test_W8_a_review_is_opened_voted_on_blindly_decided_signed_off_and_proved_from_two_files(
    signed_in: Callable[..., Page], own: MortalDemo, tmp_path: Path
) -> None:
    manager = signed_in("manager")
    call_and_open(manager)
    begins_to_watch(manager, signed_in("panel"))

    chair = judged(signed_in)

    expect(manager.get_by_text("Nothing of it changes any more.")).to_be_visible(timeout=RENEWED_MILLISECONDS)
    expect(manager.locator("#progress")).to_contain_text("4 of 4 questions are decided")
    proved(chair, own, tmp_path)


def begins_to_watch(watching: Page, member: Page) -> None:
    """The page of a review that stays open shows what another does elsewhere, and takes nothing from who uses it."""
    row = watching.get_by_role("row").filter(has_text="Demo panel member, chair")
    expect(row).to_contain_text("awaited")
    link = watching.get_by_role("link", name=re.compile("^Decided: "))
    link.focus()

    declare(member)

    expect(row).to_contain_text("declared", timeout=RENEWED_MILLISECONDS)
    expect(link).to_be_focused()
    assert [*barriers(watching), *([watching.url] if overflow(watching) > 0 else [])] == []
