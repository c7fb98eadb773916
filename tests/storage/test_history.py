"""L7: what has happened cannot be changed, removed or replaced, whoever writes to the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from qbank.storage import triggers
from qbank.storage.db import Base, Moment
from qbank.storage.rule import Rule
from qbank.storage.rules import FROZEN, HISTORY
from tests.databases import Shelf
from tests.services.a_bank import opened
from tests.storage.a_history import fill_history

SIGN_INS = {"sign_ins", "sign_in_tries", "second_factors", "recovery_codes"}
NOT_HISTORY = {"apprentice_details", "employers", "in_service", "person_roles", "providers", *SIGN_INS, *FROZEN}


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


@pytest.mark.parametrize("table", [*HISTORY, *FROZEN])
def test_no_row_of_the_history_can_be_replaced_even_where_delete_triggers_sleep(kept, row_of, table):
    """SQLite: REPLACE goes past delete triggers without recursive triggers. PostgreSQL: TRUNCATE goes past row ones."""
    if kept.dialect.name == "sqlite":
        row_of.connection.driver_connection.execute("PRAGMA recursive_triggers=OFF")
        tamper = sa.insert(Base.metadata.tables[table]).prefix_with("OR REPLACE").values(first(row_of, table))
    else:
        tamper = sa.text(f'TRUNCATE "{table}" CASCADE')

    with pytest.raises(IntegrityError, match=r"[LRQ][0-9]"):
        row_of.execute(tamper)


@pytest.mark.parametrize("table", [*HISTORY, *FROZEN])
def test_no_table_of_the_history_has_a_row_number_beside_its_key(row_of, table):
    """SQLite: a hidden number is one more key, and `INSERT OR REPLACE` by it moved a question out of a set."""
    key = Base.metadata.tables[table].primary_key.columns
    if row_of.dialect.name == "sqlite" and len(key) > 1:
        with pytest.raises(OperationalError, match="no such column: rowid"):
            row_of.exec_driver_sql(f"SELECT rowid FROM {table}")  # noqa: S608 - names from the schema
    else:
        assert len(key) > 1 or isinstance(next(iter(key)).type, sa.Integer)


def test_without_that_care_a_question_of_a_set_is_exchanged_past_every_trigger(shelf):
    """The naive variant, on SQLite: the table as it was, with its triggers."""
    with opened(shelf.copy("history", fill_history)) as engine, engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            assert not sa.inspect(connection).has_table("sqlite_master")
            return
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        triggers.drop(connection)
        connection.exec_driver_sql("ALTER TABLE set_questions RENAME TO whole")
        statement = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'whole'"))
        connection.exec_driver_sql(statement.replace('"whole"', "set_questions").replace("WITHOUT ROWID", ""))
        connection.exec_driver_sql("INSERT INTO set_questions SELECT * FROM whole")
        connection.exec_driver_sql("DROP TABLE whole")
        triggers.create(connection)
        before = whole(connection, "set_questions")
        columns = [column.name for column in Base.metadata.tables["set_questions"].columns]
        away = ", ".join("9999" if name in {"question_set_id", "apprentice_id"} else name for name in columns)

        raw.execute("PRAGMA recursive_triggers=OFF")
        connection.exec_driver_sql(
            f"INSERT OR REPLACE INTO set_questions (rowid, {', '.join(columns)}) "  # noqa: S608 - names from the schema
            f"SELECT rowid, {away} FROM set_questions LIMIT 1"
        )

        assert len(set(before) - set(whole(connection, "set_questions"))) == 1


@pytest.mark.parametrize("key", ["email", "fs_uniquifier"])
def test_no_person_is_replaced_by_giving_another_their_key(kept, row_of, key):
    """SQLite: `UPDATE OR REPLACE` removes the row that stands in the way. PostgreSQL refuses it by the key itself."""
    people = Base.metadata.tables["people"]
    one = first(row_of, "people")
    tamper = sa.update(people).where(people.c.id == one["id"] + 1).values({key: one[key]})
    if kept.dialect.name == "sqlite":
        row_of.connection.driver_connection.execute("PRAGMA recursive_triggers=OFF")
        tamper = tamper.prefix_with("OR REPLACE")

    with pytest.raises(IntegrityError, match=r"L7: rows of people are never replaced|uq_people"):
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
    if isinstance(columns[column].type, sa.Date):
        other = sa.literal(date(1999, 12, 31))
    if isinstance(columns[column].type, sa.Boolean):
        other = sa.false() if row[column] else sa.true()

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


REWRITTEN = {
    "sqlite": (
        "DROP TRIGGER history_seeds_delete",
        "CREATE TRIGGER history_seeds_delete BEFORE DELETE ON seeds WHEN 1 = 0 BEGIN SELECT RAISE(ABORT, 'L7'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION history_seeds_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    ),
}
WEAKENED = {
    "sqlite": ("DROP TRIGGER history_seeds_delete",),
    "postgresql": ("DROP TRIGGER history_seeds_delete ON seeds",),  # its function stays
}
SWITCHED_OFF = {
    "sqlite": ("DROP TRIGGER history_seeds_delete",),
    "postgresql": ("ALTER TABLE seeds DISABLE TRIGGER history_seeds_delete",),
}


@pytest.mark.parametrize("tampering", [REWRITTEN, WEAKENED, SWITCHED_OFF])
def test_a_trigger_that_is_rewritten_taken_off_or_switched_off_is_named(row_of, tampering):
    assert triggers.wrong(row_of) == []

    for statement in tampering[row_of.dialect.name]:
        row_of.exec_driver_sql(statement)

    assert triggers.wrong(row_of) == ["history_seeds_delete"]


def test_a_trigger_of_somebody_else_is_named(row_of):
    rest = "FOR EACH ROW EXECUTE FUNCTION history_seeds_delete()" if row_of.dialect.name == "postgresql" else ""
    body = "" if rest else "BEGIN DELETE FROM employers; END"
    row_of.exec_driver_sql(f"CREATE TRIGGER strange AFTER INSERT ON employers {rest}{body}")

    assert triggers.wrong(row_of) == ["strange"]


@pytest.mark.parametrize("reads", ["NEW.nmae = ''", "EXISTS (SELECT 1 FROM poeple WHERE poeple.id = NEW.id)"])
def test_a_rule_that_reads_what_is_not_there_is_named_and_not_left_out_quietly(row_of, reads):
    assert triggers.left_out(row_of) == []
    assert triggers.left_out(row_of, [Rule("people_named", "people", "UPDATE", reads, "L7: named")]) == ["people_named"]


def test_a_column_that_is_gone_leaves_rules_without_a_trigger_and_they_are_named(row_of):
    triggers.drop(row_of)
    row_of.exec_driver_sql("ALTER TABLE session_notes DROP COLUMN words")
    triggers.create(row_of)

    assert "history_session_notes_only_erased" in triggers.wrong(row_of)


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
