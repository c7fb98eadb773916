"""The rules of the database for standard sets: a second person approves, and only what was approved is drawn from."""

# ruff: noqa: S608 - conditions are put together from enumerations, never from input

from __future__ import annotations

from typing import Final

from qbank.domain.standard_sets import Decided
from qbank.storage.rule import Rule

HISTORY: Final = ("family_decisions", "family_revisions", "family_submissions", "standard_families")

_APPROVED: Final = (
    "EXISTS (SELECT 1 FROM family_decisions WHERE family_decisions.family_id = NEW.family_id "
    f"AND family_decisions.decision = '{Decided.APPROVED}')"
)
_NOT_THE_LAST: Final = (
    "NEW.number <> (SELECT max(family_revisions.number) FROM family_revisions "
    "WHERE family_revisions.family_id = NEW.family_id)"
)
_MADE_BY_THEM: Final = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} WHERE {table}.family_id = NEW.family_id AND {table}.by_id = NEW.by_id)"
    for table in ("family_revisions", "family_submissions")
)
_NOT_APPROVED: Final = (
    "EXISTS (SELECT 1 FROM draw_plans WHERE draw_plans.id = NEW.draw_plan_id "
    "AND draw_plans.fitted_plan_id IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM family_decisions "
    "WHERE family_decisions.draw_plan_id = NEW.draw_plan_id)"
)

RULES: Final = (
    Rule(
        "standard_families_of_a_fitted_plan",
        "standard_families",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM draw_plans WHERE draw_plans.id = NEW.fitted_plan_id "
        "AND draw_plans.fitted_plan_id IS NULL)",
        "L7: standard sets are of the questions of a fitted plan",
    ),
    Rule(
        "family_decisions_l7_what_was_submitted",
        "family_decisions",
        "INSERT",
        "NEW.draw_plan_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM draw_plans "
        "JOIN family_revisions ON family_revisions.digest = draw_plans.digest "
        "JOIN standard_families ON standard_families.id = family_revisions.family_id "
        "AND standard_families.fitted_plan_id = draw_plans.fitted_plan_id WHERE draw_plans.id = NEW.draw_plan_id "
        "AND family_revisions.family_id = NEW.family_id AND family_revisions.number = NEW.number)",
        "L7: what is approved is what was submitted",
    ),
    Rule(
        "family_revisions_in_order",
        "family_revisions",
        "INSERT",
        "NEW.number <> (SELECT count(*) + 1 FROM family_revisions WHERE family_revisions.family_id = NEW.family_id)",
        "L7: a revision follows the last one",
    ),
    Rule(
        "family_revisions_l7_approved_stay",
        "family_revisions",
        "INSERT",
        _APPROVED,
        "L7: approved standard sets stay as they are",
    ),
    Rule(
        "family_submissions_of_the_last_revision",
        "family_submissions",
        "INSERT",
        _NOT_THE_LAST,
        "L7: the sets are submitted as they are now",
    ),
    Rule(
        "family_decisions_of_the_last_revision",
        "family_decisions",
        "INSERT",
        _NOT_THE_LAST,
        "L8: a decision is about the sets as they are now",
    ),
    Rule(
        "family_decisions_l8_by_a_second_person",
        "family_decisions",
        "INSERT",
        _MADE_BY_THEM,
        "L8: nobody approves standard sets that they assembled, adjusted or submitted",
    ),
    Rule(
        "adoptions_l8_standard_sets_approved",
        "adoptions",
        "INSERT",
        _NOT_APPROVED,
        "L8: standard sets are put in use after a second person approved them",
    ),
    Rule(
        "commitments_l8_standard_sets_approved",
        "commitments",
        "INSERT",
        _NOT_APPROVED,
        "L8: nothing is committed to standard sets that nobody approved",
    ),
)
