"""W7, W8: the panel decides on the bank as a whole: blind votes, a quorum, and a decision that says why it departs."""

from __future__ import annotations

import hashlib
import json

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.services import bank_deciding
from qbank.services.bank_deciding import BankResolution, BankVote
from qbank.storage import units
from qbank.storage.models import AuditEntry
from review.panel import BankTask
from tests.services.a_bank import NOW, the_person
from tests.services.a_hand import with_a_hand
from tests.services.a_review import all_kept, decide_bank, kept, opened_review, propose, sign_off, vote_on_bank

WHY = "The question that the votes turn on was retired yesterday."


def told(bank, act):
    with units.read_unit(bank) as store:
        return [json.loads(each) for each in store.scalars(sa.select(AuditEntry.facts).where(AuditEntry.act == act))]


def test_W8_members_vote_on_the_bank_and_again_and_the_trail_does_not_tell_how(bank):
    reference = opened_review(bank)
    vote_on_bank(bank, reference, "first", is_sufficient=False)
    vote_on_bank(bank, reference, "second")
    vote_on_bank(bank, reference, "first")

    found = kept(bank, reference)

    assert [(each.name, each.is_sufficient, each.number) for each in found.bank_votes] == [
        ("first", True, 2),
        ("second", True, 1),
    ]
    assert told(bank, "review vote on the bank cast") == [{"number": number, "proposal": 1} for number in (1, 1, 2)]


def test_L8_only_a_member_who_has_declared_votes_on_the_bank_and_an_author_of_some_question_is_not_barred(bank):
    reference = opened_review(bank)
    with_a_hand(bank, "first", "Q-0010")
    vote_on_bank(bank, reference, "first")

    with pytest.raises(NotAllowed, match="not on the panel"):
        vote_on_bank(bank, reference, "outsider")


def test_L8_the_bank_is_decided_by_the_chair_who_has_voted_once_a_quorum_has(bank):
    reference = opened_review(bank)
    vote_on_bank(bank, reference, "first")
    with pytest.raises(NotAllowed, match="The chair records"):
        decide_bank(bank, reference, who="first")
    with pytest.raises(NotAllowed, match="has voted"):
        decide_bank(bank, reference)
    found = kept(bank, reference)
    assert not found.bank_matter.sees_votes(found.chair_id)
    vote_on_bank(bank, reference, "chair")

    decide_bank(bank, reference)

    assert (kept(bank, reference).bank.budget, kept(bank, reference).bank.is_sufficient) == (200, True)
    assert told(bank, "review decision on the bank") == [
        {
            "budget": 200,
            "last_sets": 10,
            "proposal": 1,
            "signed_by": sorted(f"person {each}" for each in kept(bank, reference).signatories),
            "sufficient": "yes",
            "votes_no": 0,
            "votes_yes": 2,
        }
    ]
    with pytest.raises(RuleBroken, match="decided on already"):
        decide_bank(bank, reference)
    with pytest.raises(RuleBroken, match="decided on already"):
        vote_on_bank(bank, reference, "second")


def test_L8_fewer_votes_on_the_bank_than_the_quorum_decide_nothing(bank):
    reference = opened_review(bank)
    vote_on_bank(bank, reference, "chair")
    vote_on_bank(bank, reference, "chair")

    with pytest.raises(RuleBroken, match="1 of the 2 votes that the quorum asks for"):
        decide_bank(bank, reference)


def test_W7_a_decision_on_the_bank_that_is_not_what_most_votes_are_for_says_why_in_trail_and_certificate(bank):
    reference = opened_review(bank)
    all_kept(bank, reference, with_the_bank=False)
    for who, finds in (("chair", False), ("first", True), ("second", True)):
        vote_on_bank(bank, reference, who, is_sufficient=finds)
    with pytest.raises(RuleBroken, match="Most votes are for the other answer"):
        decide_bank(bank, reference, is_sufficient=False)
    with pytest.raises(RuleBroken, match="is not another than most votes are for"):
        decide_bank(bank, reference, departs_because=WHY)

    decide_bank(bank, reference, is_sufficient=False, departs_because=WHY)
    sign_off(bank, reference)

    (facts,) = told(bank, "review decision on the bank")
    assert facts["departs"] == hashlib.sha256(WHY.encode()).hexdigest()
    assert (facts["votes_yes"], facts["votes_no"]) == (2, 1)
    certificate = json.loads(kept(bank, reference).signed.certificate)
    assert certificate["format"] == "qbank review certificate 3"
    assert certificate["bank"]["departs_because"] == WHY
    assert certificate["bank"]["votes"] == {"yes": 2, "no": 1}


