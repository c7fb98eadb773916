"""When a session's set may be opened: from some hours before it starts until some days after. Data of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.preparation import Needed
from qbank.domain.standards import Plan
from qbank.services import reasons
from qbank.storage.models import AssessmentSession, Attempt
from qbank.storage.queries import preparation, standards


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens_at` until just before `closes_at`."""

    opens_at: datetime
    closes_at: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


class OutsideWindow(RuleBroken):
    """The set is not shown now.

    Args:
        window: when it is; screens word its times as people say them.
    """

    def __init__(self, sentence: str, window: Window, *, remedy: str) -> None:
        super().__init__(sentence, remedy=remedy)
        self.window = window


class NotPrepared(RuleBroken):
    """The set stays shut until something is recorded.

    Args:
        needed: what, in the order of doing it; screens link to where.
    """

    def __init__(self, needed: list[Needed]) -> None:
        super().__init__(
            f"The question set stays shut: it needs {', and '.join(needed)}.",
            remedy="Record it on the page of what comes before the set.",
            rule="I2" if needed[0] in {Needed.DECLARATION, Needed.ANOTHER_ASSESSOR} else "X1",
        )
        self.needed = needed


def window(plan: Plan, starts_at: datetime) -> Window:
    """When the set of a session that starts then may be opened."""
    return Window(starts_at - timedelta(hours=plan.release_hours), starts_at + timedelta(days=plan.close_days))


def must_be_open(store: Session, session: AssessmentSession, at: datetime) -> None:
    """Refuse a set that is not to be seen now.

    Raises:
        RuleBroken: the session is cancelled, or the apprentice's data was erased.
        OutsideWindow: too early, or too late; carries the times.
        NotPrepared: a declaration or a check is outstanding (I2, X1).
    """
    reasons.must_not_be_erased(store, session.apprentice_id)
    if session.cancelled_at is not None:
        raise RuleBroken(f"{session.reference} is cancelled.", remedy="Book the session again.")
    attempt = store.get_one(Attempt, session.attempt_id)
    open_then = window(standards.as_loaded(store, attempt.plan_version_id), session.starts_at)
    if at < open_then.opens_at:
        raise OutsideWindow(
            f"The question set of {session.reference} can be pulled from {_said(open_then.opens_at)}.",
            open_then,
            remedy="Come back then.",
        )
    if at not in open_then:
        raise OutsideWindow(
            f"The question set of {session.reference} was closed at {_said(open_then.closes_at)}.",
            open_then,
            remedy="Ask the internal quality assurer if you need it again.",
        )
    if needed := preparation.outstanding(store, session, at):
        raise NotPrepared(needed)


def _said(moment: datetime) -> str:
    return f"{moment:%d %B %Y, %H:%M} UTC"
