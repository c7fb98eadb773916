"""`qbank standard`: show a standard, and import its published wording."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def standard() -> None:
    """Show a standard, and import its published wording."""


@standard.command()
@click.argument("code", required=False)
@click.option("--numbers", is_flag=True, help="Every figure, with the rule or the decision it comes from.")
@click.option("--criteria", is_flag=True, help="The grading criteria.")
@click.option("--anomalies", is_flag=True, help="Where the plan does not agree with itself, and our reading.")
def show(code: str | None, *, numbers: bool, criteria: bool, anomalies: bool) -> None:
    """Show the standard CODE: its methods and KSBs, or the parts that are asked for. Without CODE: every standard."""
    from qbank.cli import standard_screen as screen
    from qbank.services.at_hand import plan_at_hand, plans_at_hand
    from qbank.settings import Settings

    settings = Settings.from_environ()
    if code is None:
        screen.show_standards(plans_at_hand(settings))
        return
    plan = plan_at_hand(code, settings)
    screen.show_heading(plan)
    if numbers:
        screen.show_numbers(plan)
    if criteria:
        screen.show_criteria(plan)
    if anomalies:
        screen.show_anomalies(plan)
    if not (numbers or criteria or anomalies):
        screen.show_ksbs(plan)


@standard.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--standard", "code", help="The standard's code; needed only when the database holds several.")
def import_(file: Path, code: str | None) -> None:
    """Load the published wording of KSBs and criteria from FILE: CSV or JSON with code and wording, all or nothing."""
    from qbank.cli.standard_screen import show_published
    from qbank.services.at_hand import publish_file
    from qbank.settings import Settings

    show_published(publish_file(file, code, Settings.from_environ()))
