"""L7: what has happened cannot be changed, removed or replaced, whoever writes to the database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from qbank.storage import triggers
from qbank.storage.db import Base, Moment
from qbank.storage.rules import FROZEN, HISTORY
from tests.databases import Shelf
from tests.services.a_bank import opened
from tests.storage.a_history import fill_history

NOT_HISTORY = {"apprentice_details", "employers", "in_service", "person_roles", "providers", *FROZEN}


@pytest.fixture(scope="module")
def kept(shelf: Shelf) -> Iterator[sa.Engine]:
    """One database for the whole file: each tampering is undone."""
    with opened(shelf.copy("history", fill_history)) as engine:
        yield engine


@pytest.fixture
def row_of(kept: sa.Engine) -> Iterator[sa.Connection]:
    with kept.connect() as connection:
        yield connection


def whole(connection: sa.Connection, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sa.select(Base.metadata.tables[table]))]


def first(connection: sa.Connection, table: str) -> dict[str, object]:
    rows = connection.execute(sa.select(Base.metadata.tables[table]).limit(1)).mappings().all()
    assert rows, f"The template holds no row of {table}: add one, or nothing is proved."
    return dict(rows[0])


def this_row(table: str, row: dict[str, object]) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in Base.metadata.tables[table].primary_key))


def test_every_table_is_history_or_is_known_not_to_be():
    assert set(Base.metadata.tables) == set(HISTORY) | NOT_HISTORY


@pytest.mark.parametrize("table", HISTORY)
def test_no_row_of_the_history_can_be_changed(row_of, table):
    row = first(row_of, table)
    column = next(each for each in Base.metadata.tables[table].columns if each.name in row)

    with pytest.raises(IntegrityError, match="L7"):
        row_of.execute(sa.update(Base.metadata.tables[table]).where(this_row(table, row)).values({column.name: column}))


@pytest.mark.parametrize("table", [*HISTORY, *FROZEN])
def test_no_row_of_the_history_can_be_removed(row_of, table):
    row = first(row_of, table)

    with pytest.raises(IntegrityError, match="L7"):
        row_of.execute(sa.delete(Base.metadata.tables[table]).where(this_row(table, row)))


@pytest.mark.parametrize("table", HISTORY)
def test_no_row_of_the_history_can_be_replaced_even_where_delete_triggers_sleep(kept, row_of, table):
    """SQLite: REPLACE goes past delete triggers without recursive triggers. PostgreSQL: TRUNCATE goes past row ones."""
    if kept.dialect.name == "sqlite":
        row_of.connection.driver_connection.execute("PRAGMA recursive_triggers=OFF")
        tamper = sa.insert(Base.metadata.tables[table]).prefix_with("OR REPLACE").values(first(row_of, table))
    else:
        tamper = sa.text(f'TRUNCATE "{table}" CASCADE')

    with pytest.raises(IntegrityError, match=r"L[0-9]"):
        row_of.execute(tamper)


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, frozen in FROZEN.items() for column in frozen]
)
def test_what_names_a_person_an_apprentice_or_a_session_never_changes(row_of, table, column):
    row, columns = first(row_of, table), Base.metadata.tables[table].columns
    other = (
        sa.func.coalesce(columns[column], 0) + 1 if isinstance(columns[column].type, sa.Integer) else sa.literal("x")
    )
    if isinstance(columns[column].type, Moment):
        other = sa.func.now()

    with pytest.raises(DBAPIError, match="L7"):
        row_of.execute(sa.update(Base.metadata.tables[table]).where(this_row(table, row)).values({column: other}))


def test_without_the_triggers_the_same_tampering_succeeds(shelf):
    """The naive variant: it shows that the tests above can fail."""
    with opened(shelf.copy("history", fill_history)) as engine, engine.begin() as connection:
        triggers.drop(connection)
        before = whole(connection, "set_views")
        connection.execute(sa.update(Base.metadata.tables["set_views"]).values(how="printed"))
        changed = whole(connection, "set_views")
        connection.execute(sa.delete(Base.metadata.tables["set_views"]))

        assert before != changed
        assert whole(connection, "set_views") == []


def test_an_apprentices_personal_data_can_be_erased_and_the_history_stays(shelf):
    with opened(shelf.copy("history", fill_history)) as engine, engine.begin() as connection:
        before = whole(connection, "apprentices")
        connection.execute(sa.delete(Base.metadata.tables["apprentice_details"]))

        assert whole(connection, "apprentice_details") == []
        assert whole(connection, "apprentices") == before


@pytest.mark.parametrize(("table", "counter"), [("set_questions", "position"), ("draw_plan_questions", "question_id")])
def test_nothing_is_added_to_a_set_or_to_a_draw_plan(row_of, table, counter):
    row = first(row_of, table)
    taken = sa.select(Base.metadata.tables[table].c.question_id)
    other = sa.select(Base.metadata.tables["question_versions"]).where(
        Base.metadata.tables["question_versions"].c.question_id.not_in(taken)
    )
    version = row_of.execute(other.limit(1)).mappings().one()
    row |= {"question_id": version["question_id"], "question_version_id": version["id"]}
    row |= {"position": 99} if counter == "position" else {}

    with pytest.raises(IntegrityError, match="L7: nothing is added"):
        row_of.execute(sa.insert(Base.metadata.tables[table]).values(row))


@pytest.mark.parametrize("column", ["previous", "seq"])
def test_an_audit_entry_must_follow_the_last_one(row_of, column):
    table = Base.metadata.tables["audit_entries"]
    last = dict(row_of.execute(sa.select(table).order_by(table.c.seq.desc()).limit(1)).mappings().one())
    following = last | {"seq": last["seq"] + 1, "previous": last["digest"], "digest": "f" * 64}
    broken = following | ({"previous": "0" * 63 + "1"} if column == "previous" else {"seq": last["seq"] + 2})

    with pytest.raises(IntegrityError, match="L7: an entry follows the last one"):
        row_of.execute(sa.insert(table).values(broken))
