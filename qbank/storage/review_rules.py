"""The rules of the database for the annual review."""

from __future__ import annotations

from typing import Final

from qbank.storage.rule import Rule

HISTORY: Final = (
    "bank_continuation_signatures",
    "bank_continuations",
    "budget_checks",
    "review_calls",
)

RULES: Final = (
    Rule(
        "bank_continuation_signatures_l8_another_person",
        "bank_continuation_signatures",
        "INSERT",
        "EXISTS (SELECT 1 FROM bank_continuations WHERE bank_continuations.id = NEW.continuation_id "
        "AND bank_continuations.by_id = NEW.by_id)",
        "L8: whoever asks for a continuation does not sign it a second time",
    ),
    Rule(
        "review_calls_of_a_question_that_was_asked",
        "review_calls",
        "INSERT",
        "NEW.assessment_session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM question_sets "
        "JOIN set_questions ON set_questions.question_set_id = question_sets.id "
        "JOIN assessment_sessions ON assessment_sessions.id = question_sets.assessment_session_id "
        "WHERE assessment_sessions.id = NEW.assessment_session_id "
        "AND assessment_sessions.assessor_id = NEW.by_id AND set_questions.question_id = NEW.question_id)",
        "L8: an assessor reports a question of a set of their own session",
    ),
)
