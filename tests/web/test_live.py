"""The live session without a script: each save is a form post, and what a script sends is kept once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qbank.domain.lifecycle import Replaced
from qbank.domain.people import COMMAND_LINE
from qbank.domain.record_entries import milliseconds
from qbank.services import extending
from qbank.services.replacing import Replacement
from qbank.services.seeds import SeedCipher
from qbank.storage.queries import sessions
from qbank.web.transaction import engine, reading
from tests.page import Client
from tests.web import an_organisation
from tests.web.an_organisation import NOW


@pytest.fixture
def address(settings, assessor) -> str:
    """The live page of AS-00001, whose set is drawn."""
    session = f"/sessions/{an_organisation.public_id(settings, 'AS-00001')}"
    assessor.press(assessor.get(session), "Pull the question set")
    return f"{session}/live"


def in_view(page) -> list[str]:
    return [each.get("data-panel") for each in page.all("section", css_class="panel") if each.get("hidden") is None]


def value(page, name: str) -> str:
    return page.by_id(name).text or ""


def sent(number: int, **other) -> dict:
    entry = {
        "entry": f"{number:032x}",
        "kind": "note",
        "position": 1,
        "follows": None,
        "device": "browser 1",
        "at": milliseconds(NOW),
        "said": {"text": f"note {number}"},
    }
    return entry | other


def send(client: Client, address: str, entries: object, token: str | None = None):
    token = token or client.http.get(f"{address}/entries").json["token"]
    return client.http.post(f"{address}/entries", json={"entries": entries}, headers={"X-CSRFToken": token})


def test_the_session_page_leads_to_the_live_session_with_its_first_question_in_view(assessor, address):
    page = assessor.get(assessor.get(address.removesuffix("/live")).link("Open the live session"))

    assert page.heading == "Live session AS-00001"
    assert in_view(page) == ["1"]
    assert "54:00 to 66:00" in page.main
    assert len(page.all("a", css_class="ask-list__link")) == 11


def test_another_question_is_chosen_by_its_address_and_an_unknown_one_is_the_first(assessor, address):
    assert in_view(assessor.get(f"{address}?q=7")) == ["7"]
    assert in_view(assessor.get(f"{address}?q=sitting")) == ["sitting"]
    assert in_view(assessor.get(f"{address}?q=99")) == ["1"]


def test_W5_the_page_says_when_the_sitting_began_and_between_which_times_it_ends_lawfully(assessor, address):
    page = assessor.press(assessor.get(address), "Begin the session")

    assert "Began midday. Ends lawfully between 12:54pm and 1:06pm." in page.main


def test_everything_about_a_question_is_saved_by_one_form_and_shown_again(assessor, address):
    filled = {
        "asked-3.how": "rephrased",
        "asked-3.wording": "And then?",
        "note-3.text": "Kept a log.\r\nDaily.",
        "supplementary-3.text": "Which log?",
        "supplementary-3.answer": "The blue one.",
    }
    page = assessor.get(f"{address}?q=3")
    form = page.form("Save question 3")

    assessor.http.post(form.path, data=form.fields | filled, headers={"Referer": "http://localhost/"})
    page = assessor.get(f"{address}?q=3")

    assert value(page, "asked-3.wording") == "And then?"
    assert value(page, "note-3.text") == "Kept a log.\nDaily."
    assert "Which log? The blue one." in page.main
    assert [each.text for each in page.all("span", css_class="ask-list__state")][2] == "rephrased"


def test_O6_a_supplementary_question_is_kept_with_the_question_that_it_followed(assessor, address):
    fill(assessor, f"{address}?q=2", "Save question 2", {"supplementary-2.text": "Which log?"})

    entries = assessor.http.get(f"{address}/entries").json["entries"]

    assert [(each["kind"], each["position"], each["said"]["text"]) for each in entries] == [
        ("supplementary", 2, "Which log?")
    ]


def fill(client: Client, path: str, button: str, filled: dict[str, str], status: int = 302) -> None:
    form = client.get(path).form(button)
    answer = client.http.post(form.path, data=form.fields | filled, headers={"Referer": "http://localhost/"})
    assert answer.status_code == status


def test_saving_without_a_change_and_pressing_twice_write_nothing(assessor, address):
    page = assessor.get(f"{address}?q=1")
    form = page.form("Save question 1")
    for _ in range(3):
        assessor.http.post(form.path, data=form.fields | {"note-1.text": "A note."})
    fill(assessor, f"{address}?q=1", "Save question 1", {})

    assert len(assessor.http.get(f"{address}/entries").json["entries"]) == 1


def test_a_form_that_was_filled_in_meanwhile_elsewhere_overwrites_nothing(assessor, address):
    first, second = (assessor.get(f"{address}?q=1").form("Save question 1") for _ in range(2))
    for form, words in ((first, "From one tab."), (second, "From another.")):
        assessor.http.post(form.path, data=form.fields | {"note-1.text": words})

    page = assessor.get(f"{address}?q=1")

    assert {value(page, "note-1.text"), *(li.text for li in page.all("li"))} >= {"From one tab.", "From another."}


def test_evidence_that_is_met_leaves_the_list_of_what_is_not_yet_evidenced(assessor, address):
    before = assessor.get(address)
    group = next(each for each in before.all("input") if each.get("name", "").startswith("evidence-1-"))
    code = group.get("name").split("-")[2].split(".")[0]

    fill(assessor, f"{address}?q=1", "Save question 1", {f"evidence-1-{code}.mark": "met"})
    page = assessor.get(address)

    hidden = [each.get("data-unmet") for each in page.all("li") if each.get("data-unmet") and "hidden" in each.attrib]
    assert hidden == [code]
    assert "questions 1" not in page.main


def test_a_criterion_that_no_question_opens_has_its_prescribed_probe_in_the_sitting(assessor, address):
    page = assessor.get(f"{address}?q=sitting")
    closed = [
        each for each in page.all("li") if each.get("data-unmet") and "prescribed probe" in "".join(each.itertext())
    ]
    probes = page.all("p", css_class="marks__probe")

    assert closed
    assert [each.text.split()[3].rstrip(".") for each in probes] == [each.get("data-unmet") for each in closed]


def test_the_sitting_as_a_whole_has_notes_reasons_and_evidence_of_its_own(assessor, address):
    filled = {"note.text": "Began late.", "reason-length.text": "An alarm.", "incomplete.because": "It went on."}
    fill(assessor, f"{address}?q=sitting", "Save the sitting", filled)

    page = assessor.get(f"{address}?q=sitting")

    assert [value(page, name) for name in filled] == ["Began late.", "An alarm.", "It went on."]


def test_a_sitting_that_ended_too_soon_is_asked_why_and_goes_on_when_that_was_a_slip(assessor, address):
    assessor.press(assessor.get(address), "Begin the session")
    ended = assessor.press(assessor.get(address), "End the session")
    shown = [each for each in ended.all("a") if each.get("data-why") is not None and each.get("hidden") is None]
    gone_on = assessor.press(ended, "Go on after all")

    assert len(shown) == 1
    assert "Ended midday." in ended.main
    assert "Ends lawfully between" in gone_on.main


def test_what_a_script_sends_is_kept_once_and_given_to_other_devices(assessor, address):
    first = send(assessor, address, [sent(1), sent(2)])
    again = send(assessor, address, [sent(1), sent(2), sent(3)])
    found = assessor.http.get(f"{address}/entries").json
    news = assessor.http.get(f"{address}/entries?after={found['last']}").json

    assert (first.json["kept"], first.json["refused"], first.json["saved"]) == (
        [f"{n:032x}" for n in (1, 2)],
        {},
        "midday",
    )
    assert again.json["kept"] == [f"{n:032x}" for n in (1, 2, 3)]
    assert [each["entry"] for each in found["entries"]] == again.json["kept"]
    assert (news["entries"], news["last"]) == ([], None)


def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(assessor, address):
    answer = send(assessor, address, [sent(1, position=99), sent(2, kind="opinion"), sent(3), "nothing"])

    assert answer.json["kept"] == [f"{3:032x}"]
    assert set(answer.json["refused"]) == {f"{1:032x}", f"{2:032x}", ""}


@pytest.mark.parametrize("body", [[], {"entries": "x"}, {"other": []}])
def test_a_body_that_is_no_batch_is_refused(assessor, address, body):
    token = assessor.http.get(f"{address}/entries").json["token"]

    answer = assessor.http.post(f"{address}/entries", json=body, headers={"X-CSRFToken": token})

    assert answer.status_code == 400


def test_a_batch_without_the_seal_of_this_sign_in_is_refused_and_the_new_one_is_given(assessor, address):
    old = assessor.http.get(f"{address}/entries").json["token"]
    assessor.press(assessor.get("/"), "Sign out")
    signed_out = assessor.http.get(f"{address}/entries")
    assessor.sign_in("grace@example.org", an_organisation.PASSWORD)

    assert signed_out.status_code == 302
    assert send(assessor, address, [sent(1)], token=old).status_code == 400
    assert send(assessor, address, [sent(1)]).json["kept"] == [f"{1:032x}"]


def test_a_sign_in_is_kept_alive_while_the_script_asks_what_is_new(app_at, address):
    """The idle time is 30 minutes: without the script's question every quarter of an hour, it would be over."""
    client = Client(app_at(NOW))
    client.sign_in("grace@example.org", an_organisation.PASSWORD)
    cookie = client.http.get_cookie("qbank")
    for minutes in (20, 40, 60, 80):
        later = Client(app_at(NOW + timedelta(minutes=minutes)))
        later.http.set_cookie("qbank", cookie.value)

        assert later.http.get(f"{address}/entries").status_code == 200

    too_late = Client(app_at(NOW + timedelta(minutes=80 + 31)))
    too_late.http.set_cookie("qbank", cookie.value)
    assert too_late.http.get(f"{address}/entries").status_code == 302


