"""The papers of a review that was signed off, as files: its certificate, and the minutes that are made of it."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

from qbank.documents.minutes import minutes_of, pdf
from qbank.domain.errors import NotFound, Refusal
from qbank.storage import units
from qbank.storage.queries.reviews import review


def frozen_certificate(engine: sa.Engine, reference: str) -> str:
    """The certificate of a review, as it was frozen.

    Raises:
        NotFound: there is no such review, or it is not signed off.
    """
    with units.read_unit(engine) as store:
        found = review(store, reference)
    if found is None:
        raise NotFound(f"There is no review {reference}.", remedy="See its reference under Annual review.")
    if found.signed is None:
        raise NotFound(f"{reference} is not signed off.", remedy="Its certificate is made when the chair signs.")
    return found.signed.certificate


def write_papers(certificate: str, *, certificate_file: Path | None, minutes_file: Path | None) -> list[Path]:
    """Write what is asked for, each file whole or not at all; returns what was written.

    Raises:
        Refusal: a file cannot be written.
    """
    written = []
    if certificate_file is not None:
        written.append(_written(certificate_file, certificate.encode()))
    if minutes_file is not None:
        written.append(_written(minutes_file, pdf(minutes_of(certificate))))
    return written


def _written(file: Path, data: bytes) -> Path:
    making = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        making.write_bytes(data)
        making.replace(file)
    except OSError as error:
        remedy = "Name a file in a folder that is there and that you may write to."
        raise Refusal(f"{file} cannot be written: {error.strerror}.", remedy=remedy) from None
    return file
