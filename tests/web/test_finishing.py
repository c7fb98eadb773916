"""From the last question to a submitted grade, by forms alone: nothing lost, nothing chosen, nothing too early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from qbank.app import create_app
from qbank.domain.openings import openings
from qbank.settings import Mode
from qbank.web.finishing.fields import of_criteria
from tests.domain.test_finishing import judged, sat
from tests.page import Client
from tests.web import an_organisation
from tests.web.a_finish import DISTINCTION, LATER, PASS, PLAN, checked, everything, post
from tests.web.conftest import let_go


@pytest.fixture
def app(settings) -> Iterator[Flask]:
    """A demonstration, after the session."""
    made = create_app(settings.model_copy(update={"mode": Mode.DEMO}), now=lambda: LATER)
    yield made
    let_go(made)


@pytest.fixture
def address(settings, assessor) -> str:
    """The finish of AS-00001, whose set is drawn."""
    session = f"/sessions/{an_organisation.public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(session), "Pull the question set")
    return f"{session}/finish"


def test_the_session_page_leads_to_the_finish_with_every_criterion_of_the_method(assessor, address):
    page = assessor.get(assessor.get(address.removesuffix("/finish")).link("Finish: criteria and grade"))

    assert page.heading == "Finish AS-00001"
    for code in (*PASS, *DISTINCTION):
        assert PLAN.criterion(code).text in page.main
    assert "are never scored" in page.main
    assert "0 of 10 are noted as asked" in page.main


def test_what_was_marked_while_asking_is_filled_in_with_its_source(assessor, address):
    live = assessor.get(address.replace("/finish", "/live"))
    question = next(each for each in live.all("fieldset") if "evidence-1-" in str(each.find(".//input").get("name")))
    name = question.find(".//input").get("name")
    assessor.press(live, "Save question 1", **{name: "met"})
    code = name.split("-")[2].removesuffix(".mark")

    page = assessor.get(address)

    assert page.by_id(f"holds-{code}-yes").get("checked") is not None
    assert "In the record: question 1: met." in page.main
    assert page.form("Save and check the grade").fields[f"sources-{code}"] == "question 1"


def test_nothing_is_lost_without_a_script_and_saving_twice_writes_nothing_twice(assessor, address):
    saved = post(
        assessor,
        assessor.get(address),
        "Save and stay here",
        **{"holds-WP1": "no", "text-WP1": "Nothing on the market."},
    )

    assert "Nothing is submitted yet" in saved.main
    assert saved.by_id("text-WP1").text == "Nothing on the market."
    before = len(entries(assessor, address))
    post(assessor, saved, "Save and stay here")
    assert len(entries(assessor, address)) == before


def entries(client: Client, address: str) -> list[dict]:
    return client.http.get(address.replace("/finish", "/live/entries")).json["entries"]


def test_two_pages_that_were_open_at_once_lose_nothing_and_must_be_settled(assessor, address):
    one, other = assessor.get(address), assessor.get(address)
    post(assessor, one, "Save and stay here", **everything())

    post(assessor, other, "Save and stay here", **{"holds-WP1": "no", "text-WP1": "No."})

    assert "WP1: it was judged in two ways" in assessor.get(f"{address}/check").main
    settled = post(assessor, assessor.get(address), "Save and check the grade", then="check", **everything())
    assert "judged in two ways" not in settled.main


def test_what_is_missing_is_listed_with_a_link_to_its_place(assessor, address):
    page = post(assessor, assessor.get(address), "Save and check the grade", then="check")

    assert page.heading == "Check the grade of AS-00001"
    assert "Before it can be submitted" in page.main
    assert page.link("Say how question 3 was asked.").endswith("/finish#question-3")
    assert "Submit the assessment" not in page.buttons()
    page = checked(assessor, address, **{"sources-WD1": []})
    assert page.link("WD1: say where its evidence came from.").endswith("/finish#criterion-WD1")


@pytest.mark.parametrize(
    ("met", "grade", "because"),
    [
        ((*PASS, *DISTINCTION), "Distinction", "All 16 criteria for a pass and all 9 for a distinction are met"),
        ((*PASS, *DISTINCTION[2:]), "Pass", "2 of 9 criteria for a distinction are not met: WD1, WD2"),
        ((*PASS[1:], *DISTINCTION), "Fail", "1 of 16 criteria for a pass is not met: WP1"),
    ],
)
def test_R2_R3_W9_the_grade_follows_and_is_explained_in_plain_words(assessor, address, met, grade, because):
    page = checked(assessor, address, **everything(met=met))

    assert page.all("p", css_class="grade")[0].text == grade
    assert because in page.main
    assert "Submit the assessment" in page.buttons()


def test_R10_what_is_submitted_is_fixed_and_a_correction_stands_beside_it(assessor, address):
    page = assessor.press(checked(assessor, address), "Submit the assessment")

    assert (page.heading, page.all("p", css_class="grade")[0].text) == ("Result of AS-00001", "Distinction")
    assert "not confirmed yet" in page.main
    assert assessor.get(address).path.endswith("/result")
    assert assessor.get(f"{address}/check").path.endswith("/result")
    session = assessor.get(address.removesuffix("/finish"))
    assert "Its record is closed." in session.main
    corrected = assessor.get(assessor.get(session.link("See the result")).link("Correct it"))
    refused = post(assessor, corrected, "Submit the correction", **{"holds-WP1": "no"})
    assert (refused.status, "A correction needs a reason." in refused.main) == (400, True)
    done = post(assessor, refused, "Submit the correction", because="I had misread my notes.", **everything(met=PASS))
    assert done.all("p", css_class="grade")[0].text == "Pass"
    assert "Number 1, submitted" in done.main
    assert "I had misread my notes." in done.main


def test_a_fail_indicator_beside_pass_criteria_that_are_all_met_needs_its_reason(assessor, address):
    page = checked(assessor, address, **{"seen-WF1": "yes"})
    assert "WF1 was seen, and every pass criterion is met" in page.main

    page = checked(assessor, address, **{"seen-WF1": "yes", "text-WF1": "Put right at once."})

    assert "WF1, a fail indicator, was seen. It is kept beside the grade and not scored." in page.main


def test_W6_nine_are_no_grade_but_an_incomplete_assessment(assessor, address):
    nine = everything(positions=range(1, 10)) | {"how-10": "not asked", "words-10": "A fire alarm."}
    page = checked(assessor, address, **nine)
    assert "9 of 10 questions were asked. Say why" in page.main

    page = checked(assessor, address, **nine, incomplete="The building was cleared.")
    page = assessor.press(page, "Submit as incomplete")

    assert page.all("p", css_class="grade")[0].text == "Incomplete"
    assert "The building was cleared." in page.main


def test_decision_23_outside_of_a_demonstration_nothing_is_graded_on_summaries(settings, address):
    app = create_app(settings, now=lambda: LATER)
    client = Client(app)
    client.sign_in("grace@example.org", an_organisation.PASSWORD)

    page = checked(client, address)
    assert "qbank standard import" in page.main
    assert page.buttons() == ["Sign out"]
    token = page.form("Sign out").fields["csrf_token"]
    refused = client.http.post(
        f"{address}/submit", data={"csrf_token": token}, headers={"Referer": "http://localhost/"}
    )
    assert refused.status_code == 409
    assert "nothing is graded on our summaries" in refused.text
    let_go(app)


def test_submitting_asks_for_the_password_when_it_was_given_some_time_ago(settings, address):
    times = [LATER]
    app = create_app(settings.model_copy(update={"mode": Mode.DEMO}), now=lambda: times[-1])
    client = Client(app)
    client.sign_in("grace@example.org", an_organisation.PASSWORD)
    page = checked(client, address)
    for minutes in (20, 40):
        times.append(LATER + timedelta(minutes=minutes))
        client.get(address)

    asked = client.press(page, "Submit the assessment")
    assert asked.status == 403
    done = client.press(asked, "Go on", password_again=an_organisation.PASSWORD)

    assert done.heading == "Result of AS-00001"
    let_go(app)


def test_a_correction_asks_for_the_password_again_too_and_goes_on_with_what_was_typed(settings, address):
    times = [LATER]
    app = create_app(settings.model_copy(update={"mode": Mode.DEMO}), now=lambda: times[-1])
    client = Client(app)
    client.sign_in("grace@example.org", an_organisation.PASSWORD)
    result = client.press(checked(client, address), "Submit the assessment")
    form = client.get(result.link("Correct it"))
    for minutes in (20, 40):
        times.append(LATER + timedelta(minutes=minutes))
        client.get(result.path)

    asked = post(client, form, "Submit the correction", because="I had misread my notes.", **everything(met=PASS))
    assert asked.status == 403
    assert "Number 1, submitted" not in client.get(result.path).main
    done = client.press(asked, "Go on", password_again=an_organisation.PASSWORD)

    assert "Number 1, submitted" in done.main
    assert done.all("p", css_class="grade")[0].text == "Pass"
    let_go(app)


def test_P2_the_pieces_that_were_received_are_offered_by_number_behind_a_link_that_stands_open_once_one_is_chosen(app):
    discussion = {"plan": PLAN, "method": PLAN.method("discussion")}
    offered = openings(PLAN, "discussion", {})
    fields = of_criteria(sat([judged("DP1", sources="portfolio piece 2")], pieces=3, **discussion), offered)
    macro = app.jinja_env.get_template("components/judgement.html").module.judgement

    chosen, other = (str(macro(each)) for each in fields if each.criterion.code in {"DP1", "DP2"})

    for html in (chosen, other):
        assert [number for number in range(1, 9) if f'value="portfolio piece {number}"' in html] == [1, 2, 3]
        assert 'value="portfolio"' in html
    assert 'value="portfolio piece 2" checked' in chosen
    assert '<details class="govuk-details" open>' in chosen
    assert '<details class="govuk-details">' in other
    none_received = [str(macro(each)) for each in of_criteria(sat([], **discussion), offered)]
    assert any('value="portfolio"' in html for html in none_received)
    assert not any("<details" in html for html in none_received)
