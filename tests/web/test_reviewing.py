"""The pages of a review: opened, declared, voted blind, discussed, decided, signed off, and what follows."""

from __future__ import annotations

import hashlib

import pytest

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.services import passwords, people, starter
from qbank.web.transaction import transaction
from tests.documents.a_reader import Reader
from tests.page import Client
from tests.web.a_panel_on_the_bank import REVIEW, decide_bank, propose, vote_on_bank
from tests.web.a_table import rows_of
from tests.web.an_organisation import NOW, PASSWORD, STANDARD

OPEN = f"/reviews/open/{STANDARD}/interview"
MEMBERS = ("Lena Fox", "Omar Diaz", "Ruth Vale")


def first_name(name):
    return name.partition(" ")[0].lower()


@pytest.fixture
def panel(app):
    """Three panel members and an author, each signed in."""
    password = passwords.hashed(PASSWORD)
    roles = dict.fromkeys(MEMBERS, Role.PANEL_MEMBER) | {"Nia Adeyemi": Role.AUTHOR}

    def work(store):
        for name, role in roles.items():
            facts = {"name": name, "email": f"{first_name(name)}@example.org", "roles": [role]}
            people.create(store, password=password, by=COMMAND_LINE, at=NOW, **facts)

    with app.app_context():
        transaction(work)
    clients = {first_name(name): Client(app) for name in roles}
    for name, client in clients.items():
        client.sign_in(f"{name}@example.org", PASSWORD)
    return clients


@pytest.fixture
def opened(manager, panel):
    """A review of three questions that were called, and of what is planned for the month."""
    kind = "an appeal names it"
    manager.press(
        manager.get(f"/review/{STANDARD}/interview/call"),
        "Call the review",
        kind=kind,
        references="Q-0001 Q-0002",
        reason="An appeal.",
    )
    page = manager.get(OPEN)
    keys = [each.get("value") for each in page.all("input", css_class="govuk-checkboxes__input")]
    done = manager.press(page, "Open the review", chair=keys[0], members=keys, quorum="2")
    assert done.path == REVIEW
    for name in ("lena", "omar", "ruth"):
        panel[name].press(panel[name].get(f"{REVIEW}/declare"), "Declare")
    return panel


def page_of(client, question="Q-0001"):
    return client.get(f"{REVIEW}/questions/{question}")


def vote(client, question="Q-0001", choice="keep", reason="It is sound."):
    page = page_of(client, question)
    button = "Vote" if "Vote" in page.buttons() else "Vote again"
    return client.press(page, button, **{"vote-choice": choice, "vote-reason": reason})


def decide(client, question="Q-0001", choice="keep", **more):
    typed = {f"decision-{name}": value for name, value in more.items()}
    page = page_of(client, question)
    return client.press(
        page, "Record the decision", **{"decision-choice": choice, "decision-reason": "It is sound."} | typed
    )


def test_a_review_is_opened_with_its_agenda_and_the_list_shows_it(opened, manager):
    page = manager.get(REVIEW)

    why = {row[0].partition(" ")[0]: row[1] for row in rows_of(page, "agenda")}
    assert why.pop("Q-0001") == why.pop("Q-0002") == "called early an appeal names it"
    assert set(why.values()) == {"planned for this month"}
    assert "Lena Fox, chair" in page.main
    assert "open, you are on the panel" in opened["omar"].get("/reviews").main


@pytest.mark.usefixtures("panel")
def test_a_review_of_every_question_in_service_has_them_all_on_its_agenda(manager):
    page = manager.get(OPEN)
    keys = [each.get("value") for each in page.all("input", css_class="govuk-checkboxes__input")]

    manager.press(page, "Open the review", chair=keys[0], members=keys, quorum="2", scope="every question in service")

    of_method = [each for each in starter.starter_questions(STANDARD) if each.content.method == "interview"]
    assert len(rows_of(manager.get(REVIEW), "agenda")) == len(of_method)


def test_the_agenda_flags_every_kind_of_event_that_called_the_review_of_a_question(opened, manager):
    call = f"/review/{STANDARD}/interview/call"
    manager.press(
        manager.get(call), "Call the review", kind="a leak is suspected", references="Q-0001", reason="A forum."
    )

    why = {row[0].partition(" ")[0]: row[1] for row in rows_of(opened["omar"].get(REVIEW), "agenda")}
    assert why["Q-0001"] == "called early an appeal names it, a leak is suspected"
    about = page_of(opened["omar"]).main
    assert "A leak is suspected: A forum." in about
    assert "An appeal names it: An appeal." in about


