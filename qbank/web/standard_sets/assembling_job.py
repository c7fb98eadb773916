"""The job behind “Assemble standard sets”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import url_for

from qbank.domain.people import Actor
from qbank.jobs.queue import Standing, Tell, Work
from qbank.services.assembling import Wanted, assemble
from qbank.services.at_hand import open_engine
from qbank.settings import Settings
from qbank.web.clock import Clock

NAME: Final = "assemble standard sets"


def work_of(settings: Settings, now: Clock) -> Work:
    """What the job does: its words are the standard, the method, how many sets ("" for as many as can be), and who."""

    def work(words: Mapping[str, str], tell: Tell) -> Mapping[str, str]:
        by = Actor(int(words["by"]), "", frozenset())
        wanted = Wanted(words["standard"], words["method"], int(words["count"]) if words["count"] else None)
        with open_engine(settings) as engine:
            key = assemble(engine, settings, wanted, by=by, at=now(), tell=tell)
        return {"family": str(key)}

    return work


def address_of(standing: Standing) -> str:
    """The page of the sets."""
    outcome, words = standing.outcome or {}, standing.words
    return url_for(
        "standard_sets.family",
        standard=words["standard"],
        method=words["method"],
        family_id=int(outcome["family"]),
    )
