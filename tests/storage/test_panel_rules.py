"""L7, L8: the database keeps who votes, what a decision needs, and a signed review, whoever goes round the service."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.storage import units
from qbank.storage.models import (
    ReviewBankDecision,
    ReviewBankVote,
    ReviewBudgetProposal,
    ReviewDecision,
    ReviewDeclaration,
    ReviewMember,
    ReviewSignOff,
    ReviewVote,
    ReviewWithdrawal,
)
from review.panel import Choice
from tests.services.a_bank import NOW, the_person
from tests.services.a_hand import HANDS, with_a_hand
from tests.services.a_review import all_kept, declare, kept, opened_review, propose, sign_off, vote, vote_on_bank


def refused(bank, work, *, because):
    with pytest.raises(IntegrityError, match=because):
        units.in_write_unit(bank, work)


def a_vote(store, found, question, who):
    line = found.line(question)
    row = ReviewVote(review_id=found.id, question_id=line.question_id, by_id=the_person(store, who).id, number=9)
    row.choice, row.reason, row.at = Choice.KEEP, "", NOW
    store.add(row)
    store.flush()


def a_decision(store, found, question, who):
    line = found.line(question)
    row = ReviewDecision(review_id=found.id, question_id=line.question_id, choice=Choice.KEEP, reason="a test", at=NOW)
    row.by_id = the_person(store, who).id
    store.add(row)
    store.flush()


def a_sign_off(store, found, who):
    row = ReviewSignOff(review_id=found.id, certificate="{}", digest="0" * 64, at=NOW)
    row.by_id = the_person(store, who).id
    store.add(row)
    store.flush()


BARRED = "L8: nobody votes on a question in which they had a hand"


@pytest.mark.parametrize("how", HANDS)
def test_L8_the_database_takes_no_vote_of_who_had_a_hand_in_the_question_as(how, bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    with_a_hand(bank, "first", "Q-0010", how)

    refused(bank, lambda store: a_vote(store, found, "Q-0010", "first"), because=BARRED)
    units.in_write_unit(bank, lambda store: a_vote(store, found, "Q-0011", "first"))
    units.in_write_unit(bank, lambda store: a_vote(store, found, "Q-0010", "second"))


def test_L8_the_database_takes_no_vote_of_who_declared_an_interest_or_is_not_on_the_panel(bank):
    reference = opened_review(bank)
    declare(bank, reference, "second", ("Q-0011",))
    found = kept(bank, reference)

    refused(bank, lambda store: a_vote(store, found, "Q-0011", "second"), because=BARRED)
    refused(bank, lambda store: a_vote(store, found, "Q-0012", "outsider"), because="L8: a member declares")

    def declared(store):
        store.add(ReviewDeclaration(review_id=found.id, by_id=the_person(store, "outsider").id, words="", at=NOW))
        store.flush()

    refused(bank, declared, because="(?i)foreign key")


def test_L8_the_database_takes_no_decision_without_the_quorum_nor_of_another_than_the_chair(bank):
    reference = opened_review(bank)
    vote(bank, reference, "chair", "Q-0010")
    found = kept(bank, reference)
    refused(bank, lambda store: a_decision(store, found, "Q-0010", "chair"), because="L8: a decision needs the votes")
    vote(bank, reference, "second", "Q-0010")
    with_a_hand(bank, "second", "Q-0010")
    refused(bank, lambda store: a_decision(store, found, "Q-0010", "chair"), because="L8: a decision needs the votes")
    vote(bank, reference, "first", "Q-0010")

    refused(bank, lambda store: a_decision(store, found, "Q-0010", "first"), because="L8: the chair records a decision")
    for who in ("first", "second"):
        vote(bank, reference, who, "Q-0011")
    refused(bank, lambda store: a_decision(store, found, "Q-0011", "chair"), because="L8: whoever records a decision")


def a_bank_vote(store, found, who, number=9, **more):
    row = ReviewBankVote(review_id=found.id, by_id=the_person(store, who).id, number=number, is_sufficient=True)
    facts = {"proposal": 1, "reason": "", "at": NOW} | more
    for name, value in facts.items():
        setattr(row, name, value)
    store.add(row)
    store.flush()


def a_proposal(store, found, who="chair", number=9):
    row = ReviewBudgetProposal(review_id=found.id, number=number, budget=200, last_sets=10, reason="a test", at=NOW)
    row.by_id = the_person(store, who).id
    store.add(row)
    store.flush()


def a_bank_decision(store, found, who="chair", *, is_sufficient=True, because=None, budget=200):
    row = ReviewBankDecision(review_id=found.id, is_sufficient=is_sufficient, budget=budget, reason="a test", at=NOW)
    row.by_id, row.departs_because = the_person(store, who).id, because
    store.add(row)
    store.flush()


def test_L8_the_database_takes_no_decision_on_the_bank_of_another_than_the_chair_nor_without_the_votes(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    vote_on_bank(bank, reference, "first")
    for _ in range(2):
        vote_on_bank(bank, reference, "second")

    because = "L8: the chair records the decision on the bank"
    refused(bank, lambda store: a_bank_decision(store, found, "first"), because=because)
    refused(bank, lambda store: a_bank_decision(store, found), because="L8: whoever records the decision on the bank")


def test_L8_the_database_takes_no_decision_on_the_bank_without_the_quorum_of_people_who_voted(bank):
    reference = opened_review(bank)
    for _ in range(2):
        vote_on_bank(bank, reference, "chair")

    because = "L8: a decision on the bank needs the votes"
    refused(bank, lambda store: a_bank_decision(store, kept(bank, reference)), because=because)


def test_W7_the_database_takes_no_decision_on_the_bank_that_departs_from_the_latest_votes_without_a_reason(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    vote_on_bank(bank, reference, "chair", is_sufficient=False)
    for finds in (False, True):  # who thought again counts once, as they think now
        vote_on_bank(bank, reference, "first", is_sufficient=finds)
        vote_on_bank(bank, reference, "second", is_sufficient=finds)

    because = "W7: a decision on the bank that is another than most votes"
    for why in (None, ""):
        departs = {"is_sufficient": False, "because": why}
        refused(bank, lambda store, departs=departs: a_bank_decision(store, found, **departs), because=because)
    refused(bank, lambda store: a_bank_decision(store, found, because="no need"), because=because)

    units.in_write_unit(bank, lambda store: a_bank_decision(store, found, is_sufficient=False, because="a test"))


def test_L8_the_database_takes_votes_on_the_bank_of_members_who_declared_while_it_is_open_and_keeps_them(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    propose(bank, reference)
    refused(bank, lambda store: a_bank_vote(store, found, "outsider"), because="L8: a member declares")
    vote_on_bank(bank, reference, "first")

    def changed(store):
        store.execute(sa.update(ReviewBankVote).values(is_sufficient=False))

    refused(bank, changed, because="L7: rows of review_bank_votes are never changed")
    refused(bank, lambda store: store.execute(sa.delete(ReviewBankVote)), because="L7: rows of review_bank_votes")
    vote_on_bank(bank, reference, "chair")
    units.in_write_unit(bank, lambda store: a_bank_decision(store, found))
    refused(bank, lambda store: a_bank_vote(store, found, "second"), because="L7: what is decided is decided")
    refused(bank, lambda store: a_proposal(store, found), because="L7: what is decided is decided")


def test_W7_the_database_takes_no_budget_but_the_proposed_one_that_most_of_those_who_voted_on_it_sign(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    refused(bank, lambda store: a_proposal(store, found, "first"), because="L8: the chair proposes the budget")
    propose(bank, reference)
    on_it = "W7: a vote on the bank is on the budget that is proposed"
    for said in ({"proposal": None}, {"proposal": 2}, {"would_sign": 150}, {"would_sign": 200, "reason": "a test"}):
        refused(bank, lambda store, said=said: a_bank_vote(store, found, "first", **said), because=on_it)
    vote_on_bank(bank, reference, "chair")
    vote_on_bank(bank, reference, "first", would_sign=150)
    signed = "W7: the budget of a bank is the one that is proposed"
    refused(bank, lambda store: a_bank_decision(store, found), because=signed)
    vote_on_bank(bank, reference, "first")
    refused(bank, lambda store: a_bank_decision(store, found, budget=150), because=signed)
    units.in_write_unit(bank, lambda store: a_proposal(store, found, number=2))
    refused(bank, lambda store: a_bank_decision(store, found), because="L8|W7")


def test_L8_the_database_takes_no_sign_off_before_everything_is_decided_nor_of_another_than_the_chair(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    refused(bank, lambda store: a_sign_off(store, found, "chair"), because="L8: a review is signed off when every")
    all_kept(bank, reference)

    refused(bank, lambda store: a_sign_off(store, found, "first"), because="L8: the chair signs the review off")


def test_L7_nothing_is_added_to_a_review_that_is_signed_off(bank):
    reference = opened_review(bank)
    all_kept(bank, reference)
    sign_off(bank, reference)
    found = kept(bank, reference)

    def work(store):
        person = the_person(store, "outsider").id
        store.add(ReviewMember(review_id=found.id, person_id=person, external="", at=NOW, by_id=person))
        store.flush()

    refused(bank, work, because="L7: a review that is signed off stays as it is")


def test_L7_nothing_is_added_to_a_review_that_was_withdrawn(bank):
    reference = opened_review(bank)
    all_kept(bank, reference)
    found = kept(bank, reference)

    def withdraw(store):
        chair = the_person(store, "chair").id
        store.add(ReviewWithdrawal(review_id=found.id, reason="a test", at=NOW, by_id=chair))
        store.flush()

    units.in_write_unit(bank, withdraw)

    because = "L7: a review that was withdrawn stays as it is"
    refused(bank, lambda store: a_sign_off(store, found, "chair"), because=because)
    refused(bank, lambda store: a_vote(store, found, "Q-0010", "first"), because="L7")
