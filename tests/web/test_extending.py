"""In the room: a question is replaced by lot with one form, and an observation's gaps are questioned with another."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import Adjusted, Interest
from qbank.domain.record_entries import milliseconds
from qbank.services import booking, preparing
from qbank.services.preparing import Change
from qbank.services.seeds import SeedCipher
from qbank.storage import db, units
from qbank.storage.models import Apprentice, AssessmentSession, PlanVersion, SetExtension
from qbank.storage.queries.people import by_email
from tests.page import Client
from tests.web import an_organisation
from tests.web.an_organisation import NOW

BECAUSE = "The apprentice heard it from a colleague."


@pytest.fixture
def session(settings, assessor) -> str:
    """The address of AS-00001, whose set is drawn."""
    address = f"/sessions/{an_organisation.public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(address), "Pull the question set")
    return address


def references(page) -> list[str]:
    return ["".join(each.itertext()).split(",")[0] for each in page.all("span", css_class="reference")][:10]


def replaced(client: Client, session: str, position: int = 3):
    form = client.get(client.get(f"{session}/live?q={position}").link(f"Replace question {position}"))
    page = client.press(form, "Replace the question by lot", reason="known to the apprentice", because=BECAUSE)
    assert "Another question was drawn in its place" in page.main
    return page


def test_a_question_is_replaced_from_the_live_page_and_the_substitute_is_in_view(assessor, session):
    before = references(assessor.get(f"{session}/set"))

    page = replaced(assessor, session)

    after = references(assessor.get(f"{session}/set"))
    assert "Another question was drawn in its place" in page.main
    assert f"in place of {before[2]}, known to the apprentice" in page.main
    assert before[2] not in after
    assert [one for one in after if one in before] == before[:2] + before[3:]


def test_a_replaced_question_leads_to_what_came_and_cannot_be_replaced_twice(assessor, session):
    replaced(assessor, session)

    again = assessor.get(f"{session}/replace/3")

    assert again.heading == "Live session AS-00001"
    assert "in place of" in again.main


def test_what_was_typed_stays_when_something_is_missing(assessor, session):
    form = assessor.get(f"{session}/replace/3")

    page = assessor.press(form, "Replace the question by lot", because=BECAUSE)

    assert page.status == 400
    assert "Select why it cannot be asked" in page.main
    assert BECAUSE in page.main


def test_as_many_as_may_be_are_replaced_and_then_the_page_offers_it_no_more(assessor, session):
    replaced(assessor, session, 1)
    replaced(assessor, session, 2)

    page = assessor.get(f"{session}/live?q=4")
    refused = assessor.press(
        assessor.get(f"{session}/replace/4"), "Replace the question by lot", reason="faulty or unclear", because=BECAUSE
    )

    assert "Replace question 4" not in page.main
    assert refused.status == 409
    assert "2 questions were replaced in this session, as many as may be." in refused.main


def test_the_pack_prints_the_substitute_and_not_what_it_replaced(assessor, session):
    before = references(assessor.get(f"{session}/set"))
    replaced(assessor, session)

    pack = assessor.get(f"{session}/pack")

    assert before[2] not in pack.main
    assert before[3] in pack.main


def test_an_interview_has_no_gaps_to_question(assessor, session):
    assert assessor.get(f"{session}/gaps").status == 409


@pytest.fixture
def observation(settings, assessor) -> str:
    """The address of an observation that starts now, its set drawn."""
    engine = db.engine(settings.database)
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
    with an_organisation.seeds_of("an observation"), units.write_unit(engine) as store:
        row = store.scalars(sa.select(PlanVersion)).one()
        an_organisation.adopt(store, row, "observation")
        grace = by_email(store, "grace@example.org")
        made = booking.book(
            store,
            apprentice=store.scalars(sa.select(Apprentice).where(Apprentice.reference == "AP-0001")).one(),
            method="observation",
            assessor=grace,
            starts_at=NOW + timedelta(minutes=5),
            place="The shop",
            by=COMMAND_LINE,
            at=NOW,
            cipher=cipher,
        )
        preparing.declare(store, made, Interest.NONE, by=grace.actor, at=NOW)
        found = made.public_id
    engine.dispose()
    assessor.press(assessor.get(f"/sessions/{found}"), "Pull the question set")
    return f"/sessions/{found}"


def tick(client: Client, address: str, *codes: str) -> None:
    """Say in the record that these were not evidenced."""
    keep(client, address, *(an_entry("gap", {"ksb": code, "open": True}) for code in codes))


def an_entry(kind, said, *, minutes=0, follows=None):
    """One of a record, as a script sends it."""
    return {
        "entry": secrets.token_hex(16),
        "kind": kind,
        "position": None,
        "follows": follows,
        "device": "browser 1",
        "at": milliseconds(NOW + timedelta(minutes=minutes)),
        "said": said,
    }


def questioned(client: Client, address: str, *, minutes: int) -> None:
    """Let the record show so many minutes of questioning, from the beginning of the sitting."""
    began = an_entry("questioning", {"on": True}, minutes=-minutes)
    ended = an_entry("questioning", {"on": False}, follows=began["entry"])
    keep(client, address, an_entry("began", {}, minutes=-minutes), began, ended)


def keep(client: Client, address: str, *entries: dict[str, object]) -> None:
    """Send entries of the record, as the live session's script does; each is kept."""
    token = client.http.get(f"{address}/live/entries").json["token"]
    headers = {"X-CSRFToken": token}
    answer = client.http.post(f"{address}/live/entries", json={"entries": entries}, headers=headers)
    assert answer.json["refused"] == {}


