"""L7: a bank restored elsewhere is no younger for its review, rests as long as it would have, and tells its file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.approving import Verdict
from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import State
from qbank.services import keeping
from qbank.storage import migrating, units
from qbank.storage.models import AuditEntry, InService, Question
from qbank.storage.queries import review_clock
from review.clock import Rhythm
from tests.services.a_bank import METHOD, NOW, a_plan, opened, the_plan_version
from tests.services.a_lived_bank import RESTS_UNTIL, live_on, restored, revised, the_document

RHYTHM = Rhythm(a_plan().review_months, a_plan().review_opens_month)
LATER = NOW + timedelta(days=30)


def clocks(store) -> tuple[object, dict[str, object]]:
    """The clock of the bank, and of each question by its reference."""
    standard = the_plan_version(store).standard_id
    found = {
        each.reference: (each.state, each.clock) for each in review_clock.clocks_of(store, standard, METHOD, RHYTHM)
    }
    retired = store.scalars(sa.select(Question.id).where(Question.reference == "Q-0014")).one()
    found["Q-0014"] = (State.RETIRED, review_clock.clock_of(store, retired, 1, RHYTHM))
    return review_clock.bank_clock(store, standard, METHOD, RHYTHM), found


@pytest.fixture
def moved(bank, empty_url):
    """The bank that lived, and the empty database with its history restored a month later."""
    with units.write_unit(bank) as store:
        live_on(store)
    migrating.upgrade(empty_url)
    with opened(empty_url) as engine:
        restored(engine, the_document(bank), LATER)
        yield bank, engine


def test_W8_a_restored_bank_is_neither_younger_nor_older_for_its_review(moved):
    there, here = moved
    with units.read_unit(there) as store:
        before = clocks(store)
    with units.read_unit(here) as store:
        after = clocks(store)

    assert after == before
    counted = {name: clock.counted_from for name, (_, clock) in before[1].items()}
    assert counted["Q-0005"] == counted["Q-0011"] == counted["Q-0001"] < counted["Q-0010"]
    assert counted["Q-0014"] == counted["Q-0001"]  # retired: whoever takes its text up again finds the old clock


def test_a_rest_with_a_day_ends_on_it_where_the_bank_was_restored_and_the_entry_names_the_file(moved):
    _, here = moved

    with units.write_unit(here) as store:
        ended = keeping.end_rests(store, at=datetime(2026, 9, 1, 9, 0, tzinfo=UTC))
        states = dict(
            store.execute(
                sa.select(Question.reference, InService.state).join(InService, InService.question_id == Question.id)
            ).all()
        )
        entry = store.scalars(sa.select(AuditEntry).where(AuditEntry.act == "bank restored")).one()

    assert RESTS_UNTIL.isoformat() == "2026-09-01"
    assert ended == 1
    assert (states["Q-0013"], states["Q-0012"]) == (State.LIVE, State.RESTING)
    assert "Q-0014" not in states
    assert json.loads(entry.facts)["file digest"] == "f" * 64


def test_a_document_with_a_time_that_is_to_come_is_not_restored(bank, empty_url):
    with units.write_unit(bank) as store:
        revised(store, "Q-0005", "Listen for oil.", Verdict.APPROVED)
    document = the_document(bank)
    migrating.upgrade(empty_url)

    with opened(empty_url) as engine, pytest.raises(RuleBroken, match="is to come"):
        restored(engine, document, NOW - timedelta(seconds=1))
