"""Standard sets on the pages: assembled, adjusted, refused by rule, approved by a second person, put in use."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest

from delivery.standard_sets import assembled
from qbank.app import create_app
from qbank.domain.access import Role
from qbank.domain.lifecycle import State
from qbank.domain.people import COMMAND_LINE
from qbank.jobs.queue import Doing
from qbank.services import fitting, passwords, people, seeding
from qbank.storage import db, units
from qbank.storage.queries.standards import plan_version
from tests.page import Client, Page
from tests.services.a_bank import METHOD, a_plan, fit_once, questions
from tests.services.a_family import withdraw
from tests.web import an_organisation
from tests.web.an_organisation import NOW, PASSWORD
from tests.web.conftest import let_go

STANDARD = a_plan().standard


def _elsewhere(names):
    return tuple(name.replace("Q-0", "Q-7") for name in names)


LAMPS = tuple(
    replace(
        each,
        reference=each.reference.replace("Q-0", "Q-7"),
        enemies=_elsewhere(each.enemies),
        clones=_elsewhere(each.clones),
    )
    for each in questions()
)
"""The questions of the small bank, under references that the organisation's bank does not use."""
SETS = f"/standard-sets/{STANDARD}/{METHOD}"
ASSEMBLE, SUBMIT, IN_USE = "Assemble standard sets", "Submit for approval", "Put these sets in use"


@pytest.fixture(scope="module")
def furnished(organisation, tmp_path_factory):
    """The organisation with the small bank, whose method observes, and two people who approve; made once."""
    folder = tmp_path_factory.mktemp("furnished")
    shutil.copytree(organisation, folder, dirs_exist_ok=True)
    engine = db.engine(an_organisation.settings(folder).database)
    password = passwords.hashed(PASSWORD)
    with units.write_unit(engine) as store:
        seeding.load_standard(store, a_plan(), by=COMMAND_LINE, at=NOW)
        seeding.load_questions(store, a_plan(), LAMPS, by=COMMAND_LINE, at=NOW)
        for name, roles in (("Noor", [Role.APPROVER]), ("Uma", [Role.APPROVER, Role.BANK_MANAGER])):
            email = f"{name.lower()}@example.org"
            people.create(store, name=name, email=email, password=password, roles=roles, by=COMMAND_LINE, at=NOW)
    with units.read_unit(engine) as store:
        version = plan_version(store, STANDARD)
    fitting.adopt_for_today(engine, version, METHOD, by=COMMAND_LINE, at=NOW, fit=fit_once)
    engine.dispose()
    return folder


@pytest.fixture
def settings(furnished, tmp_path):
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return an_organisation.settings(tmp_path)


@pytest.fixture
def app(settings):
    """The application, which does its long work before it answers."""
    made = create_app(settings, now=lambda: NOW, doing=Doing.AT_ONCE)
    yield made
    let_go(made)


def signed_in(app, name):
    client = Client(app)
    client.sign_in(f"{name}@example.org", PASSWORD)
    return client


@pytest.fixture
def approver(app):
    """Noor, who approves and makes nothing."""
    return signed_in(app, "noor")


@pytest.fixture
def both(app):
    """Uma, who makes sets and approves those of others."""
    return signed_in(app, "uma")


def assemble(person, count="4"):
    return person.press(person.get(SETS), ASSEMBLE, count=count)


def posted(person, path, page, **fields):
    """What a form would send that the page does not show them."""
    fields["csrf_token"] = page.form("Sign out").fields["csrf_token"]
    origin = f"{person.app.config['PREFERRED_URL_SCHEME']}://localhost/"
    return Page(person.http.post(path, data=fields, headers={"Referer": origin}), path)


def exchange_page(person, page, set_number=1):
    address = next(each for each in page.paths() if re.search(rf"/{set_number}/Q-\d+$", each))
    return person.get(address)


def test_the_page_of_the_method_leads_to_its_standard_sets_and_says_what_they_cost(manager):
    found = manager.get(f"/plans/{STANDARD}/{METHOD}")
    assert "Standard sets: fixed parallel sets in the place of a draw by plan, not in use." in found.main
    assert SETS in found.paths()

    page = manager.get(SETS)

    assert "Every session’s set is drawn by plan. That is the default" in page.main
    assert re.search(r"12 sets 3\.6 8 27", page.main)
    assert re.search(r"Drawn by plan \d\d\.\d about [\d,]+000 about [\d,]+000", page.main)


def test_W7_only_an_observation_has_standard_sets(manager):
    page = manager.get(f"/plans/{an_organisation.STANDARD}/interview")
    assert "Standard sets" not in page.main

    assert manager.get(f"/standard-sets/{an_organisation.STANDARD}/interview").status == 404
    assert manager.get(f"/standard-sets/{STANDARD}/nothing").status == 404


def test_sets_are_assembled_and_stand_side_by_side(manager):
    page = assemble(manager)

    assert "4 sets, assembled today at midday" in page.text
    assert "Nobody has approved these sets yet." in page.main
    assert "none: no question is in two sets" in page.main
    assert "It is proven that no others could be more alike." in page.main
    assert page.main.count("minutes, demand") == 4


