"""Files between their upload and the choice of what comes in: kept for a day at most, for the person who sent them."""

from __future__ import annotations

import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qbank.domain.errors import NotFound

KEPT_SECONDS: Final = 86_400
TOKEN_BYTES: Final = 16
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class StagedFiles:
    """The staged files of an installation.

    Args:
        folder: where they are; made when the first one is kept, open to nobody but the program.
    """

    folder: Path

    def keep(self, person: int, data: bytes) -> str:
        """Keep the data for that person; the token under which it is found. What is older than a day is forgotten."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.forget_old()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        handle = os.open(self._file(person, token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        return token

    def data(self, person: int, token: str) -> bytes:
        """What was kept.

        Raises:
            NotFound: that person has nothing there, or no more: what is older than a day is forgotten.
        """
        if _TOKEN.fullmatch(token):
            file = self._file(person, token)
            try:
                if not _let_go_if_old(file):
                    return file.read_bytes()
            except FileNotFoundError:
                pass
        raise NotFound("No file of yours is here any more.", remedy="Send it again.")

    def forget(self, person: int, token: str) -> None:
        """Let go of what was kept, if it still is."""
        if _TOKEN.fullmatch(token):
            self._file(person, token).unlink(missing_ok=True)

    def _file(self, person: int, token: str) -> Path:
        return self.folder / f"{int(person)}-{token}.json"

    def forget_old(self) -> int:
        """Let go of all that is older than a day; returns how many files that were."""
        return sum(_let_go_if_old(file) for file in self.folder.glob("*.json"))


def _let_go_if_old(file: Path) -> bool:
    """Whether a file was older than a day; then it is no more."""
    try:
        is_old = time.time() - file.stat().st_mtime > KEPT_SECONDS
    except FileNotFoundError:  # another worker was quicker
        return False
    if is_old:
        file.unlink(missing_ok=True)
    return is_old
