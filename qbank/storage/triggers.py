"""Creates and drops the triggers that keep `rules`: for whatever tables and keys the database has now.

Alembic's batch mode on SQLite rebuilds a table and silently loses its triggers, so every migration drops all of ours
first and creates them anew after (`migrations/env.py`). The insert triggers stand against `INSERT OR REPLACE`, which
goes past a delete trigger on any connection that has not asked for recursive triggers.
"""

# ruff: noqa: S608 - table and column names come from the schema itself, never from input

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.storage import shapes
from qbank.storage.rule import Rule
from qbank.storage.rules import FOLLOW_MOVES, FROZEN, HISTORY, RULES
from qbank.storage.shapes import Shape

PREFIX: Final = "history_"
FOLLOW: Final = "history_follow_moves"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger of ours.

    Args:
        statements: make it, in order.
        kept: what the database must say of it afterwards; see `standing`.
    """

    name: str
    statements: tuple[str, ...]
    kept: str


def recreate(connection: sa.Connection) -> None:
    """Ensure exactly today's triggers on the tables that stand."""
    drop(connection)
    create(connection)


def drop(connection: sa.Connection) -> None:
    """Remove every trigger of ours."""
    standing_names = names(connection)
    if connection.dialect.name == "sqlite":
        for name in standing_names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    elif standing_names:
        functions = ", ".join(f"{name}()" for name in standing_names)
        connection.exec_driver_sql(f"DROP FUNCTION {functions} CASCADE")


def create(connection: sa.Connection) -> None:
    """Make the triggers of every rule whose tables and columns stand."""
    statements = [statement for trigger in expected(connection) for statement in trigger.statements]
    if connection.dialect.name != "sqlite":
        statements = ["; ".join(statements)]  # one message to the server for nine hundred; SQLite takes one at a time
    for statement in filter(None, statements):
        connection.exec_driver_sql(statement)


def left_out(connection: sa.Connection, rules: Iterable[Rule] = RULES) -> list[str]:
    """Rules that no trigger can keep, for something that they read is not there; by name.

    In a database of an older revision some are: the tables and columns came later. At the newest revision each is a
    mistake, in the rule or in the tables, that would leave history open.
    """
    tables = shapes.standing(connection)
    thin = [
        f"{table}_frozen"
        for table, columns in FROZEN.items()
        if table not in tables or not set(columns).issubset(tables[table].columns)
    ]
    gone = [f"{table}_update" for table in HISTORY if table not in tables]
    return thin + gone + [rule.name for rule in rules if not _stands(tables, rule)]


def must_be_complete(connection: sa.Connection) -> None:
    """Refuse a database at the newest revision in which a rule is kept by no trigger.

    Raises:
        NotReady: names the first.
    """
    if missing := left_out(connection):
        raise NotReady(
            f"{len(missing)} rules name a table or column that is not there, first: {missing[0]}; nothing was changed.",
            remedy="Restore the latest backup and report this.",
            rule="L7",
        )


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


def expected(connection: sa.Connection) -> list[Trigger]:
    """The triggers that the rules ask for, given the tables that stand."""
    make, follow = (
        (_on_sqlite, _follow_sqlite) if connection.dialect.name == "sqlite" else (_on_postgresql, _follow_postgresql)
    )
    wanted = [make(rule) for rule in _all_rules(connection)]
    return wanted + ([follow()] if sa.inspect(connection).has_table("in_service") else [])


def wrong(connection: sa.Connection) -> list[str]:
    """What does not keep history in a database at the newest revision, by name.

    Triggers that it has lost, that somebody rewrote or switched off, or that are not ours; and rules left out.
    """
    wanted = {trigger.name: trigger.kept for trigger in expected(connection)}
    found = standing(connection)
    strange = {name for name in {*wanted, *found} if wanted.get(name) != found.get(name)}
    return sorted(strange.union(PREFIX + name for name in left_out(connection)))


def standing(connection: sa.Connection) -> Mapping[str, str]:
    """Every trigger of the database, by name: its text; on PostgreSQL its function's too, and what weakens it."""
    if connection.dialect.name == "sqlite":
        found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = (
            "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || ' AS ' || prosrc "
            "|| CASE tgenabled WHEN 'O' THEN '' ELSE ' not always' END || coalesce(proconfig::text, '') "
            "FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_class ON pg_class.oid = tgrelid "
            "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE NOT tgisinternal AND nspname = current_schema()"
        )
    return {str(name): str(text) for name, text in connection.exec_driver_sql(found)}


