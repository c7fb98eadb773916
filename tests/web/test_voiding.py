"""A void through the pages: a manager asks, the internal quality assurer agrees, and the assessor pulls another set."""

from __future__ import annotations

import re

import pytest

from tests.web import an_organisation

SEE, ASK, ANSWER = "See whether it can be voided", "Ask for the void", "Answer"
WHY = "A message quotes the set"


@pytest.fixture
def session(settings, assessor) -> str:
    """The assessor's page of AS-00001, whose set is pulled."""
    address = f"/sessions/{an_organisation.public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(address), "Pull the question set")
    return address


def stems(page) -> set[str]:
    return set(re.findall(r"Q-\d{4}", page.main))


def asked(manager):
    return manager.press(manager.press(manager.get("/voids"), SEE, reference="as-00001"), ASK, reason=WHY)


def test_from_a_leak_to_the_next_set_and_every_page_says_what_became_of_the_first(manager, overseer, assessor, session):
    first = stems(assessor.get(f"{session}/set"))
    assessor.get(f"{session}/pack")
    quarantined = min(first)
    touched = manager.get(f"/review/leak/sessions?question={quarantined}")
    page = manager.get(touched.link("Ask for the set to be voided: AS-00001"))
    assert "another set can be drawn" in page.main

    made = manager.press(page, ASK, reason=WHY)
    assert "You asked for this." in made.main
    assert "It is asked for that this set be voided" in assessor.get(session).main
    waiting = overseer.get(overseer.get("/").link("No. 1: 1 question set"))
    done = overseer.press(waiting, ANSWER, said="agreed", reason="I read the message")
    assert "Voided: the sets of AS-00001." in done.text

    about = assessor.get(session)
    assert "Ewa Nowak asked for it, Ines Duarte agreed." in about.main
    assert "The next is drawn when it is pulled." in about.main
    assert re.search(r"The copy marked [0-9A-Za-z-]+ is void with it: destroy it", about.main)
    assert WHY not in about.main
    for part in ("set", "pack", "pack.pdf", "live", "offline", "finish"):
        shut = assessor.get(f"{session}/{part}")
        assert shut.status == 409, part
        assert "was voided on 4 June 2026 by Ewa Nowak and Ines Duarte. The next is drawn when" in shut.main

    assessor.press(about, "Pull the question set")
    second = stems(assessor.get(f"{session}/set"))
    assert second
    assert not first & second
    assert "An earlier set was voided" in assessor.get(session).main
    assert "agreed" in manager.get("/voids").main


@pytest.mark.usefixtures("session")
def test_who_asked_is_shown_no_answer_and_cannot_give_one(manager, overseer):
    page = asked(manager)
    assert "Another bank manager or internal quality assurer answers." in page.main
    assert ANSWER not in page.buttons()
    fields = overseer.get("/voids/1").form(ANSWER).fields
    token = manager.get("/voids/ask?reference=AS-00001")
    typed = fields | {"said": "agreed", "reason": "mine", "csrf_token": token.form("Sign out").fields["csrf_token"]}

    refused = manager.http.post("/voids/1", data=typed, headers={"Referer": "http://localhost/"})

    assert refused.status_code == 409
    assert "nobody agrees with themselves" in refused.text


@pytest.mark.usefixtures("session")
def test_who_asked_takes_it_back_with_a_reason_and_nothing_waits_any_more(manager, overseer):
    page = manager.press(asked(manager), "Withdraw the request")
    assert page.status == 400
    assert "Say in a sentence why" in page.main

    done = manager.press(page, "Withdraw the request", reason="It was another bank's")

    assert "Withdrawn: the sets of AS-00001 stand." in done.text
    assert "withdrawn by Ewa Nowak" in done.main
    assert ANSWER not in overseer.get("/voids/1").buttons()
    assert "No void waits for an answer." in overseer.get("/voids").main
    assert "withdrawn" in overseer.get("/voids").main


@pytest.mark.usefixtures("session")
def test_what_was_typed_stays_and_what_is_missing_is_said(manager, overseer):
    page = manager.press(manager.press(manager.get("/voids"), SEE, reference="AS-00001"), ASK)
    assert page.status == 400
    assert "Say in a sentence why" in page.main
    asked(manager)
    again = manager.press(manager.get("/voids"), SEE, reference="AS-00001")
    assert "Its void is asked for already" in again.main

    unsaid = overseer.press(overseer.get("/voids/1"), ANSWER, reason="I am not sure")
    assert (unsaid.status, unsaid.form(ANSWER).fields["reason"]) == (400, "I am not sure")
    done = overseer.press(unsaid, ANSWER, said="refused", reason="It was another bank's")
    assert "Refused: the sets of AS-00001 stand." in done.text


@pytest.mark.parametrize(
    ("reference", "said"),
    [("AS-00002", "No set is pulled"), ("AS-09999", "There is no session AS-09999")],
)
def test_what_cannot_be_voided_says_why(manager, reference, said):
    assert said in manager.press(manager.get("/voids"), SEE, reference=reference).main


def test_a_request_that_nobody_made_is_not_found(manager):
    assert manager.get("/voids/7").status == 404
