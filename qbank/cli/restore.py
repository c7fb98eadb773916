"""`qbank restore`: a whole installation from a backup, into an empty place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--identity", type=click.Path(path_type=Path), help="The file of the private key that opens the backup.")
@click.option(
    "--checkpoints",
    "outside",
    type=click.Path(path_type=Path),
    help="Checkpoints kept elsewhere, to learn what is lost; else those of QBANK_CHECKPOINT_FOLDER.",
)
def restore(file: Path, identity: Path | None, outside: Path | None) -> None:
    """Restore FILE into the empty database of the settings: verified by its audit trail, whole or not at all."""
    from qbank.cli.terminal import progress_bar
    from qbank.services import recovering
    from qbank.services.checkpointing import Signer
    from qbank.services.sealed_files import identities_in
    from qbank.settings import Settings

    settings = Settings.from_environ()
    signer = Signer.from_secret(settings.seed_key.get_secret_value())
    target = recovering.Target(settings.database, settings.checkpoints, outside, signer, settings.workplace)
    keys = [] if identity is None else identities_in(identity)
    opening = recovering.Opening(keys, lambda: str(click.prompt("Passphrase", hide_input=True)))
    with progress_bar() as tell:
        done = recovering.recover(file, target, opening, at=datetime.now(UTC), tell=tell)
    click.echo(f"Restored: the backup of {done.manifest.at}, made by qbank {done.manifest.qbank}.")
    click.echo(f"Its audit trail holds: {done.verdict.entries:,} entries; its own checkpoints were compared.")
    if done.mended:
        click.echo(
            f"But {len(done.mended)} triggers were missing or changed, first {done.mended[0]}; they are whole now."
        )
    click.echo(str(done.lost) if done.lost else "No checkpoint at hand vouches for anything later.")
    if done.recalled:
        click.echo(f"Lost question sets that will be drawn again, each the same as before: {done.recalled}.")
    if done.aside is not None:
        click.echo(
            f"Checkpoints of the lost time were put aside: {done.aside}. Put them aside wherever they were copied to."
        )
