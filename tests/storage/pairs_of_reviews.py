"""Who may not do both in an annual review: have a hand or an interest and vote, decide alone, sign for the chair."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa

from qbank.storage.queries.reviews import KeptReview
from review.panel import Choice
from tests.services.a_bank import NOW, the_person
from tests.services.a_hand import HANDS, with_a_hand
from tests.services.a_review import all_kept, declare, kept, opened_review, propose, vote, vote_on_bank
from tests.storage.a_pair import Pair, made, new

QUESTION = "Q-0010"


def person(bank: sa.Engine, name: str) -> int:
    return int(made(bank, lambda store: the_person(store, name).id))


def of_it(found: KeptReview, bank: sa.Engine, who: str) -> dict[str, Any]:
    return {"review_id": found.id, "at": NOW, "by_id": person(bank, who)}


def of_the_question(found: KeptReview, bank: sa.Engine, who: str) -> dict[str, Any]:
    return of_it(found, bank, who) | {"question_id": found.line(QUESTION).question_id, "choice": Choice.KEEP}


def a_vote(how: str, bank: sa.Engine) -> sa.Insert:
    reference = opened_review(bank)
    who = "first"
    if how == "interest":
        declare(bank, reference, who, (QUESTION,))
    else:
        with_a_hand(bank, who, QUESTION, how)
    found = kept(bank, reference)
    return new("review_votes", **of_the_question(found, bank, who), number=9, reason="")


def votes_undeclared(table: str, bank: sa.Engine) -> sa.Insert:
    """A member who joined late and declared nothing."""
    reference = opened_review(bank)
    found = kept(bank, reference)
    joined = {"review_id": found.id, "person_id": person(bank, "outsider"), "external": "", "at": NOW}
    with bank.begin() as connection:
        connection.execute(new("review_members", **joined, by_id=person(bank, "chair")))
    if table == "review_votes":
        return new(table, **of_the_question(found, bank, "outsider"), number=1, reason="")
    propose(bank, reference)
    said = {"number": 1, "is_sufficient": True, "proposal": 1, "reason": ""}
    return new(table, **of_it(found, bank, "outsider"), **said)


def a_decision(who: str, voters: tuple[str, ...], bank: sa.Engine, *, barred: str = "", how: str = "") -> sa.Insert:
    reference = opened_review(bank)
    for each in voters:
        vote(bank, reference, each, QUESTION)
    if barred:
        with_a_hand(bank, barred, QUESTION, how)
    found = kept(bank, reference)
    return new("review_decisions", **of_the_question(found, bank, who), reason="a test")


def a_bank_decision(who: str, voters: tuple[str, ...], bank: sa.Engine) -> sa.Insert:
    reference = opened_review(bank)
    for each in voters:
        vote_on_bank(bank, reference, each)
    said = {"is_sufficient": True, "budget": 200, "reason": "a test"}
    return new("review_bank_decisions", **of_it(kept(bank, reference), bank, who), **said)


def a_proposal(bank: sa.Engine) -> sa.Insert:
    found = kept(bank, opened_review(bank))
    said = {"number": 1, "budget": 200, "last_sets": 10, "reason": "a test"}
    return new("review_budget_proposals", **of_it(found, bank, "first"), **said)


def a_sign_off(who: str, bank: sa.Engine, *, is_decided: bool) -> sa.Insert:
    reference = opened_review(bank)
    if is_decided:
        all_kept(bank, reference)
    said = {"certificate": "{}", "digest": "0" * 64}
    return new("review_sign_offs", **of_it(kept(bank, reference), bank, who), **said)


NO_HAND = ("review_votes_l8_no_hand_no_interest",)
QUORUM = ("review_decisions_l8_quorum",)
EVERYBODY = ("chair", "first", "second")


def _guarded(*rules: str) -> tuple[str, ...]:
    return tuple(f"review_{rule}" for rule in rules)


PAIRS = (
    *(Pair(f"who had a hand in a question votes on it: {how}", NO_HAND, partial(a_vote, how)) for how in HANDS),
    Pair("who declared an interest votes", NO_HAND, partial(a_vote, "interest")),
    *(
        Pair(f"who declared nothing votes: {table}", (f"{table}_l8_declared",), partial(votes_undeclared, table))
        for table in ("review_votes", "review_bank_votes")
    ),
    *(
        Pair(
            f"a chair with a hand in the question decides: {how}",
            ("review_decisions_l8_no_hand_no_interest",),
            partial(a_decision, "chair", EVERYBODY, barred="chair", how=how),
        )
        for how in HANDS
    ),
    Pair(
        "another than the chair decides", _guarded("decisions_l8_by_the_chair"), partial(a_decision, "first", EVERYBODY)
    ),
    Pair(
        "a chair who did not vote decides",
        _guarded("decisions_l8_after_the_own_vote"),
        partial(a_decision, "chair", ("first", "second")),
    ),
    Pair("a chair decides alone", QUORUM, partial(a_decision, "chair", ("chair",))),
    *(
        Pair(
            f"a vote of who had a hand makes the quorum: {how}",
            QUORUM,
            partial(a_decision, "chair", ("chair", "first"), barred="first", how=how),
        )
        for how in HANDS
    ),
    Pair(
        "another than the chair decides on the bank",
        _guarded("bank_decisions_l8_by_the_chair"),
        partial(a_bank_decision, "first", EVERYBODY),
    ),
    Pair(
        "a chair who did not vote decides on the bank",
        _guarded("bank_decisions_l8_after_the_own_vote"),
        partial(a_bank_decision, "chair", ("first", "second")),
    ),
    Pair(
        "a chair decides on the bank alone",
        _guarded("bank_decisions_l8_quorum"),
        partial(a_bank_decision, "chair", ("chair",)),
    ),
    Pair("another than the chair proposes the budget", _guarded("budget_proposals_l8_by_the_chair"), a_proposal),
    Pair(
        "another than the chair signs off",
        _guarded("sign_offs_l8_by_the_chair"),
        partial(a_sign_off, "first", is_decided=True),
    ),
    Pair(
        "a review is signed off undecided",
        _guarded("sign_offs_l8_everything_decided"),
        partial(a_sign_off, "chair", is_decided=False),
    ),
)
