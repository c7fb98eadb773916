"""PostgreSQL's own `pg_dump` and `pg_restore`: found on the path, never older than the server.

A password goes by the environment of the process, never on its command line, which everybody on the machine can read.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.storage import db

_MORE_THAN_A_DAY: Final = 100_000
_ANSWER_SECONDS: Final = 60
_BY_ENVIRONMENT: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


def server_of(connection: sa.Connection) -> int:
    """The major version of the server: 16."""
    return int(str(connection.scalar(sa.text("SHOW server_version_num")))) // 10_000


def dump(url: sa.URL, file: Path, *, snapshot: str, server: int) -> None:
    """Write what an exported snapshot sees to a file, in PostgreSQL's own compressed form.

    Raises:
        NotReady: there is no `pg_dump`, it is older than the server, or it failed.
    """
    tool = _tool("pg_dump", server)
    _run([tool, "--format=custom", "--no-password", f"--snapshot={snapshot}", f"--file={file}"], url)


def restore(url: str, file: Path) -> None:
    """Put a dump into the database in one transaction; owners and grants are left to whoever owns the new one.

    Raises:
        NotReady: there is no `pg_restore`, it is older than the server, or it failed; nothing was put there.
    """
    engine = db.engine(url)
    try:
        with engine.connect() as connection:
            server = server_of(connection)
    finally:
        engine.dispose()
    tool = _tool("pg_restore", server)
    name = _connection(db.address(url))["dbname"]
    all_or_none = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password"]
    _run([tool, *all_or_none, f"--dbname={name}", str(file)], db.address(url))


def _tool(name: str, server: int) -> str:
    """Where the tool is.

    Raises:
        NotReady: it is not on the path, older than the server, or says nothing.
    """
    remedy = f"Install PostgreSQL's client programs, version {server} or newer, or put their folder first on PATH."
    found = shutil.which(name)
    if found is None:
        raise NotReady(f"{name} is not on this machine's PATH.", remedy=remedy)
    said = _version(found)
    version = re.search(r"(\d+)", said)
    if version is None or int(version.group()) < server:
        raise NotReady(f"{name} is older than the server, which is PostgreSQL {server}: {said.strip()}.", remedy=remedy)
    return found


def _version(tool: str) -> str:
    """What the tool says of itself.

    Raises:
        NotReady: it says nothing, as one on a disk of a network that is gone.
    """
    asked = [tool, "--version"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=False)  # noqa: S603 - our words
    except subprocess.TimeoutExpired:
        raise NotReady(
            f"{tool} has not said its version within {_ANSWER_SECONDS} seconds.",
            remedy="See why it does not start, or put the folder of another first on PATH.",
        ) from None
    return done.stdout


def _run(command: list[str], url: sa.URL) -> None:
    """Run a tool on the database of that address; what it says on failure may name tables, never rows."""
    told = {_BY_ENVIRONMENT[name]: str(value) for name, value in _connection(url).items() if name in _BY_ENVIRONMENT}
    done = subprocess.run(  # noqa: S603 - our words, and the snapshot's name from the server
        command,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_MORE_THAN_A_DAY,
        check=False,
    )
    if done.returncode:
        first = next((line.partition("error:")[2].strip() for line in done.stderr.splitlines() if "error:" in line), "")
        raise NotReady(
            f"{Path(command[0]).name} failed: {first.rstrip('.') or 'it did not say why'}.",
            remedy="See that the server answers, that the role of QBANK_DATABASE_URL may read or make every table, "
            "and that the disk has room.",
        )


def _connection(url: sa.URL) -> dict[str, Any]:
    """What psycopg would be told, several hosts and all."""
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    dialect: sa.Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types
    _, told = dialect.create_connect_args(url)
    return dict(told)
