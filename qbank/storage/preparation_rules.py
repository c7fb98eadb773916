"""The rules of the database before a set opens: who may declare, check and approve, and in which order."""

# ruff: noqa: S608 - conditions are put together from enumerations, never from input

from __future__ import annotations

from typing import Final

from qbank.domain.lifecycle import Sitting
from qbank.domain.preparation import Begun, Checked, Interest, Outcome
from qbank.storage.rule import Rule

_OF_THE_SESSION: Final = (
    "SELECT assessment_sessions.assessor_id FROM assessment_sessions WHERE assessment_sessions.id = "
)


def _by_the_assessor(column: str) -> str:
    return f"NEW.{column} IS DISTINCT FROM ({_OF_THE_SESSION}NEW.assessment_session_id)"


def _declared(interest: Interest) -> str:
    return (
        "EXISTS (SELECT 1 FROM declarations WHERE declarations.assessment_session_id = NEW.assessment_session_id "
        f"AND declarations.interest = '{interest}' "
        f"AND declarations.person_id = ({_OF_THE_SESSION}NEW.assessment_session_id))"
    )


def _in_order(what: Checked) -> str:
    return (
        f"coalesce((SELECT sitting_checks.outcome FROM sitting_checks "
        f"WHERE sitting_checks.assessment_session_id = NEW.assessment_session_id AND sitting_checks.what = '{what}' "
        f"ORDER BY sitting_checks.id DESC LIMIT 1), '') = '{Outcome.SATISFIED}'"
    )


_REMOTE: Final = (
    "EXISTS (SELECT 1 FROM assessment_sessions WHERE assessment_sessions.id = NEW.assessment_session_id "
    "AND assessment_sessions.remote)"
)
_EARLIER: Final = (
    "earlier.apprentice_id = NEW.apprentice_id AND earlier.method = NEW.method AND earlier.number = NEW.number - 1"
)
_ERASED_ONLY: Final = "NEW.words IS NOT NULL AND NEW.words IS DISTINCT FROM OLD.words"

_INCOMPETENT: Final = (
    "coalesce((SELECT competences.holds_until FROM competences WHERE competences.person_id = NEW.assessor_id "
    "ORDER BY competences.id DESC LIMIT 1) < date(NEW.starts_at), false)"
)

RULES: Final = (
    Rule(
        "assessment_sessions_i1_booked_while_competent",
        "assessment_sessions",
        "INSERT",
        _INCOMPETENT,
        "I1: nobody is booked beyond the competence that is on record",
    ),
    Rule(
        "assessment_sessions_i1_changed_while_competent",
        "assessment_sessions",
        "UPDATE",
        f"(NEW.assessor_id <> OLD.assessor_id OR NEW.starts_at <> OLD.starts_at) AND {_INCOMPETENT}",
        "I1: nobody is booked beyond the competence that is on record",
    ),
    Rule(
        "competences_i1_by_somebody_else",
        "competences",
        "INSERT",
        "NEW.by_id = NEW.person_id",
        "I1: nobody records their own competence",
    ),
    Rule(
        "question_sets_i2_after_a_declaration",
        "question_sets",
        "INSERT",
        f"NOT {_declared(Interest.NONE)} OR {_declared(Interest.DECLARED)}",
        "I2: a set opens to an assessor who declared that there is no interest",
    ),
    Rule(
        "question_sets_x1_after_both_checks",
        "question_sets",
        "INSERT",
        f"{_REMOTE} AND NOT ({' AND '.join(_in_order(each) for each in Checked)})",
        "X1: the set of a sitting at a distance opens after identity and room are checked",
    ),
    Rule(
        "declarations_i2_by_the_assessor",
        "declarations",
        "INSERT",
        _by_the_assessor("person_id"),
        "I2: the assessor of a session declares",
    ),
    Rule(
        "declarations_i2_an_interest_stays",
        "declarations",
        "INSERT",
        f"NEW.interest <> '{Interest.DECLARED}' AND {_declared(Interest.DECLARED)}",
        "I2: a declared interest stays; another assessor takes the session",
    ),
    Rule(
        "sitting_checks_x1_by_the_assessor",
        "sitting_checks",
        "INSERT",
        _by_the_assessor("by_id"),
        "X1: the assessor of a session checks who is there",
    ),
    Rule(
        "adjustments_l8_not_by_the_assessor",
        "adjustments",
        "INSERT",
        f"NEW.approved_by_id = ({_OF_THE_SESSION}NEW.assessment_session_id)",
        "L8: the assessor of a session approves no adjustment of it",
    ),
    Rule(
        "assessment_sessions_l8_not_to_an_approver",
        "assessment_sessions",
        "UPDATE",
        "NEW.assessor_id <> OLD.assessor_id AND EXISTS (SELECT 1 FROM adjustments "
        "WHERE adjustments.assessment_session_id = NEW.id AND adjustments.approved_by_id = NEW.assessor_id)",
        "L8: who approved an adjustment of a session does not assess it",
    ),
    Rule("adjustments_only_erased", "adjustments", "UPDATE", _ERASED_ONLY, "L7: a reason is erased, never rewritten"),
    Rule(
        "project_subjects_only_erased",
        "project_subjects",
        "UPDATE",
        _ERASED_ONLY,
        "L7: a subject is erased, never rewritten",
    ),
    Rule(
        "attempts_r12_after_development",
        "attempts",
        "INSERT",
        "NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM development_given "
        f"JOIN attempts AS earlier ON earlier.id = development_given.attempt_id WHERE {_EARLIER})",
        "R12: further development is recorded before another attempt",
    ),
    Rule(
        "attempts_r6_after_another_start",
        "attempts",
        "INSERT",
        f"NEW.kind = '{Sitting.RE_TAKE}' AND NOT EXISTS (SELECT 1 FROM assessment_starts "
        "JOIN attempts AS earlier ON earlier.apprentice_id = assessment_starts.apprentice_id "
        f"WHERE {_EARLIER} AND assessment_starts.kind = '{Begun.RE_TAKE}' "
        "AND assessment_starts.at > earlier.opened_at)",
        "R6: a re-take starts the assessment anew",
    ),
)
