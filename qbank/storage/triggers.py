"""Creates and drops the triggers that keep `rules`: for whatever tables and keys the database has now.

Alembic's batch mode on SQLite rebuilds a table and silently loses its triggers, so every migration drops all of ours
first and creates them anew after (`migrations/env.py`). The insert triggers stand against `INSERT OR REPLACE`, which
goes past a delete trigger on any connection that has not asked for recursive triggers.
"""

# ruff: noqa: S608 - table and column names come from the schema itself, never from input

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa

from qbank.storage.rules import FOLLOW_MOVES, FROZEN, HISTORY, RULES, Rule

PREFIX: Final = "history_"
FOLLOW: Final = "history_follow_moves"


def recreate(connection: sa.Connection) -> None:
    """Ensure exactly today's triggers on the tables that stand."""
    drop(connection)
    create(connection)


def drop(connection: sa.Connection) -> None:
    """Remove every trigger of ours."""
    for name in names(connection):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql(f"DROP FUNCTION {name}() CASCADE")


def names(connection: sa.Connection) -> list[str]:
    """Our triggers as the database has them now, in order; on PostgreSQL each is named like its function."""
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 8) = 'history_' ORDER BY 1"
    else:
        found = (
            "SELECT proname FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace "
            "WHERE nspname = current_schema() AND substr(proname, 1, 8) = 'history_' ORDER BY 1"
        )
    return list(connection.exec_driver_sql(found).scalars())


def expected(connection: sa.Connection) -> set[str]:
    """The triggers that the rules ask for, given the tables that stand."""
    wanted = {f"{PREFIX}{rule.name}" for rule in _all_rules(connection)}
    return wanted | ({FOLLOW} if sa.inspect(connection).has_table("in_service") else set())


def create(connection: sa.Connection) -> None:
    """Make the triggers of every rule whose tables stand."""
    make, follow = (
        (_on_sqlite, _follow_sqlite) if connection.dialect.name == "sqlite" else (_on_postgresql, _follow_postgresql)
    )
    statements = [statement for rule in _all_rules(connection) for statement in make(rule)]
    if sa.inspect(connection).has_table("in_service"):
        statements += follow()
    for statement in statements:
        connection.exec_driver_sql(statement)


def _all_rules(connection: sa.Connection) -> Iterator[Rule]:
    inspector = sa.inspect(connection)
    tables = set(inspector.get_table_names())
    replacing = connection.dialect.name == "sqlite"
    for table in sorted(tables.intersection(HISTORY)):
        yield from _only_grows(table)
        if replacing:
            yield _replaces_nothing(inspector, table)
        else:
            yield Rule(f"{table}_truncate", table, "TRUNCATE", "", f"L7: {table} is never emptied")
    for table, columns in FROZEN.items():
        if table in tables:
            yield from _keeps(table, columns)
    yield from (rule for rule in RULES if _tables_of(rule) <= tables)


def _only_grows(table: str) -> Iterable[Rule]:
    yield Rule(f"{table}_update", table, "UPDATE", "1 = 1", f"L7: rows of {table} are never changed")
    yield Rule(f"{table}_delete", table, "DELETE", "1 = 1", f"L7: rows of {table} are never removed")


def _keeps(table: str, columns: Iterable[str]) -> Iterable[Rule]:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    yield Rule(f"{table}_frozen", table, "UPDATE", changed, f"L7: what names a row of {table} is never changed")
    yield Rule(f"{table}_delete", table, "DELETE", "1 = 1", f"L7: rows of {table} are never removed")


def _replaces_nothing(inspector: sa.Inspector, table: str) -> Rule:
    columns = [column["name"] for column in inspector.get_columns(table)]
    keys: list[tuple[list[str], str]] = [(inspector.get_pk_constraint(table)["constrained_columns"], "")]
    keys += [(key["column_names"], "") for key in inspector.get_unique_constraints(table)]
    for index in inspector.get_indexes(table):
        if index["unique"]:
            names = [name for name in index["column_names"] if name is not None]
            keys.append((names, str(index.get("dialect_options", {}).get("sqlite_where", ""))))
    taken = " OR ".join(_taken(table, columns, key, where) for key, where in keys)
    return Rule(f"{table}_insert", table, "INSERT", taken, f"L7: rows of {table} are never replaced")


def _taken(table: str, columns: Iterable[str], key: Iterable[str], where: str) -> str:
    same = " AND ".join(f"{table}.{column} = NEW.{column}" for column in key)
    if not where:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
    of_the_new_row = re.sub(rf"\b({'|'.join(columns)})\b", r"NEW.\1", where)
    return f"(({of_the_new_row}) AND EXISTS (SELECT 1 FROM {table} WHERE {same} AND ({where})))"


def _tables_of(rule: Rule) -> set[str]:
    mentioned = re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", rule.refuse_when.replace("DISTINCT FROM", ""))
    return {rule.table, *mentioned}


def _on_sqlite(rule: Rule) -> Iterable[str]:
    condition = rule.refuse_when.replace("IS DISTINCT FROM", "IS NOT")
    yield (
        f"CREATE TRIGGER {PREFIX}{rule.name} BEFORE {rule.event} ON {rule.table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{rule.because}'); END"
    )


def _on_postgresql(rule: Rule) -> Iterable[str]:
    name = f"{PREFIX}{rule.name}"
    refuse = f"RAISE EXCEPTION '{rule.because}' USING ERRCODE = 'check_violation';"
    if rule.event != "TRUNCATE":
        answer = "OLD" if rule.event == "DELETE" else "NEW"
        refuse = f"IF {rule.refuse_when} THEN {refuse} END IF; RETURN {answer};"
    each = "STATEMENT" if rule.event == "TRUNCATE" else "ROW"
    yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"
    yield f"CREATE TRIGGER {name} BEFORE {rule.event} ON {rule.table} FOR EACH {each} EXECUTE FUNCTION {name}()"


def _follow_sqlite() -> Iterable[str]:
    yield f"CREATE TRIGGER {FOLLOW} AFTER INSERT ON moves BEGIN {'; '.join(FOLLOW_MOVES)}; END"


def _follow_postgresql() -> Iterable[str]:
    work = "; ".join(FOLLOW_MOVES)
    yield f"CREATE FUNCTION {FOLLOW}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {work}; RETURN NULL; END $$"
    yield f"CREATE TRIGGER {FOLLOW} AFTER INSERT ON moves FOR EACH ROW EXECUTE FUNCTION {FOLLOW}()"
