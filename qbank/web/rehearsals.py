"""Where the running application finds what was worked out for draw plans: rehearsals, and what is worth writing."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from qbank.services.gaps import KeptWorth
from qbank.services.plan_rehearsals import KeptRehearsals
from qbank.settings import Settings

_EXTENSION: Final = "qbank.rehearsals"
_WORTH: Final = "qbank.worth"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its folders of them."""
    app.extensions[_EXTENSION] = KeptRehearsals.of(settings)
    app.extensions[_WORTH] = KeptWorth.of(settings)


def rehearsals() -> KeptRehearsals:
    """The rehearsals of the running application."""
    made: KeptRehearsals = current_app.extensions[_EXTENSION]
    return made


def worth_kept() -> KeptWorth:
    """What the running application knows to be most worth writing."""
    made: KeptWorth = current_app.extensions[_WORTH]
    return made
