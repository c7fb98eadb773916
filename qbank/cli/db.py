"""`qbank db`: bring the tables up to date, or back, say who may change them, and check that they are whole."""

from __future__ import annotations

import click


@click.group()
def db() -> None:
    """Bring the database's tables up to date, or back, say who may change them, and check that they are whole."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables to REVISION, by default the newest; makes the database if there is none."""
    from qbank.settings import Settings
    from qbank.storage import migrating

    migrating.upgrade(Settings.from_environ().database, revision)
    click.echo(f"The database is at revision {migrating.latest() if revision == migrating.LATEST else revision}.")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask: what the later tables hold is lost.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Bring the tables back to REVISION, or to "base" for none. Back the database up first."""
    from qbank.settings import Settings
    from qbank.storage import migrating

    if not yes:
        click.confirm("What the later tables hold will be lost. Go back?", abort=True)
    migrating.downgrade(Settings.from_environ().database, revision)
    click.echo(f"The database is at revision {revision}.")


@db.command()
@click.argument("role")
def grant(role: str) -> None:
    """Let ROLE, whom qbank connects as, read and add, and change no history (PostgreSQL; after every upgrade)."""
    from qbank.settings import Settings
    from qbank.storage import grants

    count = grants.grant(Settings.from_environ().database, role)
    click.echo(f"{role} may read {count} tables and add to them, and change none that is history.")


@db.command()
def check() -> None:
    """Check revision, tables, triggers, audit trail, sets and the newest backup's age; say what is wrong first."""
    from datetime import UTC, datetime, timedelta

    from qbank.services.backing_up import how_old
    from qbank.services.checking import check_database
    from qbank.settings import Settings

    settings = Settings.from_environ()
    for sentence in check_database(settings.database):
        click.echo(sentence)
    most = timedelta(minutes=settings.backup_minutes)
    click.echo(how_old(settings.backup_folder, at=datetime.now(UTC), most=most))
