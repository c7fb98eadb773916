"""`qbank people …` about apprentices: whose personal data is due to be erased, and what holds it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbank.domain.retention import Retained

REFERENCE = click.argument("reference")


@click.command(name="erase-apprentices")
@click.option("--older-than", "years", type=click.IntRange(1, 100), help="Years; else QBANK_RETENTION_YEARS.")
@click.option("--really", is_flag=True, help="Erase; without it, only say who is due.")
def erase_apprentices(years: int | None, *, really: bool) -> None:
    """Erase the personal data of apprentices of whom nothing was recorded for so many years.

    Names, notes and reasons go; question sets, certificates and grades stay under the reference, and verify as before.
    """
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import erasing
    from qbank.services.at_hand import open_engine
    from qbank.settings import Settings
    from qbank.storage import units

    settings, at = Settings.from_environ(), datetime.now(UTC)
    kept = years or settings.retention_years
    with open_engine(settings) as engine:
        with units.read_unit(engine) as store:
            due = erasing.due(store, years=kept, at=at)
        _show(due, kept)
        free = [one.reference for one in due if not one.held_by]
        if not really:
            if free:
                click.echo(f"Nothing was erased. To erase the data of these {len(free)}: the same with --really.")
            return
        for reference in free:
            one = partial(erasing.erase_due, references=[reference], years=kept, by=COMMAND_LINE, at=at)
            units.in_write_unit(engine, one)
        click.echo(f"Erased: the data of {len(free)}.")
        if not erasing.cleanse(engine):
            click.echo("Pages were being read: run it again later, so that nothing stays in the file beside.", err=True)
    click.echo("Backups from before still hold it, until they are removed.")


@click.command()
@REFERENCE
@click.option("--because", required=True, help="What the data is needed for, such as an appeal.")
def hold(reference: str, because: str) -> None:
    """Keep an apprentice's personal data from being erased, until it is let go."""
    from qbank.cli.people import _written
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import erasing

    at = datetime.now(UTC)
    _written(lambda store: erasing.hold(store, reference, because=because, by=COMMAND_LINE, at=at))
    click.echo(f"The data of {reference} is held until: qbank people let-go {reference}.")


@click.command(name="let-go")
@REFERENCE
def let_go(reference: str) -> None:
    """End a hold on an apprentice's personal data."""
    from qbank.cli.people import _written
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import erasing

    at = datetime.now(UTC)
    _written(lambda store: erasing.let_go(store, reference, by=COMMAND_LINE, at=at))
    click.echo(f"Nobody holds the data of {reference} any more.")


def _show(due: Sequence[Retained], years: int) -> None:
    from qbank.cli.terminal import a_table, answers
    from review.days import day_in_uk

    if not due:
        click.echo(f"Nobody's data is older than {years} years.")
        return
    table = a_table("Reference", "Name", "Last act", "Held", whole=("Reference", "Last act"))
    for one in due:
        table.add_row(one.reference, one.name, day_in_uk(one.last).isoformat(), "; ".join(one.held_by) or "no")
    answers().print(table)
