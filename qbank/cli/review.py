"""`qbank review`: verify a review's certificate from the exported files alone."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def review() -> None:
    """Verify the certificate of an annual review."""


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
    click.echo(f"Certificate: {found.digest}")
    who = "A checkpoint vouches" if found.vouched >= found.signed else "No checkpoint vouches"
    click.echo(f"{who} for entry {found.signed:,}, the sign-off.")
    click.echo(f"Signed with: {found.held_to}{'' if key else ' (compare it with the published one)'}")