def test_a_number_that_cannot_be_is_said_beside_its_field(manager):
    for typed in ("0", "41", "many"):
        page = assemble(manager, count=typed)
        assert page.status == 400
        assert "Error" in page.title
        assert f'value="{typed}"' in page.response.text


def test_a_question_is_exchanged_and_another_that_breaks_a_rule_is_refused_with_the_rule(manager):
    sets = assemble(manager)
    page = exchange_page(manager, sets)
    nothing = manager.press(page, "Exchange the question")
    assert nothing.status == 400
    assert "Select the question that takes its place" in nothing.main
    fits = re.findall(r'value="(Q-\d{4})"', page.response.text)
    carried = {each.reference: set(each.content.ksbs) for each in LAMPS}
    wrong = next(name for name in sorted(carried) if name not in fits and name not in sets.main)

    refused = manager.press(page, "Exchange the question", into="another", other=wrong)

    assert refused.status == 409
    assert re.search(r"Set 1 would break a rule \(T[78]\): ", refused.main)
    assert f'value="{wrong}"' in refused.response.text
    done = manager.press(page, "Exchange the question", into=fits[0])
    assert f"Set 1 asks {fits[0]} in the place of" in done.main


def test_another_question_needs_its_reference(manager):
    page = exchange_page(manager, assemble(manager))

    assert "Enter the reference of the question" in manager.press(page, "Exchange the question", into="another").main
    strange = manager.press(page, "Exchange the question", into="another", other="Q-9999")
    assert "Q-9999 is no question of the draw plan" in strange.main


def test_L8_whoever_had_a_hand_in_the_sets_is_not_asked_to_decide_and_cannot(both, approver):
    sets = assemble(both)
    submitted = both.press(sets, SUBMIT)
    assert "You had a hand in these sets" in submitted.main
    assert "Save the decision" not in submitted.main
    assert "No. 1: 4 sets of the dialogue" not in both.get("/").main
    theirs = approver.get(submitted.path)

    forged = posted(both, f"{submitted.path}/decide", submitted, decided="approved", seen="1")

    assert forged.status == 409
    assert "nobody approves their own" in forged.main
    assert "Save the decision" in theirs.main


def test_sets_are_sent_back_with_a_reason_and_come_again(manager, approver):
    page = manager.press(assemble(manager), SUBMIT)
    waiting = approver.get("/")
    assert "No. 1: 4 sets of the dialogue" in waiting.main
    here = approver.get(page.path)
    assert "Say in a sentence" in approver.press(here, "Save the decision", decided="sent back").main

    approver.press(here, "Save the decision", decided="sent back", reason="Two sets begin alike.")

    back = manager.get(page.path)
    assert "By Noor, today at midday: Two sets begin alike." in back.main
    other = exchange_page(manager, back)
    fits = re.findall(r'value="(Q-\d{4})"', other.response.text)
    again = manager.press(other, "Exchange the question", into=fits[0])
    assert "Nobody has approved these sets yet." in again.main


def test_approved_sets_are_put_in_use_and_a_fitted_plan_takes_their_place_again(manager, approver):
    page = manager.press(assemble(manager), SUBMIT)
    approver.press(approver.get(page.path), "Save the decision", decided="approved")
    approved = manager.get(page.path)
    assert "Exchange" not in approved.main

    used = manager.press(approved, IN_USE)

    assert "These sets are in use" in used.main
    assert "standard sets in use" in manager.get("/plans").main
    method = manager.get(f"/plans/{STANDARD}/{METHOD}")
    assert "Standard sets are in use" in method.main
    assert "No plan is in use" not in method.main
    trail = manager.get("/audit").main
    assert all(said in trail for said in ("Standard sets assembled", "Standard sets approved", "Draw plan adopted"))


def test_a_withdrawn_question_suspends_its_set_with_a_sentence(settings, manager):
    page = assemble(manager)
    reference = re.search(r"Q-\d{4}", page.main).group()
    engine = db.engine(settings.database)
    withdraw(engine, reference, State.QUARANTINED)
    engine.dispose()

    found = manager.get(page.path)

    assert "Suspended: 1 set" in found.main
    assert f"Set 1 is suspended: {reference} is quarantined. It is not drawn until" in found.main


def test_more_sets_than_the_bank_has_is_an_answer_with_what_it_allows(monkeypatch, manager):
    def impatient(pool, specification, count, *, patience):
        del patience
        return assembled(pool, specification, count, patience=0.0)

    monkeypatch.setattr("qbank.services.assembling.assembled", impatient)

    page = assemble(manager, count="40")

    assert "It cannot be done as things stand" in page.main
    assert "assemble 8, which share no question, or write more questions" in page.main


def test_nobody_else_sees_the_sets(manager, assessor, overseer):
    page = assemble(manager)

    for person in (assessor, overseer):
        assert person.get(SETS).status == 403
        assert person.get(page.path).status == 403
