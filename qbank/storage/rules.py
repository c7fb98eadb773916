"""The rules that the database itself keeps, beyond CHECK, UNIQUE and foreign keys: said once, for both databases.

`HISTORY` tables only grow. `FROZEN` tables change in named columns only, and lose no row. Each `Rule` refuses a row
when its condition holds; the condition is SQL that SQLite and PostgreSQL read alike, with `NEW` and `OLD`.
"""

# ruff: noqa: S608 - conditions are put together from this file's constants and enumerations, never from input

from __future__ import annotations

from typing import Final

from qbank.domain.lifecycle import IN_SERVICE, MOVES, State
from qbank.storage import (
    assessment_rules,
    panel_rules,
    preparation_rules,
    retention_rules,
    review_rules,
    standard_set_rules,
    void_rules,
    writing_rules,
)
from qbank.storage.rule import Rule

FIRST_PREVIOUS: Final = "0" * 64

HISTORY: Final = (
    "adoptions",
    "anomalies",
    "anomaly_confirmations",
    "approvals",
    "assessment_starts",
    "assessor_releases",
    "attempts",
    "audit_entries",
    "cohort_choices",
    "competences",
    "confirmations",
    "criteria",
    "criterion_wordings",
    "declarations",
    "development_given",
    "draw_plan_questions",
    "draw_plans",
    "eligibility_snapshots",
    "ksb_criteria",
    "ksb_criterion_confirmations",
    "ksb_wordings",
    "ksbs",
    "loads",
    "moderation_samples",
    "moves",
    "offline_copies",
    "overall_grade_parts",
    "overall_grades",
    "pair_histories",
    "plan_methods",
    "plan_versions",
    "question_import_lines",
    "question_imports",
    "question_pair_revocations",
    "question_pairs",
    "question_sets",
    "question_versions",
    "questions",
    "recalled_snapshots",
    "rests",
    "seed_reveals",
    "seeds",
    "set_extensions",
    "set_questions",
    "set_views",
    "sitting_checks",
    "specifications",
    "standards",
    "submissions",
    "version_authors",
    "version_comment_answers",
    "version_comments",
    "version_criteria",
    "version_histories",
    "version_ksb_confirmations",
    "version_ksbs",
    "working_draft_authors",
    *panel_rules.HISTORY,
    *retention_rules.HISTORY,
    *review_rules.HISTORY,
    *standard_set_rules.HISTORY,
    *void_rules.HISTORY,
)

FROZEN: Final[dict[str, tuple[str, ...]]] = {
    "people": ("id", "created_at"),
    "apprentices": ("id", "reference", "plan_version_id", "registered_at"),
    "assessment_sessions": (
        "id",
        "reference",
        "public_id",
        "attempt_id",
        "apprentice_id",
        "method",
        "booked_at",
        "booked_by_id",
    ),
    "adjustments": (
        "id",
        "assessment_session_id",
        "kind",
        "extra_minutes",
        "variant",
        "interpreter",
        "approved_by_id",
        "at",
    ),
    "project_subjects": ("id", "attempt_id", "agreed_on", "at", "by_id"),
    "session_notes": ("id", "assessment_session_id", "kind", "at", "by_id"),
    "record_entries": (
        "id",
        "assessment_session_id",
        "entry",
        "kind",
        "position",
        "follows",
        "device",
        "at_device",
        "at",
        "by_id",
        "commitment",
    ),
    **assessment_rules.FROZEN,
    **retention_rules.FROZEN,
    **writing_rules.FROZEN,
}


