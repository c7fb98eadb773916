"""Who pulls more sets than a day allows is refused, told of, and counted; so is what was pulled and never conducted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.services.seeds import SeedCipher
from qbank.storage import db, units
from qbank.storage.models import Person, PlanVersion
from tests.page import Client
from tests.web import an_organisation
from tests.web.an_organisation import NOW, PASSWORD
from tests.web.conftest import let_go
from tests.web.test_metrics import TOKEN, figures

SOON = timedelta(hours=4)


@pytest.fixture
def strict_at(settings):
    """The application where nobody pulls more than one set within 24 hours, at a time; AS-00004 is today too."""
    engine = db.engine(settings.database)
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
    with units.write_unit(engine) as store:
        grace = store.query(Person).filter_by(email="grace@example.org").one()
        row = store.query(PlanVersion).one()
        an_organisation.book_session(store, row, 4, "Kim Ode", grace, NOW + SOON, cipher)
    engine.dispose()
    made = []

    def at(moment):
        strict = settings.model_copy(update={"pulls_a_day": 1, "metrics_token": SecretStr(TOKEN)})
        made.append(create_app(strict, now=lambda: moment, doing=Doing.ELSEWHERE))
        return made[-1]

    yield at
    for each in made:
        let_go(each)


def entered(app, who):
    client = Client(app)
    client.enter(f"{who}@example.org", PASSWORD)
    return client


def pull(settings, client, reference):
    page = client.get(f"/sessions/{an_organisation.public_id(settings, reference)}")
    return client.press(page, "Pull the question set")


def test_the_pull_after_the_last_that_a_day_allows_is_refused_and_told_to_those_who_oversee(settings, strict_at):
    app = strict_at(NOW)
    grace = entered(app, "grace")
    first = pull(settings, grace, "AS-00001")

    refused = pull(settings, grace, "AS-00004")

    assert (first.status, refused.status) == (200, 409)
    assert "You have pulled 1 question set within 24 hours, and no more can be pulled for now." in refused.main
    assert figures(app)["qbank_refusals_total", "TooManyPulls", "none"] == 1
    for who in ("ewa", "ines"):
        home = entered(app, who).get("/")
        assert "too many in a day Grace Mensah, AS-00004, " in home.main
        assert home.link("Who pulled many sets in one day") == "/audit/met#much"
        assert "Pull refused: too many in a day" in entered(app, who).get("/audit").main
    assert "too many in a day" not in grace.get("/").main


def test_a_refused_pull_is_told_at_home_for_a_week(settings, strict_at):
    grace = entered(strict_at(NOW), "grace")
    pull(settings, grace, "AS-00001")
    pull(settings, grace, "AS-00004")

    homes = [entered(strict_at(NOW + timedelta(days=days)), "ewa").get("/").main for days in (6, 8)]

    assert ["too many in a day" in each for each in homes] == [True, False]


def test_a_day_with_many_pulls_and_a_set_that_was_never_conducted_stand_on_the_page(settings, strict_at):
    pull(settings, entered(strict_at(NOW), "grace"), "AS-00001")

    page = entered(strict_at(NOW + timedelta(days=2)), "ines").get("/audit/met")

    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in page.all("tr")]
    assert [row for row in rows if row[0] == "4 June 2026"] == [["4 June 2026", "Grace Mensah", "1"]]
    assert [row[:2] for row in rows if row[0] == "AS-00001"] == [["AS-00001", "Grace Mensah"]]
    assert "There was none." not in page.main


def test_where_nothing_was_pulled_the_page_says_so(overseer):
    assert overseer.get("/audit/met").main.count("There was none.") == 2
