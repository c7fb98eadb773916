"""Proves the audit trail: of the database, or of an exported file, against signed checkpoints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

import sqlalchemy as sa

from qbank.domain.errors import NotFound, Refusal, RuleBroken
from qbank.services import audit, checkpointing
from qbank.services.checkpointing import Signer
from qbank.storage import units
from qbank.storage.queries import trail
from qbank.verify.exports import NotAnExport, judge_export, written_export
from qbank.verify.trail import TrailVerdict, Vouchers, judge


class TrailBroken(RuleBroken):
    """The audit trail does not hold.

    Args:
        verdict: what was found, the first entry that does not follow among it.
    """

    def __init__(self, verdict: TrailVerdict) -> None:
        remedy = "Keep the database, the checkpoints and every export as they are, and compare them from there on."
        super().__init__(in_words(verdict), remedy=remedy, rule="L7")
        self.verdict = verdict


def examine(engine: sa.Engine, folder: Path, *, key: str | None) -> TrailVerdict:
    """What is found when the trail in the database is held to the checkpoints in the folder."""
    with units.read_unit(engine) as store:
        return judge(audit.published(store), Vouchers.of(checkpointing.kept_in(folder), key=key))


def prove(engine: sa.Engine, folder: Path, *, key: str | None) -> TrailVerdict:
    """The same, where it holds.

    Raises:
        TrailBroken: it does not; names the first entry that does not follow.
    """
    return _proved(examine(engine, folder, key=key))


def prove_export(file: Path, *, key: str | None, folder: Path | None = None) -> tuple[TrailVerdict, str]:
    """That an exported trail holds, with the public key that its checkpoints are signed with; needs no database.

    Args:
        file: the export.
        key: the public key that the organisation published; None takes the one that the file names.
        folder: checkpoints that were kept elsewhere, beside those in the file.

    Raises:
        NotFound: there is no such file.
        Refusal: the file is no export.
        TrailBroken: it does not hold; names the first entry that does not follow.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}.", remedy="Name a file made with: qbank audit export.")
    others = () if folder is None else checkpointing.kept_in(folder)
    try:
        with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            verdict, held_to = judge_export(lines, key=key, others=others)
    except NotAnExport as fault:
        remedy = "Name a file made with: qbank audit export."
        raise Refusal(f"{file} is not an exported audit trail: {fault}.", remedy=remedy) from None
    return _proved(verdict), held_to


def export(engine: sa.Engine, folder: Path, file: Path, *, signer: Signer, at: datetime) -> int:
    """Write the trail and its checkpoints to a file that proves itself; returns how many entries.

    A checkpoint is written first, so that every entry of the file is vouched for.

    Raises:
        NotReady: the trail is not the one that was vouched for before.
        Refusal: the file cannot be written.
    """
    checkpointing.write_checkpoints(engine, folder, signer, at=at)
    making = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with making.open("w", encoding="utf-8", newline="\n") as out:
            count = _write(out, engine, folder, signer.public_key)
        making.replace(file)
    except OSError as error:
        remedy = "Name a file in a folder that is there and that you may write to."
        raise Refusal(f"{file} cannot be written: {error.strerror}.", remedy=remedy) from None
    return count


def _write(out: TextIO, engine: sa.Engine, folder: Path, key: str) -> int:
    """The export's lines; checkpoints are read before the entries, so that none is of a later trail."""
    sealed = list(checkpointing.kept_in(folder))
    with units.read_unit(engine) as store:
        count = trail.last_number(store)
        out.writelines(line + "\n" for line in written_export(audit.published(store), sealed, count=count, key=key))
    return count


def in_words(verdict: TrailVerdict) -> str:
    """What is wrong with a trail, in sentences; nothing where it holds."""
    return " ".join(_sentences(verdict))


def _proved(verdict: TrailVerdict) -> TrailVerdict:
    if not verdict.holds:
        raise TrailBroken(verdict)
    return verdict


def _sentences(verdict: TrailVerdict) -> Iterator[str]:
    broken = verdict.broken
    if broken is not None:
        yield f"The audit trail does not follow at entry {broken.entry}."
        yield broken.sentence
        if broken.earliest < broken.entry:
            yield f"Checkpoints in between are missing: it may begin at entry {broken.earliest}."
    yield from verdict.bad_checkpoints
