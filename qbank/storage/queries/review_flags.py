"""What an agenda says of a question beside the clock: the events that called its review and that no panel answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.reviewing import CallKind
from qbank.storage.models import ReviewCall, ReviewDecision, ReviewSignOff
from qbank.storage.queries.reviews import KeptReview
from qbank.storage.queries.rows import rows


def flags_of(store: Session, found: KeptReview) -> Mapping[str, Sequence[CallKind]]:
    """The kinds of event, each once and the oldest first, by reference of a question on the agenda that has any.

    Up to the end of a review that has ended. What an earlier panel had before it when it decided is answered.
    """
    names = {line.question_id: line.reference for line in found.agenda}
    earlier = sa.exists().where(
        ReviewDecision.question_id == ReviewCall.question_id,
        ReviewDecision.review_id == ReviewSignOff.review_id,
        ReviewDecision.review_id != found.id,
        ReviewDecision.at >= ReviewCall.at,
        ReviewDecision.at < found.opened_at,
    )
    asked = sa.select(ReviewCall.question_id, ReviewCall.kind).where(ReviewCall.question_id.in_(names), ~earlier)
    ended = found.signed or found.withdrawn
    if ended is not None:
        asked = asked.where(ReviewCall.at <= ended.at)
    kinds: dict[str, list[CallKind]] = defaultdict(list)
    for question, said in rows(store, asked.order_by(ReviewCall.at, ReviewCall.id)):
        kind = CallKind(said)
        if kind not in kinds[names[question]]:
            kinds[names[question]].append(kind)
    return dict(kinds)