def test_O6_what_was_ticked_is_offered_and_questions_are_drawn_for_exactly_that(assessor, observation):
    before = len(assessor.get(f"{observation}/set").all("h3", css_class="question__stem"))
    tick(assessor, observation, "S9", "B6")
    page = assessor.get(assessor.get(f"{observation}/live?q=sitting").link("Draw questions for what is ticked"))
    boxes = [
        box.get("value")
        for box in page.all("input")
        if box.get("type") == "checkbox" and box.get("checked") is not None
    ]

    drawn = assessor.press(page, "Draw the questions")

    assert sorted(boxes) == ["B6", "S9"]
    assert page.by_id("minutes").get("value") == "9.00"
    assert "drawn for what was left open" in drawn.main
    after = assessor.get(f"{observation}/set").all("h3", css_class="question__stem")
    assert before < len(after) <= before + 2


def test_O5_too_little_time_is_refused_with_what_would_do(assessor, observation):
    page = assessor.get(f"{observation}/gaps")

    refused = assessor.press(page, "Draw the questions", ksbs=["S9", "B6", "S10"], minutes="0.5")

    assert refused.status == 409
    assert "The smallest change" in refused.main


def seconds_used(settings) -> int:
    """The time that the certificate of the last extension says its questions were drawn for."""
    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        last = store.scalars(sa.select(SetExtension).order_by(SetExtension.number.desc())).first()
        found = json.loads(last.certificate)["gaps"]["seconds"]
    engine.dispose()
    return found


def test_O5_questions_are_drawn_for_the_minutes_that_are_left_whatever_is_typed(assessor, observation, settings):
    questioned(assessor, observation, minutes=5)
    page = assessor.get(f"{observation}/gaps")

    drawn = assessor.press(page, "Draw the questions", ksbs=["S9"], minutes="9.00")

    assert page.by_id("minutes").get("value") == "4.00"
    assert "drawn for what was left open" in drawn.main
    assert seconds_used(settings) == 240


def test_O5_with_no_time_left_nothing_is_drawn_and_the_page_says_what_to_do(assessor, observation):
    questioned(assessor, observation, minutes=9)

    refused = assessor.press(assessor.get(f"{observation}/gaps"), "Draw the questions", ksbs=["S9"], minutes="1.00")

    assert refused.status == 409
    assert "No time is left for questions." in refused.main
    assert "Ask in your own words" in refused.main


def test_O5_an_approved_adjustment_gives_more_time_for_questions_too(assessor, observation, settings):
    engine = db.engine(settings.database)
    with units.write_unit(engine) as store:
        session = store.scalars(sa.select(AssessmentSession).where(AssessmentSession.method == "observation")).one()
        change, ewa = Change(Adjusted.TIME, extra_minutes=20), by_email(store, "ewa@example.org").actor
        preparing.adjust(store, session, change, because="More time to read", by=ewa, at=NOW)
    engine.dispose()
    page = assessor.get(f"{observation}/gaps")

    assessor.press(page, "Draw the questions", ksbs=["S9"])

    assert page.by_id("minutes").get("value") == "12.00"
    assert seconds_used(settings) == 720
