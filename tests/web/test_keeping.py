"""Resting, retiring and keeping apart through the pages: what it does is shown first, then it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.access import Role
from qbank.domain.errors import RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.services import pairing, passwords, people, starter
from qbank.storage.models import WorkingDraft
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD, STANDARD
from tests.web.test_bookings import in_database
from tests.web.test_writing import CHECK, SUBMIT, begun, filled, submitted

STAFF = {"ewa": Role.BANK_MANAGER, "ada": Role.AUTHOR, "cleo": Role.APPROVER}


@pytest.fixture
def staff(settings, app):
    """A bank manager, who is there, an author and an approver, each in a browser of their own."""

    def work(store):
        for name in ("ada", "cleo"):
            email, password = f"{name}@example.org", passwords.hashed(PASSWORD)
            roles = [STAFF[name]]
            people.create(
                store, name=name.title(), email=email, password=password, roles=roles, by=COMMAND_LINE, at=NOW
            )

    in_database(settings, work)
    clients = {name: Client(app) for name in STAFF}
    for name, client in clients.items():
        client.sign_in(f"{name}@example.org", PASSWORD)
    return clients


def gone(*_, **__):
    """What a pair is that somebody else ended a moment ago."""
    raise RuleBroken("They are no enemies any more.", remedy="Open it again.")


def rested(client, reference="Q-0010", **said):
    page = client.get(client.get(f"/questions/{reference}").link("Rest it"))
    return client.press(page, f"Rest {reference}", because="Asked too often", **said)


def test_a_question_rests_until_a_day_and_its_page_says_so_and_how_to_bring_it_back(staff):
    page = rested(staff["ewa"], until="2026-07-01")

    assert "Q-0010 is rested. No set that is drawn from now on holds it. On 1 July 2026 it is live again." in page.text
    assert "resting until 1 July 2026" in page.text
    assert "Asked too often" in page.main
    again = staff["ewa"].press(
        staff["ewa"].get(page.link("Bring it back")), "Bring back Q-0010", because="It was a mistake"
    )
    assert "Q-0010 is live again" in again.text


def test_a_rest_ends_on_its_day_with_whatever_page_is_asked_for_first(staff, app):
    rested(staff["ewa"], until="2026-06-05")
    app.extensions["qbank.clock"] = lambda: NOW + timedelta(minutes=5)
    assert "resting until 5 June 2026" in staff["ewa"].get("/questions/Q-0010").text

    app.extensions["qbank.clock"] = lambda: NOW + timedelta(hours=12)
    staff["cleo"].get("/")
    staff["cleo"].sign_in("cleo@example.org", PASSWORD)

    page = staff["cleo"].get("/questions/Q-0010")
    assert "its rest ended on 2026-06-05" in page.text.lower()
    assert "calendar" in page.text or "command line" in page.text


def test_before_a_retirement_it_is_said_that_it_cannot_be_undone_and_what_is_left_for_its_ksbs(staff):
    page = staff["ewa"].get(staff["ewa"].get("/questions/Q-0010").link("Retire it"))

    assert "this cannot be undone" in page.main
    assert "Lawful sets could still be drawn in the interview" in page.main
    done = staff["ewa"].press(page, "Retire Q-0010", because="The law changed")
    assert "Q-0010 is retired, and never drawn again." in done.text
    assert "Rest it" not in done.text


def test_before_the_last_carriers_of_a_ksb_are_retired_the_refusal_of_every_set_is_shown(staff):
    carriers = [
        each.reference
        for each in starter.starter_questions(STANDARD)
        if each.content.method == "interview" and "K4" in each.content.ksbs
    ]
    asked = "&".join(f"question={each}" for each in carriers)

    page = staff["ewa"].get(f"/questions/acts/retire?{asked}")

    assert page.heading == f"Retire {len(carriers)} questions"
    assert "No set could be drawn in the interview after this" in page.main
    assert "K4 is carried by 0 questions that may be drawn" in page.main


def test_a_reason_that_is_missing_and_a_day_that_has_passed_keep_what_was_typed(staff):
    page = staff["ewa"].get("/questions/acts/rest?question=Q-0010")
    missing = staff["ewa"].press(page, "Rest Q-0010", until="2026-07-01")
    late = staff["ewa"].press(page, "Rest Q-0010", until="2026-06-04", because="Heard in a forum")

    assert missing.status == 400
    assert "Say in a sentence why" in missing.text
    assert missing.form("Rest Q-0010").fields["until"] == "2026-07-01"
    assert late.status == 409
    assert "A rest ends on a day to come" in late.text
    assert late.form("Rest Q-0010").fields["because"].strip() == "Heard in a forum"


def test_many_questions_are_retired_by_one_press_with_one_reason(staff):
    ewa, chosen = staff["ewa"], ["Q-0010", "Q-0011", "Q-0012"]
    page = ewa.get("/questions/acts/retire?" + "&".join(f"question={each}" for each in chosen))
    form = page.form("Retire 3 questions")

    sent = form.fields | {"question": chosen, "because": "The law changed"}
    ewa.http.post(form.path, data=sent, headers={"Referer": "http://localhost/"})

    assert "3 questions are retired, and never drawn again." in ewa.get("/questions").text
    assert all("Rest it" not in ewa.get(f"/questions/{each}").text for each in chosen)


def test_of_the_questions_chosen_those_to_which_it_cannot_be_done_are_left_out_by_name(staff):
    rested(staff["ewa"])

    page = staff["ewa"].get("/questions/acts/rest?question=Q-0010&question=Q-0011&question=Q-9999")

    assert "Q-0010 is resting already; Q-9999 is not in the bank." in page.main
    assert page.heading == "Rest Q-0011"
    none = staff["ewa"].get("/questions/acts/return?question=Q-0011")
    assert "No question is chosen to which this can be done." in none.main


def test_when_one_of_many_was_changed_since_it_was_looked_at_nothing_is_done(staff):
    ewa = staff["ewa"]
    page = ewa.get("/questions/acts/rest?question=Q-0010&question=Q-0011")
    rested(ewa, "Q-0011")

    again = ewa.press(page, "Rest 2 questions", question=["Q-0010", "Q-0011"], because="The law changed")

    assert again.status == 409
    assert "nothing was done" in again.text
    assert "Q-0011 is resting already" in again.text
    assert again.form("Rest Q-0010").fields["because"].strip() == "The law changed"
    assert "Rest it" in ewa.get("/questions/Q-0010").text


def test_an_author_reads_both_and_keeps_two_questions_apart_and_only_a_bank_manager_lets_them_meet(staff):
    ada, ewa = staff["ada"], staff["ewa"]
    page = ada.press(ada.get("/questions/Q-0010/pairs"), "Read both", other="q-0030")
    assert "Lawful sets could still be drawn" in page.main
    done = ada.press(page, "Keep them apart", kind="enemy", because="The same story answers both")

    assert "Q-0010 and Q-0030 are enemies: no set that is drawn from now on holds both." in done.text
    assert "The same story answers both, Ada" in ada.get("/questions/Q-0030").main
    assert "a bank manager can let them meet" in done.main
    ending = ewa.get(ewa.get("/questions/Q-0030").link("Let them meet again (enemy Q-0010)"))
    assert ewa.press(ending, "Let them meet again").status == 400
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "revoke", gone)
        refused = ewa.press(ending, "Let them meet again", because="Reworded since")
    assert (refused.status, "They are no enemies any more." in refused.text) == (409, True)
    ended = ewa.press(ending, "Let them meet again", because="Reworded since")
    assert "Q-0030 and Q-0010 are no longer enemies." in ended.text
    assert ewa.get("/questions/Q-0010/pairs/enemy/Q-0030/end").status == 404


def test_a_pair_that_makes_no_sense_is_refused_with_a_sentence(staff):
    ada = staff["ada"]
    assert "No question has the reference Q-9999" in ada.get("/questions/Q-0010/pairs?other=Q-9999").main
    assert ada.get("/questions/Q-0010/pairs?other=%00").status == 200
    page = ada.get("/questions/Q-0010/pairs?other=Q-0010")
    same = ada.press(page, "Keep them apart", kind="clone", because="By mistake")

    assert same.status == 409
    assert "A question cannot be kept apart from itself" in same.text


def test_near_duplicates_are_listed_beside_a_question_and_read_beside_it(staff):
    page = submitted(staff["ada"], stem="In your project, how did you find out what your customers expected of you?")
    one = page.path.rpartition("/")[2]
    page = submitted(staff["ada"], stem="In your project, how did you find out what customers expected of you?")

    listed = staff["ada"].get(page.link("Keep it apart from another"))

    assert f"Read {one} beside it" in listed.main


def test_what_a_near_duplicate_is_to_a_question_is_said_as_it_is_submitted(staff):
    ada = staff["ada"]
    stem = "In your project, how did you find out what your customers expected of you?"
    one = submitted(ada, stem=stem).path.rpartition("/")[2]
    check = filled(ada, begun(ada), CHECK, "check", stem=stem.replace("your customers", "customers"))

    done = ada.press(check, SUBMIT, **{f"pair-{one}": "clone"})

    other = done.path.rpartition("/")[2]
    assert "asks nearly the same, as seen when it was submitted, Ada" in done.main
    assert other in ada.get(f"/questions/{one}").main
    again = ada.press(ada.press(done, "Take it back to change it"), CHECK, then="check")
    assert f"{one} asks nearly the same" not in again.main


def test_a_draft_that_was_put_away_is_off_the_list_and_taken_up_again_with_all_its_words(staff, settings):
    ada = staff["ada"]
    page = filled(ada, begun(ada), "Put the draft away", "away", guidance="Typed last.")

    assert "Drafts that you put away" in page.main
    draft = in_database(settings, lambda store: store.scalars(sa.select(WorkingDraft)).one())
    assert draft.put_away_at is not None
    assert "Save the draft" not in ada.get(f"/questions/drafts/{draft.public_id}").buttons()

    again = ada.press(page, "Take it up again")

    assert "Typed last." in again.form("Save the draft").fields["guidance"]
    assert "Drafts that you put away" not in ada.get("/questions").main


def test_taking_a_version_back_can_be_undone_while_its_draft_is_unchanged(staff):
    ada = staff["ada"]
    page = submitted(ada)
    reference = page.path.rpartition("/")[2]
    ada.press(page, "Take it back to change it")

    back = ada.press(ada.get(f"/questions/{reference}"), "Put it back before the approvers")

    assert f"{reference} awaits approval again, as it was." in back.text
    draft = ada.press(back, "Take it back to change it")
    ada.press(draft, "Save the draft", then="stay", guidance="Another guidance.")
    changed = ada.press(ada.get(f"/questions/{reference}"), "Put it back before the approvers")
    assert changed.status == 409
    assert "The draft was changed since it was taken back" in changed.text
    assert SUBMIT in ada.get(f"{draft.path}/check").buttons()
