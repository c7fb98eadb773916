"""A suspected leak through the pages: from a text to its questions, to what a quarantine does, to the quarantine."""

from __future__ import annotations

from qbank.services import starter
from tests.web.an_organisation import STANDARD

STEMS = {each.reference: each.content.stem for each in starter.starter_questions(STANDARD)}
LOOK, SEE, DO = "Find where it may come from", "See what a quarantine would do", "Quarantine and call their review"


def found(manager, text):
    return manager.press(manager.get("/review/leak"), LOOK, text=text)


def test_a_text_leads_to_its_question_and_the_question_into_quarantine_until_a_review_decides(manager):
    page = found(manager, f"this came up: {STEMS['Q-0010']}")
    assert "word for word" in page.main
    assert page.form(SEE).fields["question"] == "Q-0010"

    before = manager.press(page, SEE)
    assert "Lawful sets could still be drawn in the interview" in before.main
    done = manager.press(before, DO, because="A forum quotes it")

    assert "1 question in quarantine: Q-0010." in done.text
    assert "No session whose set is pulled and that has not sat holds one of them." in done.main
    about = manager.get("/questions/Q-0010").text
    assert "quarantined" in about
    assert "A forum quotes it" in about
    assert "Q-0010" in manager.get("/review/leak").main


def test_a_text_that_leads_nowhere_says_so_and_stays_in_its_field(manager):
    page = found(manager, "The bus to the harbour leaves at nine.")

    assert "No question that was ever live is near to this text." in page.main
    assert page.form(LOOK).fields["text"] == "The bus to the harbour leaves at nine."
    assert found(manager, " ").status == 400
    assert "No question is in quarantine now." in page.main
    assert "no question in quarantine" in manager.get(page.link("Sessions whose set holds one that is")).text


def test_a_quarantine_needs_a_reason_and_a_question_in_service(manager):
    page = manager.press(manager.get("/review/leak/quarantine?question=Q-0010"), DO)

    assert page.status == 400
    assert "Say in a sentence why a leak is suspected" in page.main
    assert "No question that is in service is chosen." in manager.get("/review/leak/quarantine?question=Q-9999").main


def test_where_no_set_could_be_drawn_afterwards_the_manager_must_mean_it(manager):
    named = _carriers_of_a_ksb()
    every = "&".join(f"question={name}" for name in named)
    page = manager.get(f"/review/leak/quarantine?{every}")
    assert "No set could be drawn in the interview after this" in page.main

    refused = manager.press(page, DO, because="All of them were posted", question=named)
    assert refused.status == 409
    assert "Tick below that the draw is to stop" in refused.main

    done = manager.press(refused, DO, because="All of them were posted", question=named, despite="y")
    assert "in quarantine" in done.text


def _carriers_of_a_ksb():
    return [
        each.reference
        for each in starter.starter_questions(STANDARD)
        if each.content.method == "interview" and "K4" in {*each.content.primary, *each.content.secondary}
    ]


def test_a_chosen_question_that_cannot_be_among_them_is_told_before_anything_is_done(manager):
    page = manager.get("/review/leak/quarantine?question=Q-0010")

    refused = manager.press(page, DO, because="A forum quotes it", question=["Q-0010", "Q-9999"])

    assert refused.status == 409
    assert "1 question that you chose cannot be among them" in refused.main
    assert "No question is in quarantine now." in manager.get("/review/leak").main
