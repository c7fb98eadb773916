"""Draw plans on the pages: what is in use, a plan fitted and rehearsed, and the press that puts it in use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from delivery.errors import TooManyStates
from qbank.app import create_app
from qbank.domain.people import COMMAND_LINE
from qbank.jobs.queue import Doing
from qbank.services import seeding, starter
from qbank.services.plan_rehearsals import KeptRehearsals, PlanRehearsal
from qbank.storage import db, units
from tests.shared_plans import shared_plans
from tests.web.an_organisation import NOW, STANDARD
from tests.web.conftest import let_go

DISCUSSION = f"/plans/{STANDARD}/discussion"
INTERVIEW = f"/plans/{STANDARD}/interview"
FIT, ADOPT = "Fit and rehearse", "Put this plan in use"

pytestmark = pytest.mark.usefixtures("few_sets")


@pytest.fixture
def app(settings):
    """The application, which does its long work before it answers; a bank is fitted once for all tests of the run."""
    settings.cache_folder.mkdir(exist_ok=True)
    shared_plans().folder.mkdir(parents=True, exist_ok=True)
    (settings.cache_folder / "plans").symlink_to(shared_plans().folder)
    made = create_app(settings, now=lambda: NOW, doing=Doing.AT_ONCE)
    yield made
    let_go(made)


@pytest.fixture
def few_sets(monkeypatch):
    """Rehearsals of a few hundred sets: what the pages say does not hang on how many there are."""
    monkeypatch.setattr("qbank.services.plan_rehearsals.rehearse_plan.__kwdefaults__", {"sets": 300, "progress": None})


def load(settings, *questions):
    engine = db.engine(settings.database)
    plan = starter.starter_plan(STANDARD)
    with units.write_unit(engine) as store:
        seeding.load_questions(store, plan, questions, by=COMMAND_LINE, at=NOW)
    engine.dispose()


def another_question():
    first = starter.starter_questions(STANDARD, "discussion")[0]
    return replace(first, reference="Q-2999", enemies=(), clones=())


def spoil(settings, digest):
    """Make the kept rehearsal of a plan one of which a set broke a rule."""
    kept = KeptRehearsals.of(settings)
    found = kept.of_plan(digest)
    assert isinstance(found, PlanRehearsal)
    kept.keep(replace(found, failures={"covers K5": 3}))


def test_the_list_says_which_methods_have_a_plan_and_which_have_none(manager):
    page = manager.get("/plans")

    live = len(starter.starter_questions(STANDARD, "interview"))
    assert f"Work-based project with interview Today at midday {live} nothing" in page.main
    assert "no plan in use" in page.main


def test_a_plan_is_fitted_rehearsed_looked_at_and_put_in_use(manager):
    rehearsed = manager.press(manager.get(DISCUSSION), FIT)
    assert "300 sets were drawn from this plan" in rehearsed.main
    assert "This plan is in use" not in rehearsed.main

    adopted = manager.press(rehearsed, ADOPT)

    assert "This plan is in use Sessions booked since today at midday follow it." in adopted.main
    assert "Done Sessions that are booked from now on follow this plan." in adopted.main
    assert "by Ewa Nowak" in manager.get(DISCUSSION).main
    assert "Draw plan adopted" in manager.get("/audit").main
    assert "rehearsed 300" in manager.get("/audit").main


def test_a_rehearsal_shows_every_question_and_what_earlier_sets_give_away(manager):
    page = manager.press(manager.get(DISCUSSION), FIT)

    questions = {question.reference for question in starter.starter_questions(STANDARD, "discussion")}
    assert all(reference in page.main for reference in questions)
    assert "No question is in more than" in page.response.text
    assert "After Questions Of a set" in page.main


def test_a_rehearsal_shows_what_the_sets_cover(manager):
    page = manager.press(manager.get(DISCUSSION), FIT)

    required = starter.starter_plan(STANDARD).specification("discussion").required
    covered = {tuple(cell.text.strip() for cell in row[:3:2]) for row in page.all("tr") if row[0].get("scope") == "row"}
    assert {(code, "100%") for code in required} <= covered


def test_a_plan_for_a_changed_bank_stands_beside_the_one_in_use(settings, manager):
    manager.press(manager.press(manager.get(DISCUSSION), FIT), ADOPT)
    load(settings, another_question())

    changed = manager.get(DISCUSSION)
    assert "Live now, and not in the plan Q-2999" in changed.main
    page = manager.press(changed, FIT)

    before = len(starter.starter_questions(STANDARD, "discussion"))
    assert f"Questions it draws from {before + 1} {before}" in page.main
    assert "Q-2999 new" in page.main


def test_a_plan_is_not_put_in_use_once_the_bank_has_changed(settings, manager):
    rehearsed = manager.press(manager.get(DISCUSSION), FIT)
    load(settings, another_question())

    refused = manager.press(rehearsed, ADOPT)

    assert refused.status == 409
    assert "The bank has changed since this draw plan was fitted" in refused.main
    assert "no plan in use" in manager.get("/plans").main
    assert ADOPT not in manager.get(rehearsed.path).main


def test_a_plan_whose_rehearsal_broke_a_rule_is_not_put_in_use(settings, manager):
    rehearsed = manager.press(manager.get(DISCUSSION), FIT)
    spoil(settings, rehearsed.path.rpartition("/")[2])

    refused = manager.press(rehearsed, ADOPT)

    assert refused.status == 409
    assert "covers K5: 3 of 300 sets It cannot be put in use." in manager.get(rehearsed.path).main


def test_a_plan_without_a_rehearsal_is_not_put_in_use(settings, manager):
    rehearsed = manager.press(manager.get(DISCUSSION), FIT)
    for file in (settings.cache_folder / "rehearsals").iterdir():
        file.unlink()

    refused = manager.press(rehearsed, ADOPT)

    assert "nobody has seen what it would ask" in refused.main
    assert "Not rehearsed here" in manager.get(rehearsed.path).main


def test_an_assessor_neither_sees_draw_plans_nor_the_way_to_them(assessor):
    assert assessor.get("/plans").status == 403
    assert "Draw plans" not in assessor.get("/").text


def test_whoever_may_only_see_finds_no_buttons(overseer):
    assert "Draw plans" in overseer.get("/").text

    assert FIT not in overseer.get(INTERVIEW).buttons()


def test_the_plan_in_use_can_be_rehearsed_afterwards(manager):
    in_use = next(path for path in manager.get(INTERVIEW).paths() if path.startswith(f"{INTERVIEW}/"))

    page = manager.press(manager.get(in_use), FIT)

    assert "How often each question is asked" in page.main


def test_a_job_is_told_to_nobody_but_whoever_asked(manager, assessor):
    done = manager.http.post(f"{DISCUSSION}/fit", data=manager.get(DISCUSSION).form(FIT).fields)

    assert manager.http.get(done.location).status_code == 302
    assert assessor.get(done.location).status == 404


def test_a_bank_without_a_lawful_set_is_told_with_the_smallest_change(manager, monkeypatch):
    def refuse(*_args, **_more):
        raise TooManyStates(70, None)

    monkeypatch.setattr("qbank.services.plan_cache.PlanCache.plan_for", refuse)

    page = manager.press(manager.get(DISCUSSION), FIT)

    assert "It cannot be done as things stand" in page.main


def test_no_method_and_no_plan_have_no_page(manager):
    for path in (f"/plans/{STANDARD}/no-such", "/plans/no-such/interview", f"{INTERVIEW}/{'0' * 64}"):
        assert manager.get(path).status == 404
