"""The pages of the review's clock: what is due, what is called early, an overdue bank that goes on, a report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.services import passwords, people
from qbank.web.transaction import transaction
from tests.page import Client
from tests.web.a_table import rows_of
from tests.web.an_organisation import NOW, PASSWORD, STANDARD, public_id

METHOD = f"/review/{STANDARD}/interview"
CALL = f"{METHOD}/call"
CONTINUE = f"{METHOD}/continue"


def at_that_time(app_at, moment, who="ewa"):
    client = Client(app_at(moment))
    client.sign_in(f"{who}@example.org", PASSWORD)
    return client


def test_the_clock_lists_every_method_with_what_is_due_and_the_work_of_the_year(manager):
    page = manager.get("/review")

    assert "The bank is due" in page.main
    assert "No month has more than" in page.main
    assert METHOD in page.paths()


def test_a_review_is_called_early_by_reference_and_the_question_says_so(manager):
    done = manager.press(
        manager.get(CALL), "Call the review", kind="a leak is suspected", references="q-0001, q-0002", reason="A forum."
    )

    assert "The review of 2 questions is called: Q-0001, Q-0002." in done.main
    assert "called early" in done.main
    assert "A leak is suspected: A forum." in manager.get("/questions/Q-0001").main
    assert "2 called early" in manager.get("/").main


def test_a_change_of_the_law_calls_every_question_that_carries_the_ksb(manager):
    done = manager.press(
        manager.get(CALL), "Call the review", kind="the plan or the law changed", ksb="k4", reason="A new act."
    )

    assert "is called: Q-" in done.main


def test_a_call_keeps_what_was_typed_and_says_what_is_missing(manager):
    page = manager.press(manager.get(CALL), "Call the review", kind="", references="", reason="Because.")
    refused = manager.press(
        manager.get(CALL), "Call the review", kind="an appeal names it", references="Q-9999", reason="Because."
    )

    assert page.status == 400
    assert "Select what happened" in page.main
    assert "Enter a reference, or a KSB below" in page.main
    assert page.form("Call the review").fields["reason"] == "Because."
    assert refused.status == 409
    assert "No question has the reference Q-9999" in refused.main


def test_an_overdue_bank_stops_the_draw_and_goes_on_when_a_second_person_signs(app_at):
    today = NOW + timedelta(days=366)
    manager = at_that_time(app_at, today)
    assert "No set is drawn from this bank" in manager.get(METHOD).main
    assert "the bank is overdue and no set is drawn from it" in manager.get("/").main

    form = manager.get(CONTINUE)
    assert "Signing would change nothing: no set could be drawn" in form.main
    assert "questions in service are overdue for review on 5 June 2027 and not drawn, whatever is signed" in form.main

    signed = manager.press(
        form,
        "Sign that the bank goes on",
        until=(today + timedelta(days=20)).date().isoformat(),
        reason="The panel could not meet.",
    )
    assert "It holds once somebody else has signed it too." in signed.main
    assert "Sign it too" not in signed.buttons()
    assert "No set is drawn from this bank" in signed.main

    member = a_panel_member(app_at(today), today)
    asked = member.get(METHOD)
    assert "Signing would change nothing" in asked.main
    done = member.press(asked, "Sign it too")
    assert "This bank goes on beyond its review" in done.main
    assert "By the signatures of Ewa Nowak and Lena Fox" in done.main
    assert "the bank goes on by signature until" in manager.get("/").main


def a_panel_member(app, at):
    password = passwords.hashed(PASSWORD)
    facts = {"name": "Lena Fox", "email": "lena@example.org", "roles": [Role.PANEL_MEMBER]}
    with app.app_context():
        transaction(lambda store: people.create(store, password=password, by=COMMAND_LINE, at=at, **facts))
    client = Client(app)
    client.sign_in("lena@example.org", PASSWORD)
    return client


def test_a_continuation_of_a_bank_that_is_not_due_is_refused_in_a_sentence(manager):
    page = manager.press(
        manager.get(CONTINUE), "Sign that the bank goes on", until="2026-07-01", reason="The panel could not meet."
    )

    assert page.status == 409
    assert "The review of this bank is not open yet" in page.main


def test_an_assessor_reports_a_question_once_the_set_is_drawn(settings, assessor):
    session = f"/sessions/{public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(session), "Pull the question set")
    page = assessor.get(f"{session}/report")
    position = page.all("input", css_class="govuk-radios__input")[2].get("value")

    done = assessor.press(page, "Report the question", position=position, reason="It was heard in two ways.")

    assert done.path == session
    assert "is reported. The review panel will look at it." in done.main


def test_a_report_asks_for_the_question_and_the_reason(settings, assessor):
    session = f"/sessions/{public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(session), "Pull the question set")

    page = assessor.press(assessor.get(f"{session}/report"), "Report the question", reason="")

    assert page.status == 400
    assert "Select the question" in page.main
    assert "Say in a sentence what is wrong with it" in page.main


def test_the_day_of_the_clock_is_that_of_the_united_kingdom(app_at):
    """The bank was loaded at noon on 4 June; ten months later, its review opens at midnight."""
    before = at_that_time(app_at, datetime(2027, 4, 3, 22, 59, tzinfo=UTC)).get(METHOD).main
    after = at_that_time(app_at, datetime(2027, 4, 3, 23, 0, tzinfo=UTC)).get(METHOD).main

    assert ("due soon" in before, "due soon" in after) == (False, True)


def test_W8_from_month_ten_the_bank_itself_is_due_soon_at_home_and_on_the_index(app_at):
    """The bank was loaded on 4 June: it is due on 4 June of the next year, and its review opens on 4 April."""
    last_minute, first_minute = datetime(2027, 4, 3, 22, 59, tzinfo=UTC), datetime(2027, 4, 3, 23, 0, tzinfo=UTC)
    for moment, is_soon in ((last_minute, False), (first_minute, True)):
        manager = at_that_time(app_at, moment)

        due = {row[0]: row[-1] for row in rows_of(manager.get("/review"))}
        assert due["Work-based project with interview"] == ("4 June 2027 due soon" if is_soon else "4 June 2027")
        assert ("; the bank is due on 4 June 2027" in manager.get("/").main) is is_soon