def _all_rules(connection: sa.Connection) -> Iterator[Rule]:
    tables = shapes.standing(connection)
    replacing = connection.dialect.name == "sqlite"
    for table in sorted(tables.keys() & set(HISTORY)):
        yield from _only_grows(table)
        if replacing:
            yield _replaces_nothing(table, tables[table])
        else:
            yield _never_emptied(table)
    for table, columns in FROZEN.items():
        if table in tables:
            yield from _keeps(table, [each for each in columns if each in tables[table].columns])
            if replacing:
                yield from _replaces_no_other(table, tables[table])
            else:
                yield _never_emptied(table)
    yield from (rule for rule in RULES if _stands(tables, rule))


def _stands(tables: Mapping[str, Shape], rule: Rule) -> bool:
    """Whether everything that the rule reads is there."""
    return _tables_of(rule) <= tables.keys() and rule.columns <= set(tables[rule.table].columns)


def _only_grows(table: str) -> Iterable[Rule]:
    yield Rule(f"{table}_update", table, "UPDATE", "1 = 1", f"L7: rows of {table} are never changed")
    yield Rule(f"{table}_delete", table, "DELETE", "1 = 1", f"L7: rows of {table} are never removed")


def _keeps(table: str, columns: Iterable[str]) -> Iterable[Rule]:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    yield Rule(f"{table}_frozen", table, "UPDATE", changed, f"L7: what names a row of {table} is never changed")
    yield Rule(f"{table}_delete", table, "DELETE", "1 = 1", f"L7: rows of {table} are never removed")


def _never_emptied(table: str) -> Rule:
    return Rule(f"{table}_truncate", table, "TRUNCATE", "", f"L7: {table} is never emptied")


def _replaces_nothing(table: str, shape: Shape) -> Rule:
    return Rule(f"{table}_insert", table, "INSERT", _key_taken(table, shape), f"L7: rows of {table} are never replaced")


def _replaces_no_other(table: str, shape: Shape) -> Iterable[Rule]:
    """Neither by a new row nor by a changed one: `UPDATE OR REPLACE` removes the row whose key it takes."""
    yield _replaces_nothing(table, shape)
    keys, _ = shape.keys[0]
    another = " OR ".join(f"{table}.{key} <> OLD.{key}" for key in keys)
    taken = _key_taken(table, shape, f"({another}) AND " if len(keys) > 1 else f"{another} AND ")
    yield Rule(f"{table}_update", table, "UPDATE", taken, f"L7: rows of {table} are never replaced")


def _key_taken(table: str, shape: Shape, besides: str = "") -> str:
    """The condition that a row stands which has a key of the new one."""
    return " OR ".join(_taken(table, shape.columns, key, where, besides) for key, where in shape.keys)


def _taken(table: str, columns: Iterable[str], key: Iterable[str], where: str, besides: str) -> str:
    same = besides + " AND ".join(f"{table}.{column} = NEW.{column}" for column in key)
    if not where:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
    of_the_new_row = re.sub(rf"\b({'|'.join(columns)})\b", r"NEW.\1", where)
    return f"(({of_the_new_row}) AND EXISTS (SELECT 1 FROM {table} WHERE {same} AND ({where})))"


def _tables_of(rule: Rule) -> set[str]:
    mentioned = re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", rule.refuse_when.replace("DISTINCT FROM", ""))
    return {rule.table, *mentioned}


def _on_sqlite(rule: Rule) -> Trigger:
    condition = rule.refuse_when.replace("IS DISTINCT FROM", "IS NOT")
    return _made_on_sqlite(
        f"{PREFIX}{rule.name}",
        f"BEFORE {rule.event} ON {rule.table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{rule.because}'); END",
    )


def _on_postgresql(rule: Rule) -> Trigger:
    refuse = f"RAISE EXCEPTION '{rule.because}' USING ERRCODE = 'check_violation';"
    if rule.event != "TRUNCATE":
        answer = "OLD" if rule.event == "DELETE" else "NEW"
        refuse = f"IF {rule.refuse_when} THEN {refuse} END IF; RETURN {answer};"
    each = "STATEMENT" if rule.event == "TRUNCATE" else "ROW"
    return _made_on_postgresql(
        f"{PREFIX}{rule.name}", f"BEFORE {rule.event} ON {rule.table} FOR EACH {each}", f" BEGIN {refuse} END "
    )


def _follow_sqlite() -> Trigger:
    return _made_on_sqlite(FOLLOW, f"AFTER INSERT ON moves BEGIN {'; '.join(FOLLOW_MOVES)}; END")


def _follow_postgresql() -> Trigger:
    work = f" BEGIN {'; '.join(FOLLOW_MOVES)}; RETURN NULL; END "
    return _made_on_postgresql(FOLLOW, "AFTER INSERT ON moves FOR EACH ROW", work)


def _made_on_sqlite(name: str, rest: str) -> Trigger:
    statement = f"CREATE TRIGGER {name} {rest}"
    return Trigger(name, (statement,), statement)


def _made_on_postgresql(name: str, when: str, body: str) -> Trigger:
    function = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    trigger = f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
    return Trigger(name, (function, trigger), f"{trigger} AS {body}")
