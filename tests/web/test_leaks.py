"""A suspected leak through the pages: from a text to its questions, to what a quarantine does, to the quarantine."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from qbank.services import delivering, recording, starter
from qbank.storage.models import AssessmentSession, Person
from qbank.storage.queries.sets import set_of
from qbank.web.transaction import transaction
from tests.domain.an_entry import an_entry
from tests.web.a_near_duplicate import asks_nearly_the_same
from tests.web.a_table import rows_of
from tests.web.an_organisation import NOW, STANDARD, public_id

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


def test_enemies_are_proposed_with_the_pair_filled_in_and_no_more_once_they_are_enemies(manager, app):
    quarantine, near = "/review/leak/quarantine?question=Q-0010", "These ask nearly the same"
    assert near not in manager.get(quarantine).main
    asks_nearly_the_same(app, "Q-0011", "Q-0010", at=NOW)

    before = manager.get(quarantine)
    (row,) = rows_of(before, caption=near)
    assert (row[0].partition(" ")[0], row[1]) == ("Q-0011", "Q-0010")
    pair = manager.get(before.link("Make enemies of Q-0010 and Q-0011"))
    filled = pair.form("Keep them apart").fields
    assert (filled["other"], filled["kind"]) == ("Q-0011", "enemy")
    done = manager.press(pair, "Keep them apart", because="Who knows one knows half of the other.")

    assert "Q-0010 and Q-0011 are enemies" in done.main
    assert near not in manager.get(quarantine).main


def a_marked_copy(settings, assessor, mark):
    """Grace Mensah pulls the set of AS-00001 and prints it; gives the reference of its first question."""
    assessor.press(assessor.get(f"/sessions/{public_id(settings, 'AS-00001')}"), "Pull the question set")

    def work(store):
        session = the_session(store)
        by = store.get_one(Person, session.assessor_id).actor
        drawn = set_of(store, session.id)
        delivering.note_view(store, drawn, how="printed", by=by, at=NOW, copy_mark=mark)
        return drawn.asked[0].reference

    with assessor.app.app_context():
        return transaction(work)


def the_session(store):
    return store.scalars(sa.select(AssessmentSession).where(AssessmentSession.reference == "AS-00001")).one()


def test_the_copies_that_a_text_may_come_from_are_named_by_its_mark_and_by_what_they_hold(manager, assessor, settings):
    question = a_marked_copy(settings, assessor, "7F3K-Q2XM")

    without = found(manager, STEMS[question])
    marked = found(manager, f"{STEMS[question]} This copy is marked 7f3k-q2xm.")

    holding = "Copies of the sets that hold most of these questions"
    copy = ["7F3K-Q2XM", "AS-00001", "Grace Mensah"]
    (row,) = rows_of(without, caption=holding)
    assert (row[:3], row[-2:]) == (copy, ["printed", "1"])
    assert "Copies whose mark is in the text" not in without.main
    (row,) = rows_of(marked, caption="Copies whose mark is in the text")
    assert (row[:3], row[-1]) == (copy, "printed")


def test_a_sitting_that_held_the_question_is_listed_as_sat_and_its_set_can_be_voided_no_more(
    manager, assessor, settings
):
    question = a_marked_copy(settings, assessor, "7F3K-Q2XM")
    address, waiting, sat = f"/review/leak/sessions?question={question}", "Pulled and not sat", "Sat already"
    before = manager.get(address)
    assert [row[0] for row in rows_of(before, caption=waiting)] == ["AS-00001"]
    assert rows_of(before, caption=sat) == []
    assert "No sitting so far held one of them." in before.main

    def work(store):
        session = the_session(store)
        position = set_of(store, session.id).asked[0].position
        by = store.get_one(Person, session.assessor_id).actor
        said = an_entry("asked", position=position)
        recording.write(store, session, [said], by=by, at=NOW + timedelta(hours=2))

    with manager.app.app_context():
        transaction(work)

    after = manager.get(address)
    (row,) = rows_of(after, caption=sat)
    assert (row[0], row[3:]) == ("AS-00001", ["Grace Mensah", question])
    assert rows_of(after, caption=waiting) == []
    assert "Ask for the set to be voided" not in after.main
