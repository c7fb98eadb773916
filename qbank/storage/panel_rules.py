"""The rules of the database for a review: who may not vote, what a decision needs, and that a signed review stays."""

# ruff: noqa: S608 - conditions are put together from this file's constants, never from input

from __future__ import annotations

from typing import Final

from qbank.domain.lifecycle import State
from qbank.storage.rule import Rule

HISTORY: Final = (
    "review_bank_decisions",
    "review_bank_votes",
    "review_budget_proposals",
    "review_budgets",
    "review_decision_bars",
    "review_decisions",
    "review_declarations",
    "review_interests",
    "review_members",
    "review_questions",
    "review_remarks",
    "review_sign_offs",
    "review_task_ends",
    "review_votes",
    "review_withdrawals",
    "reviews",
)


def _had_a_hand(question: str, person: str) -> str:
    """That the person wrote, edited, submitted, loaded or decided on any version of the question."""
    versions = f"question_versions.question_id = {question}"
    submitted = f"moves.question_id = {question} AND moves.to_state = '{State.AWAITING_APPROVAL}'"
    drafted = "working_draft_authors JOIN working_drafts ON working_drafts.id = working_draft_authors.working_draft_id"
    joined = "JOIN question_versions ON question_versions.id = {table}.question_version_id"
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {source} WHERE {of_it} AND {who} = {person})"
        for source, of_it, who in (
            ("question_versions", versions, "question_versions.author_id"),
            (f"version_authors {joined.format(table='version_authors')}", versions, "version_authors.person_id"),
            (f"approvals {joined.format(table='approvals')}", versions, "approvals.approver_id"),
            ("loads JOIN question_versions ON question_versions.load_id = loads.id", versions, "loads.by_id"),
            ("moves", submitted, "moves.by_id"),
            (drafted, f"working_drafts.question_id = {question}", "working_draft_authors.person_id"),
        )
    )


def _declared(question: str, person: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM review_interests WHERE review_interests.review_id = NEW.review_id "
        f"AND review_interests.question_id = {question} AND review_interests.by_id = {person})"
    )


_PROPOSAL: Final = (
    "(SELECT coalesce(max(review_budget_proposals.number), 0) FROM review_budget_proposals "
    "WHERE review_budget_proposals.review_id = NEW.review_id)"
)
_PROPOSED_BUDGET: Final = (
    "(SELECT review_budget_proposals.budget FROM review_budget_proposals "
    f"WHERE review_budget_proposals.review_id = NEW.review_id AND review_budget_proposals.number = {_PROPOSAL})"
)


def _latest_votes(which: str) -> str:
    """How many members' latest votes on the bank, and on the budget that is proposed, are so."""
    return (
        f"(SELECT count(*) FROM review_bank_votes WHERE review_bank_votes.review_id = NEW.review_id AND {which} "
        f"AND review_bank_votes.proposal = {_PROPOSAL} AND NOT EXISTS (SELECT 1 FROM review_bank_votes AS later "
        "WHERE later.review_id = review_bank_votes.review_id AND later.by_id = review_bank_votes.by_id "
        "AND later.number > review_bank_votes.number))"
    )


