"""That the bank was read is noted once for a person and UK day, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from qbank.services import audit, looking
from qbank.storage import units
from qbank.storage.models import AuditEntry
from qbank.storage.queries.looks import ACT, Reader, readers
from tests.services.a_bank import NOW, the_person

TODAY = date(2026, 6, 4)


def subjects(store) -> list[str]:
    return list(store.scalars(sa.select(AuditEntry.subject).where(AuditEntry.act == ACT).order_by(AuditEntry.seq)))


def test_a_day_of_somebody_is_noted_once_however_often_they_look(bank):
    for hours in (0, 1, 2):
        with units.write_unit(bank) as store:
            looking.note(store, by=the_person(store, "author").actor, at=NOW + timedelta(hours=hours))
    with units.write_unit(bank) as store:
        looking.note(store, by=the_person(store, "approver").actor, at=NOW)
        looking.note(store, by=the_person(store, "author").actor, at=NOW + timedelta(days=1))

    with units.read_unit(bank) as store:
        assert subjects(store) == ["2026-06-04", "2026-06-04", "2026-06-05"]
        assert audit.first_broken(store) is None
        assert readers(store, today=TODAY + timedelta(days=1), days=90) == [
            Reader("author", 2, TODAY + timedelta(days=1)),
            Reader("approver", 1, TODAY),
        ]
        assert readers(store, today=TODAY + timedelta(days=1), days=1) == [
            Reader("author", 1, TODAY + timedelta(days=1))
        ]


def test_a_day_is_the_uks_so_that_half_past_eleven_at_night_in_summer_time_is_tomorrow(bank):
    with units.write_unit(bank) as store:
        looking.note(store, by=the_person(store, "author").actor, at=datetime(2026, 6, 4, 23, 30, tzinfo=UTC))

        assert subjects(store) == ["2026-06-05"]
