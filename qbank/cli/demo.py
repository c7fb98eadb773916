"""`qbank demo`: an example organisation with its bank, people and sessions, served on this machine."""

from __future__ import annotations

import json
import secrets
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import click
from pydantic import SecretStr

from qbank.cli.serve import HOST, PORT, listen
from qbank.cli.terminal import answers, progress_bar, progress_voice, show_uncut
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
@click.option(
    "--database", default="", help="Address of a PostgreSQL database for it, instead of a file; empty at first."
)
@click.option("--history", is_flag=True, help="Lay three years of simulated sessions into it, once.")
@click.option(
    "--apprentices", default=24_000, show_default=True, type=click.IntRange(1, 100_000), help="In that history."
)
@click.option("--no-serve", is_flag=True, help="Make the example and stop.")
@click.option("--no-browser", is_flag=True, help="Do not open the address in a browser.")
def demo(
    folder: Path | None,
    port: int,
    *,
    database: str,
    history: bool,
    apprentices: int,
    no_serve: bool,
    no_browser: bool,
) -> None:
    """Make an example organisation, if there is none yet, and serve it on this machine."""
    settings = example_settings(folder or Settings.from_environ().data_folder / "demo", database)
    show(prepare(settings), settings)
    if history:
        lay_history(settings, apprentices)
    if no_serve:
        return
    listen(settings, host=HOST, port=port, when_ready=lambda address: _ready(address, browser=not no_browser))


def example_settings(folder: Path, database: str = "") -> Settings:
    """The settings of the example in that folder; its keys are made with it and kept beside it.

    Args:
        folder: where it lives.
        database: the address of another database than the file there; empty for the file.

    Raises:
        BadSettings: no engine of ours can be made for that address.
    """
    keys = _keys(folder)
    return Settings.checked(
        mode=Mode.DEMO,
        data_folder=folder,
        database_url=database,
        behind_https=False,
        organisation_name="Example Assessment",
        secret_key=SecretStr(keys["secret_key"]),
        seed_key=SecretStr(keys["seed_key"]),
    )


def prepare(settings: Settings) -> Demonstration:
    """Make the example where there is none, else what it lacks today; progress on standard error.

    A new one is made beside its place and moved there when it is whole: whoever interrupts it can start again, and
    does not meet people whose passwords nobody was told. In a database of its own it is made where it stays.

    Raises:
        RuleBroken: that database may hold real people.
    """
    place = settings.data_folder / "qbank.db"
    if settings.database_url:
        _must_hold_no_real_people(settings)
    if settings.database_url or place.exists():
        return _made(settings)
    making = settings.data_folder / "making.db"
    for left_over in settings.data_folder.glob("making.db*"):
        left_over.unlink()
    made = _made(settings.model_copy(update={"database_url": f"sqlite:///{making}"}))
    making.replace(place)
    return made


def show(made: Demonstration, settings: Settings) -> None:
    """Say who can sign in; passwords only when they were just made, for nothing keeps them."""
    told = [login for login in made.logins if login.password]
    console = answers()
    if not told:
        console.print(f"The example in {settings.data_folder} is ready; its passwords were shown when it was made.")
        what = "Empty its database" if settings.database_url else f"Delete the folder {settings.data_folder}"
        console.print(f"Lost them? {what} and start again.", style="quiet")
        return
    console.print("Made for this example. The passwords are shown once, so keep them.", style="ink")
    rows = [(str(login.role), login.email, str(login.password)) for login in told]
    show_uncut(console, ("Role", "E-mail address", "Password"), rows)


def lay_history(settings: Settings, apprentices: int) -> None:
    """Lay a simulated history into the example, with progress, and say what was laid.

    Raises:
        RuleBroken: it has one already, or may hold real people.
    """
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import simulating
    from qbank.services.at_hand import open_engine
    from qbank.storage.queries import standards
    from qbank.storage.units import read_unit

    with open_engine(settings) as engine, progress_bar() as tell:
        with read_unit(engine) as store:
            row = standards.plan_version(store, STANDARD)
        assert row is not None, "the example has its standard"  # noqa: S101 - narrows for the type checker
        laid = simulating.lay(
            engine, row, apprentices=apprentices, by=COMMAND_LINE, at=datetime.now(UTC), progress=tell
        )
    answers().print(
        f"Laid: {laid.sessions:,} simulated sessions of {laid.apprentices:,} apprentices, {laid.re_sits:,} of them "
        f"re-sits, with {laid.questions:,} questions. Every reference begins with SIM-.",
        style="ink",
    )


def open_browser(address: str) -> None:
    """Open the address in a graphical browser, if there is one: a text browser would take the terminal."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:  # those are the text browsers; the graphical ones derive from it
        Thread(target=browser.open, args=(address,), daemon=True).start()


def _made(settings: Settings) -> Demonstration:
    """Bring the database up to date and make what is missing in it."""
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


def _must_hold_no_real_people(settings: Settings) -> None:
    """Before its tables are brought up to date, too: a database of real people is left alone."""
    from sqlalchemy import inspect

    from qbank.services import demonstration
    from qbank.storage import db, units

    engine = db.engine(settings.database)
    try:
        if inspect(engine).has_table("people"):
            with units.read_unit(engine) as store:
                demonstration.must_hold_no_real_people(store, what="an example is made")
    finally:
        engine.dispose()


def _filled(engine: sa.Engine, settings: Settings, progress: Progress) -> Demonstration:
    from qbank.services import demonstration, starter
    from qbank.services.adopting import through
    from qbank.services.plan_cache import PlanCache
    from qbank.services.seeds import SeedCipher

    return demonstration.fill(
        engine,
        starter.starter_plan(STANDARD),
        starter.starter_questions(STANDARD),
        cipher=SeedCipher.from_secret(settings.seed_key.get_secret_value()),
        at=datetime.now(UTC),
        progress=progress,
        fit=through(PlanCache.of(settings)),
    )


def _keys(folder: Path) -> dict[str, str]:
    """The example's own keys, made with it: readable by nobody else, and whole or not there."""
    file = folder / SECRETS
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps({name: secrets.token_urlsafe(48) for name in ("secret_key", "seed_key")}))
        new.replace(file)
    keys: dict[str, str] = json.loads(file.read_text())
    return keys


def _ready(address: str, *, browser: bool) -> None:
    console = answers()
    console.print(f"Serving at {address}", style="ink")
    console.print("Sign in as the assessor, open My sessions, pull a set. Ctrl and C ends it.", style="quiet")
    if browser:
        open_browser(address)
