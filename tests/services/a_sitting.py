"""A sitting of the small bank from its booking to its submitted assessment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from qbank.domain.lifecycle import Sitting
from qbank.domain.record_entries import Entry
from qbank.services import grading, recording
from qbank.storage import units
from qbank.storage.models import AssessmentSession
from qbank.storage.queries import assessments
from qbank.storage.queries.assessments import Decision
from qbank.storage.queries.sets import set_of
from tests.domain.an_entry import an_entry
from tests.services.a_bank import METHOD, NOW, a_plan, a_session, pulled, the_person

CRITERIA = tuple(each.code for each in a_plan().criteria_of(METHOD) if not each.code.startswith("LF"))
PASS = tuple(code for code in CRITERIA if code.startswith("LP"))


def a_drawn_session(
    bank: sa.Engine,
    *,
    apprentice: int = 1,
    assessor: str = "assessor",
    kind: Sitting = Sitting.FIRST,
    at: datetime | None = None,
) -> int:
    """The key of a session whose set is drawn; a re-sit starts at `at`."""
    booking = {} if at is None else {"starts_at": at, "at": at}
    with units.write_unit(bank) as store:
        key = a_session(store, apprentice=apprentice, assessor=assessor, kind=kind, **booking).id
    pulled(bank, key, at=at or NOW)
    return key


def judgements(met: Iterable[str], *, seen: Iterable[str] = ()) -> list[Entry]:
    """An entry for each criterion of the method."""
    met = set(met)
    return [
        an_entry("judgement", criterion=code, holds=code in met, sources="question 1", text="As noted.")
        for code in CRITERIA
    ] + [an_entry("judgement", criterion=code, holds=True, text="Put right at once.") for code in seen]


def asked(bank: sa.Engine, session_id: int, *, not_asked: Sequence[int] = ()) -> list[Entry]:
    """An entry for each question, by its number in asking order."""
    with units.read_unit(bank) as store:
        drawn = set_of(store, session_id)
    assert drawn is not None
    entries = []
    for number, question in enumerate(drawn.asked, start=1):
        says = {"how": "not asked", "because": "A fire alarm."} if number in not_asked else {}
        entries.append(an_entry("asked", position=question.position, **says))
    return entries


def write(bank: sa.Engine, session_id: int, entries: Sequence[Entry], *, who: str = "assessor", at: datetime = NOW):
    def work(store):
        session = store.get_one(AssessmentSession, session_id)
        return recording.write(store, session, entries, by=the_person(store, who).actor, at=at)

    return units.in_write_unit(bank, work)


def submit(
    bank: sa.Engine, session_id: int, *, who: str = "assessor", at: datetime = NOW, on_summaries: bool = True
) -> Decision:
    def work(store):
        session = store.get_one(AssessmentSession, session_id)
        grading.submit(store, session, by=the_person(store, who).actor, at=at, on_summaries=on_summaries)

    units.in_write_unit(bank, work)
    return latest(bank, session_id)


def latest(bank: sa.Engine, session_id: int) -> Decision:
    with units.read_unit(bank) as store:
        found = assessments.latest(store, session_id)
    assert found is not None
    return found


def assessed(
    bank: sa.Engine,
    *,
    met: Iterable[str] = CRITERIA,
    apprentice: int = 1,
    who: str = "assessor",
    kind: Sitting = Sitting.FIRST,
    at: datetime | None = None,
) -> tuple[int, Decision]:
    """The key of a session and what was submitted for it."""
    key = a_drawn_session(bank, apprentice=apprentice, assessor=who, kind=kind, at=at)
    now = (at or NOW) + timedelta(minutes=50)
    write(bank, key, [*asked(bank, key), *judgements(met)], who=who, at=now)
    return key, submit(bank, key, who=who, at=now)
