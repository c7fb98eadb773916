from __future__ import annotations

from qbank.storage import migrating, revisions


def test_the_newest_migration_by_name_is_the_head_that_alembic_finds():
    assert revisions.newest() == migrating.latest()