def test_a_members_home_and_the_agenda_lead_from_vote_to_vote(opened, manager):
    omar, agenda = opened["omar"], f"{REVIEW}?show=waiting"
    waiting = [path for path in omar.get(agenda).paths() if "/questions/" in path]
    home = omar.get("/")
    assert f"{len(waiting)} questions wait for your vote" in home.main
    assert REVIEW in home.paths()
    assert f"0 of {len(waiting)} questions decided" in manager.get("/").main

    after = omar.press(page_of(omar), "Vote and go on", then="next", **{"vote-choice": "keep", "vote-reason": ""})

    assert after.path == waiting[1]
    assert "Q-0001: Your vote is kept." in after.main
    assert f"Omar Diaz declared 1 of {len(waiting)} {len(waiting) - 1}" in omar.get(REVIEW).main
    assert f"{REVIEW}/questions/Q-0001" not in omar.get(agenda).paths()
    assert "Waiting for your vote" not in manager.get(REVIEW).main


def test_the_agenda_shows_the_beginning_of_each_question_to_those_who_may_read_it(opened, manager):
    heading = "".join(page_of(opened["omar"]).all("h3", css_class="question__stem")[0].itertext())
    begins = heading.partition(": ")[2][:40]

    assert begins in opened["omar"].get(REVIEW).main
    assert begins in opened["omar"].get(f"{REVIEW}/declare").main
    assert len(manager.get(f"{REVIEW}?show=none-such").all("tr")) == len(manager.get(REVIEW).all("tr"))


def test_the_chair_goes_from_decision_to_decision_while_any_is_theirs(opened):
    for question in ("Q-0001", "Q-0002"):
        for name in ("lena", "omar"):
            vote(opened[name], question)
    assert "2 decisions are yours to record" in opened["lena"].get("/").main
    assert "yours to record" not in opened["omar"].get("/").main
    kept = {"decision-choice": "keep", "decision-reason": "It is sound."}

    second = opened["lena"].press(page_of(opened["lena"]), "Record and go on", then="next", **kept)
    done = opened["lena"].press(second, "Record and go on", then="next", **kept)

    assert second.path == f"{REVIEW}/questions/Q-0002"
    assert done.path == REVIEW
    assert "No other question waits for you." in done.main
    assert "Decided: 2" in done.main


@pytest.mark.usefixtures("panel")
def test_opening_keeps_what_was_typed_and_says_what_is_missing(manager):
    page = manager.press(manager.get(OPEN), "Open the review", quorum="7")

    assert page.status == 400
    assert "Select the chair" in page.main
    assert "Select at least one member" in page.main
    assert page.form("Open the review").fields["quorum"] == "7"


def test_members_are_blind_to_one_anothers_votes_until_they_have_voted(opened):
    vote(opened["omar"], choice="retire", reason="It is worn out.")
    before = page_of(opened["ruth"]).main
    assert "It is worn out." not in before
    assert "You see how others voted, and what they said, once you have voted." in before

    after = vote(opened["ruth"]).main

    assert "It is worn out." in after
    assert "Your vote is kept." in after


def test_figures_of_a_question_that_few_were_asked_are_not_estimable_and_the_page_says_below_how_many(opened):
    page = page_of(opened["omar"]).main

    assert "Hidden below 30: a figure from fewer is not estimable." in page
    assert "before an assessor of average severity" in page
    assert "%" not in page.partition("How it was used")[2].partition("Questions that ask nearly")[0].replace("95%", "")


def test_a_vote_without_a_choice_is_asked_for(opened):
    page = opened["ruth"].press(page_of(opened["ruth"]), "Vote", **{"vote-choice": "", "vote-reason": "Because."})

    assert page.status == 400
    assert "Select what you vote for" in page.main
    assert page.form("Vote").fields["vote-reason"] == "Because."


def test_the_panel_discusses_what_it_voted_on(opened):
    vote(opened["omar"])
    opened["omar"].press(page_of(opened["omar"]), "Say it", **{"remark-words": "Is it long?"})
    for name in ("ruth", "lena"):
        assert "Is it long?" not in page_of(opened[name]).main, "nobody reads it before the own vote"
        assert "Say it" not in page_of(opened[name]).buttons()
    vote(opened["ruth"])

    assert "Is it long? (Omar Diaz" in page_of(opened["ruth"]).main


def test_the_chair_records_what_most_votes_are_for(opened):
    vote(opened["omar"], choice="revise")
    assert "1 vote to revise" not in page_of(opened["lena"]).main
    assert "Record the decision" not in page_of(opened["lena"]).buttons()
    vote(opened["lena"], choice="revise")
    assert "Record the decision" not in page_of(opened["ruth"]).buttons()
    vote(opened["ruth"], choice="revise")
    assert "Record the decision" not in page_of(opened["ruth"]).buttons()
    missing = decide(opened["lena"], choice="revise")
    assert missing.status == 400
    assert "Select who revises it" in missing.main

    author = page_of(opened["lena"])
    key = next(each.get("value") for each in author.all("option") if each.text == "Nia Adeyemi")
    done = decide(opened["lena"], choice="revise", author=key, revised_by="2026-09-01")

    assert "Nia Adeyemi revises it by 1 September 2026." in done.main


