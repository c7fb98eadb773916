"""Writing and approving through the pages: draft, two authors, submission, remarks, decision, one question's page."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.domain.working_drafts import DraftText
from qbank.services import passwords, people
from qbank.storage.models import WorkingDraft
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD, STANDARD
from tests.web.test_bookings import in_database

STEM = "In your project, what did you find out first, and how?"
WORDS = {
    "stem": STEM,
    "probes": "What led you there?\nWhat would you look at next time?",
    "guidance": "Listen for a finding and the way to it.",
    "pass_evidence": "Names a finding and its source (WP5).",
    "distinction_evidence": "Weighs two sources against each other (WD1).",
    "primary": "K3",
    "secondary": ["S16"],
    "criteria": ["WP2", "WD1"],
    "demand": "2",
    "seconds": "300",
    "source": "A case of the organisation",
}
STAFF = {"ada": Role.AUTHOR, "bo": Role.AUTHOR, "cleo": Role.APPROVER}
SAVE, CHECK, SUBMIT, DECIDE = "Save the draft", "Check and submit", "Submit for approval", "Record the decision"


@pytest.fixture
def staff(settings, app):
    """Two authors, of whom the first is an approver too, and an approver, each in a browser of their own."""

    def work(store):
        for name, role in STAFF.items():
            roles = [role, Role.APPROVER] if name == "ada" else [role]
            email, password = f"{name}@example.org", passwords.hashed(PASSWORD)
            people.create(
                store, name=name.title(), email=email, password=password, roles=roles, by=COMMAND_LINE, at=NOW
            )

    in_database(settings, work)
    clients = {name: Client(app) for name in STAFF}
    for name, client in clients.items():
        client.sign_in(f"{name}@example.org", PASSWORD)
    return clients


def begun(client):
    return client.press(client.get("/questions/new"), "Start writing", method=f"{STANDARD}/interview")


def filled(client, page, button=SAVE, then="stay", **changes):
    return client.press(page, button, **{"then": then, "author": "Ada", **WORDS, **changes})


def submitted(client, **changes):
    page = filled(client, begun(client), CHECK, "check", **changes)
    assert page.heading == "Check before you submit"
    return client.press(page, SUBMIT)


def decide(client, reference, **said):
    return client.press(client.get(f"/approvals/{reference}"), DECIDE, **said)


def pressed(page, button) -> str:
    """What the button of a form with several sends."""
    return next(each.get("value") for each in page.all("button") if each.text == button)


def kept(settings) -> DraftText:
    return in_database(settings, lambda store: DraftText.from_kept(store.scalars(sa.select(WorkingDraft.words)).one()))


def test_a_draft_keeps_every_field_and_shows_the_question_as_an_assessor_will_see_it(staff, settings):
    page = filled(staff["ada"], begun(staff["ada"]))

    text = kept(settings)
    assert (text.stem, text.primary, text.secondary, text.criteria) == (STEM, "K3", ("S16",), ("WP2", "WD1"))
    assert (text.demand, text.seconds, text.probes) == (2, 300, WORDS["probes"])
    assert f"Question 1: {STEM}" in page.main
    assert "It can be submitted." in page.main


def test_what_is_missing_is_listed_with_links_to_its_fields_and_nothing_is_submitted(staff):
    page = filled(staff["ada"], begun(staff["ada"]), CHECK, "check", probes="", criteria=[], source="")

    assert "Before it can be submitted" in page.main
    assert SUBMIT not in page.buttons()
    assert page.link("The source is not named. Say what it was written from.").endswith("#source")


def test_the_next_question_begins_with_demand_minutes_and_author_as_saved_last_and_without_a_word(staff):
    ada = staff["ada"]
    check = filled(ada, begun(ada), CHECK, "check", author="A. Lovel")

    page = ada.press(check, "Submit and write the next", then="next")

    assert page.heading == "Draft: New question"
    assert " is submitted. Another person decides on it now." in page.text
    form = page.form(SAVE).fields
    assert (form["demand"], form["seconds"], form["author"]) == ("2", "300", "A. Lovel")
    assert (form["stem"].strip(), form["primary"], form["source"]) == ("", "", "")
    other = ada.press(ada.get("/questions/new"), "Start writing", method=f"{STANDARD}/observation")
    assert "demand" not in other.form(SAVE).fields


def test_a_script_saves_quietly_and_gets_the_preview(staff, settings):
    page = begun(staff["ada"])
    form = page.form(SAVE)

    answer = staff["ada"].http.post(
        form.path,
        data={**form.fields, **WORDS},
        headers={"Accept": "application/json", "Referer": "http://localhost/"},
    )

    assert answer.json["revision"] == 2
    assert answer.json["said"] == "Saved midday"
    assert STEM in answer.json["shown"]
    assert kept(settings).stem == STEM


def test_a_script_gets_the_advice_on_the_wording_with_its_words_and_what_is_a_hint(staff):
    page = begun(staff["ada"])
    form = page.form(SAVE)
    heard = {"Accept": "application/json", "Referer": "https://localhost/"}
    typed = {**form.fields, **WORDS, "author": "Ada", "stem": "Did you, or did you not, plan the work that you led?"}

    answer = staff["ada"].http.post(form.path, data=typed, headers=heard)

    closed = next(each for each in answer.json["advice"] if each["code"] == "closed-opener")
    assert closed["words"] in typed["stem"]
    assert closed["sentence"] in html.unescape(answer.json["shown"])
    hints = [each for each in answer.json["advice"] if each["hint"]]
    assert answer.json["shown"].count("A hint: ") == len(hints)


def test_a_draft_is_compared_while_it_is_written_with_questions_and_with_a_colleagues_draft(staff):
    filled(staff["ada"], begun(staff["ada"]), then="stay")

    page = filled(staff["bo"], begun(staff["bo"]), then="stay", author="Bo")

    assert "A hint: A draft that Ada began on 4 June 2026 asks nearly this: 100%" in page.main
    assert "agree with its author whose of the two it will be" in page.main


def test_two_authors_in_one_draft_are_shown_both_texts_and_choose_part_by_part(staff, settings):
    ada, bo = staff["ada"], staff["bo"]
    adas = begun(ada)
    bos = bo.get(adas.path)
    filled(ada, adas)

    page = filled(bo, bos, stem="In your project, what came first?", guidance="Listen.")
    assert (page.status, page.heading) == (409, "Two texts of one draft")
    assert "Ada saved this draft" in page.main
    assert STEM in page.main
    assert "In your project, what came first?" in page.main
    chosen = {"keep-stem": "mine", "criteria": WORDS["criteria"]}
    page = bo.press(page, "Keep what is selected", **chosen)
    assert page.status == 400
    assert page.form("Keep what is selected").fields["keep-stem"] == "mine"
    page = bo.press(page, "Keep what is selected", **chosen, **{"keep-guidance": "theirs"})

    assert "with the parts that you chose" in page.main
    text = kept(settings)
    assert (text.stem, text.guidance) == ("In your project, what came first?", WORDS["guidance"])


def test_a_question_goes_from_its_author_to_an_approver_and_back_and_live(staff):
    ada, cleo = staff["ada"], staff["cleo"]
    page = submitted(ada)
    reference = page.heading
    assert "is submitted" in page.main
    assert STEM in cleo.get("/approvals").main
    said = {"part": "stem", "passage": "first", "instead": "at the very start", "words": "Clearer."}
    cleo.press(cleo.get(f"/approvals/{reference}"), "Keep the remark", **said)
    page = decide(cleo, reference, verdict="changes requested", reason="One word.")
    assert "is back with its author" in page.main

    page = ada.get(ada.get("/questions").link(f"{STEM}"))
    assert "Changes are requested" in page.main
    page = ada.press(page, "Accept the suggestion", then=pressed(page, "Accept the suggestion"))
    assert "The suggestion stands in the draft." in page.main
    page = ada.press(page, CHECK, **{"then": "check", **WORDS, "stem": STEM.replace("first", "at the very start")})
    ada.press(page, SUBMIT)
    page = cleo.get(f"/approvals/{reference}")
    assert "What changed since version 1" in page.main
    page = cleo.press(page, DECIDE, verdict="approved", confirmed=["K3", "S16"])

    assert "is approved and live" in page.main
    page = ada.get(f"/questions/{reference}")
    assert "at the very start" in page.main
    assert [row for row in page.main.split("Version ") if row.startswith("2, word by word live")]
    assert "[out: first]" in ada.get(f"/questions/{reference}/versions/2").main


def test_a_decision_leads_on_to_the_next_that_waits_or_else_to_the_queue(staff):
    ada, cleo = staff["ada"], staff["cleo"]
    first = submitted(ada).heading
    second = submitted(ada, stem="In your project, who had to change their mind?").heading
    asked_for_more = {"verdict": "changes requested", "reason": "Say when."}
    page = cleo.press(cleo.get(f"/approvals/{second}"), "Record and open the next", then="next", **asked_for_more)

    assert page.heading == f"{first}, version 1"
    assert f"{second} is back with its author" in page.text
    assert "Record and open the next" not in page.buttons()
    assert cleo.press(page, DECIDE, **asked_for_more).heading == "Approvals"


def test_L8_an_approver_does_not_see_their_own_work_in_the_queue_and_cannot_decide_on_it(staff):
    ada = staff["ada"]
    reference = submitted(ada).heading

    assert STEM not in ada.get("/approvals").main
    assert "1 question in which you had a hand awaits another approver" in ada.get("/approvals").main
    page = ada.get(f"/approvals/{reference}")
    assert "Another approver decides" in page.main
    assert DECIDE not in page.buttons()
    form = staff["cleo"].get(f"/approvals/{reference}").form(DECIDE)
    own = ada.get("/questions/new").form("Start writing").fields["csrf_token"]
    answer = ada.http.post(
        form.path,
        data={**form.fields, "csrf_token": own, "verdict": "approved", "confirmed": "K3"},
        headers={"Referer": "http://localhost/"},
    )
    assert answer.status_code == 403


def test_a_decision_without_its_parts_is_said_above_and_what_was_typed_stays(staff):
    reference = submitted(staff["ada"]).heading

    page = decide(staff["cleo"], reference, verdict="approved", confirmed=["S16"], reason="Good.")

    assert page.status == 409
    assert "K3 is what the question is written for" in page.main
    assert page.form(DECIDE).fields["reason"] == "Good."
    assert decide(staff["cleo"], reference).status == 400


def test_a_version_that_awaits_is_taken_back_and_changed(staff):
    ada = staff["ada"]
    page = submitted(ada)
    reference = page.heading

    page = ada.press(page, "Take it back to change it")

    assert page.heading == f"Draft: {reference}"
    assert "Nothing awaits you now" in staff["cleo"].get("/approvals").main
    assert SAVE in page.buttons()


def test_one_question_tells_where_it_was_used_and_all_that_happened(staff):
    page = staff["bo"].get("/questions/Q-0001")

    assert "In no question set yet" in page.main
    assert "Version 1: live" in page.main
    assert staff["bo"].press(page, "Draft the next version").heading == "Draft: Q-0001"


def test_an_approval_that_lapsed_comes_back_with_the_words_and_without_what_was_chosen_of_the_older_version(staff):
    ada, cleo = staff["ada"], staff["cleo"]
    reference = submitted(ada).heading
    old = cleo.get(f"/approvals/{reference}")
    page = ada.press(ada.get(f"/questions/{reference}"), "Take it back to change it")
    ada.press(filled(ada, page, CHECK, "check", guidance="Listen for more."), SUBMIT)

    decision = cleo.press(old, DECIDE, verdict="approved", confirmed=["K3"], reason="Good.")
    remark = cleo.press(old, "Keep the remark", part="stem", passage="first", words="Clearer.", instead="at the start")

    assert (decision.status, remark.status) == (409, 409)
    assert "Version 1 was changed, and version 2 awaits approval now" in decision.main
    kept, words = decision.form(DECIDE).fields, remark.form("Keep the remark").fields
    assert (kept["number"], kept["reason"], kept.get("verdict"), kept.get("confirmed")) == ("2", "Good.", None, None)
    assert (words["number"], words["words"], words["instead"], words["passage"]) == (
        "2",
        "Clearer.",
        "at the start",
        "",
    )


def test_what_was_typed_stays_when_a_colleague_submitted_meanwhile(staff):
    ada, bo = staff["ada"], staff["bo"]
    page = begun(ada)
    filled(ada, page)
    bos = bo.get(page.path)
    ada.press(filled(ada, ada.get(page.path), CHECK, "check"), SUBMIT)
    form, typed = bos.form(SAVE), WORDS | {"guidance": "Bo’s own guidance."}
    by_script = {"Accept": "application/json", "Referer": "http://localhost/"}

    answer = bo.http.post(form.path, data={**form.fields, **typed}, headers=by_script)
    page = filled(bo, bos, guidance="Bo’s own guidance.")

    assert (answer.status_code, answer.json["refused"][:27]) == (409, "This draft awaits approval.")
    assert page.status == 409
    assert "This draft awaits approval." in page.main
    assert "What you typed is still on this page." in page.main
    assert "Bo’s own guidance." in page.main


def test_answering_a_remark_keeps_what_was_typed_besides(staff, settings):
    ada, cleo = staff["ada"], staff["cleo"]
    reference = submitted(ada).heading
    said = {"part": "stem", "passage": "first", "instead": "at the very start", "words": ""}
    cleo.press(cleo.get(f"/approvals/{reference}"), "Keep the remark", **said)
    decide(cleo, reference, verdict="changes requested", reason="One word.")
    page = ada.get(ada.get("/questions").link(STEM))

    accept = "Accept the suggestion"
    page = filled(ada, page, accept, pressed(page, accept), guidance="Listen for more.")

    text = kept(settings)
    assert (text.stem, text.guidance) == (STEM.replace("first", "at the very start"), "Listen for more.")
    assert "accepted by Ada" in page.main


def test_words_that_are_too_long_are_refused_and_never_cut(staff):
    ada, cleo, long = staff["ada"], staff["cleo"], "long " * 401
    page = filled(ada, begun(ada), CHECK, "check")
    page = ada.press(page, SUBMIT, because=long)
    assert (page.status, page.form(SUBMIT).fields["because"].strip()) == (400, long.strip())
    reference = ada.press(page, SUBMIT, because="New.").heading

    decision = decide(cleo, reference, verdict="rejected", reason=long)
    remark = cleo.press(cleo.get(f"/approvals/{reference}"), "Keep the remark", words=long, instead="a " * 4001)

    assert (decision.status, decision.form(DECIDE).fields["reason"].strip()) == (400, long.strip())
    assert (remark.status, remark.form("Keep the remark").fields["words"].strip()) == (400, long.strip())


def test_the_history_of_a_question_tells_what_came_last_first_even_in_one_minute(staff):
    page = submitted(staff["ada"])

    told = page.main[page.main.index("All that happened") :]
    assert told.index("Version 1: awaiting approval") < told.index("Version 1: draft")
