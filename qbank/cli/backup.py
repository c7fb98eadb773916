"""`qbank backup`: a running installation in one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qbank.services.backing_up import BackedUp, Source
    from qbank.settings import Settings


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="A folder, or a new file; else QBANK_BACKUP_FOLDER.")
@click.option("--recipient", "recipients", multiple=True, help="Encrypt for this public key (age1…); may be repeated.")
@click.option("--passphrase", "asks", is_flag=True, help="Encrypt with a passphrase, which is asked for, unseen.")
@click.option("--keep", type=click.IntRange(min=1), help="Leave so many backups in the folder, the newest.")
@click.option("--new-key", type=click.Path(path_type=Path), help="Only make a key: the private one goes to this file.")
def backup(
    out: Path | None, recipients: tuple[str, ...], keep: int | None, new_key: Path | None, *, asks: bool
) -> None:
    """Back a running installation up into one file: database, audit checkpoints, and what vouches for them.

    Keys are never in it: keep QBANK_SEED_KEY and QBANK_SECRET_KEY elsewhere, for without the first no seed is opened.
    """
    from qbank.cli.terminal import progress_bar
    from qbank.services import backing_up
    from qbank.services.sealed_files import Lock, new_identity
    from qbank.settings import Settings

    if new_key is not None:
        click.echo(f"Public key: {new_identity(new_key)}")
        click.echo(f"The private key is in {new_key}: keep it where neither the machine nor its backups are.")
        return
    settings = Settings.from_environ()
    place = _place(out, settings)
    phrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt="The same again") if asks else ""
    with _source(settings) as source, progress_bar() as tell:
        lock = Lock(tuple(recipients), phrase)
        made = backing_up.back_up(source, place, lock=lock, keep=keep, at=datetime.now(UTC), tell=tell)
    _say(made)


def _place(out: Path | None, settings: Settings) -> Path:
    from qbank.domain.errors import RuleBroken

    if out is not None:
        return out
    if settings.backup_folder is None:
        raise RuleBroken(
            "Nobody said where the backup goes.", remedy="Name a folder with --out, or set QBANK_BACKUP_FOLDER."
        )
    settings.backup_folder.mkdir(parents=True, exist_ok=True)
    return settings.backup_folder


@contextmanager
def _source(settings: Settings) -> Iterator[Source]:
    """The installation of the settings; whatever its revision, for one backs up before an upgrade."""
    from qbank.services.backing_up import Source
    from qbank.services.checkpointing import Signer
    from qbank.storage import db

    signer = Signer.from_secret(settings.seed_key.get_secret_value())
    engine = db.engine(settings.database)
    try:
        yield Source(engine, settings.checkpoints, signer, settings.workplace)
    finally:
        engine.dispose()


def _say(made: BackedUp) -> None:
    manifest = made.manifest
    click.echo(f"Written: {made.file}, {made.bytes / 1e6:,.1f} MB.")
    click.echo(f"It holds the audit trail up to entry {manifest.last:,}; checkpoints vouch for {manifest.vouched:,}.")
    if made.removed:
        click.echo(f"Older backups removed: {len(made.removed)}.")
    click.echo("No key is in it: QBANK_SEED_KEY and QBANK_SECRET_KEY must be kept elsewhere.")
    if made.advice:
        click.echo(f"But no checkpoint was written: {made.advice}", err=True)
