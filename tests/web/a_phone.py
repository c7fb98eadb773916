"""A phone with an authenticator app: what it shows at a time, from the secret that a page gave it."""

from __future__ import annotations

import base64
from datetime import datetime

from qbank.services import one_time_codes
from tests.page import Client, Page


def shows(secret: str, at: datetime) -> str:
    """The code of the secret, typed in groups, at that time."""
    return one_time_codes.code_at(base64.b32decode(secret.replace(" ", "")), at=at)


def enrol(client: Client, at: datetime) -> tuple[str, Page]:
    """Set up a second factor: the secret as it was shown, and the page with the recovery codes."""
    page = client.get("/account/second-factor")
    secret = str(page.by_id("secret").text)
    return secret, client.press(page, "Turn it on", code=shows(secret, at))


def recovery_codes(page: Page) -> list[str]:
    """The codes on the page that shows them."""
    return [str(one.text) for one in page.all("code", css_class="digest")]
