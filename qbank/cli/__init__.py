"""The `qbank` command: a table of sub-commands, each loaded only when it is called, so that a draw starts at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NoReturn

import click

from qbank.cli.refusals import REFUSED, UNEXPECTED, is_refusal, sentence_of, unexpected

COMMANDS: Final = {
    "demo": "An example organisation with its bank, served on this machine.",
    "serve": "Serve an organisation's own database.",
    "draw": "Draw a question set, or replay one: qbank draw verify.",
    "pool": "The engine without a database: fit, draw by the thousand, report.",
    "bank": "Check a bank's files, and load them.",
    "standard": "Show a standard, and import its published wording.",
    "people": "Say who may sign in, with which roles; sign them out.",
    "audit": "Sign checkpoints of the audit trail, prove it, export it.",
    "review": "Write an annual review's certificate and minutes, and verify one from exported files alone.",
    "db": "Bring the database's tables up to date, or back.",
    "backup": "Back a running installation up into one file.",
    "restore": "Restore a backup into an empty place, and verify it.",
}
"""What each sub-command is for; it lives in the module of its name, under its own name."""


class Table(click.Group):
    """A group whose sub-commands are imported when they are called, and not to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name of the table, in its order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The sub-command of that name; None when there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"qbank.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the table as it stands, without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Table, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--traceback", is_flag=True, hidden=True, help="Show where an unexpected error happened.")
@click.version_option(package_name="qbank")
def qbank(*, traceback: bool) -> None:
    """A question bank, and a provably unpredictable draw, for end-point assessment."""
    del traceback


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and end the process: 0 done, 1 unexpected, 2 refused with a sentence that says what to do."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        qbank.main(args=given, prog_name="qbank")
    except Exception as error:
        if is_refusal(error):
            click.echo(sentence_of(error), err=True)
            raise SystemExit(REFUSED) from None
        if "--traceback" in given:
            raise
        click.echo(unexpected(error), err=True)
        raise SystemExit(UNEXPECTED) from None
    raise SystemExit(0)
