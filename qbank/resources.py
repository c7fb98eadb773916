"""Finds the folders that travel with the code, in a checkout and in an installed wheel alike.

A wheel holds `templates/` and `seed_questions/` inside the package; a checkout holds them beside it. Nothing else
works out a path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name`, inside the package if it is there, else beside it.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for place in (_PACKAGE / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"The folder {name} is missing: reinstall qbank.")


def templates() -> Path:
    """Every page."""
    return folder("templates")


def seed_questions() -> Path:
    """The starter bank, a folder per standard."""
    return folder("seed_questions")


def static() -> Path:
    """The built front end."""
    return folder("static")
