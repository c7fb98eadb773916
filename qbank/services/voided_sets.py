"""Pages, copies and notes of a set that was voided: each is answered with a sentence that names the void.

Nobody writes here; the voids themselves are `voiding`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.record_entries import Entry
from qbank.storage.models import AssessmentSession
from qbank.storage.queries import sessions, voids
from qbank.storage.queries.sets import DrawnSet, set_of
from qbank.storage.queries.voids import Void

DEVICE: Final = "offline "
"""What the entries of an offline copy give as their device, before its mark."""


def the_set(store: Session, session_id: int) -> DrawnSet:
    """The set that stands for a session.

    Raises:
        RuleBroken: none does; names the void, if there was one.
    """
    found = set_of(store, session_id)
    if found is not None:
        return found
    session = store.get_one(AssessmentSession, session_id)
    gone = voids.voids_of(store, session.attempt_id)
    if gone:
        raise RuleBroken(
            f"{in_words(session.reference, gone[-1])} The next is drawn when it is pulled.",
            remedy="Pull it on the session's page, and use no copy of the old one.",
            rule="L5",
        )
    raise RuleBroken(
        f"The question set of {session.reference} is not drawn yet.", remedy="Pull it on the session's page."
    )


def in_words(reference: str, gone: Void) -> str:
    """The sentence that names a void."""
    return (
        f"The question set of {reference} was voided on {gone.at.day} {gone.at:%B %Y} by {gone.asked_by} and "
        f"{gone.agreed_by}."
    )


def of_batch(
    store: Session, session: AssessmentSession, entries: Sequence[Entry], ordinal: int | None
) -> Mapping[str, str]:
    """Why entries that were written over a voided set are not kept, by their identity; the others are left out.

    Args:
        store: in a unit.
        session: whose record they are sent to.
        entries: none of them kept yet.
        ordinal: of the set on the page that sends them; None where it does not say, or they come from a file.
    """
    gone = voids.voids_of(store, session.attempt_id)
    if not gone:
        return {}
    standing = sessions.standing_set(store, session.attempt_id)
    copies = frozenset() if standing is None else voids.offline_copies_of(store, standing.id)
    because = (
        f"{in_words(session.reference, gone[-1])} What was written over it is not kept here, for the record will be "
        "of another set. Keep your file, and tell whoever voided the set."
    )
    return {
        each.entry: because
        for each in entries
        if standing is None or not _is_of(each, standing.ordinal, ordinal, copies)
    }


def _is_of(entry: Entry, standing: int, ordinal: int | None, copies: frozenset[str]) -> bool:
    """Whether an entry was written over the set that stands: by a copy of it, or on a page that shows it."""
    if entry.device.startswith(DEVICE):
        return entry.device.removeprefix(DEVICE) in copies
    return ordinal == standing
