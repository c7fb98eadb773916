"""An offline copy from the pages' side: what is downloaded, what may send, what a page of another site may not."""

import base64
import hashlib
import io
import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.services import sealing
from qbank.storage import db, units
from qbank.storage.models import RecordEntry, SetView
from tests.domain.an_entry import as_sent
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD
from tests.web.test_sessions import path_of, pulled, stems_of

PASSPHRASE = "plinth heron drizzle 40 acorns"  # noqa: S105 - of copies that tests make


@pytest.fixture
def path(assessor, settings):
    pulled(assessor, settings)
    return path_of(settings, "AS-00001")


def seal(client, path):
    return client.get(path).form("Sign out").fields["csrf_token"]


def make(client, path, passphrase=PASSPHRASE, again=None):
    data = {"csrf_token": seal(client, path), "passphrase": passphrase, "again": again or passphrase}
    return client.http.post(f"{path}/offline", data=data)


def inside(html, passphrase=PASSPHRASE):
    """What the file's script sees after the passphrase."""
    known = json.loads(re.search(r'<script type="application/json" id="copy">(.*?)</script>', html)[1])
    keys = sealing.keys_of(passphrase, sealing.from_base64(known["salt"]))
    return json.loads(sealing.opened(known["questions"], keys.questions, mark=known["mark"]))


def counted(settings, table):
    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        found = store.scalars(sa.select(table).order_by(table.id)).all()
    engine.dispose()
    return found


def test_the_downloaded_file_holds_the_set_in_its_order_and_shows_none_of_it(assessor, path, settings):
    stems = [stem.split(" ", 1)[1] for stem in stems_of(assessor.get(f"{path}/set"))]

    answer = make(assessor, path)

    pack = inside(answer.text)
    asked = ["".join(run["text"] for run in question["stem"]) for question in pack["questions"]]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=AS-00001-offline-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(asked) == len(stems) == 10
    assert all(words[:20] in stem.replace("\n", " ") for words, stem in zip(asked, stems, strict=True))
    assert [words for words in (*asked, "Amira", pack["token"]) if words in answer.text] == []
    (view,) = [view for view in counted(settings, SetView) if view.how == "exported"]
    assert view.copy_mark in answer.text


def test_the_files_policy_allows_its_one_script_its_one_style_and_the_way_back(assessor, path):
    html = make(assessor, path).text

    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1].replace("&#39;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert policy == (
        f"default-src 'none'; script-src '{hash_of(scripts[0])}'; style-src '{hash_of(style)}'; font-src data:; "
        f"connect-src {inside(html)['server'].partition('/offline')[0]}; form-action 'none'; base-uri 'none'"
    )
    assert len(scripts) == 1
    assert "style=" not in html.replace(style, "")
    assert re.findall(r" on\w+=", html.replace(scripts[0], "")) == []


