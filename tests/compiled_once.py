"""SQL that one test's engine compiled is not compiled again for the next: each test opens engines of its own.

SQLAlchemy keeps what it compiled with an engine, under a key that begins with the engine's dialect: an object, of
which there are hundreds in a run, all alike. A third of the time of an ordinary test went into compiling. Whoever
creates an engine may name the place (`compiled_cache`); ours reads the dialect's name in its stead.
"""

from __future__ import annotations

from typing import Any

import pytest

from qbank.storage import db


class CompiledOnce(dict[Any, Any]):
    """What was compiled, by dialect's name and statement."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_alike(key), compiled)


COMPILED = CompiledOnce()


def share(patch: pytest.MonkeyPatch) -> None:
    """Let every engine that is made while the patch holds share what was compiled."""
    ours = db.engine_options

    def options(url: str) -> dict[str, Any]:
        made = ours(url)
        return made | {"execution_options": made.get("execution_options", {}) | {"compiled_cache": COMPILED}}

    patch.setattr(db, "engine_options", options)


def _alike(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (key[0].name, *key[1:])
