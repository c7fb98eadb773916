"""Draw plans on disk, so that a bank is fitted once on a machine: by their digest, and by what they were fitted for.

A plan is named by its content, so a copy cannot be out of date; one that is damaged is fitted again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from delivery.errors import BadPlan
from delivery.plan import FORMAT, DrawPlan, fit
from delivery.pool import Pool
from delivery.specification import Specification
from qbank.settings import Settings

Progress = Callable[[str, float], None]

MOST_KEPT: Final = 50
"""Plans on disk, about half a megabyte each: every change of a bank makes a new one."""


@dataclass(frozen=True, slots=True)
class PlanCache:
    """A folder of fitted plans; it may be removed at any time.

    Args:
        folder: made when the first plan is kept.
    """

    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> PlanCache:
        """The one cache of an installation: what a load fitted, a rehearsal and a replay find."""
        return cls(settings.cache_folder / "plans")

    def plan_for(self, pool: Pool, specification: Specification, progress: Progress | None = None) -> DrawPlan:
        """The plan of a pool and a specification: the kept one, else fitted now and kept.

        Raises:
            Infeasible: no lawful set exists.
        """
        name = self._name(pool, specification)
        found = self._read(name)
        if found is not None and (found.pool.digest, found.specification.digest) == (pool.digest, specification.digest):
            return found
        fitted = fit(pool, specification, progress=progress)
        self._write(name, fitted)
        return fitted

    def by_digest(self, digest: str) -> DrawPlan | None:
        """The kept plan of that digest, if there is one."""
        for file in self.folder.glob(f"*-{digest}.plan"):
            found = self._read(file)
            if found is not None and found.digest == digest:
                return found
        return None

    def _name(self, pool: Pool, specification: Specification) -> str:
        """What a plan was fitted for, in 32 hexadecimal digits: its files begin with it."""
        text = f"{FORMAT}\n{pool.digest}\n{specification.digest}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _read(self, name: str | Path) -> DrawPlan | None:
        file = name if isinstance(name, Path) else next(self.folder.glob(f"{name}-*.plan"), None)
        if file is None:
            return None
        try:
            return DrawPlan.from_bytes(file.read_bytes())
        except (OSError, BadPlan):
            return None

    def _write(self, name: str, plan: DrawPlan) -> None:
        """Keep a plan: whole or not at all, whoever else does the same. A full disk costs the next fit, no more."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                file.write(plan.to_bytes())
            os.replace(file.name, self.folder / f"{name}-{plan.digest}.plan")  # noqa: PTH105 - atomic on every system
            self._forget_the_oldest()
        except OSError:
            return

    def _forget_the_oldest(self) -> None:
        by_age = sorted(self.folder.glob("*.plan"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in by_age[MOST_KEPT:]:
            file.unlink(missing_ok=True)
