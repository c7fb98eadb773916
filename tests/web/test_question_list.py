"""The list of questions as its address asks for it: filters, words, order, pages, and acts on what is chosen."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from qbank.domain.access import Role
from qbank.domain.bank_list import Sort, Wanted
from qbank.domain.lifecycle import State
from qbank.domain.people import COMMAND_LINE
from qbank.services import passwords, people
from qbank.web import transaction
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD
from tests.web.test_bookings import in_database
from tests.web.test_writing import begun, filled

EVERY = 426


@pytest.fixture
def ewa(app):
    """The bank manager."""
    client = Client(app)
    client.sign_in("ewa@example.org", PASSWORD)
    return client


@pytest.fixture
def ada(settings, app):
    """An author."""

    def work(store):
        roles, password = [Role.AUTHOR], passwords.hashed(PASSWORD)
        people.create(
            store, name="Ada", email="ada@example.org", password=password, roles=roles, by=COMMAND_LINE, at=NOW
        )

    in_database(settings, work)
    client = Client(app)
    client.sign_in("ada@example.org", PASSWORD)
    return client


def listed(page) -> list[str]:
    return [path.rpartition("/")[2] for path in page.paths() if path.startswith("/questions/Q-")]


def test_the_list_has_pages_of_fifty_and_says_how_many_there_are(ewa):
    page = ewa.get("/questions")

    assert f"{EVERY} questions, page 1 of 9" in page.main
    assert (len(listed(page)), listed(page)[0]) == (50, "Q-0001")
    following = ewa.get(page.link("Next page: 2 of 9"))
    assert listed(following)[0] == "Q-0051"
    assert "Previous page: 1 of 9" in following.main
    assert len(listed(ewa.get("/questions?page=9"))) == EVERY - 400


def test_a_filter_is_in_the_address_stays_on_the_page_and_is_named_beside_the_count(ewa):
    page = ewa.press(ewa.get("/questions"), "Show", ksb="K4", method="interview", state="live")

    assert f"of {EVERY} questions, filtered by method interview, KSB K4 and state live" in page.main
    assert page.form("Show").fields["ksb"] == "K4"
    assert 0 < len(listed(page)) <= 50
    assert page.link("Show all questions") == "/questions"
    down = ewa.get(page.link("Author"))
    assert listed(down) != []
    assert "filtered by method interview, KSB K4 and state live" in down.main


def test_words_find_questions_and_a_reference_leads_to_its_page(ewa):
    found = ewa.press(ewa.get("/questions"), "Show", words="custom expect")

    assert "filtered by words beginning “custom expect”" in found.main
    assert listed(found) != []
    assert ewa.press(found, "Show", words="q-0042").path == "/questions/Q-0042"
    none = ewa.press(found, "Show", words='xyzzy" OR *')
    assert f"0 of {EVERY} questions" in none.main
    assert "No question is like that." in none.main


def test_a_column_puts_the_list_in_order_and_again_turns_it_round(ewa):
    down = ewa.get(ewa.get("/questions").link("Question"))
    up = ewa.get(down.link("Question"))

    assert listed(down) == sorted(listed(down), reverse=True)
    assert (listed(down)[0] > "Q-2000", listed(up)[0]) == (True, "Q-0001")
    headers = [each.get("aria-sort") for each in down.all("th") if each.get("aria-sort")]
    assert headers.count("descending") == 1
    assert headers.count("none") == 6


def test_what_is_chosen_on_the_list_is_taken_out_after_a_page_that_confirms(ewa):
    page = ewa.get("/questions?state=live")
    chosen = ewa.get(page.link("Choose all on this page"))
    ticked = [
        each for each in chosen.all("input") if each.get("name") == "question" and each.get("checked") is not None
    ]
    assert len(ticked) == 50

    confirm = ewa.get("/questions/acts/rest?question=Q-0003&question=Q-0004")
    form = confirm.form("Rest 2 questions")
    sent = form.fields | {"question": ["Q-0003", "Q-0004"], "because": "Heard in a forum"}
    ewa.http.post(form.path, data=sent, headers={"Referer": "http://localhost/"})

    assert listed(ewa.get("/questions?state=resting")) == ["Q-0003", "Q-0004"]


def test_a_page_of_acts_without_a_choice_says_so_and_every_page_below_a_main_page_marks_it(ewa):
    nothing = ewa.get("/questions/acts/rest")

    assert nothing.heading == "Rest questions"
    for page, section in (
        (nothing, "Questions"),
        (ewa.get("/gaps"), "Questions"),
        (ewa.get("/reviews"), "Annual review"),
    ):
        (here,) = [each for each in page.all("a") if each.get("aria-current") == "true"]
        assert here.text == section


def test_an_author_sees_the_list_without_acts_and_finds_words_of_drafts_too(ada):
    filled(ada, begun(ada), stem="In your project, how did the quay shape what you found?")

    page = ada.get("/questions")
    assert "Rest those chosen" not in page.buttons()
    assert "how did the quay shape" in ada.get("/questions?words=quay+shap").main
    assert "how did the quay shape" not in ada.get("/questions?words=lighthouse").main


def test_what_a_view_finds_is_exported_and_nothing_else(ewa):
    page = ewa.get("/questions?ksb=K4&method=interview")
    many = len(listed(page))

    export = ewa.get(f"/questions/export?{page.link(f'Export these {many} questions').partition('?')[2]}")

    assert f"it holds only the {many} questions that the list found" in export.main
    chosen = [each.get("value") for each in export.all("input") if each.get("name") == "reference"]
    assert chosen == listed(page)


def test_an_address_that_means_nothing_shows_the_whole_list():
    assert Wanted.of({"state": "eaten", "sort": "x", "page": "-3", "used": "1", "down": "yes"}) == Wanted()
    assert Wanted.of({"page": "99999999"}).page == 1
    assert Wanted.of({"words": "\0a" * 500}).words == "a" * 200


def test_an_address_says_what_the_view_is_and_back():
    view = Wanted(words="lamp", ksb="K1", state=State.LIVE, sort=Sort.USED, down=True, page=3)

    assert Wanted.of(view.address(page=3)) == view
    assert view.turned(Sort.USED)["sort"] == "used"
    assert "down" not in view.turned(Sort.USED)
    assert Wanted().address() == {}


@contextmanager
def counting(app):
    """How many queries the application asks meanwhile, as the length of what it gives."""
    asked: list[str] = []
    with app.app_context():
        engine = transaction.engine()

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_a_page_of_fifty_and_five_drafts_takes_as_many_queries_as_a_page_of_few(app, ada):
    found = []
    for drafts, address, lines in (
        (1, "/questions?words=foresee+later+effect", range(1, 5)),
        (4, "/questions?words=project", {50}),
    ):
        for _ in range(drafts):
            filled(ada, begun(ada))
        ada.get(address)  # what is kept in memory is there by now
        with counting(app) as asked:
            page = ada.get(address)
        assert len(listed(page)) in lines
        found.append(asked)

    assert len(found[0]) == len(found[1]), [set(found[0]) ^ set(found[1])]
