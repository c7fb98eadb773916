"""What the role may do that qbank connects as on PostgreSQL: read, add, and change nothing of the history (L7).

The triggers refuse everybody; whoever owns the tables can take them out. So the tables belong to one role, which brings
them up to date, and qbank works as another: it has no UPDATE, DELETE or TRUNCATE on history, and where a row is frozen
in some columns, UPDATE on the others alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.storage import db, migrating
from qbank.storage.rules import FROZEN, HISTORY


def grant(url: str, role: str) -> int:
    """Let the role read and add and change no history, and take from it whatever it could do before; tables counted.

    Raises:
        NotReady: the database is no PostgreSQL, not at this revision, has no such role, or the role owns its tables.
    """
    engine = db.engine(url)
    try:
        if engine.dialect.name == "sqlite":
            raise NotReady("SQLite has no roles: who can open the file can change it.", remedy="Use PostgreSQL.")
        migrating.ensure_latest(engine)
        with engine.begin() as connection:
            _must_be_another(connection, role)
            for statement in statements(engine.dialect.identifier_preparer.quote(role)):
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
    return len(db.Base.metadata.tables)


def statements(role: str) -> Iterator[str]:
    """What gives a role exactly that, in order.

    Args:
        role: as it stands in SQL.
    """
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE CREATE ON SCHEMA public FROM {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"GRANT SELECT ON alembic_version TO {role}"
    for name, table in sorted(db.Base.metadata.tables.items()):
        yield f"GRANT SELECT, INSERT ON {name} TO {role}"
        if name in FROZEN:
            free = [column.name for column in table.columns if column.name not in FROZEN[name]]
            yield f"GRANT UPDATE ({', '.join(free)}) ON {name} TO {role}"
        elif name not in HISTORY:
            yield f"GRANT UPDATE, DELETE ON {name} TO {role}"


def history_open_to_us(connection: sa.Connection) -> list[str]:
    """Tables of the history that the role of this connection may change, as far as the triggers let it."""
    asked = sa.text("SELECT has_table_privilege(current_user, :name, 'UPDATE, DELETE, TRUNCATE')")
    return [name for name in (*HISTORY, *FROZEN) if connection.scalar(asked, {"name": name})]


def _must_be_another(connection: sa.Connection, role: str) -> None:
    found = connection.execute(
        sa.text("SELECT rolsuper, rolname = current_user FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).one_or_none()
    if found is None:
        raise NotReady(f"There is no role {role}.", remedy=f'Make it first: CREATE ROLE "{role}" LOGIN.')
    owns = connection.scalar(
        sa.text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = :role"), {"role": role}
    )
    if any(found) or owns:
        raise NotReady(
            f"The role {role} may do everything here: whoever owns the tables can take the triggers out.",
            remedy="Let qbank connect as a role that is no superuser and owns no table.",
            rule="L7",
        )
