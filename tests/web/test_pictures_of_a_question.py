"""The sheet of a question on which much was judged: each figure is drawn, with its finding and its interval."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.domain.people import COMMAND_LINE
from qbank.services import simulating
from qbank.storage import db, units
from qbank.storage.models import PlanVersion, Question
from qbank.storage.queries.question_evidence import Span, outcomes_beside
from qbank.web.transaction import transaction
from tests.web import an_organisation
from tests.web.a_table import rows_of
from tests.web.an_organisation import NOW
from tests.web.conftest import let_go
from tests.web.test_reviewing import REVIEW, opened, page_of, panel

__all__ = ["opened", "panel"]

USED, JUDGED, MET = "How it was used", "Criteria held to be met", "Where it was met"
HANDLED = (
    "Not asked, though it was in the set",
    "Asked in other words",
    "Replaced by another question",
    "Supplementary questions for each asking",
)
LEAST = 30

APPRENTICES = 2_000
LATER = NOW + timedelta(days=350)
"""A third of three years' history is then of the year in which the bank's texts are live."""


@pytest.fixture(scope="module")
def lived(organisation, tmp_path_factory):
    """The folder of the organisation with a simulated history."""
    folder = tmp_path_factory.mktemp("lived")
    shutil.copytree(organisation, folder, dirs_exist_ok=True)
    engine = db.engine(an_organisation.settings(folder).database)
    with units.read_unit(engine) as store:
        row = store.scalars(sa.select(PlanVersion)).one()
    with pytest.MonkeyPatch.context() as patch:  # its people are ours, though no demonstration's
        patch.setattr(simulating, "_must_be_a_demonstration", lambda _store: None)
        simulating.lay(engine, row, apprentices=APPRENTICES, by=COMMAND_LINE, at=LATER)
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


def drawn(page):
    """What each picture of the page says to whoever does not see it, with how many bars and intervals it has."""
    found = re.findall(r'<svg class="chart"[^>]*aria-label="([^"]*)"(.*?)</svg>', page.response.text, re.DOTALL)
    bars, intervals = r'<path[^>]*class="chart__fill-ours"', r'<line[^>]*class="chart__line-bound"'
    return {says: (len(re.findall(bars, svg)), len(re.findall(intervals, svg))) for says, svg in found}


def table(page, caption):
    """What each row says, by its first cell."""
    return {what: figures for what, *figures in rows_of(page, "evidence", caption=caption)}


def the_most_judged(opened, app):
    """The question on which one criterion was judged most often, on the agenda."""
    found = Counter()

    def count(store):
        span = Span(NOW, LATER)
        for key, reference in store.execute(sa.select(Question.id, Question.reference)):
            on_it = [each.criterion for each in outcomes_beside(store, key, span) if each.question == key]
            found[reference] = max(Counter(on_it).values(), default=0)

    with app.app_context():
        transaction(count)
    ((reference, _),) = found.most_common(1)
    lena = opened["lena"]
    if f"{REVIEW}/questions/{reference}" not in lena.get(REVIEW).paths():
        lena.press(lena.get(f"{REVIEW}/agenda"), "Put it on the agenda", reference=reference)
    return page_of(opened["omar"], reference)


def value(said):
    """A figure of the table as a number."""
    return float(said.removesuffix("%")) / (100 if said.endswith("%") else 1)


def said_first(pictures, begins):
    return next(says for says in pictures if says.startswith(begins))


def estimable(rows):
    """The rows that have a value, each with the number that it is of and its interval."""
    return {what: figures for what, figures in rows.items() if figures[0] != "not estimable"}


def test_what_assessors_did_and_decided_is_drawn_with_intervals_numbers_and_sources(opened, app):
    page = the_most_judged(opened, app)

    used, judged, pictures = table(page, USED), table(page, JUDGED), drawn(page)

    handled = [used[each] for each in HANDLED]
    codes = {what: figures for what, figures in estimable(judged).items() if not what.startswith("All criteria")}
    assert codes
    assert all(int(number) >= LEAST and " to " in interval for _, number, interval in [*handled, *codes.values()])
    did = said_first(pictures, "What assessors did most often")
    assert max((figures[0] for figures in handled), key=value) in did
    assert pictures[did] == (4, 4)
    least = min(codes, key=lambda each: value(codes[each][0]))
    assert pictures[said_first(pictures, f"{least} was held to be met")] == (len(codes), len(codes))
    assert "mid-P interval: G. R. Cohen" in page.main
    assert "score interval: E. B. Wilson" in page.main


def test_where_it_was_met_is_drawn_of_what_is_estimable_and_names_nobody(opened, app):
    page = the_most_judged(opened, app)

    met, pictures = table(page, MET), drawn(page)

    for column, begins in ((1, ("In the", "At the", "With the")), (2, ("Of two sets of the same",))):
        values = {who: figures[column] for who, figures in met.items() if not figures[column].startswith("not")}
        of = next(says for says in pictures if says.startswith(begins) and "held it" in says)
        most = max(float(said.partition("%")[0]) for said in values.values())
        assert pictures[of] == (len(values), len(values))
        assert f"{most:.1f}%" in of
    assert "Employer " not in page.main
    assert [says for says in pictures if f">{says}</h3>" not in page.response.text] == []
