"""Where the running application finds the rehearsals of draw plans."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from qbank.services.plan_rehearsals import KeptRehearsals
from qbank.settings import Settings

_EXTENSION: Final = "qbank.rehearsals"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its folder of rehearsals."""
    app.extensions[_EXTENSION] = KeptRehearsals.of(settings)


def rehearsals() -> KeptRehearsals:
    """The rehearsals of the running application."""
    made: KeptRehearsals = current_app.extensions[_EXTENSION]
    return made
