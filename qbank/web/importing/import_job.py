"""The job behind “Import these”."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from flask import url_for
from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.jobs.queue import Standing, Tell, Work
from qbank.services import question_imports
from qbank.services.at_hand import open_engine
from qbank.settings import Settings
from qbank.storage import units
from qbank.storage.models import PlanVersion
from qbank.storage.queries import standards
from qbank.web.clock import Clock
from qbank.web.importing.staged import Staged
from qbank.web.uploads import files_of

NAME: Final = "import questions"


def work_of(settings: Settings, now: Clock) -> Work:
    """What the job does: its words are the token of the file, the numbers of the rows, and who asked."""

    def work(words: Mapping[str, str], tell: Tell) -> Mapping[str, str]:
        by, at = Actor(int(words["by"]), "", frozenset()), now()
        tell("Reading the rows", 0.0)
        staged = Staged.from_bytes(files_of(settings).data(int(words["by"]), words["token"]))
        chosen = frozenset(json.loads(words["_chosen"]))

        def bring_in(store: Session) -> str:
            return question_imports.take(
                store,
                _plan_version(store, staged),
                staged.rows,
                chosen=chosen,
                source=staged.source,
                submitted=submitted,
                by=by,
                at=at,
                tell=tell,
            ).public_id

        with open_engine(settings) as engine:
            submitted = question_imports.NOTHING_FILED
            if words["submits"] == "yes":
                with units.read_unit(engine) as store:
                    row = _plan_version(store, staged)
                    plan = standards.plan(store, row.id)
                submitted = question_imports.file_all(row, plan, staged.rows, chosen=chosen, tell=tell)
            public_id = units.in_write_unit(engine, bring_in)
        files_of(settings).forget(int(words["by"]), words["token"])
        return {"import": public_id}

    return work


def _plan_version(store: Session, staged: Staged) -> PlanVersion:
    row = standards.plan_version(store, staged.standard)
    if row is None:
        raise RuleBroken("The standard is not loaded any more.", remedy="Send the file again.")
    return row


def address_of(standing: Standing) -> str:
    """The report."""
    return url_for("importing.report", public_id=(standing.outcome or {})["import"])
