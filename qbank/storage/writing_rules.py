"""The rules of the database for writing and approving: every hand is named, and only what awaits is decided."""

# ruff: noqa: S608 - conditions are put together from this file's constants and enumerations, never from input

from __future__ import annotations

from typing import Final

from qbank.domain.approving import Verdict
from qbank.domain.lifecycle import Change, State
from qbank.storage.rule import Rule

FROZEN: Final[dict[str, tuple[str, ...]]] = {
    "working_drafts": ("id", "public_id", "plan_version_id", "created_at", "created_by_id"),
}

_CHANGES: Final = ", ".join(f"'{change}'" for change in Change)


def _latest(version: str) -> str:
    return (
        f"(SELECT moves.to_state FROM moves WHERE moves.question_version_id = {version} "
        "ORDER BY moves.number DESC LIMIT 1)"
    )


_UNNAMED_HAND: Final = (
    "EXISTS (SELECT 1 FROM working_draft_authors JOIN working_drafts "
    "ON working_drafts.id = working_draft_authors.working_draft_id "
    "JOIN question_versions ON question_versions.question_id = working_drafts.question_id "
    "WHERE question_versions.id = NEW.question_version_id AND working_drafts.ended_at IS NULL "
    "AND working_draft_authors.person_id <> question_versions.author_id AND working_draft_authors.person_id NOT IN "
    "(SELECT version_authors.person_id FROM version_authors "
    "WHERE version_authors.question_version_id = NEW.question_version_id))"
)

_UNNAMED_SAVER: Final = (
    "EXISTS (SELECT 1 FROM working_drafts "
    "JOIN question_versions ON question_versions.question_id = working_drafts.question_id "
    "JOIN people ON people.id IN (working_drafts.created_by_id, working_drafts.saved_by_id) "
    "WHERE question_versions.id = NEW.question_version_id AND working_drafts.ended_at IS NULL "
    "AND people.id <> question_versions.author_id AND people.id NOT IN "
    "(SELECT version_authors.person_id FROM version_authors "
    "WHERE version_authors.question_version_id = NEW.question_version_id))"
)

RULES: Final = (
    Rule(
        "approvals_l8_not_by_whoever_submitted",
        "approvals",
        "INSERT",
        "EXISTS (SELECT 1 FROM moves WHERE moves.question_version_id = NEW.question_version_id "
        f"AND moves.to_state = '{State.AWAITING_APPROVAL}' AND moves.by_id = NEW.approver_id)",
        "L8: whoever submitted a version does not decide on it",
    ),
    Rule(
        "approvals_l7_of_what_awaits",
        "approvals",
        "INSERT",
        f"coalesce({_latest('NEW.question_version_id')}, '') <> '{State.AWAITING_APPROVAL}'",
        "L7: only a version that awaits approval is decided on",
    ),
    Rule(
        "approvals_l7_kind_of_change",
        "approvals",
        "INSERT",
        f"(NEW.decision = '{Verdict.APPROVED}') <> (coalesce(NEW.change, '') IN ({_CHANGES})) "
        f"OR (NEW.decision <> '{Verdict.APPROVED}' AND NEW.change IS NOT NULL)",
        "L7: whoever approves says whether the change is editorial or material",
    ),
    Rule(
        "moves_l8_every_hand_is_named",
        "moves",
        "INSERT",
        f"NEW.to_state = '{State.AWAITING_APPROVAL}' AND {_UNNAMED_HAND}",
        "L8: whoever wrote in a draft is named as an author of its version",
    ),
    Rule(
        "moves_l8_every_saver_is_named",
        "moves",
        "INSERT",
        f"NEW.to_state = '{State.AWAITING_APPROVAL}' AND {_UNNAMED_SAVER}",
        "L8: whoever began or saved a draft is named as an author of its version",
    ),
    Rule(
        "working_drafts_one_revision_at_a_time",
        "working_drafts",
        "UPDATE",
        "NEW.words <> OLD.words AND NEW.revision <> OLD.revision + 1",
        "L7: a draft is saved on the revision that was read",
    ),
    Rule(
        "working_drafts_of_one_question",
        "working_drafts",
        "UPDATE",
        "OLD.question_id IS NOT NULL AND NEW.question_id IS DISTINCT FROM OLD.question_id",
        "L7: a draft stays with its question",
    ),
    Rule(
        "working_drafts_stay_ended",
        "working_drafts",
        "UPDATE",
        "OLD.ended_at IS NOT NULL",
        "L7: a draft that has ended stays as it is",
    ),
    Rule(
        "working_drafts_still_while_put_away",
        "working_drafts",
        "UPDATE",
        "NEW.words <> OLD.words AND NEW.put_away_at IS NOT NULL",
        "L7: a draft that was put away stands still; take it up first",
    ),
    Rule(
        "rests_of_a_move_to_rest",
        "rests",
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM moves WHERE moves.id = NEW.move_id AND moves.to_state = '{State.RESTING}')",
        "L7: only a move that put a version to rest says until when it rests",
    ),
    Rule(
        "working_drafts_still_while_a_version_awaits",
        "working_drafts",
        "UPDATE",
        "NEW.words <> OLD.words AND EXISTS (SELECT 1 FROM question_versions "
        "WHERE question_versions.question_id = NEW.question_id "
        f"AND {_latest('question_versions.id')} = '{State.AWAITING_APPROVAL}')",
        "L8: a draft stands still while its version awaits approval; take it back first",
    ),
)
