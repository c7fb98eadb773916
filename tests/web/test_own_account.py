"""One's own account: where one is signed in, sign out everywhere, another password."""

import sqlalchemy as sa

from qbank.storage import units
from qbank.storage.models import AuditEntry
from qbank.web import transaction
from tests.page import Client
from tests.web.an_organisation import PASSWORD

MISTYPED = "not her password"
NEW = "a tall grey heron waits"


def signed_in(app, email="grace@example.org", password=PASSWORD):
    client = Client(app)
    client.sign_in(email, password)
    return client


def is_in(client):
    return client.get("/").heading == "Home"


def change(client, old=PASSWORD, new=NEW):
    return client.press(client.get("/account/password"), "Change password", old=old, new=new)


def acts(app):
    with app.app_context(), units.read_unit(transaction.engine()) as store:
        return [
            tuple(row) for row in store.execute(sa.select(AuditEntry.act, AuditEntry.actor).order_by(AuditEntry.seq))
        ]


def test_the_name_in_the_masthead_leads_to_the_account_and_its_sign_ins(app, assessor):
    signed_in(app)

    page = assessor.get(assessor.get("/").link("Grace Mensah"))

    assert page.heading == "Your account"
    assert "grace@example.org" in page.main
    assert "2 sign-ins" in page.main
    assert page.main.count("This one") == 1
    assert "A sign-in ends 30 minutes after its last page, and at the latest 12 hours after it began." in page.main


def test_signing_out_everywhere_ends_every_sign_in_of_that_person_only(app, assessor, other_assessor):
    elsewhere = signed_in(app)

    landed = assessor.press(assessor.get("/account"), "Sign out everywhere")

    assert landed.heading == "Sign in"
    assert (is_in(assessor), is_in(elsewhere), is_in(other_assessor)) == (False, False, True)
    assert ("sign-ins ended", "person 1") in acts(app)


def test_a_changed_password_ends_all_other_sign_ins_and_this_one_goes_on(app, assessor):
    elsewhere = signed_in(app)
    before = assessor.http.get_cookie("qbank").value

    page = change(assessor)

    assert page.heading == "Your account"
    assert "Your password is changed. Every other sign-in of yours has ended." in page.main
    copied = Client(app)
    copied.http.set_cookie("qbank", before)
    assert (is_in(assessor), is_in(elsewhere), is_in(copied)) == (True, False, False)
    assert (is_in(signed_in(app)), is_in(signed_in(app, password=NEW))) == (False, True)
    assert ("password set", "person 1") in acts(app)


def test_a_wrong_old_password_changes_nothing_and_says_so_beside_its_field(app, assessor):
    page = change(assessor, old=MISTYPED)

    assert page.title == "Error: Change your password – qbank"
    assert page.status == 400
    assert page.main.count("This is not your password now") == 2
    assert is_in(signed_in(app))
    assert ("sign-in failed", "somebody not signed in") in acts(app)


def test_guessing_the_old_password_at_a_browser_left_open_is_slowed_down_too(assessor):
    for _ in range(10):
        change(assessor, old=MISTYPED)

    assert change(assessor).status == 429


def test_a_bad_new_password_is_refused_in_a_sentence(assessor):
    said = [change(assessor, new=new).main for new in ("short", "passwordpassword", "Grace Mensah", PASSWORD, "")]

    assert "The password is too short. Use at least 12 characters." in said[0]
    assert "The password would be guessed early. Use several unrelated words" in said[1]
    assert "The password would be guessed early." in said[2]
    assert "The new password must be another than the old one" in said[3]
    assert "Enter a new password" in said[4]


def test_no_password_that_was_typed_comes_back_on_a_page(assessor):
    page = change(assessor, old="an old one, mistyped", new="short")

    assert "an old one, mistyped" not in page.response.text
    assert not page.by_id("new").get("value")


def test_signing_in_and_failing_to_are_in_the_audit_trail_without_an_address(app):
    signed_in(app, password=MISTYPED)
    signed_in(app, "nobody@example.org")
    signed_in(app)

    assert acts(app)[-3:] == [
        ("sign-in failed", "somebody not signed in"),
        ("sign-in failed", "somebody not signed in"),
        ("signed in", "person 1"),
    ]
