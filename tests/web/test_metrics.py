"""Readiness and the figures of operation: for machines, told to those with the token, naming views and nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from qbank.app import create_app
from qbank.domain.errors import NotReady
from qbank.storage import db, migrating, tallies, units
from qbank.storage.tallies import Met
from tests.page import Client
from tests.web import an_organisation
from tests.web.conftest import let_go

TOKEN = "a token of the tests"  # noqa: S105 - of nothing


@pytest.fixture
def watched(settings):
    """An application that tells its figures, to whom, and what it tells."""
    app = create_app(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)}), now=lambda: an_organisation.NOW)
    yield app
    let_go(app)


def told(app, token=TOKEN):
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"}, buffered=True)


def figures(app):
    """By name and labels, without the moments at which each began."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(told(app).get_data(as_text=True))
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_nobody_without_the_token_finds_the_figures(watched, app):
    assert [told(watched, other).status_code for other in ("", "another", "ä")] == [404, 404, 404]
    assert watched.test_client().get("/metrics").status_code == 404
    assert told(app, "").status_code == 404
    assert told(watched).status_code == 200


def test_answers_are_counted_and_timed_by_view_and_refusals_by_rule(watched):
    client = Client(watched)
    client.sign_in("grace@example.org", an_organisation.PASSWORD)
    client.http.get("/sessions/no-such-session")
    client.http.get("/nowhere?of=Grace")

    found = figures(watched)

    assert found["qbank_answers_total", "sessions.session", "GET", "404"] == 1
    assert found["qbank_answers_total", "none", "GET", "404"] == 1
    assert found["qbank_answer_seconds_count", "sessions.session"] == 1
    assert found["qbank_refusals_total", "NotFound", "none"] >= 1
    assert not [name for names in found for name in names if "Grace" in name or "/" in name or "no-such" in name]


def test_pulls_jobs_the_trail_and_busy_units_are_told(watched):
    before = figures(watched)
    tallies.count(Met.AGAIN)

    after = figures(watched)

    assert after["qbank_busy_total", "tried again"] == before["qbank_busy_total", "tried again"] + 1
    assert {"qbank_question_sets_total", "qbank_audit_entries_total", "qbank_jobs_waiting"} <= {key[0] for key in after}
    assert after["qbank_checkpoint_age_seconds",] == 0


def test_a_full_disk_is_counted(settings):
    def fill(store):
        store.connection().exec_driver_sql("PRAGMA max_page_count=1")
        store.connection().exec_driver_sql("CREATE TABLE more AS SELECT zeroblob(100000)")

    engine = db.engine(settings.database)
    before = tallies.counts()[Met.NO_SPACE]

    with pytest.raises(NotReady, match=units.NO_SPACE):
        units.in_write_unit(engine, fill)
    engine.dispose()

    assert tallies.counts()[Met.NO_SPACE] == before + 1


def test_it_is_ready_while_the_database_stands_and_the_trail_is_vouched_for(app):
    answer = app.test_client().get("/ready")

    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ready", "database": "ready", "checkpoints": "ready"},
    )


def test_it_is_not_ready_with_a_database_of_another_revision(app, settings):
    migrating.downgrade(settings.database, migrating.revisions()[-2])

    answer = app.test_client().get("/ready")

    assert (answer.status_code, answer.json["status"]) == (503, "not ready")
    assert "this qbank needs" in answer.json["database"]


def test_it_is_not_ready_when_entries_have_long_waited_for_a_checkpoint(app_at, settings):
    folder = settings.checkpoints
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")

    answer = app_at(an_organisation.NOW + timedelta(days=1)).test_client().get("/ready")

    assert answer.status_code == 503
    assert "minutes for its checkpoint" in answer.json["checkpoints"]
