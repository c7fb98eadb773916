"""Copies of the checkpoints in a second folder, which is meant to be another machine's: what leaves is out of reach.

A copy is written once and never changed or removed from here. So whoever rewrites the trail on this machine, and signs
new checkpoints with its key, still does not rewrite the copies.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from qbank.domain.errors import NotReady
from qbank.services import checkpointing, frozen_eligibility

PATTERNS: Final = (frozen_eligibility.PATTERN, checkpointing.PATTERN)
"""What lies beside a checkpoint is copied before it, as it is written."""


def copy_new(folder: Path, to: Path) -> list[Path]:
    """Copy every checkpoint of the folder that the second one lacks, with what lies beside it; the new files.

    Raises:
        NotReady: the second folder cannot be written to, or holds another file of the same name.
    """
    try:
        to.mkdir(parents=True, exist_ok=True)
        wanted = [file for pattern in PATTERNS for file in sorted(folder.glob(pattern))]
        return [_put(file, to / file.name) for file in wanted if not _is_there(file, to / file.name)]
    except OSError as error:
        raise NotReady(
            f"Checkpoints cannot be copied to the folder {to.name}: {(error.strerror or str(error)).lower()}.",
            remedy="See that the other folder is mounted and takes new files, or set QBANK_CHECKPOINT_COPIES.",
            rule="L7",
        ) from None


def _is_there(file: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    if copy.read_bytes() != file.read_bytes():
        raise NotReady(
            f"The copy of {file.name} says something else.",
            remedy="Keep both folders as they are, and find out which was changed: qbank audit verify --checkpoints.",
            rule="L7",
        )
    return True


def _put(file: Path, copy: Path) -> Path:
    """Written beside its place, seen safe, then moved there."""
    making = copy.with_name(f".{copy.name}.{os.getpid()}")
    with file.open("rb") as source, making.open("wb") as out:
        shutil.copyfileobj(source, out)
        out.flush()
        os.fsync(out.fileno())
    making.replace(copy)
    return copy