_BARRED: Final = f"{_had_a_hand('NEW.question_id', 'NEW.by_id')} OR {_declared('NEW.question_id', 'NEW.by_id')}"
_CHAIR: Final = "(SELECT reviews.chair_id FROM reviews WHERE reviews.id = NEW.review_id)"
_CHAIR_IS_BARRED: Final = f"{_had_a_hand('NEW.question_id', _CHAIR)} OR {_declared('NEW.question_id', _CHAIR)}"
_SIGNED: Final = "EXISTS (SELECT 1 FROM review_sign_offs WHERE review_sign_offs.review_id = NEW.review_id)"
_NOT_DECLARED: Final = (
    "NOT EXISTS (SELECT 1 FROM review_declarations WHERE review_declarations.review_id = NEW.review_id "
    "AND review_declarations.by_id = NEW.by_id)"
)
_DECIDED: Final = (
    "EXISTS (SELECT 1 FROM review_decisions WHERE review_decisions.review_id = NEW.review_id "
    "AND review_decisions.question_id = NEW.question_id)"
)
_VOTERS: Final = (
    "(SELECT count(DISTINCT review_votes.by_id) FROM review_votes WHERE review_votes.review_id = NEW.review_id "
    "AND review_votes.question_id = NEW.question_id AND NOT EXISTS (SELECT 1 FROM review_interests "
    "WHERE review_interests.review_id = review_votes.review_id "
    "AND review_interests.question_id = review_votes.question_id "
    "AND review_interests.by_id = review_votes.by_id) "
    f"AND NOT ({_had_a_hand('review_votes.question_id', 'review_votes.by_id')}))"
)
_HAS_VOTED: Final = (
    "EXISTS (SELECT 1 FROM review_votes WHERE review_votes.review_id = NEW.review_id "
    "AND review_votes.question_id = NEW.question_id AND review_votes.by_id = NEW.by_id)"
)
_WITHDRAWN: Final = "EXISTS (SELECT 1 FROM review_withdrawals WHERE review_withdrawals.review_id = NEW.review_id)"
_QUORUM: Final = "(SELECT reviews.quorum FROM reviews WHERE reviews.id = NEW.review_id)"
_BANK_DECIDED: Final = (
    "EXISTS (SELECT 1 FROM review_bank_decisions WHERE review_bank_decisions.review_id = NEW.review_id)"
)
_BANK_VOTERS: Final = (
    "(SELECT count(DISTINCT review_bank_votes.by_id) FROM review_bank_votes "
    f"WHERE review_bank_votes.review_id = NEW.review_id AND review_bank_votes.proposal = {_PROPOSAL})"
)
_HAS_VOTED_ON_THE_BANK: Final = (
    "EXISTS (SELECT 1 FROM review_bank_votes WHERE review_bank_votes.review_id = NEW.review_id "
    f"AND review_bank_votes.by_id = NEW.by_id AND review_bank_votes.proposal = {_PROPOSAL})"
)
_DEPARTS: Final = (
    f"({_latest_votes('review_bank_votes.is_sufficient = NEW.is_sufficient')} "
    f"< {_latest_votes('review_bank_votes.is_sufficient <> NEW.is_sufficient')})"
)
_SAYS_WHY: Final = "(NEW.departs_because IS NOT NULL AND NEW.departs_because <> '')"

