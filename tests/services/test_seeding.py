from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import COMMAND_LINE
from qbank.domain.pools import pool_of as pool_of_files
from qbank.services import audit, seeding
from qbank.services.starter import starter_codes, starter_plan
from qbank.storage import plan_bodies, pools, units
from qbank.storage.db import Base
from qbank.storage.models import InService, Question, QuestionVersion
from qbank.storage.queries import standards
from tests.services.a_bank import METHOD, NOW, a_plan, questions, the_plan_version
from tests.storage.a_history import move


def rows(engine) -> dict[str, int]:
    with units.read_unit(engine) as store:
        return {
            name: store.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def load(engine, wanted):
    return units.in_write_unit(
        engine, lambda store: seeding.load_questions(store, a_plan(), wanted, by=COMMAND_LINE, at=NOW)
    )


def changed(question, **content):
    return replace(question, content=replace(question.content, **content))


@pytest.mark.parametrize("code", [None, *starter_codes()])
def test_a_plan_comes_back_from_its_kept_text_equal(code):
    plan = a_plan() if code is None else starter_plan(code)

    text = plan_bodies.text_of(plan)

    assert plan_bodies.plan_from(json.loads(text)) == plan
    assert plan_bodies.text_of(plan_bodies.plan_from(json.loads(text))) == text


def test_the_plan_read_from_the_database_is_the_one_that_was_loaded(bank):
    with units.read_unit(bank) as store:
        assert standards.plan_of(store, a_plan().standard) == a_plan()
        assert standards.plans(store) == [a_plan()]
        assert standards.plan_of(store, "nowhere") is None


def test_a_second_load_changes_no_row_at_all(bank):
    before = rows(bank)
    with units.write_unit(bank) as store:
        seeding.load_standard(store, a_plan(), by=COMMAND_LINE, at=NOW)

    again = load(bank, questions())

    assert (again.new, again.changed, again.unchanged, again.pairs) == (0, 0, 60, 0)
    assert rows(bank) == before


def test_the_same_version_of_a_plan_with_another_text_is_refused(bank):
    with pytest.raises(RuleBroken, match="kept with another text"):
        units.in_write_unit(
            bank,
            lambda store: seeding.load_standard(
                store, replace(a_plan(), title="Another title"), by=COMMAND_LINE, at=NOW
            ),
        )


def test_the_pool_of_the_database_is_the_pool_of_the_files(bank):
    """One digest, so a plan that was fitted for the files serves the database."""
    with units.read_unit(bank) as store:
        pinned = pools.pool_of(store, the_plan_version(store), METHOD)

    assert pinned.pool.digest == pool_of_files(questions()).digest


def test_a_changed_question_becomes_the_next_version_and_the_old_one_retires(bank):
    one = questions()[9]

    done = load(bank, [changed(one, guidance="Listen anew.")])

    assert (done.new, done.changed, done.unchanged) == (0, 1, 0)
    with units.read_unit(bank) as store:
        asked = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
        old, new = store.scalars(
            asked.where(Question.reference == one.reference).order_by(QuestionVersion.number)
        ).all()
        pointer = store.get_one(InService, new.question_id)
    assert (old.number, new.number, new.guidance) == (1, 2, "Listen anew.")
    assert (pointer.question_version_id, pointer.state) == (new.id, State.LIVE)


@pytest.mark.parametrize("state", [State.QUARANTINED, State.RESTING, State.RETIRED])
def test_a_load_does_not_bring_back_what_was_taken_out_of_service(bank, state):
    one = questions()[9]
    with units.write_unit(bank) as store:
        asked = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
        move(store, store.scalars(asked.where(Question.reference == one.reference)).one(), state)

    assert load(bank, [one]).unchanged == 1
    with pytest.raises(RuleBroken, match=f"{one.reference} is {state}"):
        load(bank, [changed(one, guidance="Listen anew.")])


def test_a_load_with_one_bad_question_keeps_none(bank):
    before = rows(bank)
    good = replace(questions()[0], reference="Q-0700", enemies=())
    bad = changed(replace(questions()[0], reference="Q-0701", enemies=()), criteria=("XX9",))

    with pytest.raises(NotFound, match="Q-0701 names XX9"):
        load(bank, [good, bad])

    assert rows(bank) == before


def test_pairs_follow_the_files_by_revocation_and_come_back_as_new_ones(bank):
    alone = replace(questions()[0], enemies=())

    assert [load(bank, [each, questions()[1]]).pairs for each in (alone, questions()[0], questions()[0])] == [1, 1, 0]

    with units.read_unit(bank) as store:
        pinned = pools.pool_of(store, the_plan_version(store), METHOD)
    enemies = {candidate.reference: candidate.enemies for candidate in pinned.pool.candidates}
    assert enemies["Q-0002"] == {"Q-0001"}


def test_published_wording_is_shown_first_and_counts_once(bank):
    code = a_plan().ksbs[0].code
    for text in ("The first words.", "The published words.", "The published words."):
        with units.write_unit(bank) as store:
            seeding.load_wording(store, the_plan_version(store), {code: text}, by=COMMAND_LINE, at=NOW)

    with units.read_unit(bank) as store:
        plan = standards.plan(store, the_plan_version(store).id)
        written = [entry.act for entry in audit.entries(store)].count("published wording loaded")
    assert (plan.ksb(code).text, written) == ("The published words.", 2)
    assert plan.ksb(code).statement == a_plan().ksb(code).statement


def test_a_page_shows_wording_from_the_moment_it_is_published_and_never_what_was_undone(bank):
    code = a_plan().ksbs[0].code

    def shown():
        with units.read_unit(bank) as store:
            return standards.plan(store, the_plan_version(store).id).ksb(code).text

    def published(store, text):
        row = the_plan_version(store)
        seeding.load_wording(store, row, {code: text}, by=COMMAND_LINE, at=NOW)
        return standards.plan(store, row.id).ksb(code).text

    def undone():
        with units.write_unit(bank) as store:
            assert published(store, "Words that are taken back.") == "Words that are taken back."
            raise RuleBroken("Something else is wrong.", remedy="Put it right.")

    at_first = shown()
    with pytest.raises(RuleBroken):
        undone()
    assert shown() == at_first

    with units.write_unit(bank) as store, units.read_unit(bank) as page:
        published(store, "The published words.")
        assert standards.plan(page, the_plan_version(page).id).ksb(code).text == at_first
    assert shown() == "The published words."


def test_wording_for_a_code_that_the_plan_has_not_is_refused(bank):
    with pytest.raises(NotFound, match="Z9"):
        units.in_write_unit(
            bank,
            lambda store: seeding.load_wording(store, the_plan_version(store), {"Z9": "x"}, by=COMMAND_LINE, at=NOW),
        )
