"""What a panel reads of a question that has been asked: each figure with its number, its interval and its source."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta
from math import sqrt

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.domain.people import COMMAND_LINE
from qbank.services import delivering, recording
from qbank.services.seeds import SeedCipher
from qbank.storage import db, units
from qbank.storage.models import AssessmentSession, Person, PlanVersion, Question, QuestionSet, SetQuestion
from qbank.web.transaction import transaction
from tests.domain.an_entry import an_entry
from tests.web import an_organisation
from tests.web.a_near_duplicate import asks_nearly_the_same
from tests.web.a_table import rows_of
from tests.web.an_organisation import NOW
from tests.web.conftest import let_go
from tests.web.test_reviewing import REVIEW, opened, page_of, panel

__all__ = ["opened", "panel"]

SITTINGS = 40
APART = timedelta(hours=18)
"""From one sitting to the next: 36 are in June, four in July."""
LATER = NOW + timedelta(days=46)
USED, BY_MONTH, MET = "How it was used", "Sets by month", "Where it was met"


@pytest.fixture(scope="module")
def lived(organisation, tmp_path_factory):
    """The folder of the organisation once forty sets were drawn."""
    folder = tmp_path_factory.mktemp("lived")
    shutil.copytree(organisation, folder, dirs_exist_ok=True)
    made = an_organisation.settings(folder)
    cipher = SeedCipher.from_secret(made.seed_key.get_secret_value())
    engine = db.engine(made.database)
    with units.write_unit(engine) as store, an_organisation.seeds_of("forty sittings"):
        row = store.scalars(sa.select(PlanVersion)).one()
        staff = [
            store.scalars(sa.select(Person).where(Person.email == f"{name}@example.org")).one()
            for name in ("grace", "tom")
        ]
        booked = {}
        for place in range(SITTINGS):
            starts_at = NOW + timedelta(hours=2) + place * APART
            facts = (place + 100, f"Apprentice {place}", staff[place % 2], starts_at, cipher)
            booked[an_organisation.book_session(store, row, *facts).id] = starts_at
    for key, starts_at in booked.items():
        delivering.pull_once(engine, key, by=COMMAND_LINE, at=starts_at, cipher=cipher)
    engine.dispose()
    return folder


@pytest.fixture
def settings(lived, tmp_path):
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    return an_organisation.settings(tmp_path)


@pytest.fixture
def app(settings):
    made = create_app(settings, now=lambda: LATER)
    yield made
    let_go(made)


def drawn_in(store):
    """The month in which each set was drawn that holds a question, by the question's reference."""
    asked = (
        sa.select(Question.reference, QuestionSet.drawn_at)
        .join(SetQuestion, SetQuestion.question_id == Question.id)
        .join(QuestionSet, QuestionSet.id == SetQuestion.question_set_id)
    )
    found = {}
    for reference, at in store.execute(asked):
        found.setdefault(reference, Counter())[at.month] += 1
    return found


def said(hits, of):
    """The share and Wilson's interval, by the book: the roots of (p - p0)² = z² p0 (1 - p0) / n."""
    share, z = hits / of, 1.959964
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.1%}", f"{middle - reach:.1%} to {middle + reach:.1%}"


def on_the_agenda(opened, app):
    """The question that most of the forty sets hold, and how many hold it by month."""
    by_question = {}

    def work(store):
        by_question.update(drawn_in(store))

    with app.app_context():
        transaction(work)
    most = max(by_question, key=lambda each: (by_question[each].total(), each))
    lena = opened["lena"]
    if f"{REVIEW}/questions/{most}" not in lena.get(REVIEW).paths():
        lena.press(lena.get(f"{REVIEW}/agenda"), "Put it on the agenda", reference=most)
    return most, by_question[most]


def sat_first(app, reference):
    """Have the first sitting whose set holds the question say that it was asked; gives its day."""

    def work(store):
        asked = (
            sa.select(AssessmentSession, SetQuestion.position)
            .join(QuestionSet, QuestionSet.assessment_session_id == AssessmentSession.id)
            .join(SetQuestion, SetQuestion.question_set_id == QuestionSet.id)
            .join(Question, Question.id == SetQuestion.question_id)
            .where(Question.reference == reference)
            .order_by(AssessmentSession.starts_at)
        )
        session, position = store.execute(asked).first()
        by = store.get_one(Person, session.assessor_id).actor
        recording.write(store, session, [an_entry("asked", position=position)], by=by, at=session.starts_at)
        return session.starts_at

    with app.app_context():
        return transaction(work)


def test_a_figure_from_enough_sets_stands_with_its_number_its_interval_and_its_source(opened, app):
    question, by_month = on_the_agenda(opened, app)

    page = page_of(opened["omar"], question)

    share, interval = said(by_month.total(), SITTINGS)
    used = {what: figures for what, *figures in rows_of(page, "evidence", caption=USED)}
    assert used["In a set, of all sets drawn"] == [share, "40", interval]
    assert used["Asked in other words"] == ["not estimable", "0", "–"]
    assert "In a set, of all sets drawn: score interval: E. B. Wilson, Probable inference" in page.main
    met = {who: figures for who, *figures in rows_of(page, "evidence", caption=MET)}
    assert met["Providers"] == ["1 of 1", f"{share} {interval}, n 40", "not estimable n 40"]
    assert met["Assessors"][0] == "2 of 2"


def test_a_months_share_stands_in_its_row_with_its_interval_and_that_of_few_sets_is_hidden(opened, app):
    question, by_month = on_the_agenda(opened, app)

    rows = rows_of(page_of(opened["omar"], question), "evidence", caption=BY_MONTH)

    assert rows == [
        ["June 2026", "36", str(by_month[6]), *said(by_month[6], 36)],
        ["July 2026", "4", str(by_month[7]), "not estimable", "–"],
    ]


def test_a_question_was_asked_last_where_a_record_says_so_and_drawn_last_where_a_set_was(opened, app):
    question, _ = on_the_agenda(opened, app)
    assert "No record of this time says that it was asked." in page_of(opened["omar"], question).main

    day = sat_first(app, question)

    page = page_of(opened["omar"], question).main
    assert f"Last asked on {day.day} {day:%B %Y}." in page
    assert "sets drawn since it went live; last drawn" in page


def test_the_sheet_tells_the_years_versions_and_approvals_and_which_question_asks_nearly_the_same(opened, app):
    asks_nearly_the_same(app, "Q-0002", "Q-0001", at=NOW + timedelta(days=20))

    second, first = page_of(opened["omar"], "Q-0002"), page_of(opened["omar"], "Q-0001")

    assert "1 version written in this time (the latest is version 1); no approver decided on one." in first.main
    assert "2 versions written in this time (the latest is version 2); approvers decided 1 time, last" in second.main
    assert "last “approved” on version 2 (Wednesday 24 June 2026" in second.main
    near = rows_of(first, "evidence", caption="Questions that ask nearly the same")
    assert [(row[0].partition(" ")[0], row[1]) for row in near] == [("Q-0002", "live")]
    assert int(near[0][2].removesuffix("%")) >= 82
