"""What became of a question set after an offline copy of it was made: the copy itself cannot know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.record_entries import Entry
from qbank.services.voided_sets import DEVICE
from qbank.storage.models import OfflineCopy
from qbank.storage.queries.sets import DrawnSet, Grown, set_of


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Args:
        position: of the question of the copy that is not asked any more; None where it is about none of them.
        words: a sentence for whoever holds the copy, without a word of any question.
    """

    position: int | None
    words: str

    def as_data(self) -> dict[str, object]:
        """As a copy reads it."""
        return {"position": self.position, "words": self.words}


def since(store: Session, mark: str) -> Sequence[Change]:
    """What changed in the set of the copy's session after the copy was made, in order; nothing for an unknown mark."""
    copy = store.scalars(sa.select(OfflineCopy).where(OfflineCopy.mark == mark)).one_or_none()
    drawn = None if copy is None else set_of(store, copy.assessment_session_id)
    if copy is None:
        return []
    if drawn is None or drawn.id != copy.question_set_id:
        return [Change(None, "The question set of this copy was voided since: do not use this copy.")]
    return [change for grown in drawn.grown if grown.at > copy.at for change in _changes(drawn, grown)]


def of_copies(store: Session, session_id: int, entries: Iterable[Entry]) -> Sequence[Change]:
    """What changed after the copies of that session were made in which these entries were written; each once."""
    marks = {entry.device.removeprefix(DEVICE) for entry in entries if entry.device.startswith(DEVICE)}
    own = store.scalars(
        sa.select(OfflineCopy.mark)
        .where(OfflineCopy.assessment_session_id == session_id, OfflineCopy.mark.in_(marks))
        .order_by(OfflineCopy.id)
    )
    return list(dict.fromkeys(change for mark in own for change in since(store, mark)))


def _changes(drawn: DrawnSet, grown: Grown) -> Iterator[Change]:
    if grown.replaced is None:
        many = len(grown.questions)
        came = "A question was" if many == 1 else f"{many} questions were"
        yield Change(None, f"{came} added for what was left open, after this copy was made: see the session's page.")
    for position in grown.taken_out:
        out = next(each for each in drawn.met if each.position == position)
        said = (
            f"{out.reference} was replaced after this copy was made: it is not asked any more. "
            "What is asked in its place is on the session's page."
        )
        yield Change(position, said)
