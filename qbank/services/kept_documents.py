"""What was worked out for a draw plan and is kept on disk by the plan's digest, as JSON: found again or made again."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class KeptDocuments:
    """One folder of them, which may be removed at any time.

    Args:
        folder: made when the first one is kept.
    """

    folder: Path

    def of_plan(self, digest: str) -> Any:
        """What is kept for a plan; None where there is nothing, or it cannot be read."""
        try:
            return json.loads(self._file(digest).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def keep(self, digest: str, document: Any) -> None:
        """Keep it, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False, encoding="utf-8") as file:
            json.dump(document, file)
        os.replace(file.name, self._file(digest))  # noqa: PTH105 - atomic on every system

    def _file(self, digest: str) -> Path:
        return self.folder / f"{digest}.json"
