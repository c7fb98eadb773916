"""`qbank bank`: check a bank's files, report on them and load them; export questions, import and restore them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbank.cli.refusals import REFUSED

if TYPE_CHECKING:
    from qbank.services.advising import Advised
    from qbank.services.bank_folders import BankFolder

FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))

STANDARD = click.option("--standard", "code", help="The standard's code; needed only when the database holds several.")


@click.group()
def bank() -> None:
    """Check a bank's files, report on them, load them; export questions, import and restore them."""


@bank.command()
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print the faults and the advice as JSON.")
def check(folder: Path | None, *, as_json: bool) -> None:
    """Report every fault of every file in FOLDER, with its line and what to do. Without FOLDER: the starter bank.

    Beside the faults it gives advice on wording, with the words it is about; advice alone refuses nothing.
    """
    from qbank.services.advising import advice_on
    from qbank.services.bank_folders import read_banks

    banks = read_banks(folder or _starter_bank())
    advised = [each for bank in banks for each in advice_on(bank)]
    if as_json:
        click.echo(json.dumps(_as_data(banks, advised), ensure_ascii=False, indent=2))
    else:
        from qbank.cli.bank_screen import show_advice, show_faults

        show_faults(banks)
        show_advice(advised)
    if any(each.faults for each in banks):
        raise SystemExit(REFUSED)


@bank.command()
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--draws", type=click.IntRange(min=1), default=10_000, show_default=True, help="Sets drawn of a method.")
def report(folder: Path | None, *, as_json: bool, draws: int) -> None:
    """Say how deep the bank in FOLDER is, what its draws open, and whether its size suffices.

    Without FOLDER: the starter bank.
    """
    from qbank.cli.bank_report_screen import as_data, show_reports
    from qbank.cli.terminal import progress_bar
    from qbank.services.bank_reports import report as report_on
    from qbank.services.plan_cache import PlanCache
    from qbank.settings import Settings

    cache = PlanCache.of(Settings.from_environ())
    with progress_bar() as tell:
        reports = report_on(folder or _starter_bank(), cache, draws=draws, progress=tell)
    if as_json:
        click.echo(json.dumps(as_data(reports), ensure_ascii=False, indent=2))
    else:
        show_reports(reports)
    if any(method.refusal for each in reports for method in each.methods):
        raise SystemExit(REFUSED)


@bank.command()
@FOLDER
def load(folder: Path | None) -> None:
    """Load a standard and its questions into the database: all or nothing, and repeatable.

    Then fit a draw plan for each method, which bookings follow from now on.
    """
    from qbank.cli.bank_screen import show_adopted, show_loaded
    from qbank.cli.terminal import progress_bar
    from qbank.services.adopting import adopt_all
    from qbank.services.at_hand import load_folder
    from qbank.settings import Settings

    settings = Settings.from_environ()
    show_loaded(load_folder(folder or _starter_bank(), settings))
    with progress_bar() as tell:
        adopted = adopt_all(settings, tell)
    show_adopted(adopted)
    if any(each.refusal for each in adopted):
        raise SystemExit(REFUSED)


@bank.command()
@click.argument("file", type=click.Path(path_type=Path))
@STANDARD
@click.option("--method", default="", help="The questions of this method alone.")
def export(file: Path, code: str | None, method: str) -> None:
    """Write the questions to FILE: .xlsx, .csv, .zip (Markdown files), or .json, which holds their whole history."""
    from qbank.cli.bank_screen import show_exported
    from qbank.cli.terminal import progress_bar
    from qbank.services.exchanging import export_to
    from qbank.settings import Settings

    with progress_bar() as tell:
        made = export_to(file, code, method, Settings.from_environ(), tell)
    show_exported(made, file)


@bank.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@STANDARD
@click.option("--as", "email", help="The author whose drafts the questions become.")
@click.option("--submit", is_flag=True, help="Submit those that lack nothing for approval at once.")
def import_(file: Path, code: str | None, email: str | None, *, submit: bool) -> None:
    """Bring in the questions of FILE, .xlsx, .csv, .zip or .json, as drafts of the author named with --as.

    Without --as: restore the bank that a .json export holds, with its history, into a database without questions,
    and fit a draw plan for each method.
    """
    from qbank.cli.bank_screen import show_adopted, show_imported, show_restored
    from qbank.cli.terminal import progress_bar
    from qbank.services.adopting import adopt_all
    from qbank.services.exchanging import import_from, restore_from
    from qbank.settings import Settings

    settings = Settings.from_environ()
    if email is None:
        with progress_bar() as tell:
            restored = restore_from(file, settings, tell)
            adopted = adopt_all(settings, tell)
        show_restored(restored)
        show_adopted(adopted)
        return
    with progress_bar() as tell:
        imported = import_from(file, code, email, settings, tell, submits=submit)
    show_imported(imported)
    if imported.wrong:
        raise SystemExit(REFUSED)


def _starter_bank() -> Path:
    from qbank import resources

    return resources.seed_questions()


def _as_data(banks: list[BankFolder], advised: list[Advised]) -> dict[str, object]:
    faults = [fault for each in banks for fault in each.faults]
    return {
        "folders": [each.folder.as_posix() for each in banks],
        "questions": sum(len(each.entries) for each in banks),
        "faults": [
            {"file": fault.file, "line": fault.line, "what": fault.what, "remedy": fault.remedy} for fault in faults
        ],
        "advice": [
            {"reference": each.reference, "file": each.file, "line": each.line, **each.remark.to_dict()}
            for each in advised
        ],
    }