def _words(states: frozenset[State] | tuple[State, ...]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def _unlawful_move() -> str:
    lawful = (
        f"(coalesce(NEW.from_state, '') = '{before or ''}' AND NEW.to_state IN ({_words(after)}))"
        for before, after in MOVES.items()
        if after
    )
    return f"NOT ({' OR '.join(lawful)})"


_LATEST = (
    "(SELECT moves.to_state FROM moves WHERE moves.question_version_id = {row}.question_version_id "
    "ORDER BY moves.number DESC LIMIT 1)"
)
_LOADED = (
    "EXISTS (SELECT 1 FROM question_versions WHERE question_versions.id = NEW.question_version_id "
    "AND question_versions.load_id IS NOT NULL)"
)
_APPROVED = (
    "EXISTS (SELECT 1 FROM approvals WHERE approvals.question_version_id = NEW.question_version_id "
    "AND approvals.decision = 'approved')"
)
_MOVED = "EXISTS (SELECT 1 FROM moves WHERE moves.question_version_id = NEW.question_version_id)"

RULES: Final = (
    *preparation_rules.RULES,
    *writing_rules.RULES,
    *panel_rules.RULES,
    *retention_rules.RULES,
    *review_rules.RULES,
    *standard_set_rules.RULES,
    Rule("moves_follow", "moves", "INSERT", _unlawful_move(), "L7: a version may not move between these states"),
    Rule(
        "moves_in_order",
        "moves",
        "INSERT",
        "NEW.number <> (SELECT count(*) + 1 FROM moves WHERE moves.question_version_id = NEW.question_version_id) "
        f"OR (NEW.number > 1 AND NEW.from_state <> {_LATEST.format(row='NEW')})",
        "L7: a move starts from the state that the last one reached",
    ),
    Rule(
        "moves_l8_live_by_a_second_person",
        "moves",
        "INSERT",
        f"NEW.to_state = 'live' AND NOT {_LOADED} AND NOT {_APPROVED}",
        "L8: a version goes live when a second person approves it, or with a load of files",
    ),
    Rule(
        "moves_from_draft_to_live_only_loaded",
        "moves",
        "INSERT",
        f"NEW.from_state = 'draft' AND NEW.to_state = 'live' AND NOT {_LOADED}",
        "L8: only a version that came with a load of files goes live without awaiting approval",
    ),
    Rule(
        "approvals_l8_no_co_author",
        "approvals",
        "INSERT",
        "EXISTS (SELECT 1 FROM version_authors WHERE version_authors.question_version_id = NEW.question_version_id "
        "AND version_authors.person_id = NEW.approver_id)",
        "L8: a co-author may not approve the version",
    ),
    Rule(
        "version_authors_l8_no_approver",
        "version_authors",
        "INSERT",
        _MOVED,
        "L8: co-authors are named with the version, not later",
    ),
    Rule("version_ksbs_fixed", "version_ksbs", "INSERT", _MOVED, "L7: the KSBs of a version are fixed"),
    Rule("version_criteria_fixed", "version_criteria", "INSERT", _MOVED, "L7: the criteria of a version are fixed"),
    Rule(
        "in_service_insert",
        "in_service",
        "INSERT",
        f"NEW.state IS DISTINCT FROM {_LATEST.format(row='NEW')}",
        "L7: the pointer says what the log of moves says",
    ),
    Rule(
        "in_service_update",
        "in_service",
        "UPDATE",
        "NEW.question_id <> OLD.question_id OR NEW.question_version_id <> OLD.question_version_id "
        f"OR NEW.state IS DISTINCT FROM {_LATEST.format(row='NEW')}",
        "L7: the pointer says what the log of moves says",
    ),
    Rule(
        "in_service_delete",
        "in_service",
        "DELETE",
        f"{_LATEST.format(row='OLD')} IN ({_words(IN_SERVICE)})",
        "L7: the pointer says what the log of moves says",
    ),
    Rule(
        "commitments_l5_never_after_opening",
        "commitments",
        "INSERT",
        "EXISTS (SELECT 1 FROM question_sets WHERE question_sets.attempt_id = NEW.attempt_id)",
        "L5: the draw plan of an attempt never changes after its set was opened",
    ),
    Rule(
        "question_sets_l4_latest_commitment",
        "question_sets",
        "INSERT",
        "NEW.commitment_id <> (SELECT commitments.id FROM commitments WHERE commitments.attempt_id = NEW.attempt_id "
        "ORDER BY commitments.number DESC LIMIT 1)",
        "L4: a set follows from the latest commitment of its attempt",
    ),
    Rule(
        "question_sets_l1_booked",
        "question_sets",
        "INSERT",
        "EXISTS (SELECT 1 FROM assessment_sessions WHERE assessment_sessions.id = NEW.assessment_session_id "
        "AND assessment_sessions.cancelled_at IS NOT NULL)",
        "L1: a cancelled session has no set",
    ),
    Rule(
        "question_sets_l5_next_only_after_a_void",
        "question_sets",
        "INSERT",
        "NEW.ordinal > 1 AND NOT EXISTS (SELECT 1 FROM set_voids JOIN question_sets AS earlier "
        "ON earlier.id = set_voids.question_set_id WHERE earlier.attempt_id = NEW.attempt_id "
        "AND earlier.ordinal = NEW.ordinal - 1)",
        "L5: another set only after two people voided the one before",
    ),
    Rule(
        "set_questions_l7_complete",
        "set_questions",
        "INSERT",
        "NEW.position > (SELECT question_sets.question_count FROM question_sets "
        "WHERE question_sets.id = NEW.question_set_id) AND NOT EXISTS (SELECT 1 FROM set_extensions "
        "WHERE set_extensions.question_set_id = NEW.question_set_id AND NEW.position >= set_extensions.first_position "
        "AND NEW.position < set_extensions.first_position + set_extensions.question_count)",
        "L7: nothing is added to a set but what an extension drew",
    ),
    Rule(
        "set_extensions_l7_follow",
        "set_extensions",
        "INSERT",
        "NEW.first_position <> (SELECT max(set_questions.position) + 1 FROM set_questions "
        "WHERE set_questions.question_set_id = NEW.question_set_id) OR NEW.number <> (SELECT count(*) + 1 "
        "FROM set_extensions WHERE set_extensions.question_set_id = NEW.question_set_id)",
        "L7: an extension follows the last one",
    ),
    Rule(
        "set_extensions_l7_taken_out_once",
        "set_extensions",
        "INSERT",
        "EXISTS (SELECT 1 FROM set_extensions AS earlier WHERE earlier.question_set_id = NEW.question_set_id "
        "AND (earlier.exchanged_position IN (NEW.replaced_position, NEW.exchanged_position) "
        "OR earlier.replaced_position = NEW.exchanged_position))",
        "L7: a question leaves its set once",
    ),
    Rule(
        "set_extensions_l5_never_of_a_voided_set",
        "set_extensions",
        "INSERT",
        "EXISTS (SELECT 1 FROM set_voids WHERE set_voids.question_set_id = NEW.question_set_id)",
        "L5: a voided set is used up",
    ),
    Rule(
        "draw_plan_questions_l7_complete",
        "draw_plan_questions",
        "INSERT",
        "(SELECT count(*) FROM draw_plan_questions WHERE draw_plan_questions.draw_plan_id = NEW.draw_plan_id) >= "
        "(SELECT draw_plans.question_count FROM draw_plans WHERE draw_plans.id = NEW.draw_plan_id)",
        "L7: nothing is added to a draw plan",
    ),
    Rule(
        "record_entries_only_erased",
        "record_entries",
        "UPDATE",
        "NEW.words IS NOT NULL AND (NEW.words IS DISTINCT FROM OLD.words OR NEW.salt IS DISTINCT FROM OLD.salt)",
        "L7: the words of a record are erased, never rewritten",
    ),
    Rule(
        "record_entries_by_the_sessions_assessor",
        "record_entries",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM assessment_sessions WHERE assessment_sessions.id = NEW.assessment_session_id "
        "AND assessment_sessions.assessor_id = NEW.by_id)",
        "L8: only the assessor of a session writes its record",
    ),
    Rule(
        "sign_ins_stay_ended",
        "sign_ins",
        "UPDATE",
        "OLD.ended_at IS NOT NULL",
        "L9: a sign-in that has ended stays ended; sign in again",
    ),
    Rule(
        "audit_entries_l7_chain",
        "audit_entries",
        "INSERT",
        "NEW.seq <> (SELECT coalesce(max(audit_entries.seq), 0) + 1 FROM audit_entries) OR NEW.previous <> "
        "coalesce((SELECT audit_entries.digest FROM audit_entries ORDER BY audit_entries.seq DESC LIMIT 1), "
        f"'{FIRST_PREVIOUS}')",
        "L7: an entry follows the last one",
    ),
    Rule(
        "audit_entries_l7_hexadecimal",
        "audit_entries",
        "INSERT",
        "trim(NEW.digest, '0123456789abcdef') <> ''",
        "L7: a digest is lower-case hexadecimal",
    ),
    Rule(
        "audit_entries_l7_one_actor",
        "audit_entries",
        "INSERT",
        "(NEW.actor_id IS NULL AND substr(NEW.actor, 1, 7) = 'person ') "
        "OR (NEW.actor_id IS NOT NULL AND NEW.actor <> 'person ' || NEW.actor_id)",
        "L7: the two columns that name the actor agree",
    ),
    *assessment_rules.RULES,
    *void_rules.RULES,
)

FOLLOW_MOVES: Final = (
    (
        f"DELETE FROM in_service WHERE question_version_id = NEW.question_version_id "
        f"AND NEW.to_state NOT IN ({_words(IN_SERVICE)})"
    ),
    (
        f"UPDATE in_service SET state = NEW.to_state WHERE question_version_id = NEW.question_version_id "
        f"AND NEW.to_state IN ({_words(IN_SERVICE)})"
    ),
    (
        f"INSERT INTO in_service (question_id, question_version_id, state) "
        f"SELECT NEW.question_id, NEW.question_version_id, NEW.to_state WHERE NEW.to_state IN ({_words(IN_SERVICE)}) "
        "AND NOT EXISTS (SELECT 1 FROM in_service WHERE question_version_id = NEW.question_version_id)"
    ),
)
"""Run after each move: the pointer follows the log. A second version in service meets the pointer's key."""
