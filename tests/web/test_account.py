"""Signing in and out."""

from datetime import timedelta

import pytest

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.services import people
from qbank.storage import units
from qbank.storage.models import SignIn
from qbank.storage.queries import people as known
from qbank.web import transaction
from qbank.web.home.work import WORK
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD

WRONG = "The e-mail address or the password is not right"


@pytest.mark.parametrize(
    ("email", "password"), [("grace@example.org", "not her password"), ("nobody@example.org", PASSWORD)]
)
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(visitor, email, password):
    page = visitor.sign_in(email, password)

    assert page.title == "Error: Sign in – qbank"
    assert [error.text for error in page.all("p", css_class="govuk-error-message")] != []
    assert page.main.count(WRONG) == 2  # in the summary on top and beside the field
    assert visitor.get("/").heading == "Sign in"


def test_what_was_typed_as_address_is_kept_and_the_password_is_not(visitor):
    page = visitor.sign_in("grace@example.org", "not her password")

    assert page.by_id("email").get("value") == "grace@example.org"
    assert not page.by_id("password").get("value")


def test_an_empty_form_says_what_to_enter(visitor):
    page = visitor.sign_in("", "")

    assert "Enter your e-mail address" in page.main
    assert "Enter your password" in page.main


def test_somebody_signed_in_lands_on_home_in_whatever_case_they_typed_their_address(visitor):
    page = visitor.sign_in("Grace@Example.org", PASSWORD)

    assert page.heading == "Home"
    assert "Grace Mensah" in page.text


def test_a_visitor_signs_in_and_lands_where_they_wanted_to_go(visitor):
    sign_in = visitor.get("/standards")

    page = visitor.press(sign_in, "Sign in", email="ewa@example.org", password=PASSWORD)

    assert page.path == "/standards"


def test_signing_in_never_leads_to_another_site(visitor):
    sign_in = visitor.get("/sign-in?next=https://elsewhere.example/")

    answer = visitor.press(sign_in, "Sign in", email="ewa@example.org", password=PASSWORD)

    assert "elsewhere.example" not in answer.response.request.host
    assert answer.path in {"/", "/sign-in"}


def test_after_signing_out_the_pages_are_closed_again(assessor):
    assessor.press(assessor.get("/"), "Sign out")

    assert assessor.get("/sessions").heading == "Sign in"


def test_signing_out_says_so(assessor):
    page = assessor.press(assessor.get("/"), "Sign out")

    assert page.heading == "Sign in"
    assert "You are signed out." in page.main
    assert "You are signed out." not in assessor.get("/sign-in").main


def test_signing_out_in_a_second_tab_after_the_first_succeeds_too(assessor):
    first, second = assessor.get("/"), assessor.get("/sessions")
    assessor.press(first, "Sign out")

    page = assessor.press(second, "Sign out")

    assert (page.status, page.heading) == (200, "Sign in")
    assert "You are signed out." in page.main


def test_a_forged_sign_out_ends_nothing(assessor):
    refused = assessor.http.post("/sign-out", data={"csrf_token": "forged"})

    assert refused.status_code == 400
    assert assessor.get("/").heading == "Home"


def test_signing_out_cannot_be_done_by_following_a_link(assessor):
    assert assessor.get("/sign-out").status == 405
    assert assessor.get("/").heading == "Home"


def test_a_sign_in_ends_after_twelve_hours_however_busy(app_at):
    client = Client(app_at(NOW))
    client.sign_in("grace@example.org", PASSWORD)
    cookie = client.http.get_cookie("qbank").value
    late = Client(app_at(NOW + timedelta(hours=12, seconds=1)))
    late.http.set_cookie("qbank", cookie)

    assert client.get("/").heading == "Home"
    assert late.get("/").heading == "Sign in"


def test_a_token_in_a_header_or_a_json_body_opens_nothing(visitor):
    answer = visitor.http.post("/sign-in?include_auth_token", json={"email": "grace@example.org", "password": PASSWORD})

    assert answer.status_code == 415
    assert "token" not in answer.text.split("<main")[1]


def test_every_role_finds_its_part_named_at_home():
    assert set(WORK) == set(Role)


def test_somebody_without_a_role_is_told_what_to_do_and_can_sign_out(app, visitor):
    with app.app_context(), units.write_unit(transaction.engine()) as store:
        people.set_roles(store, known.by_email(store, "tom@example.org"), [], by=COMMAND_LINE, at=NOW)

    page = visitor.sign_in("tom@example.org", PASSWORD)

    assert (page.status, page.heading) == (403, "No role yet")
    assert "Ask whoever runs qbank for Northgate Assessment to give you your role" in page.main
    assert visitor.press(page, "Sign out").heading == "Sign in"


def test_whoever_signs_in_takes_old_sign_ins_away(app_at):
    Client(app_at(NOW)).sign_in("grace@example.org", PASSWORD)
    later = app_at(NOW + timedelta(days=90))

    Client(later).sign_in("grace@example.org", PASSWORD)

    with later.app_context(), units.read_unit(transaction.engine()) as store:
        assert [one.began_at for one in store.query(SignIn)] == [NOW + timedelta(days=90)]
