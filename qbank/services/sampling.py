"""Settles, with every submission, which assessments of its assessor are moderated; `domain.moderating` says how."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.moderating import Why, drawn_by_lot, months_before, needed
from qbank.domain.people import COMMAND_LINE
from qbank.domain.standards import Plan
from qbank.services import audit
from qbank.storage.models import Assessment, AssessmentSession, AuditEntry, ModerationSample
from qbank.storage.queries import assessments


def draw(
    store: Session, session: AssessmentSession, submitted: Assessment, entry: AuditEntry, plan: Plan, *, at: datetime
) -> tuple[str, ...]:
    """Add to the sample what the submission adds to it; returns the references of those sessions.

    Args:
        store: in the unit that keeps the assessment: the lock of the audit trail keeps other submissions waiting.
        session: what was assessed.
        submitted: the assessment.
        entry: its entry in the audit trail; the lot follows from the entry's digest.
        plan: the plan version, for its shares.
        at: now.

    Source: assessment plan, rule Q1; decisions 19 and 44.
    """
    whys = _always(store, submitted)
    for why in whys:
        _add(store, submitted.id, why, entry, at)
    store.flush()
    released = assessments.is_released(store, submitted.by_id)
    rate = plan.moderation_rate if released else plan.new_assessor_moderation_rate
    after = months_before(at, plan.moderation_window_months)
    window = assessments.window_of(store, submitted.by_id, after=after)
    keys = {each.reference: key for key, each in window}
    seen = [each for _, each in window]
    chosen = drawn_by_lot(seen, session.reference, rate=rate, least=plan.moderation_least, seed=entry.digest)
    for reference in chosen:
        _add(store, keys[reference], Why.LOT if released else Why.NEW_ASSESSOR, entry, at)
    store.flush()
    facts = {
        "entry": entry.seq,
        "window": len(seen),
        "needed": needed(len(seen), rate=rate, least=plan.moderation_least),
        "sampled": sum(each.sampled for each in seen),
        "always": [str(why) for why in whys],
        "chosen": list(chosen),
    }
    audit.record(store, act="moderation sample settled", subject=session.reference, by=COMMAND_LINE, at=at, facts=facts)
    return chosen


def _always(store: Session, submitted: Assessment) -> list[Why]:
    """Why an assessment is moderated whatever the lot says."""
    reasons = {
        Why.REPLACED: assessments.was_replaced(store, submitted.question_set_id),
        Why.INCOMPLETE: submitted.incomplete,
        Why.CORRECTED: submitted.number > 1,
    }
    return [why for why, holds in reasons.items() if holds]


def _add(store: Session, assessment_id: int, why: Why, entry: AuditEntry, at: datetime) -> None:
    store.add(ModerationSample(assessment_id=assessment_id, why=why, audit_seq=entry.seq, at=at))
