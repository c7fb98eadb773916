"""A sign-in is kept by the server: what the browser holds opens nothing that the server has ended."""

from datetime import timedelta

import pytest

from qbank.services import sign_ins
from qbank.web import transaction
from qbank.web.account import forms
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at

    def forward(self, **span):
        self.at += timedelta(**span)


@pytest.fixture
def clock(app):
    made = Clock()
    app.extensions["qbank.clock"] = made
    return made


def cookie_of(client):
    return client.http.get_cookie("qbank").value


def browser_with(app, cookie):
    client = Client(app)
    client.http.set_cookie("qbank", cookie)
    return client


def is_in(client):
    return client.get("/").heading == "Home"


def test_a_copied_cookie_opens_nothing_after_signing_out(app, assessor):
    thief = browser_with(app, cookie_of(assessor))
    before = is_in(thief)
    assessor.press(assessor.get("/"), "Sign out")

    assert before
    assert not is_in(thief)


def test_a_cookie_from_before_signing_in_opens_nothing_afterwards(app, visitor):
    visitor.get("/sign-in")
    planted = cookie_of(visitor)
    victim = browser_with(app, planted)
    victim.sign_in("grace@example.org", PASSWORD)

    assert is_in(victim)
    assert not is_in(browser_with(app, planted))


def test_each_sign_in_has_a_key_and_a_form_seal_of_its_own(visitor):
    def sealed():
        with visitor.http.session_transaction() as session:
            return session["sign_in"], session["csrf_token"]

    visitor.sign_in("grace@example.org", PASSWORD)
    first = sealed()
    visitor.press(visitor.get("/"), "Sign out")
    visitor.sign_in("grace@example.org", PASSWORD)

    assert set(first) & set(sealed()) == set()


def test_a_sign_in_without_a_page_for_half_an_hour_has_ended(assessor, clock):
    clock.forward(minutes=29)
    kept = is_in(assessor)
    clock.forward(minutes=29)
    kept_again = is_in(assessor)
    clock.forward(minutes=30)

    assert (kept, kept_again, is_in(assessor)) == (True, True, False)


def test_twelve_hours_end_a_sign_in_however_busy(assessor, clock):
    stood = []
    for _ in range(72):
        stood.append(is_in(assessor))
        clock.forward(minutes=10)

    assert stood == [True] * 72
    assert not is_in(assessor)


SCRIPT = {"Sec-Fetch-Dest": "empty"}
"""What a browser says of a request that a script made."""


def test_what_a_script_asked_without_a_sign_in_puts_no_cookie_in_the_place_of_a_new_one(visitor, assessor):
    late = visitor.http.get("/sign-in", headers=SCRIPT)
    gone = visitor.http.get("/sign-in", headers={"Sec-Fetch-Dest": "document"})

    assert late.status_code == gone.status_code == 200
    assert "Set-Cookie" not in late.headers
    assert "qbank=" in gone.headers["Set-Cookie"]
    assert "qbank=" in assessor.http.get("/", headers=SCRIPT).headers["Set-Cookie"]  # a live record stays signed in


def test_limits_are_settings(settings):
    changed = settings.model_copy(update={"sign_in_minutes": 5, "sign_in_hours": 1})

    from qbank.app import create_app

    app = create_app(changed)
    with app.app_context():
        assert app.extensions["qbank.sign_ins"] == sign_ins.Limits(timedelta(minutes=5), timedelta(hours=1))
        transaction.engine().dispose()


def test_the_eleventh_wrong_password_is_refused_with_the_time_to_try_again(visitor):
    for _ in range(10):
        visitor.sign_in("grace@example.org", "not her password")

    page = visitor.sign_in("grace@example.org", PASSWORD)

    assert page.status == 429
    assert "There were too many tries to sign in. Try again at 12:05pm." in page.main
    assert page.response.headers["Retry-After"] == "300"
    assert visitor.sign_in("tom@example.org", PASSWORD).heading == "Home"


def test_after_five_minutes_the_right_password_opens_again(visitor, clock):
    for _ in range(11):
        visitor.sign_in("grace@example.org", "not her password")
    clock.forward(minutes=5)

    assert visitor.sign_in("grace@example.org", PASSWORD).heading == "Home"


def test_an_unknown_account_meets_the_same_pages_as_one_that_exists(app):
    def pages(email):
        client = Client(app)
        seen = [client.sign_in(email, "not the password") for _ in range(11)]
        return [(page.status, page.main.replace(email, "")) for page in seen]

    assert pages("grace@example.org") == pages("nobody@example.org")


def test_an_unknown_account_costs_the_same_work(app, monkeypatch):
    """One Argon2 in either case: what it takes cannot be told apart."""
    work = []

    def watched(name, real):
        return lambda *given, **more: (work.append(name), real(*given, **more))[1]

    from flask_security import UserMixin
    from flask_security import forms as library

    monkeypatch.setattr(library, "hash_password", watched("unknown", library.hash_password))
    monkeypatch.setattr(UserMixin, "verify_and_update_password", watched("known", UserMixin.verify_and_update_password))

    for email in ("grace@example.org", "nobody@example.org"):
        Client(app).sign_in(email, "not the password")

    assert work == ["known", "unknown"]


def test_odd_characters_in_an_address_are_a_wrong_address_and_no_accident(visitor):
    assert forms.WRONG in visitor.sign_in("grace\x00@example.org\u202e", PASSWORD).main
