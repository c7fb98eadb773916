"""`qbank audit`: sign checkpoints of the audit trail, prove it, export it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qbank.services.checkpointing import Signer
    from qbank.settings import Settings
    from qbank.verify.trail import TrailVerdict

FOLDER = click.option(
    "--checkpoints",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of checkpoints; by default QBANK_CHECKPOINT_FOLDER.",
)


@click.group()
def audit() -> None:
    """Sign checkpoints of the audit trail, prove it, export it."""


@audit.command()
@FOLDER
def checkpoint(folder: Path | None) -> None:
    """Vouch, in a signed file outside the database, for every entry up to now; copy it to QBANK_CHECKPOINT_COPIES."""
    from qbank.services.at_hand import open_engine
    from qbank.services.checkpoint_copies import copy_new
    from qbank.services.checkpointing import write_checkpoints

    settings, signer = _at_hand()
    written_to = folder or settings.checkpoints
    with open_engine(settings) as engine:
        made = write_checkpoints(engine, written_to, signer, at=datetime.now(UTC))
    copied = [] if settings.checkpoint_copies is None else copy_new(written_to, settings.checkpoint_copies)
    for file in made:
        click.echo(f"Written: {file}")
    for file in copied:
        click.echo(f"Copied: {file}")
    if not made:
        click.echo("Nothing new: the newest checkpoint vouches for every entry.")


@audit.command()
@click.option("--export", "file", type=click.Path(path_type=Path), help="Prove this exported file, without a database.")
@FOLDER
@click.option("--key", help="The public key that must have signed the checkpoints: 64 hexadecimal digits.")
def verify(file: Path | None, folder: Path | None, key: str | None) -> None:
    """Prove that every entry follows and is the one that checkpoints vouch for; else name the first that is not."""
    from qbank.services.proving import prove, prove_export

    if file is not None:
        verdict, held_to = prove_export(file, key=key, folder=folder)
        _say(verdict)
        click.echo(f"Signed with: {held_to}{'' if key else ' (compare it with the published one)'}")
        return
    from qbank.services.at_hand import open_engine

    settings, signer = _at_hand()
    with open_engine(settings) as engine:
        _say(prove(engine, folder or settings.checkpoints, key=key or signer.public_key))


@audit.command()
@click.argument("file", type=click.Path(path_type=Path))
@FOLDER
def export(file: Path, folder: Path | None) -> None:
    """Write the trail and its checkpoints to FILE, which proves itself: qbank audit verify --export FILE."""
    from qbank.services.at_hand import open_engine
    from qbank.services.proving import export as write

    settings, signer = _at_hand()
    with open_engine(settings) as engine:
        count = write(engine, folder or settings.checkpoints, file, signer=signer, at=datetime.now(UTC))
    click.echo(f"Written: {file}, {count:,} entries.")


@audit.command()
def key() -> None:
    """Print the public key of this installation's checkpoints: give it to whoever verifies them."""
    click.echo(_at_hand()[1].public_key)


def _at_hand() -> tuple[Settings, Signer]:
    from qbank.services.checkpointing import Signer
    from qbank.settings import Settings

    settings = Settings.from_environ()
    return settings, Signer.from_secret(settings.seed_key.get_secret_value())


def _say(verdict: TrailVerdict) -> None:
    click.echo(f"It holds: {verdict.entries:,} entries, each follows the one before.")
    if verdict.vouched:
        who = "1 checkpoint vouches" if verdict.checkpoints == 1 else f"{verdict.checkpoints:,} checkpoints vouch"
        click.echo(f"{who} for the entries up to {verdict.vouched:,}.")
    else:
        click.echo("No checkpoint vouches for them: a trail that was rewritten whole would look the same.")
