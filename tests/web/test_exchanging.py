"""In the room: a question that nothing can replace alone goes together with one that was not asked yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import DeliveryRefusal
from delivery.substitution import law_of
from delivery.vacancy import Vacancy
from qbank.services.seeds import SeedCipher
from qbank.storage import db, draw_plans, units
from qbank.storage.models import PlanVersion, SetView
from qbank.storage.queries.people import by_email
from tests.web import an_organisation
from tests.web.an_organisation import NOW

BECAUSE = "Two questions in one, and\nneither is clear."
ONE = "Replace the question by lot"
TWO = "Replace two questions by lot"
FILLED = {"reason": "faulty or unclear", "because": BECAUSE}


@dataclass(frozen=True)
class Bound:
    """A session's address, and the position of a question of its set that nothing can replace alone."""

    session: str
    position: int


@pytest.fixture
def bound(settings, assessor) -> Bound:
    engine = db.engine(settings.database)
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
    with units.write_unit(engine) as store:
        row = store.scalars(sa.select(PlanVersion)).one()
        label, position = first_bound(draw_plans.plan(store, draw_plans.adopted(store, row.id, "interview").id))
        with an_organisation.seeds_of(label):
            grace = by_email(store, "grace@example.org")
            made = an_organisation.book_session(
                store, row, 9, "Lee Ash", grace, NOW + timedelta(minutes=5), cipher
            ).public_id
    engine.dispose()
    assessor.press(assessor.get(f"/sessions/{made}"), "Pull the question set")
    return Bound(f"/sessions/{made}", position)


def first_bound(plan) -> tuple[str, int]:
    """A label whose seed gives a set with such a question, and its position; one set in two has one."""
    for number in count(1):
        label = f"a bound place {number}"
        names = draw(plan, seed=an_organisation.seed_of(label), eligibility=Eligibility()).references
        for place in range(2, len(names) + 1):
            vacancy = Vacancy((*names[: place - 1], *names[place:]), place, names[place - 1], asked=names[:1])
            try:
                law_of(plan, vacancy, Eligibility())
            except DeliveryRefusal:
                continue
            return label, place
    raise AssertionError


def references(page) -> list[str]:
    return ["".join(each.itertext()).split(",")[0] for each in page.all("span", css_class="reference")][:10]


def boxes(page) -> list[str]:
    return [each.get("value") for each in page.all("input") if each.get("name") == "asked"]


def asking(assessor, bound):
    """The page that asks what was asked already."""
    return assessor.press(assessor.get(f"{bound.session}/replace/{bound.position}"), ONE, **FILLED)


def test_where_one_is_not_enough_the_page_says_so_and_asks_what_was_asked_and_nothing_is_done_yet(assessor, bound):
    before = references(assessor.get(f"{bound.session}/set"))

    page = asking(assessor, bound)

    assert page.status == 200
    assert page.heading == f"Replace question {bound.position} and one more"
    assert "one that was not asked yet goes with it" in page.main
    assert boxes(page) == [str(place) for place in range(1, 11) if place != bound.position]
    assert references(assessor.get(f"{bound.session}/set")) == before


def views_of(settings):
    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        found = list(store.scalars(sa.select(SetView.how).order_by(SetView.id)))
    engine.dispose()
    return found


def test_each_page_that_shows_words_of_the_set_is_noted_as_a_view(assessor, bound, settings):
    before = len(views_of(settings))

    page = assessor.get(f"{bound.session}/replace/{bound.position}")
    assert views_of(settings)[before:] == ["read"]
    assessor.press(page, ONE, **FILLED)
    assert views_of(settings)[before:] == ["read"] * 2


def test_both_are_replaced_by_one_press_and_the_live_page_says_which_came_for_which(assessor, bound):
    before = references(assessor.get(f"{bound.session}/set"))

    page = assessor.press(asking(assessor, bound), TWO, asked=["1"])

    after = references(assessor.get(f"{bound.session}/set"))
    gone = [one for one in before if one not in after]
    came = {one: after[before.index(one)] for one in gone}
    out = before[bound.position - 1]
    other = next(one for one in gone if one != out)
    assert len(gone) == 2
    assert after[0] == before[0]
    assert f"{came[out]} came for {out}, and {came[other]} for {other}, which was not asked." in page.main
    assert f"in place of {out}, faulty or unclear" in page.main
    assert f"in place of {other}, not asked, exchanged together with {out}" in page.main
    again = assessor.get(f"{bound.session}/replace/{before.index(other) + 1}")
    assert again.heading.startswith("Live session")
    pack = assessor.get(f"{bound.session}/pack").main
    assert [one in pack for one in (out, other, *came.values())] == [False, False, True, True]


def test_what_the_record_shows_as_asked_is_said_and_not_offered(assessor, bound):
    form = assessor.get(f"{bound.session}/live?q=1").form("Save question 1")
    filled = form.fields | {"asked-1.how": "as written"}
    assessor.http.post(form.path, data=filled, headers={"Referer": "http://localhost/"})

    page = asking(assessor, bound)

    assert "Question 1 stays: the record shows it as asked." in page.main
    assert "1" not in boxes(page)


def test_where_all_others_were_asked_it_is_refused_and_what_was_ticked_stays(assessor, bound):
    page = asking(assessor, bound)

    refused = assessor.press(page, TWO, asked=boxes(page))

    assert refused.status == 409
    assert "Go on with the others, and record this one as not asked." in refused.main
    assert [each.get("checked") is not None for each in refused.all("input") if each.get("name") == "asked"] == [
        True
    ] * 9
    assert refused.form(TWO).fields["because"].split() == BECAUSE.split()
