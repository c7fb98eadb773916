"""A second factor: set up on the account page, asked for after the password, and for some roles before anything."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.settings import BadSettings
from qbank.storage import units
from qbank.storage.models import AuditEntry
from qbank.web import transaction
from tests.page import Client
from tests.web.a_phone import enrol, recovery_codes, shows
from tests.web.an_organisation import NOW, PASSWORD

GRACE, EWA = "grace@example.org", "ewa@example.org"
MISTYPED = "not hers"
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def phone(assessor):
    """The secret in the phone of an assessor who has just set up a second factor, and the recovery codes."""
    secret, page = enrol(assessor, NOW)
    return secret, recovery_codes(page)


@pytest.fixture
def later(app_at):
    """The application two minutes later: the phone shows another code."""
    return app_at(LATER)


@pytest.fixture
def half_open(phone, later):  # noqa: ARG001 - what it stands on
    """Somebody who has given the password of an assessor with a second factor."""
    client = Client(later)
    client.sign_in(GRACE, PASSWORD)
    return client


@pytest.fixture
def required(settings):
    """The application where bank managers must have a second factor."""
    made = create_app(settings.model_copy(update={"second_factor_for": " bank manager, author,"}), now=lambda: NOW)
    yield made
    with made.app_context():
        transaction.engine().dispose()


def is_in(client):
    return client.get("/").heading == "Home"


def trail(app):
    with app.app_context(), units.read_unit(transaction.engine()) as store:
        return [tuple(row) for row in store.execute(sa.select(AuditEntry.act, AuditEntry.facts).order_by("seq"))]


def test_setting_it_up_shows_a_square_a_secret_in_groups_and_then_ten_recovery_codes_once(assessor):
    page = assessor.get(assessor.get("/account").link("Second factor"))
    secret, done = enrol(assessor, NOW)

    assert page.response.text.count("<svg") == 1
    assert [len(group) for group in secret.split()] == [4] * 8
    assert done.heading == "Your recovery codes"
    assert len(set(recovery_codes(done))) == 10
    assert "10 unused codes" in assessor.get("/account/second-factor").main
    assert recovery_codes(assessor.get("/account/second-factor")) == []
    assert "A code from your app; 10 recovery codes left" in assessor.get("/account").main


def test_a_wrong_first_code_sets_up_nothing_and_keeps_the_same_secret(assessor):
    page = assessor.get("/account/second-factor")

    again = assessor.press(page, "Turn it on", code="000000")

    assert again.title == "Error: Set up your second factor – qbank"
    assert again.status == 400
    assert "This is not the code that the app shows now" in again.main
    assert again.by_id("secret").text == page.by_id("secret").text
    assert "None: the password alone" in assessor.get("/account").main


def test_anothers_secret_is_not_taken(assessor, manager):
    theirs = manager.get("/account/second-factor")
    code, sealed = shows(theirs.by_id("secret").text, NOW), theirs.form("Turn it on").fields["sealed"]

    for strange in (sealed, "", "not base 64!", "QUJD"):
        page = assessor.press(assessor.get("/account/second-factor"), "Turn it on", code=code, sealed=strange)
        assert page.heading == "Set up your second factor"

    assert "None: the password alone" in assessor.get("/account").main


def test_whoever_sets_it_up_stays_signed_in_and_every_other_sign_in_ends(app, assessor):
    elsewhere = Client(app)
    elsewhere.sign_in(GRACE, PASSWORD)

    enrol(assessor, NOW)

    assert (is_in(assessor), is_in(elsewhere)) == (True, False)


def test_after_the_password_the_code_is_asked_for_and_then_the_page_that_was_wanted_opens(phone, later):
    client = Client(later)
    asked = client.press(client.get("/standards"), "Sign in", email=GRACE, password=PASSWORD)
    before = client.http.get_cookie("qbank").value

    page = client.press(asked, "Sign in", code=shows(phone[0], LATER))

    assert asked.heading == "Enter your code"
    assert page.path == "/standards"
    stolen = Client(later)
    stolen.http.set_cookie("qbank", before)
    assert not is_in(stolen)  # the key of the half-open sign-in became no other


def test_the_code_never_leads_to_another_site(phone, half_open):
    page = half_open.get("/account/code?next=https://elsewhere.example/")

    landed = half_open.press(page, "Sign in", code=shows(phone[0], LATER))

    assert (landed.heading, landed.path) == ("Home", "/")


def test_a_wrong_code_and_one_that_was_used_open_nothing(phone, later, half_open):
    code = shows(phone[0], LATER)
    wrong = half_open.press(half_open.get("/"), "Sign in", code="000000")
    half_open.press(half_open.get("/"), "Sign in", code=code)
    second = Client(later)
    second.sign_in(GRACE, PASSWORD)

    used = second.press(second.get("/"), "Sign in", code=code)

    assert wrong.title == "Error: Enter your code – qbank"
    assert used.status == 400
    assert "This code is not right, or has been used already" in used.main
    assert (is_in(half_open), is_in(second)) == (True, False)


def test_a_recovery_code_stands_in_for_the_phone_once(phone, later, half_open):
    by_paper = half_open.get(half_open.get("/").link("Use a recovery code instead"))
    landed = half_open.press(by_paper, "Sign in", code=phone[1][3].upper())
    second = Client(later)
    second.sign_in(GRACE, PASSWORD)

    again = second.press(second.get("/"), "Sign in", code=phone[1][3])

    assert (landed.heading, again.heading) == ("Home", "Enter your code")
    assert "9 recovery codes left" in half_open.get("/account").main


def test_guessing_codes_is_slowed_down_with_the_passwords(half_open):
    for _ in range(10):
        half_open.press(half_open.get("/account/code"), "Sign in", code="000000")

    page = half_open.get("/account/code")
    assert half_open.press(page, "Sign in", code="000000").status == 429
    assert Client(half_open.app).sign_in(GRACE, PASSWORD).status == 429


def test_somebody_half_signed_in_can_sign_in_as_somebody_else(half_open):
    page = half_open.press(half_open.get("/"), "Sign in as somebody else")

    assert page.heading == "Sign in"
    assert half_open.sign_in(EWA, PASSWORD).heading == "Home"


def test_it_is_turned_off_with_password_and_code_together_only(phone, later, half_open):
    half_open.press(half_open.get("/"), "Sign in", code=phone[1][0])
    page, code = half_open.get("/account/second-factor"), shows(phone[0], LATER)

    no_code = half_open.press(page, "Turn it off", password=PASSWORD, code="000000")
    no_password = half_open.press(page, "Turn it off", password=MISTYPED, code=code)
    still = "A code from your app" in half_open.get("/account").main
    done = half_open.press(page, "Turn it off", password=PASSWORD, code=code)

    assert (no_code.status, no_password.status) == (400, 400)
    assert "This code is not right" in no_code.main
    assert "This is not your password" in no_password.main
    assert still
    assert "Your second factor is off." in done.main
    assert Client(later).sign_in(GRACE, PASSWORD).heading == "Home"


def test_new_recovery_codes_make_the_old_ones_void(phone, half_open):
    half_open.press(half_open.get("/"), "Sign in", code=phone[1][0])

    page = half_open.press(half_open.get("/account/second-factor"), "Make ten new codes")

    assert set(recovery_codes(page)).isdisjoint(phone[1])
    second = Client(half_open.app)
    second.sign_in(GRACE, PASSWORD)
    assert second.press(second.get("/"), "Sign in", code=phone[1][1]).heading == "Enter your code"


def test_a_new_password_asks_for_no_code_in_this_browser(assessor, phone):  # noqa: ARG001 - what it stands on
    page = assessor.press(
        assessor.get("/account/password"), "Change password", old=PASSWORD, new="a tall grey heron waits"
    )

    assert "Your password is changed." in page.main


def test_a_role_that_asks_for_it_opens_nothing_but_the_page_that_sets_it_up(required):
    client = Client(required)
    client.sign_in(EWA, PASSWORD)

    seen = {path: client.get(path).heading for path in ("/", "/plans", "/account", "/account/password", "/standards")}
    _, done = enrol(client, NOW)

    assert set(seen.values()) == {"Set up your second factor"}
    assert done.heading == "Your recovery codes"
    assert client.get("/plans").heading == "Draw plans"


def test_people_of_other_roles_may_do_without(required):
    assert Client(required).sign_in(GRACE, PASSWORD).heading == "Home"


def test_where_the_role_asks_for_it_turning_it_off_leads_to_setting_up_another(required):
    client = Client(required)
    client.sign_in(EWA, PASSWORD)
    codes = recovery_codes(enrol(client, NOW)[1])

    client.press(client.get("/account/second-factor"), "Turn it off", password=PASSWORD, code=codes[0])

    assert client.get("/").heading == "Set up your second factor"


def test_a_role_that_is_none_is_refused_at_the_start(settings):
    with pytest.raises(BadSettings, match=r"QBANK_SECOND_FACTOR_FOR: there is no role 'king'\. Choose from: author,"):
        create_app(settings.model_copy(update={"second_factor_for": "bank manager, king"}))


def test_no_secret_and_no_code_stands_in_a_log_an_address_or_the_audit_trail(app, phone, half_open, capsys):
    secret, codes = phone
    code = shows(secret, LATER)
    half_open.press(half_open.get("/account/code"), "Sign in", code="000000")
    page = half_open.press(half_open.get("/account/code"), "Sign in", code=code)
    said = capsys.readouterr()

    told = json.dumps(trail(app)) + said.out + said.err + page.path + page.text
    assert [one for one in (secret, secret.replace(" ", ""), code, *codes) if one in told] == []


def test_the_audit_trail_tells_of_each_act(app, phone, half_open):
    half_open.press(half_open.get("/account/code"), "Sign in", code="000000")
    half_open.press(half_open.get("/account/code"), "Sign in", code=phone[1][0])

    acts = [act for act, _ in trail(app)]
    assert acts[acts.index("second factor enrolled") :] == [
        "second factor enrolled",
        "signed in",
        "password given, code awaited",
        "sign-in failed",
        "recovery code used",
        "signed in",
    ]
