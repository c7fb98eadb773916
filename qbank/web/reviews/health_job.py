"""The job behind “Work out the health of this bank”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import url_for

from qbank.jobs.queue import Standing, Tell, Work
from qbank.services.at_hand import open_engine
from qbank.services.budget_watching import watch
from qbank.settings import Settings
from qbank.web.clock import Clock

NAME: Final = "work out the health of a bank"


def work_of(settings: Settings, now: Clock) -> Work:
    """What the job does: its words are the standard and the method."""

    def work(words: Mapping[str, str], tell: Tell) -> Mapping[str, str]:
        with open_engine(settings) as engine:
            watch(engine, settings, words["standard"], words["method"], at=now(), tell=tell)
        return {}

    return work


def address_of(standing: Standing) -> str:
    """The page of the bank's health."""
    return url_for("review_health.health", standard=standing.words["standard"], method=standing.words["method"])
