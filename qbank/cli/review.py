"""`qbank review`: write a review's certificate and minutes; verify a certificate from the exported files alone."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def review() -> None:
    """Write and verify an annual review's certificate, and watch over the banks between reviews."""


@review.command()
@click.argument("reference")
@click.option("--json", "certificate_file", type=click.Path(path_type=Path), help="Write the certificate to this file.")
@click.option("--pdf", "minutes_file", type=click.Path(path_type=Path), help="Write minutes and certificate as a PDF.")
def certificate(reference: str, certificate_file: Path | None, minutes_file: Path | None) -> None:
    """Write the certificate of the review REFERENCE, byte for byte as it was frozen; without a file, print it."""
    from qbank.services.at_hand import open_engine
    from qbank.services.review_papers import frozen_certificate, write_papers
    from qbank.settings import Settings

    with open_engine(Settings.from_environ()) as engine:
        found = frozen_certificate(engine, reference)
    for file in write_papers(found, certificate_file=certificate_file, minutes_file=minutes_file):
        click.echo(f"Written: {file}")
    if certificate_file is None and minutes_file is None:
        click.echo(found, nl=False)


@review.command()
@click.argument("standard")
@click.argument("method", required=False)
def health(standard: str, method: str | None) -> None:
    """Work out the health of the banks of STANDARD, of METHOD or of all: for a job of every night."""
    from datetime import UTC, datetime

    from qbank.cli.terminal import progress_bar
    from qbank.services import at_hand, bank_health
    from qbank.settings import Settings

    settings = Settings.from_environ()
    with at_hand.open_engine(settings) as engine:
        for code in [method] if method else bank_health.methods_of(engine, standard):
            with progress_bar() as tell:
                found = bank_health.work_out(engine, settings, standard, code, at=datetime.now(UTC), tell=tell)
            click.echo(f"{code}: {found.in_words}")


@review.command()
@click.argument("standard", required=False)
@click.argument("method", required=False)
def watch(standard: str | None, method: str | None) -> None:
    """Work out the health of every bank, of STANDARD's or of its METHOD's, and hold each to its panel's budget.

    For a job of every night. A broken budget is told to the audit trail once, and shown to bank managers and the panel.
    """
    from datetime import UTC, datetime

    from qbank.cli.terminal import progress_bar
    from qbank.services import at_hand, bank_health, budget_watching
    from qbank.settings import Settings

    settings = Settings.from_environ()
    with at_hand.open_engine(settings) as engine:
        if standard is None:
            found = budget_watching.banks(engine)
        else:
            codes = [method] if method else bank_health.methods_of(engine, standard)
            found = [(standard, code) for code in codes]
        for code, name in found:
            with progress_bar() as tell:
                watched = budget_watching.watch(engine, settings, code, name, at=datetime.now(UTC), tell=tell)
            click.echo(f"{code} {name}: {watched.in_words}")


@review.command()
@click.argument("certificate", type=click.Path(path_type=Path))
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--key", help="The public key that must have signed the checkpoints: 64 hexadecimal digits.")
def verify(certificate: Path, export: Path, key: str | None) -> None:
    """Check CERTIFICATE against EXPORT, an exported audit trail, without a database; else say where they differ."""
    from qbank.domain.errors import Refusal
    from qbank.verify.exports import NotAnExport
    from qbank.verify.review import BadReview, verify_review

    try:
        lines = export.read_text(encoding="utf-8").splitlines()
        found = verify_review(certificate.read_text(encoding="utf-8"), lines, key=key)
    except (OSError, UnicodeDecodeError, NotAnExport) as error:
        remedy = "Give a certificate, then an exported trail."
        raise Refusal(f"A file cannot be read: {error}.", remedy=remedy) from None
    except BadReview as error:
        remedy = "Ask for both files again, and compare them with earlier copies."
        raise Refusal(str(error), remedy=remedy) from None
    click.echo(f"It holds: {found.review}, {found.questions:,} questions decided, as {found.entries:,} entries tell.")
    if found.unnamed:
        click.echo(
            f"Older than entries that say who did not count: {found.unnamed:,} of them, as the certificate has it."
        )
    click.echo(f"Certificate: {found.digest}")
    who = "A checkpoint vouches" if found.vouched >= found.signed else "No checkpoint vouches"
    click.echo(f"{who} for entry {found.signed:,}, the sign-off.")
    click.echo(f"Signed with: {found.held_to}{'' if key else ' (compare it with the published one)'}")
