"""The days that an assessment plan sets around a session, worked out from its numbers. Days are those of the UK."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qbank.domain.figures import MethodNumbers, PlanNumbers
from qbank.domain.lifecycle import Sitting
from review.days import day_in_uk, months_after


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The days that matter for one session; None where the plan sets none, or what it counts from is not known.

    Args:
        ends_on: the last day of the assessment (G5, W5); a re-sit has none, for it may follow within a year (R4).
        project_by: when the project must be finished (W1), or reworked after a fail (R7).
        handed_in_by: when the report (W2) or the evidence (P2) must have arrived.
        notice_by: when the apprentice must have been told (O7).
        again_by: when a re-sit or re-take should be done (R4); a "should", so nobody is asked for a reason.
    """

    ends_on: date | None = None
    project_by: date | None = None
    handed_in_by: date | None = None
    notice_by: date | None = None
    again_by: date | None = None

    @property
    def received_by(self) -> date | None:
        """The earlier of the two days by which what is handed in must be there."""
        return min((day for day in (self.project_by, self.handed_in_by) if day is not None), default=None)


def deadlines(
    plan: PlanNumbers,
    method: MethodNumbers,
    *,
    kind: Sitting,
    starts_at: datetime,
    started_on: date | None,
    developed_on: date | None = None,
    first_sat_on: date | None = None,
) -> Deadlines:
    """The days around a session.

    Args:
        plan: with its numbers.
        method: with its own.
        kind: first sitting, re-sit or re-take.
        starts_at: when the session starts; aware.
        started_on: when the assessment, or the one of a re-take, started; None if that is not on record.
        developed_on: when further development was given after the fail; None before a first sitting.
        first_sat_on: the day of the method's first sitting, from which the time to sit again is counted: the plan does
            not say from when, and this is the earliest that it can mean. None where there is none.

    Source: assessment plan, rules G5, W1, W2, W5, O7, P2, R4, R6 and R7.
    """
    day = day_in_uk(starts_at)
    project = None
    if method.rework_months is not None and kind is not Sitting.FIRST:
        project = None if developed_on is None else months_after(developed_on, method.rework_months)
    elif method.project_months is not None and started_on is not None:
        project = months_after(started_on, method.project_months)
    ends = None
    if started_on is not None and kind is not Sitting.RE_SIT:
        ends = months_after(started_on, plan.assessment_months)
    again = None
    if first_sat_on is not None and kind is not Sitting.FIRST:
        again = months_after(first_sat_on, plan.resit_months)
    return Deadlines(
        ends_on=ends,
        project_by=project,
        handed_in_by=_before(day, method.submission_days),
        notice_by=_before(day, method.notice_days),
        again_by=again,
    )


def report_words(method: MethodNumbers) -> tuple[int, int] | None:
    """The fewest and the most words of a report; None where the method has none.

    Source: assessment plan, rule W3: the tolerance is either way, annexes are not counted.
    """
    if method.report_words is None:
        return None
    tolerance = method.report_words_tolerance_rate or 0.0
    return round(method.report_words * (1 - tolerance)), round(method.report_words * (1 + tolerance))


def evidence_pieces(method: MethodNumbers) -> tuple[int, int] | None:
    """The fewest and the most pieces of evidence; None where the method asks for none.

    Source: assessment plan, rule P2.
    """
    if method.evidence_least is None or method.evidence_most is None:
        return None
    return method.evidence_least, method.evidence_most


def _before(day: date, days: int | None) -> date | None:
    return None if days is None else day - timedelta(days=days)
