"""A question that cannot be asked, KSBs left open, a second sitting: by lot each time, in a real browser."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from qbank.domain.people import COMMAND_LINE
from qbank.services import session_requests
from qbank.services.seeds import SeedCipher
from qbank.storage import db, draw_plans, units
from qbank.storage.queries import standards
from review.days import day_in_uk
from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.a_live_session import MortalDemo, begin, is_saved, open_live
from tests.journeys.an_own_demo import own, signed_in
from tests.journeys.test_standard_sets import book, pulled, the_hour_passes
from tests.web.an_organisation import STANDARD, seeds_of
from tests.web.test_exchanging import first_bound

__all__ = ["own", "signed_in"]


def references(page: Page) -> list[str]:
    """Of the questions on the page, in its order."""
    page.wait_for_load_state()
    return re.findall(r"Q-\d{4}", " ".join(page.locator(".question__facts .reference").all_inner_texts()))


def to_the_set(page: Page, session: str) -> list[str]:
    page.goto(f"{session}/set")
    page.get_by_role("heading", level=1, name="Question set").wait_for()
    return references(page)


def drawn_by_lot(page: Page) -> int:
    """How many came: where the set that was drawn has nothing to put in one place alone, the page asks, and two do."""
    page.get_by_role("heading", level=1, name=re.compile("Live session|and one more")).wait_for()
    page.wait_for_load_state()
    two = page.get_by_role("button", name="Replace two questions by lot")
    if not two.count():
        expect(page.get_by_role("main")).to_contain_text("Another question was drawn in its place")
        return 1
    two.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Two questions were replaced together")
    return 2


def test_a_question_is_replaced_by_lot_from_the_live_session_by_keyboard_alone(signed_in):
    page = signed_in("assessor")
    session = open_live(page, "interview").partition("/live")[0]
    before = to_the_set(page, session)
    page.goto(f"{session}/live?q=3")
    begin(page)
    is_saved(page)

    page.locator("[data-panel]:not([hidden])").get_by_role("link", name="Replace question 3").press("Enter")
    page.get_by_role("heading", level=1, name="Replace question 3").wait_for()
    page.get_by_role("button", name="Replace the question by lot").press("Enter")
    page.get_by_role("alert").wait_for()
    faults = barriers(page)
    page.get_by_label("Known to the apprentice").press("Space")
    page.get_by_label("In a sentence").press_sequentially("The apprentice says that a colleague was asked this.")
    picture(page, "replace")
    page.get_by_role("button", name="Replace the question by lot").press("Enter")
    faults += barriers(page)
    came = drawn_by_lot(page)
    faults += barriers(page)
    picture(page, "replaced-live")
    after = to_the_set(page, session)
    faults += barriers(page)
    page.goto(f"{session}/replace/3")  # what is replaced leads to what came, for whoever goes back and presses again

    expect(page.get_by_role("heading", level=1, name="Live session")).to_be_visible()
    assert before[2] not in after[:10]
    assert len(set(after[:10]) - set(before)) == came
    assert len(set(after[:10]) & set(before)) == 10 - came
    assert faults == []
    assert overflow(page) == 0


def test_what_an_observation_left_open_is_asked_for_by_lot_without_any_script(signed_in):
    page = signed_in("assessor", java_script_enabled=False)
    session = open_live(page, "observation").partition("/live")[0]
    before = to_the_set(page, session)
    page.goto(f"{session}/gaps")
    page.get_by_role("button", name="Draw the questions").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^S4:")).check()
    page.get_by_role("checkbox", name=re.compile("^B9:")).check()
    page.get_by_label("Minutes left for questions").fill("3.5")

    page.get_by_role("button", name="Draw the questions").click()

    expect(page.get_by_role("main")).to_contain_text(re.compile("questions? drawn for what was left open"))
    after = to_the_set(page, session)
    asked = set(after) - set(before)
    assert 1 <= len(asked) <= 2
    assert set(before) < set(after)
    told = " ".join(page.get_by_role("article").filter(has_text=re.compile("|".join(asked))).all_inner_texts())
    assert "S4" in told
    assert "B9" in told


def test_a_resit_shares_no_question_with_the_first_sitting(signed_in, own):
    page = signed_in("assessor")
    page.goto("/sessions")
    row = page.get_by_role("row").filter(has_text="re-sit").first
    reference = re.search(r"AS-\d+", row.inner_text()).group()

    again = to_the_set(page, row.get_by_role("link").first.get_attribute("href"))

    attempts = drawn_for_the_apprentice_of(own.database, reference)
    assert len(again) >= 3
    assert set(again) == attempts.pop(reference)
    assert len(attempts) == 1
    assert set(again) & next(iter(attempts.values())) == set()


def test_a_re_sit_by_the_draw_is_booked_and_pulled_by_press_and_shares_nothing_with_the_first_sitting(signed_in, own):
    manager = signed_in("manager")
    name = next(each for each in own.passwords if each.startswith("assessor"))
    book(manager, name)
    assessor = signed_in("assessor")
    first = pulled(assessor)
    the_hour_passes(own)

    book(manager, name, again=True)
    expect(manager.get_by_role("main")).to_contain_text("12 months after the first sitting")
    faults = barriers(manager)
    reference = re.search(r"AS-\d+", manager.get_by_role("heading", level=1).inner_text()).group()
    second = pulled(assessor, sitting="re-sit")
    faults += barriers(assessor)

    attempts = drawn_for_the_apprentice_of(own.database, reference)
    assert attempts.pop(reference) == second
    assert list(attempts.values()) == [first]
    assert len(first) >= 3
    assert len(second) >= 3
    assert not first & second
    assert faults == []


def test_what_is_refused_where_an_observation_left_ksbs_open_is_said_to_everybody(signed_in):
    page = signed_in("assessor")
    session = open_live(page, "observation").partition("/live")[0]
    page.goto(f"{session}/gaps")
    page.get_by_role("button", name="Draw the questions").click()
    page.get_by_text("There is a problem").wait_for()
    faults = barriers(page)

    for box in page.get_by_role("checkbox").all()[:6]:
        box.check()
    page.get_by_label("Minutes left for questions").fill("0.25")
    page.get_by_role("button", name="Draw the questions").click()
    page.get_by_text("No questions were drawn").wait_for()

    assert [*faults, *barriers(page)] == []
    assert overflow(page) == 0


def interview_of(own: MortalDemo, who: str, number: int, *, remote: bool = False) -> int:
    """Book an interview in an hour; returns the position of a question of its set that nothing replaces alone."""
    at, engine = datetime.now(tz=UTC), db.engine(own.url)
    with units.write_unit(engine) as store:
        row = standards.plan_version(store, STANDARD)
        label, position = first_bound(draw_plans.plan(store, draw_plans.adopted(store, row.id, "interview").id))
        asked = session_requests.Request(
            standard=STANDARD,
            method="interview",
            apprentice=f"AP-{number:04}",
            name=who,
            employer="Ash Lanterns",
            provider="Tallow Training",
            assessor=next(each for each in own.passwords if each.startswith("assessor")),
            starts_at=at + timedelta(hours=1),
            place="Room 2",
            remote=remote,
            started=day_in_uk(at),
            because="The apprentice moves abroad.",
        )
        cipher = SeedCipher.from_secret(own.settings["QBANK_SEED_KEY"])
        with seeds_of(label):
            session_requests.book(store, asked, by=COMMAND_LINE, at=at, cipher=cipher)
    engine.dispose()
    return position


def test_what_is_refused_before_a_set_opens_holds_no_barrier(signed_in, own):
    interview_of(own, "Robin Oak", 803, remote=True)
    page = signed_in("assessor")
    page.goto("/sessions")
    page.get_by_role("row").filter(has_text="Robin Oak").get_by_role("link").first.click()
    page.get_by_role("heading", level=1, name="Session AS-").wait_for()
    session, faults = page.url, []
    page.get_by_role("button", name="Pull the question set").click()
    page.get_by_text("The question set stays shut").wait_for()
    faults += barriers(page)
    page.goto(f"{session}/prepare")

    for press in ("Record the declaration", "Record the check of identity", "Record the room check"):
        page.get_by_role("button", name=press).click()
        page.get_by_role("alert").wait_for()
        expect(page).to_have_title(re.compile("^Error: "))
        faults += barriers(page)
    page.get_by_role("radio", name="I declare an interest").check()
    page.get_by_role("button", name="Record the declaration").click()
    page.get_by_text("An interest needs a sentence about it").wait_for()

    assert [*faults, *barriers(page)] == []
    assert overflow(page) == 0


def test_the_page_that_asks_what_was_asked_and_its_refusal_hold_no_barrier(signed_in, own):
    position = interview_of(own, "Robin Ash", 802)
    page = signed_in("assessor")
    pulled(page, who="Robin Ash")
    page.goto(f"{page.url.removesuffix('/set')}/replace/{position}")
    page.get_by_label("Faulty or unclear").check()
    page.get_by_label("In a sentence").fill("Two questions in one.")

    page.get_by_role("button", name="Replace the question by lot").click()
    page.get_by_role("heading", level=1, name="and one more").wait_for()
    faults = barriers(page)
    picture(page, "exchange")
    wide = overflow(page)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Replace two questions by lot").click()
    page.get_by_text("Go on with the others, and record this one as not asked.").wait_for()

    assert [*faults, *barriers(page)] == []
    assert wide == overflow(page) == 0


def drawn_for_the_apprentice_of(database: Path, reference: str) -> dict[str, set[str]]:
    """By session, what was drawn by that method for that apprentice: sets of the past are not shown on any page."""
    asked = """
        SELECT other.reference, questions.reference
        FROM assessment_sessions AS one
        JOIN assessment_sessions AS other ON other.apprentice_id = one.apprentice_id AND other.method = one.method
        JOIN question_sets ON question_sets.assessment_session_id = other.id
        JOIN set_questions ON set_questions.question_set_id = question_sets.id
        JOIN questions ON questions.id = set_questions.question_id
        WHERE one.reference = ?"""
    found: dict[str, set[str]] = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for session, question in connection.execute(asked, (reference,)):
            found.setdefault(session, set()).add(question)
    return found
