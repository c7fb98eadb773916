"""Where the running application finds what was worked out: rehearsals of plans, what is worth writing, health."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from qbank.services.bank_health import KeptHealth
from qbank.services.gaps import KeptWorth
from qbank.services.plan_rehearsals import KeptRehearsals
from qbank.settings import Settings

_EXTENSION: Final = "qbank.rehearsals"
_WORTH: Final = "qbank.worth"
_HEALTH: Final = "qbank.health"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its folders of them."""
    app.extensions[_EXTENSION] = KeptRehearsals.of(settings)
    app.extensions[_WORTH] = KeptWorth.of(settings)
    app.extensions[_HEALTH] = KeptHealth.of(settings)


def rehearsals() -> KeptRehearsals:
    """The rehearsals of the running application."""
    made: KeptRehearsals = current_app.extensions[_EXTENSION]
    return made


def worth_kept() -> KeptWorth:
    """What the running application knows to be most worth writing."""
    made: KeptWorth = current_app.extensions[_WORTH]
    return made


def health_kept() -> KeptHealth:
    """What the running application knows of the health of its banks."""
    made: KeptHealth = current_app.extensions[_HEALTH]
    return made
