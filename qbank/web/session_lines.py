"""An assessor's sessions as lines of a list: where each one's question set stands, and in which order they interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound
from qbank.domain.people import Actor
from qbank.domain.sitting_times import Bands, bands_of
from qbank.domain.standards import Method, Plan
from qbank.services.windows import Window, window
from qbank.storage.queries import sessions, standards
from qbank.storage.queries.sessions import SessionLine
from qbank.web.saying import counted, local


class Standing(StrEnum):
    """Where a session's question set stands for its assessor: the word on the screen."""

    CANCELLED = "cancelled"
    WAITING = "not open yet"
    READY = "ready to pull"
    BEGUN = "begun, not pulled"
    DRAWN = "drawn"
    CLOSED = "closed"
    SUBMITTED = "submitted"

    @property
    def tone(self) -> str:
        """Warm where a person has something to do, the accent where the set can be read, quiet otherwise."""
        return "warm" if self.awaits_a_pull else "accent" if self is Standing.DRAWN else "quiet"

    @property
    def awaits_a_pull(self) -> bool:
        """Whether the set is open to the assessor and not drawn yet."""
        return self in {Standing.READY, Standing.BEGUN}

    @property
    def actions(self) -> str:
        """The partial that offers what can be done."""
        return f"sessions/_actions_{self.name.lower()}.html"


@dataclass(frozen=True, slots=True)
class Row:
    """One session as pages show it: what is booked, and where its question set stands for the assessor.

    Args:
        line: what is booked.
        plan: the plan version that the apprentice is on.
        window: from when until when the assessor may see the set.
    """

    line: SessionLine
    plan: Plan
    window: Window
    standing: Standing

    @property
    def method(self) -> Method:
        """The session's assessment method, with the plan's words and numbers."""
        return self.plan.method(self.line.method)

    @property
    def bands(self) -> Bands:
        """The times of the sitting: the method's, or as an approved adjustment made them."""
        return bands_of(self.method, extra_minutes=self.line.extra_minutes)


@dataclass(frozen=True, slots=True)
class Group:
    """Sessions under one heading, in the order that the words `order` say."""

    title: str
    rows: tuple[Row, ...]
    order: str

    @property
    def caption(self) -> str:
        """How many, in which order."""
        return f"{counted(len(self.rows), 'session')}, {self.order}"


def rows_of(store: Session, person: Actor, *, at: datetime) -> list[Row]:
    """Every session that is assigned to the person, by time."""
    lines = sessions.sessions_of(store, _key(person))
    plans = {key: standards.plan(store, key) for key in {line.plan_version_id for line in lines}}
    return [row(line, plans[line.plan_version_id], at=at) for line in lines]


def row_of(store: Session, public_id: str, person: Actor, *, at: datetime) -> Row:
    """The person's session of that address.

    Raises:
        NotFound: there is none, or it is somebody else's: the two are told apart nowhere.
    """
    line = sessions.session_by_public_id(store, public_id, _key(person))
    if line is None:
        raise _not_theirs()
    return row(line, standards.plan(store, line.plan_version_id), at=at)


def at_the_same_time(store: Session, found: Row, *, at: datetime) -> list[Row]:
    """The assessor's other sessions of which some part takes place while this one does, by time; of a cancelled none.

    What counts is the time that is allowed, without the plan's tolerance: a day may be booked without a gap.
    """
    if found.line.cancelled_at is not None:
        return []
    lines = sessions.within_a_day(store, found.line)
    others = [row(line, standards.plan(store, line.plan_version_id), at=at) for line in lines]
    return [each for each in others if each.line.starts_at < _ends(found) and found.line.starts_at < _ends(each)]


def _ends(found: Row) -> datetime:
    return found.line.starts_at + timedelta(seconds=found.bands.allowed)


def key_of(store: Session, public_id: str, person: Actor) -> int:
    """The key of the person's session of that address, where nothing else is asked of it.

    Raises:
        NotFound: as `row_of`.
    """
    key = sessions.key_by_public_id(store, public_id, _key(person))
    if key is None:
        raise _not_theirs()
    return key


def _not_theirs() -> NotFound:
    return NotFound("No session of yours has this address.", remedy="Choose one from the list of your sessions.")


def grouped(rows: Sequence[Row], *, at: datetime) -> list[Group]:
    """Today first, then the coming ones, then the past ones, latest first; empty groups are left out."""
    day = local(at).date()
    groups = [
        Group("Today", tuple(each for each in rows if _day(each) == day), "in the order of the day"),
        Group("Next", tuple(each for each in rows if _day(each) > day), "soonest first"),
        Group("Past", tuple(each for each in reversed(rows) if _day(each) < day), "latest first"),
    ]
    return [group for group in groups if group.rows]


def of_today(rows: Sequence[Row], *, at: datetime) -> Group | None:
    """The sessions of the day, in its order; None when there are none."""
    return next((group for group in grouped(rows, at=at) if group.title == "Today"), None)


def of_the_next_day(rows: Sequence[Row], *, at: datetime) -> Group | None:
    """The sessions of the first coming day that has any; None when nothing is to come."""
    coming = next((group.rows for group in grouped(rows, at=at) if group.title == "Next"), ())
    return (
        Group("Next", tuple(each for each in coming if _day(each) == _day(coming[0])), "soonest first")
        if coming
        else None
    )


def _key(person: Actor) -> int:
    """The person's own key: never None, which the queries read as everybody."""
    if person.identifier is None:
        raise NotFound("Only a person has sessions.", remedy="Sign in as an assessor.")
    return person.identifier


def row(line: SessionLine, plan: Plan, *, at: datetime) -> Row:
    """The session with its standing at that time, by the numbers of the plan version that the apprentice is on."""
    open_then = window(plan, line.starts_at)
    return Row(line, plan, open_then, _standing(line, open_then, at=at))


def _standing(line: SessionLine, open_then: Window, *, at: datetime) -> Standing:
    if line.cancelled_at is not None:
        return Standing.CANCELLED
    if line.submitted_at is not None:
        return Standing.SUBMITTED
    if at in open_then:
        return Standing.DRAWN if line.drawn_at else Standing.READY if at < line.starts_at else Standing.BEGUN
    return Standing.WAITING if at < open_then.opens_at else Standing.CLOSED


def _day(each: Row) -> date:
    return local(each.line.starts_at).date()
