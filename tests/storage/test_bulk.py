from __future__ import annotations

import sqlalchemy as sa

from qbank.storage import bulk, units


def most_a_statement_takes(store):
    """What the server says; SQLite has no such limit."""
    asked = sa.text("SHOW statement_timeout")
    return store.scalar(asked) if store.get_bind().dialect.name == "postgresql" else None


def test_rows_are_counted_anew_for_as_long_as_it_takes_and_no_later_statement_is_given_that(engine):
    with units.write_unit(engine) as store:
        bulk.take_stock(store)
        while_counting = most_a_statement_takes(store)
    with units.write_unit(engine) as store:
        afterwards = most_a_statement_takes(store)

    assert (while_counting, afterwards) == (("0", "5s") if engine.dialect.name == "postgresql" else (None, None))
