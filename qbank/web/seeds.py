"""The key that opens the seeds of draws, derived once for the running application."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from qbank.services.seeds import SeedCipher
from qbank.settings import Settings

_EXTENSION: Final = "qbank.seeds"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its cipher."""
    app.extensions[_EXTENSION] = SeedCipher.from_secret(settings.seed_key.get_secret_value())


def cipher() -> SeedCipher:
    """The cipher of the running application."""
    made: SeedCipher = current_app.extensions[_EXTENSION]
    return made
