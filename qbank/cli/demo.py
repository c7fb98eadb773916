"""`qbank demo`: an example organisation with its bank, people and sessions, served on this machine."""

from __future__ import annotations

import json
import secrets
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from pydantic import SecretStr

from qbank.cli.serve import HOST, PORT, listen
from qbank.cli.terminal import a_table, answers, progress_voice
from qbank.settings import Mode, Settings

if TYPE_CHECKING:
    import sqlalchemy as sa

    from qbank.services.demonstration import Demonstration
    from qbank.services.fitting import Progress

STANDARD: Final = "customer-service-specialist-3"
SECRETS: Final = "secrets.json"


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="Where the example lives; made when it is missing.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--no-serve", is_flag=True, help="Make the example and stop.")
@click.option("--no-browser", is_flag=True, help="Do not open the address in a browser.")
def demo(folder: Path | None, port: int, *, no_serve: bool, no_browser: bool) -> None:
    """Make an example organisation, if there is none yet, and serve it on this machine."""
    settings = example_settings(folder or Settings.from_environ().data_folder / "demo")
    show(prepare(settings), settings)
    if no_serve:
        return
    listen(settings, host=HOST, port=port, when_ready=lambda address: _ready(address, browser=not no_browser))


def example_settings(folder: Path) -> Settings:
    """The settings of the example in that folder; its keys are made with it and kept beside it."""
    keys = _keys(folder)
    return Settings(
        mode=Mode.DEMO,
        data_folder=folder,
        database_url="",
        behind_https=False,
        organisation_name="Example Assessment",
        secret_key=SecretStr(keys["secret_key"]),
        seed_key=SecretStr(keys["seed_key"]),
    )


def prepare(settings: Settings) -> Demonstration:
    """Bring the example's database up to date and make what is missing in it, with progress on standard error."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from qbank.storage import db, migrating

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=32), TimeElapsedColumn())
    with Progress(*columns, console=progress_voice(), transient=True) as bar:
        task = bar.add_task("Tables", total=1.0)
        migrating.upgrade(settings.database)
        engine = db.engine(settings.database)
        try:
            return _filled(engine, settings, lambda what, share: bar.update(task, description=what, completed=share))
        finally:
            engine.dispose()


def show(made: Demonstration, settings: Settings) -> None:
    """Say who can sign in; passwords only when they were just made, for nothing keeps them."""
    told = [login for login in made.logins if login.password]
    console = answers()
    if not told:
        console.print(f"The example in {settings.data_folder} is ready; its passwords were shown when it was made.")
        console.print(f"Lost them? Delete the folder {settings.data_folder} and start again.", style="quiet")
        return
    table = a_table("Role", "E-mail address", "Password")
    for login in told:
        table.add_row(str(login.role), login.email, str(login.password))
    console.print("Made for this example. The passwords are shown once, so keep them.", style="ink")
    console.print(table)


def _filled(engine: sa.Engine, settings: Settings, progress: Progress) -> Demonstration:
    from qbank.services import demonstration, starter
    from qbank.services.seeds import SeedCipher

    return demonstration.fill(
        engine,
        starter.starter_plan(STANDARD),
        starter.starter_questions(STANDARD),
        cipher=SeedCipher.from_secret(settings.seed_key.get_secret_value()),
        at=datetime.now(UTC),
        progress=progress,
    )


def _keys(folder: Path) -> dict[str, str]:
    file = folder / SECRETS
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps({name: secrets.token_urlsafe(48) for name in ("secret_key", "seed_key")}))
    keys: dict[str, str] = json.loads(file.read_text())
    return keys


def _ready(address: str, *, browser: bool) -> None:
    console = answers()
    console.print(f"Serving at {address}", style="ink")
    console.print("Sign in as the assessor, open My sessions, pull a set. Ctrl and C ends it.", style="quiet")
    if browser:
        webbrowser.open(address)
