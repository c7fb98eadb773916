"""The job behind “Find the question most worth writing”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import url_for

from qbank.jobs.queue import Standing, Tell, Work
from qbank.services.at_hand import open_engine
from qbank.services.gaps import find_most_worth
from qbank.settings import Settings

NAME: Final = "find the question most worth writing"


def work_of(settings: Settings) -> Work:
    """What the job does: its words are the standard and the method."""

    def work(words: Mapping[str, str], tell: Tell) -> Mapping[str, str]:
        with open_engine(settings) as engine:
            find_most_worth(engine, settings, words["standard"], words["method"], tell=tell)
        return {}

    return work


def address_of(standing: Standing) -> str:
    """The page of the gaps, at its method."""
    return url_for("gaps.index", _anchor=f"{standing.words['standard']}-{standing.words['method']}")
