"""Moderation on pages: what awaits, one decision whole, upheld or returned, confirmed; and who sees what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from qbank.app import create_app
from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.services import passwords, people
from qbank.services.verifying import Committed, verify_text
from qbank.settings import Mode
from qbank.storage import db, units
from qbank.storage.models import SetView
from qbank.storage.queries import people as known
from tests.page import Client, Page
from tests.web import an_organisation
from tests.web.a_finish import LATER, PASS, checked, everything, post
from tests.web.conftest import let_go


@pytest.fixture
def app(settings) -> Iterator[Flask]:
    """A demonstration, after the session."""
    made = create_app(settings.model_copy(update={"mode": Mode.DEMO}), now=lambda: LATER)
    yield made
    let_go(made)


@pytest.fixture
def session(settings, assessor) -> str:
    """The address of AS-00001, whose assessment is submitted: a fail by one criterion."""
    address = f"/sessions/{an_organisation.public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(address), "Pull the question set")
    assessor.press(checked(assessor, f"{address}/finish", **everything(met=PASS[1:])), "Submit the assessment")
    return address


@pytest.fixture
def decision(session) -> str:
    return session.replace("/sessions/", "/quality/")


def moderated(client: Client, address: str, outcome: str, because: str = "") -> Page:
    return post(client, client.get(address), "Save what I found", outcome=outcome, because=because)


def somebody(settings, app, name: str, role: Role, *, also: str = "") -> Client:
    """Another person of that role; `also` gives it to one who is there."""
    engine = db.engine(settings.database)
    with units.write_unit(engine) as store:
        if also:
            found = known.by_email(store, also)
            people.set_roles(store, found, [*found.actor.roles, role], by=COMMAND_LINE, at=LATER)
        else:
            password = passwords.hashed(an_organisation.PASSWORD)
            email = f"{name}@example.org"
            people.create(store, name=name, email=email, password=password, roles=[role], by=COMMAND_LINE, at=LATER)
    engine.dispose()
    client = Client(app)
    client.sign_in(also or f"{name}@example.org", an_organisation.PASSWORD)
    return client


@pytest.mark.usefixtures("session")
def test_what_is_submitted_awaits_moderation_with_its_reason(overseer):
    page = overseer.get("/quality")

    assert page.heading == "Moderation"
    assert "1 decision awaits moderation" in page.main
    assert "AS-00001 first sitting Grace Mensah Interview" in page.main
    assert "new assessor" in page.main


def test_an_empty_queue_says_what_will_be_here(overseer):
    assert "Decisions that await moderation will be here." in overseer.get("/quality").main


def test_a_decision_shows_the_evidence_the_questions_and_why_it_is_sampled(overseer, decision):
    page = overseer.get(overseer.get("/quality").link("AS-00001"))

    assert (page.path, page.heading) == (decision, "Decision on AS-00001")
    assert page.all("p", css_class="grade")[0].text == "Fail"
    assert "Heard of WP1." in page.main
    assert len(page.all("article", css_class="judgement")) == 10
    assert "AP-0001" in page.main
    assert "Amira Hassan" not in page.main, "Whoever moderates needs no name."


def test_R10_upheld_and_then_confirmed(overseer, assessor, decision, session):
    assert "Confirm the decision" not in overseer.get(decision).buttons()

    upheld = moderated(overseer, decision, "upheld", "The evidence carries it.")
    assert "upheld by Ines Duarte" in upheld.main
    confirmed = overseer.press(upheld, "Confirm the decision")

    assert "it is final" in confirmed.main
    assert "Confirmed: the latest 1" in overseer.get("/quality").main
    result = assessor.get(f"{session}/result")
    assert "confirmed" in result.main
    assert "All methods together: fail (rules R1 to R3)." in result.main
    assert assessor.get(f"{session}/correct").status == 409


def test_L4_the_seed_is_revealed_after_the_result_and_drawn_again_from_the_file(overseer, decision, settings, app):
    early = overseer.get(decision)
    assert "The seed is secret until the decision is confirmed" in early.main
    assert overseer.get(f"{decision}/evidence.json").status == 409

    confirmed = overseer.press(moderated(overseer, decision, "upheld"), "Confirm the decision")
    revealed = overseer.press(confirmed, "Reveal the seed")
    file = overseer.http.get(revealed.link("Download the evidence"))
    found = verify_text(file.text, "evidence", settings)
    viewer = somebody(settings, app, "eve", Role.EQA_VIEWER)

    assert "The seed of AS-00001 is revealed." in revealed.main
    assert (found.session, found.commitment) == ("AS-00001", Committed.RECORDED)
    assert "stem" not in file.text
    assert viewer.http.get(f"{decision}/evidence.json").text == file.text
    assert "Reveal the seed" not in viewer.get(decision).buttons()


def test_R10_what_is_returned_goes_back_with_its_reason_and_comes_again_as_a_correction(
    overseer, assessor, decision, session
):
    refused = moderated(overseer, decision, "returned")
    assert (refused.status, "needs a reason" in refused.main) == (409, True)
    nothing = post(overseer, overseer.get(decision), "Save what I found")
    assert (nothing.status, "Choose whether you uphold it" in nothing.main) == (400, True)

    moderated(overseer, decision, "returned", "Question 2 answers WP1.")

    result = assessor.get(f"{session}/result")
    assert "Question 2 answers WP1." in result.main
    page = assessor.get(result.link("Correct it"))
    post(assessor, page, "Submit the correction", because="As returned.", **everything(met=PASS))
    again = overseer.get(decision)
    assert "a correction" in again.main
    assert "Why it is a correction: As returned." in again.main
    assert "returned by Ines Duarte" in again.main
    assert "Confirm the decision" in overseer.press(again, "Save what I found", outcome="upheld").buttons()


def test_Q2_who_assessed_does_not_moderate_whatever_their_roles(settings, app, decision):
    both = somebody(settings, app, "grace", Role.IQA, also="grace@example.org")

    page = both.get(decision)

    assert "You took part in this session" in page.main
    assert page.buttons() == ["Sign out"]
    token = page.form("Sign out").fields["csrf_token"]
    for act in ("moderate", "confirm", "exception"):
        sent = {"csrf_token": token, "outcome": "upheld", "circumstances": "x"}
        answer = both.http.post(f"{decision}/{act}", data=sent, headers={"Referer": "http://localhost/"})
        assert answer.status_code == 409


def test_an_external_quality_assurer_reads_the_evidence_and_no_question(settings, app, overseer, decision):
    stems = [each.text for each in overseer.get(decision).all("h3", css_class="judgement__words")]
    viewer = somebody(settings, app, "viewer", Role.EQA_VIEWER)

    page = viewer.get(decision)

    assert "Heard of WP1." in page.main
    assert not any(stem and stem.strip() in page.main for stem in stems if len(stem or "") > 12)
    assert "Q-" in page.main
    assert page.buttons() == ["Sign out"]
    assert "Release" not in " ".join(viewer.get("/quality").buttons())


def test_reading_the_questions_of_a_decision_is_on_record(settings, overseer, decision):
    def seen() -> int:
        engine = db.engine(settings.database)
        with units.read_unit(engine) as store:
            by = known.by_email(store, "ines@example.org")
            count = store.scalar(sa.select(sa.func.count()).select_from(SetView).where(SetView.person_id == by.id))
        engine.dispose()
        return count

    before = seen()
    overseer.get(decision)

    assert seen() == before + 1


@pytest.mark.usefixtures("session")
def test_Q1_a_new_assessor_is_released_by_one_press(overseer):
    page = overseer.press(overseer.get("/quality"), "Release Grace Mensah")

    assert "Grace Mensah is released" in page.main
    assert "Release Grace Mensah" not in page.buttons()
    assert "Release Tom Okafor" in page.buttons()


def test_R10_all_of_an_assessor_that_may_be_are_confirmed_together(overseer, decision):
    assert "Confirm 1 of Grace Mensah" not in overseer.get("/quality").buttons()
    moderated(overseer, decision, "upheld")

    page = overseer.press(overseer.get("/quality"), "Confirm 1 of Grace Mensah")

    assert "One of Grace Mensah is confirmed." in page.main


def test_R5_exceptional_circumstances_are_recorded_for_a_fail(overseer, decision):
    page = overseer.get(decision)
    refused = overseer.press(page, "Record them")
    assert refused.status == 409

    done = post(overseer, page, "Record them", circumstances="Their home had flooded.")

    assert "Exceptional circumstances are recorded for this fail" in done.main
    assert "Record them" not in done.buttons()
