"""L7, L8: the database keeps who votes, what a decision needs, and a signed review, whoever goes round the service."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from qbank.storage import units
from qbank.storage.models import (
    ReviewBankDecision,
    ReviewDecision,
    ReviewDeclaration,
    ReviewMember,
    ReviewSignOff,
    ReviewVote,
    ReviewWithdrawal,
)
from review.panel import Choice
from tests.services.a_bank import NOW, the_person
from tests.services.a_review import all_kept, declare, kept, opened_review, sign_off, vote
from tests.services.test_reviewing import with_a_hand


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


def test_L8_the_database_takes_no_vote_of_who_had_a_hand_or_an_interest_or_is_not_on_the_panel(bank):
    reference = opened_review(bank)
    with_a_hand(bank, "first", "Q-0010")
    declare(bank, reference, "second", ("Q-0011",))
    found = kept(bank, reference)

    because = "L8: nobody votes on a question in which they had a hand"
    refused(bank, lambda store: a_vote(store, found, "Q-0010", "first"), because=because)
    refused(bank, lambda store: a_vote(store, found, "Q-0011", "second"), because=because)
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


def test_L8_the_database_takes_no_decision_on_the_bank_of_another_than_the_chair(bank):
    found = kept(bank, opened_review(bank))

    def work(store):
        row = ReviewBankDecision(review_id=found.id, is_sufficient=True, budget=200, reason="a test", at=NOW)
        row.by_id = the_person(store, "first").id
        store.add(row)
        store.flush()

    refused(bank, work, because="L8: the chair records the decision on the bank")


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
