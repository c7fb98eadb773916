"""Who may do what: one table. Rules between people (nobody approves their own question) are domain rules beside it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is in the organisation; one person may be several."""

    AUTHOR = "author"
    APPROVER = "approver"
    PANEL_MEMBER = "panel member"
    ASSESSOR = "assessor"
    IQA = "internal quality assurer"
    BANK_MANAGER = "bank manager"
    EQA_VIEWER = "external quality assurance viewer"


class Permission(StrEnum):
    """One thing a page or a command does."""

    SEE_OWN_HOME = "see their own home page"
    KEEP_OWN_ACCOUNT = "look after their own account"
    SEE_STANDARD = "read a standard: its KSBs, criteria and numbers"
    SEE_QUESTIONS = "read the questions of the bank"
    WRITE_QUESTIONS = "write questions and submit them"
    APPROVE_QUESTIONS = "approve questions that others wrote"
    PAIR_QUESTIONS = "declare two questions enemies or clones"
    KEEP_QUESTIONS = "rest, bring back and retire questions, and let enemies meet again"
    SEE_OWN_SESSIONS = "see the assessment sessions assigned to them"
    SEE_AUDIT_TRAIL = "read the audit trail"
    PULL_QUESTION_SET = "pull the question set of their own session"
    CONDUCT_SESSIONS = "conduct their own sessions and keep their record"
    GRADE_SESSIONS = "judge the criteria of their own sessions and submit the grade"
    SEE_MODERATION = "see assessment decisions and their moderation"
    MODERATE = "moderate and confirm assessment decisions"
    PREPARE_SESSION = "declare interests and record checks before their own session"
    BOOK_SESSIONS = "book assessment sessions"
    ERASE_APPRENTICES = "erase the personal data of apprentices that is due"
    SEE_DRAW_PLANS = "see draw plans and their rehearsals"
    ADOPT_DRAW_PLANS = "fit draw plans and put them in use"
    SEE_STANDARD_SETS = "see standard sets with their questions"
    MAKE_STANDARD_SETS = "assemble and adjust standard sets, and put approved ones in use"
    APPROVE_STANDARD_SETS = "decide about standard sets that somebody else made"
    SEE_REVIEW = "see the clock of the annual review"
    CALL_REVIEW = "call the review of questions early"
    SIGN_CONTINUATIONS = "sign that an overdue bank goes on"
    OPEN_REVIEWS = "open a review and end the tasks that follow from one"
    WORK_ON_REVIEWS = "work on a review: its panel, its agenda and its decisions"
    SEE_REVIEW_TASKS = "see what a review asked to be revised"
    VOID_SETS = "ask for the void of a question set, and answer what another asked"


EVERYONE: Final = frozenset({Permission.SEE_OWN_HOME, Permission.KEEP_OWN_ACCOUNT, Permission.SEE_STANDARD})

GRANTS: Final[dict[Role, frozenset[Permission]]] = {
    Role.AUTHOR: EVERYONE
    | {
        Permission.SEE_QUESTIONS,
        Permission.WRITE_QUESTIONS,
        Permission.PAIR_QUESTIONS,
        Permission.SEE_REVIEW_TASKS,
    },
    Role.APPROVER: EVERYONE
    | {
        Permission.SEE_QUESTIONS,
        Permission.APPROVE_QUESTIONS,
        Permission.PAIR_QUESTIONS,
        Permission.SEE_STANDARD_SETS,
        Permission.APPROVE_STANDARD_SETS,
    },
    Role.PANEL_MEMBER: EVERYONE
    | {
        Permission.SEE_REVIEW,
        Permission.SIGN_CONTINUATIONS,
        Permission.WORK_ON_REVIEWS,
        Permission.SEE_REVIEW_TASKS,
    },
    Role.ASSESSOR: EVERYONE
    | {
        Permission.SEE_OWN_SESSIONS,
        Permission.PULL_QUESTION_SET,
        Permission.PREPARE_SESSION,
        Permission.CONDUCT_SESSIONS,
        Permission.GRADE_SESSIONS,
    },
    Role.IQA: EVERYONE
    | {
        Permission.SEE_AUDIT_TRAIL,
        Permission.SEE_DRAW_PLANS,
        Permission.SEE_MODERATION,
        Permission.MODERATE,
        Permission.SEE_REVIEW,
        Permission.VOID_SETS,
    },
    Role.BANK_MANAGER: EVERYONE
    | {
        Permission.SEE_AUDIT_TRAIL,
        Permission.SEE_QUESTIONS,
        Permission.PAIR_QUESTIONS,
        Permission.KEEP_QUESTIONS,
        Permission.BOOK_SESSIONS,
        Permission.ERASE_APPRENTICES,
        Permission.SEE_DRAW_PLANS,
        Permission.ADOPT_DRAW_PLANS,
        Permission.SEE_STANDARD_SETS,
        Permission.MAKE_STANDARD_SETS,
        Permission.SEE_REVIEW,
        Permission.CALL_REVIEW,
        Permission.SIGN_CONTINUATIONS,
        Permission.OPEN_REVIEWS,
        Permission.WORK_ON_REVIEWS,
        Permission.SEE_REVIEW_TASKS,
        Permission.VOID_SETS,
    },
    Role.EQA_VIEWER: EVERYONE
    | {
        Permission.SEE_AUDIT_TRAIL,
        Permission.SEE_DRAW_PLANS,
        Permission.SEE_MODERATION,
        Permission.SEE_REVIEW,
    },
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that the roles grant together."""
    return frozenset().union(*(GRANTS[role] for role in roles))
