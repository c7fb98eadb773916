"""What a history holds of the annual review: a call, and a continuation with its signature."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.reviewing import CallKind
from qbank.storage.models import BankContinuation, BankContinuationSignature, Question, ReviewCall
from tests.services.a_bank import METHOD, NOW, the_person, the_plan_version


def call_and_go_on(store: Session) -> None:
    """Past the services, which would wait for a bank to be due."""
    question = store.scalars(sa.select(Question.id).order_by(Question.id).limit(1)).one()
    by = the_person(store, "author").id
    store.add(ReviewCall(question_id=question, kind=CallKind.LEAK, reason="a test", at=NOW, by_id=by))
    standard = the_plan_version(store).standard_id
    going = BankContinuation(standard_id=standard, method=METHOD, until=NOW.date(), reason="a test", at=NOW, by_id=by)
    store.add(going)
    store.flush()
    signer = the_person(store, "approver").id
    store.add(BankContinuationSignature(continuation_id=going.id, by_id=signer, at=NOW))
    store.flush()