def test_W7_where_votes_on_the_bank_are_level_either_answer_needs_no_other_reason(bank):
    reference = opened_review(bank)
    vote_on_bank(bank, reference, "chair", is_sufficient=False)
    vote_on_bank(bank, reference, "first")

    decide_bank(bank, reference, is_sufficient=False)

    assert kept(bank, reference).bank.departs_because is None


def test_W7_the_panel_signs_the_budget_that_most_sign_and_a_new_proposal_asks_everybody_anew(bank):
    reference = opened_review(bank)
    all_kept(bank, reference, with_the_bank=False)
    vote_on_bank(bank, reference, "chair")
    vote_on_bank(bank, reference, "first", would_sign=150, reason="The year gave 12% away.")
    with pytest.raises(RuleBroken, match="does not sign this budget: 1 of the 2 who voted do"):
        decide_bank(bank, reference)
    seen = kept(bank, reference)
    assert seen.bank_task(seen.chair_id) is BankTask.PROPOSE

    propose(bank, reference, 150)

    found = kept(bank, reference)
    assert (found.bank_votes, found.bank_task(found.chair_id)) == ([], BankTask.VOTE)
    with pytest.raises(RuleBroken, match="Another budget is proposed since"):
        said(bank, seen, BankVote(is_sufficient=True, on=1))
    with pytest.raises(NotAllowed, match="has voted"):
        decide_bank(bank, reference)
    vote_on_bank(bank, reference, "chair")
    vote_on_bank(bank, reference, "second", would_sign=100, reason="Less.")
    vote_on_bank(bank, reference, "first")
    decide_bank(bank, reference)
    sign_off(bank, reference)
    told_of = json.loads(kept(bank, reference).signed.certificate)["bank"]
    names = {each.name: f"person {each.id}" for each in found.members}
    assert told_of["signed_by"] == sorted([names["chair"], names["first"]])
    assert told_of["would_sign"] == {names["second"]: 100}
    assert (told_of["budget_thousandths"], told_of["proposal"]) == (150, 2)
    assert told(bank, "review budget proposed")[-1] == {"budget": 150, "last_sets": 10, "number": 2}


def test_W7_a_budget_is_the_chairs_to_propose_once_with_a_reason_as_a_share_that_is_measured(bank):
    reference = opened_review(bank)
    with pytest.raises(RuleBroken, match="No budget is proposed yet"):
        said(bank, kept(bank, reference), BankVote(is_sufficient=True, on=0))
    for asked, because in (
        ({"who": "first"}, "The chair proposes"),
        ({"thousandths": 1001}, "between 0% and 100%"),
        ({"last": 7}, "Nothing is measured for so many sets"),
    ):
        with pytest.raises((NotAllowed, RuleBroken), match=because):
            propose(bank, reference, **asked)
    propose(bank, reference)
    with pytest.raises(RuleBroken, match="proposed already"):
        propose(bank, reference)


@pytest.mark.parametrize(
    ("would_sign", "reason", "because"),
    [(200, "Why not.", "the budget that is proposed"), (100, " ", "needs a reason"), (1001, "All.", "0% and 100%")],
)
def test_W7_who_would_sign_another_budget_names_one_and_says_why(bank, would_sign, reason, because):
    reference = opened_review(bank)

    with pytest.raises(RuleBroken, match=because):
        vote_on_bank(bank, reference, "first", would_sign=would_sign, reason=reason)


def said(bank, found, vote):
    """The chair's vote on a review as they saw it."""
    units.in_write_unit(
        bank,
        lambda store: bank_deciding.vote_on_bank(store, found, vote, by=the_person(store, "chair").actor, at=NOW),
    )


def test_W7_a_decision_on_the_bank_has_a_reason(bank):
    reference, resolution = opened_review(bank), BankResolution(is_sufficient=True, reason=" ")
    for who in ("chair", "first"):
        vote_on_bank(bank, reference, who)
    found = kept(bank, reference)

    def work(store):
        bank_deciding.decide_bank(store, found, resolution, by=the_person(store, "chair").actor, at=NOW)

    with pytest.raises(RuleBroken, match="needs a reason"):
        units.in_write_unit(bank, work)
