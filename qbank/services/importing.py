"""Importing what was written elsewhere: the published wording of a standard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound, Refusal
from qbank.domain.faults import Faults
from qbank.domain.people import Actor
from qbank.domain.wording_files import check_wording, read_wording
from qbank.services import seeding
from qbank.storage.queries import standards


@dataclass(frozen=True, slots=True)
class Published:
    """How much of a standard now has its published wording.

    Args:
        standard: its code.
        added: statements that were new or differ from what was there.
        ksbs, criteria: how many have published wording; `of_…` how many there are.
    """

    standard: str
    added: int
    ksbs: int
    of_ksbs: int
    criteria: int
    of_criteria: int


def import_wording(store: Session, code: str, data: bytes, *, file: str, by: Actor, at: datetime) -> Published:
    """Publish the wording that a file holds: all of it, or, on any fault, none.

    `code` is the standard's, `data` the file's bytes, CSV or JSON, and `file` its name, which tells the two apart.

    Raises:
        NotFound: the database has no such standard.
        Faults: every fault with its row; nothing was changed.
    """
    row = standards.plan_version(store, code)
    if row is None:
        raise NotFound(f"There is no standard {code} in the database.", remedy="Load it with: qbank bank load.")
    rows = read_wording(data, file)
    if faults := check_wording(rows, standards.plan(store, row.id), file):
        raise Faults(faults)
    added = seeding.load_wording(store, row, {each.code: each.wording for each in rows}, by=by, at=at)
    plan = standards.plan(store, row.id)
    return Published(
        standard=plan.standard,
        added=added,
        ksbs=sum(ksb.wording is not None for ksb in plan.ksbs),
        of_ksbs=len(plan.ksbs),
        criteria=sum(criterion.wording is not None for criterion in plan.criteria),
        of_criteria=len(plan.criteria),
    )


def only_standard(store: Session) -> str:
    """The code of the one standard in the database.

    Raises:
        Refusal: there is none, or there are several and one must be named.
    """
    codes = [plan.standard for plan in standards.plans(store)]
    if not codes:
        raise NotFound("There is no standard in the database.", remedy="Load one with: qbank bank load.")
    if len(codes) > 1:
        remedy = f"Name one with --standard: {', '.join(codes)}."
        raise Refusal("The database holds several standards.", remedy=remedy)
    return codes[0]
