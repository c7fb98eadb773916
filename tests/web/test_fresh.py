"""The password again before sensitive acts, when it was given long ago."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.storage import units
from qbank.storage.models import DrawPlanRow
from qbank.web import transaction
from tests.page import Client
from tests.web.a_phone import enrol, recovery_codes, shows
from tests.web.an_organisation import NOW, PASSWORD, STANDARD

MISTYPED = "not hers"
LATER = NOW + timedelta(minutes=31)
AGAIN = "Your password again"


@pytest.fixture
def long_ago(app_at):
    """The browser of a bank manager who gave the password 31 minutes ago and was there ever since."""
    client = Client(app_at(NOW))
    client.sign_in("ewa@example.org", PASSWORD)
    cookie = client.http.get_cookie("qbank").value
    between = Client(app_at(NOW + timedelta(minutes=20)))
    between.http.set_cookie("qbank", cookie)
    between.get("/")
    later = Client(app_at(LATER))
    later.http.set_cookie("qbank", between.http.get_cookie("qbank").value)
    return later


def asked_again(client, secret_page=None):
    """The page after the press that sets up a second factor."""
    page = secret_page or client.get("/account/second-factor")
    return client.press(page, "Turn it on", code=shows(page.by_id("secret").text, LATER))


def test_a_password_given_lately_is_not_asked_for_again(app_at):
    client = Client(app_at(NOW))
    client.sign_in("ewa@example.org", PASSWORD)

    assert len(recovery_codes(enrol(client, NOW)[1])) == 10


def test_a_password_given_long_ago_is_asked_for_and_then_the_act_goes_on_with_what_was_typed(long_ago):
    asked = asked_again(long_ago)

    done = long_ago.press(asked, "Go on", password_again=PASSWORD)

    assert (asked.status, asked.heading) == (403, AGAIN)
    assert "You gave your password more than 30 minutes ago." in asked.main
    assert done.heading == "Your recovery codes"


def test_once_given_again_it_is_not_asked_for_at_the_next_act(long_ago):
    long_ago.press(asked_again(long_ago), "Go on", password_again=PASSWORD)

    page = long_ago.press(long_ago.get("/account/second-factor"), "Make ten new codes")

    assert page.heading == "Your recovery codes"


def test_a_wrong_password_does_nothing_keeps_what_was_typed_and_is_counted(long_ago):
    wrong = long_ago.press(asked_again(long_ago), "Go on", password_again=MISTYPED)
    empty = long_ago.press(wrong, "Go on")

    assert (wrong.status, wrong.title) == (403, f"Error: {AGAIN} – qbank")
    assert "This is not your password" in wrong.main
    assert "Enter your password" in empty.main
    assert wrong.form("Go on").fields["code"] == empty.form("Go on").fields["code"]
    assert MISTYPED not in wrong.response.text
    assert "None: the password alone" in long_ago.get("/account").main
    for _ in range(9):
        long_ago.press(empty, "Go on", password_again=MISTYPED)
    assert long_ago.press(empty, "Go on", password_again=PASSWORD).status == 429


def test_putting_a_plan_in_use_asks_for_it_too(long_ago):
    with long_ago.app.app_context(), units.read_unit(transaction.engine()) as store:
        digest = store.scalars(sa.select(DrawPlanRow.digest)).first()
    path = f"/plans/{STANDARD}/interview/{digest}/adopt"
    token = long_ago.get("/").form("Sign out").fields["csrf_token"]

    asked = long_ago.http.post(path, data={"csrf_token": token})
    carried_on = long_ago.http.post(path, data={"csrf_token": token, "password_again": PASSWORD})

    assert (asked.status_code, AGAIN in asked.text) == (403, True)
    assert AGAIN not in carried_on.text
    assert carried_on.status_code == 409  # the act itself answers: this plan has no rehearsal


def test_a_page_that_is_only_looked_at_asks_for_nothing_and_its_act_goes_on_with_what_was_typed(long_ago):
    page = long_ago.get(f"/review/{STANDARD}/interview/continue")
    form = page.form("Sign that the bank goes on")

    asked = long_ago.http.post(form.path, data=form.fields | {"reason": "The panel meets late."})

    assert page.heading != AGAIN
    assert (asked.status_code, AGAIN in asked.text) == (403, True)
    assert "The panel meets late." in asked.text


def test_a_forged_press_is_refused_before_the_password_is_asked_for(long_ago):
    answer = long_ago.http.post("/account/second-factor", data={"csrf_token": "forged", "password_again": PASSWORD})

    assert answer.status_code == 400
