"""An annual review from its call to its certificate, which two exported files prove, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.a_live_session import MortalDemo
from tests.journeys.a_panel_at_work import call_and_open, judged, proved, seat
from tests.journeys.an_own_demo import own, signed_in

__all__ = ["own", "signed_in"]


@pytest.fixture(autouse=True)
def seated(own: MortalDemo) -> None:
    seat(own)


def test_W8_a_review_is_opened_voted_on_blindly_decided_signed_off_and_proved_from_two_files(
    signed_in: Callable[..., Page], own: MortalDemo, tmp_path: Path
) -> None:
    call_and_open(signed_in("manager"))

    chair = judged(signed_in)

    proved(chair, own, tmp_path)