def hash_of(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pytest.mark.parametrize(
    ("passphrase", "again", "says"),
    [
        ("", "", "Enter a passphrase"),
        ("plinth", "plinth", "has not the right length"),
        ("passwordpassword", "passwordpassword", "would be guessed early"),
        ("Amira Hassan AS-00001", "Amira Hassan AS-00001", "would be guessed early"),
        (PASSPHRASE, "plinth", "must be the same"),
    ],
)
def test_a_weak_or_mistyped_passphrase_is_refused_before_anything_is_made(
    assessor, path, settings, passphrase, again, says
):
    answer = make(assessor, path, passphrase, again)

    assert answer.status_code == 400
    assert says in answer.text
    assert [view.how for view in counted(settings, SetView)] == ["read"]


def send(client, pack, entries, token=None, **headers):
    bearer = {"Authorization": f"Bearer {token or pack['token']}", "Origin": "null"} | headers
    return client.http.post(pack["server"], json={"entries": entries}, headers=bearer)


def test_a_copy_sends_without_a_sign_in_and_twice_is_once(assessor, visitor, path, settings):
    pack = inside(make(assessor, path).text)
    entries = [as_sent()]

    first, again = send(visitor, pack, entries), send(visitor, pack, entries)

    assert first.json == again.json == {"kept": [entries[0]["entry"]], "refused": {}, "changed": []}
    assert first.headers["Access-Control-Allow-Origin"] == "null"
    assert "Set-Cookie" not in first.headers
    assert len(counted(settings, RecordEntry)) == 1


def test_a_page_opened_from_a_file_may_ask_first_and_read_the_answer_and_no_site_may(visitor):
    asked = visitor.http.options("/offline/2222-2222/entries", headers={"Origin": "https://elsewhere.example"})

    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "null"
    assert asked.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "Access-Control-Allow-Credentials" not in asked.headers


def test_no_other_address_answers_to_pages_from_files(assessor, path):
    for address in ("/", path, f"{path}/set", "/sign-in"):
        answer = assessor.http.get(address, headers={"Origin": "null"})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("token", ["x", "A" * 43])
def test_without_its_token_nothing_is_kept_even_for_who_is_signed_in(assessor, path, settings, token):
    pack = inside(make(assessor, path).text)

    answer = send(assessor, pack, [as_sent()], token=token)

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (403, "null")
    assert counted(settings, RecordEntry) == []


def test_an_entry_that_cannot_be_kept_is_named_and_holds_up_no_other(assessor, visitor, path):
    pack = inside(make(assessor, path).text)
    lost = as_sent(entry="f" * 32, position=99)

    answer = send(visitor, pack, [lost, as_sent()])

    assert answer.json["kept"] == [as_sent()["entry"]]
    assert answer.json["refused"] == {"f" * 32: "The question set has no question at this place."}


def test_notes_are_uploaded_twice_and_kept_once(assessor, path, settings):
    page = assessor.get(f"{path}/offline/return")
    notes = {"format": "qbank-notes-1", "mark": "x", "entries": [as_sent()]}

    told = [upload(assessor, page, notes) for _ in range(2)]

    assert "1 entry kept, 0 were here already, 0 could not be kept." in told[0]
    assert "0 entries kept, 1 were here already, 0 could not be kept." in told[1]
    assert len(counted(settings, RecordEntry)) == 1


def upload(client, page, data):
    sent = {"csrf_token": page.form("Send the notes").fields["csrf_token"], "passphrase": ""}
    file = (io.BytesIO(json.dumps(data).encode()), "notes.json")
    answer = client.http.post(
        page.path, data=sent | {"file": file}, content_type="multipart/form-data", follow_redirects=True
    )
    return " ".join(re.sub("<[^>]*>", " ", answer.text).split())


def test_what_is_no_notes_file_is_refused_beside_its_field(assessor, path):
    page = assessor.get(f"{path}/offline/return")

    assert "This is no file of notes from an offline copy." in upload(assessor, page, {"format": "other"})


def test_someone_elses_session_has_no_offline_copy_for_me(assessor, settings, path):
    theirs = path_of(settings, "AS-00003")

    assert make(assessor, path).status_code == 200
    assert assessor.get(f"{theirs}/offline").status == 404
    data = {"csrf_token": seal(assessor, path), "passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert assessor.http.post(f"{theirs}/offline", data=data).status_code == 404


def test_the_clock_of_a_copy_goes_by_the_time_that_an_adjustment_gave(assessor, manager, path):
    key = path.rpartition("/")[2]
    asked = manager.press(manager.get(f"/bookings/{key}/adjustments"), "Approve the adjustment", change="time")
    before = inside(make(assessor, path).text)["times"]
    manager.press(asked, "Approve the adjustment", minutes="15", because="Dyslexia")

    times = inside(make(assessor, path).text)["times"]

    live = next(one for one in assessor.get(f"{path}/live").tree.iter("div") if one.get("id") == "record")
    assert (before["least"], before["most"]) == (54 * 60, 66 * 60)
    assert (times["least"], times["most"]) == (67.5 * 60, 82.5 * 60)
    assert [int(live.get(f"data-{name}")) for name in ("shortest", "longest")] == [times["least"], times["most"]]


def test_the_copy_offers_every_criterion_with_the_marks_and_sources_of_the_live_session(assessor, path):
    pack = inside(make(assessor, path).text)

    levels = {each["level"] for each in pack["marked"]["criteria"]}
    assert len(pack["marked"]["criteria"]) == 25
    assert levels == {"pass", "distinction"}
    assert pack["marked"]["source"] == "report"
    assert pack["marks"] == ["met", "not yet", "not seen"]
    assert "supplementary question" in pack["sources"]


def test_a_mark_of_a_copy_comes_back_as_an_entry_of_the_live_session(assessor, visitor, path):
    pack = inside(make(assessor, path).text)
    criterion = pack["questions"][0]["criteria"][0]["code"]
    said = {"criterion": criterion, "mark": "met", "source": "annex", "text": ""}
    entry = as_sent(kind="evidence", position=1, said=said)

    assert send(visitor, pack, [entry]).json["refused"] == {}

    page = assessor.get(f"{path}/live")
    chosen = [one.get("value") for one in page.tree.iter("input") if one.get("checked") is not None]
    assert "met" in chosen


def replace_the_first(assessor, path):
    page, because = assessor.get(f"{path}/replace/1"), "The apprentice heard it from a colleague."
    done = assessor.press(page, "Replace the question by lot", reason="known to the apprentice", because=because)
    assert "Another question was drawn in its place" in done.main


def test_a_question_replaced_after_the_copy_was_made_is_told_to_the_copy_and_at_its_return(
    app_at, assessor, visitor, path
):
    pack = inside(make(assessor, path).text)
    assert send(visitor, pack, []).json["changed"] == []
    later = Client(app_at(NOW + timedelta(minutes=5)))
    later.sign_in("grace@example.org", PASSWORD)

    replace_the_first(later, path)

    (told,) = send(visitor, pack, []).json["changed"]
    assert told["position"] == 1
    assert told["words"].startswith(f"{pack['questions'][0]['reference']} was replaced after this copy was made")
    notes = {"format": "qbank-notes-1", "mark": "x", "entries": [as_sent(device=f"offline {pack['mark']}")]}
    assert told["words"].partition(":")[0] in upload(later, later.get(f"{path}/offline/return"), notes)
    again = inside(make(later, path).text)
    assert send(visitor, again, []).json["changed"] == []