RULES: Final = (
    Rule(
        "review_votes_l8_no_hand_no_interest",
        "review_votes",
        "INSERT",
        _BARRED,
        "L8: nobody votes on a question in which they had a hand or declared an interest",
    ),
    Rule(
        "review_votes_l8_declared",
        "review_votes",
        "INSERT",
        _NOT_DECLARED,
        "L8: a member declares interests before voting",
    ),
    Rule("review_votes_before_the_decision", "review_votes", "INSERT", _DECIDED, "L7: what is decided is decided"),
    Rule(
        "review_decisions_l8_no_hand_no_interest",
        "review_decisions",
        "INSERT",
        _BARRED,
        "L8: nobody records the decision on a question in which they had a hand or declared an interest",
    ),
    Rule(
        "review_decisions_l8_by_the_chair",
        "review_decisions",
        "INSERT",
        f"NEW.by_id <> {_CHAIR} AND NOT ({_CHAIR_IS_BARRED})",
        "L8: the chair records a decision, unless the chair may not vote on it",
    ),
    Rule(
        "review_decisions_l8_after_the_own_vote",
        "review_decisions",
        "INSERT",
        f"NOT {_HAS_VOTED}",
        "L8: whoever records a decision has voted",
    ),
    Rule(
        "review_bank_decisions_l8_by_the_chair",
        "review_bank_decisions",
        "INSERT",
        f"NEW.by_id <> {_CHAIR}",
        "L8: the chair records the decision on the bank",
    ),
    Rule(
        "review_bank_votes_l8_declared",
        "review_bank_votes",
        "INSERT",
        _NOT_DECLARED,
        "L8: a member declares interests before voting",
    ),
    Rule(
        "review_budget_proposals_l8_by_the_chair",
        "review_budget_proposals",
        "INSERT",
        f"NEW.by_id <> {_CHAIR}",
        "L8: the chair proposes the budget",
    ),
    Rule(
        "review_budget_proposals_before_the_decision",
        "review_budget_proposals",
        "INSERT",
        _BANK_DECIDED,
        "L7: what is decided is decided",
    ),
    Rule(
        "review_bank_votes_w7_on_the_budget",
        "review_bank_votes",
        "INSERT",
        f"coalesce(NEW.proposal, 0) <> {_PROPOSAL} OR NEW.proposal IS NULL "
        f"OR NEW.would_sign NOT BETWEEN 0 AND 1000 OR NEW.would_sign = {_PROPOSED_BUDGET} "
        "OR (NEW.would_sign IS NOT NULL AND NEW.reason = '')",
        "W7: a vote on the bank is on the budget that is proposed, and says why where another would be signed",
    ),
    Rule(
        "review_bank_decisions_w7_a_signed_budget",
        "review_bank_decisions",
        "INSERT",
        f"NEW.budget <> coalesce({_PROPOSED_BUDGET}, -1) "
        f"OR 2 * {_latest_votes('review_bank_votes.would_sign IS NULL')} < {_BANK_VOTERS} + 1",
        "W7: the budget of a bank is the one that is proposed, and most of those who voted sign it",
    ),
    Rule(
        "review_bank_votes_before_the_decision",
        "review_bank_votes",
        "INSERT",
        _BANK_DECIDED,
        "L7: what is decided is decided",
    ),
    Rule(
        "review_bank_decisions_l8_quorum",
        "review_bank_decisions",
        "INSERT",
        f"{_BANK_VOTERS} < {_QUORUM}",
        "L8: a decision on the bank needs the votes that the quorum asks for",
    ),
    Rule(
        "review_bank_decisions_l8_after_the_own_vote",
        "review_bank_decisions",
        "INSERT",
        f"NOT {_HAS_VOTED_ON_THE_BANK}",
        "L8: whoever records the decision on the bank has voted",
    ),
    Rule(
        "review_bank_decisions_w7_says_why_it_departs",
        "review_bank_decisions",
        "INSERT",
        f"{_DEPARTS} <> {_SAYS_WHY}",
        "W7: a decision on the bank that is another than most votes are for says why, and no other does",
    ),
    Rule(
        "review_decisions_l8_quorum",
        "review_decisions",
        "INSERT",
        f"{_VOTERS} < {_QUORUM}",
        "L8: a decision needs the votes that the quorum asks for",
    ),
    Rule(
        "review_sign_offs_l8_by_the_chair",
        "review_sign_offs",
        "INSERT",
        f"NEW.by_id <> {_CHAIR}",
        "L8: the chair signs the review off",
    ),
    Rule(
        "review_sign_offs_l8_everything_decided",
        "review_sign_offs",
        "INSERT",
        "EXISTS (SELECT 1 FROM review_questions WHERE review_questions.review_id = NEW.review_id AND NOT EXISTS "
        "(SELECT 1 FROM review_decisions WHERE review_decisions.review_id = review_questions.review_id "
        "AND review_decisions.question_id = review_questions.question_id)) OR NOT EXISTS "
        "(SELECT 1 FROM review_bank_decisions WHERE review_bank_decisions.review_id = NEW.review_id)",
        "L8: a review is signed off when every question and the bank are decided",
    ),
    Rule(
        "review_task_ends_of_a_signed_revision",
        "review_task_ends",
        "INSERT",
        f"NOT {_SIGNED} OR NOT EXISTS (SELECT 1 FROM review_decisions "
        "WHERE review_decisions.review_id = NEW.review_id AND review_decisions.question_id = NEW.question_id "
        "AND review_decisions.author_id IS NOT NULL)",
        "L7: a task is one that a signed review gave",
    ),
    *(
        Rule(
            f"{table}_l7_before_the_sign_off",
            table,
            "INSERT",
            _SIGNED,
            "L7: a review that is signed off stays as it is",
        )
        for table in HISTORY
        if table not in {"reviews", "review_sign_offs", "review_task_ends"}
    ),
    *(
        Rule(
            f"{table}_l7_before_the_withdrawal",
            table,
            "INSERT",
            _WITHDRAWN,
            "L7: a review that was withdrawn stays as it is",
        )
        for table in HISTORY
        if table not in {"reviews", "review_withdrawals", "review_task_ends"}
    ),
)