def test_what_was_typed_is_kept_where_somebody_was_faster(opened):
    slow = page_of(opened["ruth"])
    for name in ("lena", "omar"):
        vote(opened[name])
    decide(opened["lena"])

    refused = opened["ruth"].press(slow, "Vote", **{"vote-choice": "retire", "vote-reason": "It is worn out."})

    assert refused.status == 409
    assert "Q-0001 is decided: keep" in refused.main
    assert refused.form("Vote").fields["vote-reason"] == "It is worn out."


def test_a_bank_manager_withdraws_a_review_and_another_may_be_opened(opened, manager):
    page = manager.press(manager.get(f"{REVIEW}/withdraw"), "Withdraw the review", reason=" ")
    assert page.status == 400

    done = manager.press(manager.get(f"{REVIEW}/withdraw"), "Withdraw the review", reason="Its chair has left.")

    assert "withdrew it" in done.main
    assert "Its chair has left." in done.main
    assert "withdrawn" in opened["omar"].get("/reviews").main
    assert "Vote" not in page_of(opened["omar"]).buttons()
    keys = [each.get("value") for each in manager.get(OPEN).all("input", css_class="govuk-checkboxes__input")]
    again = manager.press(manager.get(OPEN), "Open the review", chair=keys[0], members=keys, quorum="2")
    assert again.path == "/reviews/RV-0002"


def test_a_member_with_an_interest_does_not_vote(opened):
    opened["ruth"].press(opened["ruth"].get(f"{REVIEW}/declare"), "Declare", references=["Q-0002"])

    page = page_of(opened["ruth"], "Q-0002")

    assert "Vote" not in page.buttons()
    assert "declared an interest in it, so you do not vote on it" in page.main
    assert "may not vote" in opened["ruth"].get(REVIEW).main


def test_the_chair_invites_somebody_from_outside_and_puts_a_question_on_the_agenda(opened, app):
    def work(store):
        facts = {"name": "Ada Poole", "email": "ada@example.org", "roles": [Role.PANEL_MEMBER]}
        people.create(store, password=None, by=COMMAND_LINE, at=NOW, **facts)

    with app.app_context():
        transaction(work)
    lena = opened["lena"]
    page = lena.get(f"{REVIEW}/invite")
    key = next(each.get("value") for each in page.all("option") if each.text == "Ada Poole")
    done = lena.press(page, "Invite", person=key, external="Northgate Housing")
    assert "Northgate Housing" in done.main

    refused = lena.press(lena.get(f"{REVIEW}/agenda"), "Put it on the agenda", reference="q-9999")
    added = lena.press(lena.get(f"{REVIEW}/agenda"), "Put it on the agenda", reference="q-0200")

    assert refused.status == 409
    assert "put on the agenda by hand" in added.main


def test_a_review_is_signed_off_once_everything_is_decided_and_its_certificate_is_frozen(opened, manager):
    lena = opened["lena"]
    references = [path.rpartition("/")[2] for path in lena.get(REVIEW).paths() if "/questions/" in path]
    for question in references:
        for name in ("lena", "omar"):
            vote(opened[name], question)
        decide(lena, question)
    assert "Sign the review off" not in lena.get(REVIEW).buttons()
    propose(lena)
    for name in ("lena", "omar"):
        vote_on_bank(opened[name])
    decided = decide_bank(lena)
    assert "Votes: 2 that it is of sufficient size, 0 that it is not." in decided.main

    done = lena.press(lena.get(REVIEW), "Sign the review off")

    assert "Lena Fox signed it off" in done.main
    assert "predictability budget of 20.0% of a set" in done.main
    file = lena.http.get(f"{REVIEW}/certificate.json")
    told = hashlib.sha256(file.data).hexdigest()
    assert told[:8] in done.main
    paper = Reader(lena.http.get(f"{REVIEW}/minutes.pdf").data).text()
    assert told in paper.replace(" ", "")
    assert "Opened 4 June 2026 at 12:00 BST by Ewa Nowak" in paper
    assert lena.get("/reviews/RV-0002/minutes.pdf").status == 404
    assert "1 called early" not in manager.get("/").main


@pytest.mark.usefixtures("opened")
def test_whoever_is_not_on_the_panel_reads_no_question_there(app):
    def work(store):
        facts = {"name": "Ada Poole", "email": "ada@example.org", "roles": [Role.PANEL_MEMBER]}
        people.create(store, password=passwords.hashed(PASSWORD), by=COMMAND_LINE, at=NOW, **facts)

    with app.app_context():
        transaction(work)
    stranger = Client(app)
    stranger.sign_in("ada@example.org", PASSWORD)

    assert page_of(stranger).status == 404
    assert f"{REVIEW}/questions/Q-0001" not in stranger.get(REVIEW).paths()
    assert "In your project" not in stranger.get(REVIEW).main + stranger.get(f"{REVIEW}/declare").main
    assert "Reviews RV-0001" in stranger.get("/").main


def test_a_list_without_a_revision_says_what_will_be_there_and_a_task_that_is_none_is_not_found(opened, manager):
    assert "will be listed here" in opened["nia"].get("/reviews/tasks").main
    assert manager.get(f"{REVIEW}/tasks/Q-0001").status == 404
