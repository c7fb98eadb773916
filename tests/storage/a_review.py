"""What a history holds of the annual review: a call, a continuation with its signature, a review signed off."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.reviewing import CallKind, Scope
from qbank.storage.models import (
    BankContinuation,
    BankContinuationSignature,
    BudgetCheck,
    PlanVersion,
    Question,
    QuestionVersion,
    Review,
    ReviewBankDecision,
    ReviewBankVote,
    ReviewBudget,
    ReviewBudgetProposal,
    ReviewCall,
    ReviewDecision,
    ReviewDecisionBar,
    ReviewDeclaration,
    ReviewInterest,
    ReviewMember,
    ReviewQuestion,
    ReviewRemark,
    ReviewSignOff,
    ReviewTaskEnd,
    ReviewVote,
    ReviewWithdrawal,
)
from review.panel import Choice
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


def review_once(store: Session) -> None:
    """A review of one question that was loaded, from its opening to the end of its task."""
    chair, second, author = (the_person(store, name).id for name in ("approver", "other", "author"))
    version = store.scalars(sa.select(QuestionVersion).where(QuestionVersion.load_id.is_not(None)).limit(1)).one()
    kept = {"plan_version_id": the_plan_version(store).id, "method": METHOD, "chair_id": chair, "by_id": author}
    review = Review(reference="RV-0001", scope=Scope.DUE, quorum=2, at=NOW, **kept)
    store.add(review)
    store.flush()
    of_it = {"review_id": review.id, "question_id": version.question_id, "at": NOW}
    for person in (chair, second, author):
        store.add(ReviewMember(review_id=review.id, person_id=person, external="", at=NOW, by_id=author))
    store.add(ReviewQuestion(**of_it, question_version_id=version.id, why="called early", by_id=author))
    store.flush()
    for person in (chair, second):
        store.add(ReviewDeclaration(review_id=review.id, by_id=person, words="", at=NOW))
    store.add(ReviewInterest(**of_it, by_id=author))
    store.flush()
    for person in (chair, second):
        store.add(ReviewVote(**of_it, by_id=person, number=1, choice=Choice.REVISE, reason=""))
    store.add(ReviewRemark(**of_it, by_id=chair, words="a test"))
    store.flush()
    revised = {"choice": Choice.REVISE, "author_id": author, "revised_by": NOW.date()}
    store.add(ReviewDecision(**of_it, **revised, reason="a test", by_id=chair))
    store.flush()
    store.add(ReviewDecisionBar(review_id=review.id, question_id=version.question_id, person_id=author))
    proposed = {"number": 1, "budget": 200, "last_sets": 10, "reason": "a test", "by_id": chair}
    store.add(ReviewBudgetProposal(review_id=review.id, **proposed, at=NOW))
    store.flush()
    for person in (chair, second):
        vote = {"number": 1, "is_sufficient": True, "proposal": 1, "reason": ""}
        store.add(ReviewBankVote(review_id=review.id, by_id=person, **vote, at=NOW))
    store.flush()
    bank = {"is_sufficient": True, "budget": 200, "reason": "a test"}
    store.add(ReviewBankDecision(review_id=review.id, **bank, at=NOW, by_id=chair))
    store.flush()
    store.add(ReviewBudget(review_id=review.id, last_sets=10))
    looked = {"budget": 200, "last_sets": 10, "guesses": 6, "hits": 1300, "low": 1100, "high": 1500, "sets": 40}
    standard = store.get_one(PlanVersion, review.plan_version_id).standard_id
    store.add(BudgetCheck(standard_id=standard, method=review.method, review_id=review.id, **looked, at=NOW))
    store.flush()
    store.add(ReviewSignOff(review_id=review.id, certificate="{}", digest="0" * 64, at=NOW, by_id=chair))
    store.flush()
    store.add(ReviewTaskEnd(**of_it, reason="a test", by_id=author))
    store.flush()
    other = Review(reference="RV-0002", scope=Scope.EVERY, quorum=2, at=NOW, **kept)
    store.add(other)
    store.flush()
    store.add(ReviewWithdrawal(review_id=other.id, reason="a test", at=NOW, by_id=author))
    store.flush()
