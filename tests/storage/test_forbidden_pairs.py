"""L8: every two parts that nobody may have both, refused by the database; without its guard, each goes in.

The rows are given to the database as SQL, past every service and model. A rule about people that has no line in the
tables fails here.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.storage.db import Base
from qbank.storage.rules import RULES
from tests.storage import pairs_of_reviews, pairs_of_sittings, pairs_of_writing
from tests.storage.a_pair import Pair, take_out

PAIRS = (*pairs_of_writing.PAIRS, *pairs_of_sittings.PAIRS, *pairs_of_reviews.PAIRS)
OF_PEOPLE = ("l8_", "q2_", "second_person", "two_people", "somebody_else")
"""What a guard about people has in its name, where its sentence does not begin with L8 or Q2."""


def names(pair: Pair) -> str:
    return pair.what


@pytest.mark.parametrize("pair", PAIRS, ids=names)
def test_L8_the_database_refuses_that(pair, bank):
    row = pair.before(bank)

    with pytest.raises(IntegrityError, match=pair.because), bank.begin() as connection:
        connection.execute(row)


@pytest.mark.parametrize("pair", PAIRS, ids=names)
def test_without_its_guard_the_same_row_goes_in_where(pair, bank):
    row = pair.before(bank)

    with bank.connect() as connection, connection.begin() as undone:
        for guard in pair.guards:
            take_out(connection, guard, row.table.name)
        assert connection.execute(row.returning(sa.literal(1))).all() == [(1,)]
        undone.rollback()


def test_every_guard_about_people_stands_in_the_tables():
    rules = {rule.name for rule in RULES if rule.because.startswith(("L8:", "Q2:"))}
    constraints = {str(each.name) for table in Base.metadata.tables.values() for each in table.constraints}
    of_people = {name for name in constraints if name[:3] in {"ck_", "fk_"} and any(word in name for word in OF_PEOPLE)}

    assert (rules | of_people) - {guard for pair in PAIRS for guard in pair.guards} == set()
