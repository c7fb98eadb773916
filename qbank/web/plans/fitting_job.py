"""The job behind “Fit and rehearse”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import url_for

from qbank.domain.people import Actor
from qbank.jobs.queue import Standing, Tell, Work
from qbank.services.at_hand import open_engine
from qbank.services.plan_adoption import fit_and_rehearse
from qbank.settings import Settings
from qbank.web.clock import Clock

NAME: Final = "fit and rehearse a draw plan"


def work_of(settings: Settings, now: Clock) -> Work:
    """What the job does: its words are the standard, the method, and the key of the person who asked."""

    def work(words: Mapping[str, str], tell: Tell) -> Mapping[str, str]:
        by = Actor(int(words["by"]), "", frozenset())
        with open_engine(settings) as engine:
            found = fit_and_rehearse(engine, settings, words["standard"], words["method"], by=by, at=now(), tell=tell)
        return {"digest": found.plan}

    return work


def address_of(standing: Standing) -> str:
    """The page of the rehearsal."""
    outcome, words = standing.outcome or {}, standing.words
    return url_for("plans.plan", standard=words["standard"], method=words["method"], digest=outcome["digest"])
