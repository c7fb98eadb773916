"""L7: on PostgreSQL the role that qbank works as has no UPDATE, DELETE or TRUNCATE on history, triggers or not."""

from __future__ import annotations

from itertools import count

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.exc import ProgrammingError

from qbank.cli.db import db
from qbank.domain.errors import NotReady
from qbank.services.checking import check_database
from qbank.storage import grants, migrating, triggers
from qbank.storage.db import Base
from qbank.storage.rules import FROZEN, HISTORY
from tests.databases import PostgresShelf, postgres_server
from tests.services.a_bank import fill, opened
from tests.storage.a_history import live

pytestmark = pytest.mark.postgres
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def owned():
    """The small bank in a database of the server's owner, and the address at which another role may work in it."""
    server, role = postgres_server(), f"at work {next(_NUMBERS)}"
    url = PostgresShelf(server).copy("granted", fill)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{role}" LOGIN')
    said = CliRunner(env={"QBANK_DATABASE_URL": url}).invoke(db, ["grant", role])
    assert said.exit_code == 0, said.output
    yield url, sa.make_url(url).set(username=role).render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(f'DROP OWNED BY "{role}"')
        connection.execute(f'DROP ROLE "{role}"')


@pytest.fixture(scope="module")
def lived(owned):
    """As it was, with a row of every table; the triggers are gone, as if the owner had taken them out."""
    owner, worker = owned
    live(worker)
    with opened(owner) as engine, engine.begin() as connection:
        triggers.drop(connection)
    return owner, worker


def tamperings(table):
    column = Base.metadata.tables[table].columns.keys()[0]
    yield f"UPDATE {table} SET {column} = {column}"  # noqa: S608 - names from the schema
    yield f"DELETE FROM {table}"  # noqa: S608 - likewise
    yield f"TRUNCATE {table} CASCADE"


def test_L7_the_role_does_every_act_of_the_program(owned):
    _, worker = owned

    with opened(worker) as engine, engine.connect() as connection:
        assert grants.history_open_to_us(connection) == []
    assert "Role: it has no UPDATE, DELETE or TRUNCATE on history." in list(check_database(worker))


@pytest.mark.parametrize("table", [*HISTORY, *FROZEN])
def test_L7_the_role_changes_no_history_even_where_no_trigger_stands(lived, table):
    _, worker = lived
    with opened(worker) as engine, engine.connect() as connection:
        assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - names from the schema
    for statement in tamperings(table):
        denied = pytest.raises(ProgrammingError, match="permission denied")
        with opened(worker) as engine, engine.connect() as connection, denied:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("table", ["audit_entries", "question_sets", "judgements"])
def test_L7_the_same_statements_go_in_as_the_owner(lived, table):
    """The naive variant: qbank at work as whoever owns the tables."""
    owner, _ = lived
    for statement in tamperings(table):
        with opened(owner) as engine, engine.connect() as connection:
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
            connection.exec_driver_sql("SET session_replication_role = replica")  # nor do keys refuse it
            assert connection.exec_driver_sql(statement).rowcount != 0


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE moves DISABLE TRIGGER ALL",
        "DROP FUNCTION history_moves_update() CASCADE",
        "SET session_replication_role = replica",
        "CREATE TABLE somebodys (id integer)",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_L7_the_role_takes_no_trigger_out(owned, statement):
    owner, worker = owned
    with opened(owner) as engine, engine.begin() as connection:
        triggers.recreate(connection)

    refused = pytest.raises(ProgrammingError, match=r"must be owner|permission denied")
    with opened(worker) as engine, engine.connect() as connection, refused:
        connection.exec_driver_sql(statement)


def test_the_check_says_where_the_role_may_change_history(owned):
    owner, _ = owned
    with opened(owner) as engine, engine.begin() as connection:
        triggers.recreate(connection)

    said = next(line for line in check_database(owner) if line.startswith("Role:"))

    assert said.endswith("let qbank connect as another (qbank db grant).")


def test_a_role_that_is_not_there_or_owns_the_tables_is_refused(owned, tmp_path):
    owner, _ = owned
    with pytest.raises(NotReady, match="There is no role nobody"):
        grants.grant(owner, "nobody")
    with pytest.raises(NotReady, match="may do everything here"):
        grants.grant(owner, "postgres")
    migrating.upgrade(f"sqlite:///{tmp_path / 'qbank.db'}")
    with pytest.raises(NotReady, match="SQLite has no roles"):
        grants.grant(f"sqlite:///{tmp_path / 'qbank.db'}", "worker")