def test_a_substitute_stands_in_the_place_of_what_it_replaced_whose_notes_stay_in_view(
    app, settings, assessor, address
):
    fill(assessor, f"{address}?q=2", "Save question 2", {"note-2.text": "They knew it."})
    with app.app_context():
        session = sessions.session_by_reference(reading(), "AS-00001")
        cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
        wanted = Replacement(2, Replaced.KNOWN, "They told the group about it.")
        extending.extend(engine(), session.id, wanted, by=COMMAND_LINE, at=NOW, cipher=cipher)

    page = assessor.get(f"{address}?q=11")

    links = page.all("a", css_class="ask-list__link")
    assert [each.get("data-to") for each in links] == ["1", "11", *map(str, range(3, 11)), "2", "sitting"]
    assert "".join(links[1].itertext()).startswith("2 ")
    assert "".join(links[10].itertext()).endswith("replaced")
    assert in_view(page) == ["11"]
    assert value(page, "note-2.text") == "They knew it."
    fill(assessor, f"{address}?q=11", "Save question 2", {"note-11.text": "This one they did not."})
    assert value(assessor.get(f"{address}?q=11"), "note-11.text") == "This one they did not."


def test_to_another_assessor_the_live_session_does_not_exist(other_assessor, address):
    assert other_assessor.get(address).status == 404
    assert other_assessor.http.get(f"{address}/entries").status_code == 404


def test_a_session_without_its_set_has_no_live_page(settings, other_assessor):
    session = f"/sessions/{an_organisation.public_id(settings, 'AS-00003')}"

    assert other_assessor.get(f"{session}/live").status == 409


def test_after_the_window_the_questions_are_shown_only_while_the_sitting_goes_on(app_at, address):
    late = Client(app_at(NOW + timedelta(days=300)))
    late.sign_in("grace@example.org", an_organisation.PASSWORD)

    assert late.get(address).status == 409
    assert send(late, address, [sent(1, kind="began", position=None, said={})]).json["refused"] == {}
    assert late.get(address).status == 200
    ended = sent(2, kind="ended", position=None, said={}, at=milliseconds(NOW + timedelta(hours=1)))
    send(late, address, [ended])
    assert late.get(address).status == 409


def test_opening_the_live_session_is_a_view_of_the_set_on_record(assessor, overseer, address):
    assessor.get(address)

    assert "question set seen" in overseer.get("/audit").main.lower()
