"""Anchors a draw in the audit trail: the commitment's entry comes before the entry of the pull that used it (L4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.evidence import Evidence
from qbank.services import audit
from qbank.services.at_hand import open_engine
from qbank.settings import Settings
from qbank.storage.models import AssessmentSession, QuestionSet
from qbank.storage.queries import trail
from qbank.storage.units import read_unit

OPENED: Final = "attempt opened"
DRAWN: Final = "question set drawn"


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where the audit trail tells of a draw: the numbers of two entries, the first smaller than the second."""

    commitment: int
    pull: int


class NotAnchored(RuleBroken):
    """The audit trail does not bear a draw out."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, remedy="Find out with qbank audit verify where the trail was changed.", rule="L4")


def anchors_of(found: Evidence, settings: Settings) -> Anchors:
    """The two entries of a session's draw, in a trail that follows up to the second.

    Raises:
        NotAnchored: one is missing or says another thing than the certificate, they stand the wrong way round, or the
            trail does not follow as far as that.
    """
    with open_engine(settings) as engine, read_unit(engine) as store:
        return anchors(store, found)


def anchors(store: Session, found: Evidence) -> Anchors:
    """As `anchors_of`, in a store."""
    found_at = entries_of(store, found)
    broken = audit.first_broken(store)
    if broken is not None and broken <= found_at.pull:
        raise NotAnchored(
            f"The audit trail does not follow at entry {broken}, before the pull (entry {found_at.pull})."
        )
    return found_at


def entries_of(store: Session, found: Evidence) -> Anchors:
    """The two entries, in a trail of which it is known whether it follows.

    Raises:
        NotAnchored: one is missing or says another thing than the certificate, or they stand the wrong way round.
    """
    pull = _entry(store, _drawn_for(store, found), DRAWN, "certificate", found.certificate_digest)
    commitment = _entry(store, str(found.attempt), OPENED, "commitment", str(found.certificate["commitment"]))
    if commitment > pull:
        raise NotAnchored(f"The set was pulled (entry {pull}) before its seed was committed to (entry {commitment}).")
    return Anchors(commitment, pull)


def _drawn_for(store: Session, found: Evidence) -> str:
    """The session that the set was drawn for: where that was cancelled and booked again, another has it now."""
    asked = (
        sa.select(AssessmentSession.reference)
        .join(QuestionSet, QuestionSet.assessment_session_id == AssessmentSession.id)
        .where(QuestionSet.certificate_digest == found.certificate_digest)
    )
    return store.scalar(asked) or str(found.session)


def _entry(store: Session, subject: str, act: str, fact: str, value: str) -> int:
    """The number of the first entry of that act on the subject that states the fact."""
    for entry in trail.of_subject(store, subject, act):
        if json.loads(entry.facts).get(fact) == value:
            return entry.seq
    raise NotAnchored(f"The audit trail has no entry that names the {fact} {value[:12]}… of {subject}.")
