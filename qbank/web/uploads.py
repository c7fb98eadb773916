"""Where the running application keeps a file between its upload and the choice of what comes in."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from qbank.services.staged_files import StagedFiles
from qbank.settings import Settings

_EXTENSION: Final = "qbank.uploads"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its folder, beside the data, which every worker of the installation shares."""
    app.extensions[_EXTENSION] = files_of(settings)


def files_of(settings: Settings) -> StagedFiles:
    """The staged files of the installation that has these settings."""
    return StagedFiles(settings.data_folder / "uploads")


def staged_files() -> StagedFiles:
    """Those of the running application."""
    found: StagedFiles = current_app.extensions[_EXTENSION]
    return found
