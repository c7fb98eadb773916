"""What the database refuses of assessment decisions: late entries, moderators who took part, early confirmations."""

# ruff: noqa: S608 - conditions are put together from this file's constants and enumerations, never from input

from __future__ import annotations

from typing import Final

from qbank.domain.grading import PASSED, Grade
from qbank.domain.moderating import Outcome
from qbank.domain.preparation import Interest
from qbank.storage.rule import Rule

FROZEN: Final[dict[str, tuple[str, ...]]] = {
    "assessments": (
        "id",
        "assessment_session_id",
        "attempt_id",
        "number",
        "question_set_id",
        "grade",
        "derived_grade",
        "capped",
        "incomplete",
        "judgement_count",
        "record_digest",
        "at",
        "by_id",
        "commitment",
    ),
    "judgements": ("id", "assessment_id", "criterion", "met", "sources", "commitment"),
    "cap_exceptions": ("id", "attempt_id", "at", "by_id", "commitment"),
    "moderations": ("id", "assessment_id", "moderator_id", "outcome", "at", "commitment"),
}

_PASSED = ", ".join(f"'{grade}'" for grade in PASSED)
_LATER = (
    "EXISTS (SELECT 1 FROM assessments AS later WHERE later.assessment_session_id = {row}.assessment_session_id "
    "AND later.number > {row}.number)"
)
_SUBMITTED = "EXISTS (SELECT 1 FROM assessments WHERE assessments.assessment_session_id = {session})"
_CONFIRMED = "EXISTS (SELECT 1 FROM confirmations WHERE confirmations.assessment_session_id = {session})"
_SESSION = "(SELECT mine.assessment_session_id FROM assessments AS mine WHERE mine.id = NEW.assessment_id)"
_TOOK_PART = (
    "EXISTS (SELECT 1 FROM assessments WHERE assessments.id = NEW.assessment_id AND ({person} = assessments.by_id "
    "OR EXISTS (SELECT 1 FROM assessment_sessions WHERE assessment_sessions.id = assessments.assessment_session_id "
    "AND assessment_sessions.assessor_id = {person}) "
    "OR EXISTS (SELECT 1 FROM record_entries WHERE record_entries.by_id = {person} "
    "AND record_entries.assessment_session_id = assessments.assessment_session_id) "
    "OR EXISTS (SELECT 1 FROM question_sets WHERE question_sets.attempt_id = assessments.attempt_id "
    "AND question_sets.drawn_by_id = {person})))"
)
_MODERATED = (
    "EXISTS (SELECT 1 FROM moderations WHERE moderations.assessment_id = {assessment} "
    "AND moderations.outcome = '{outcome}')"
)
_SAMPLED = (
    "EXISTS (SELECT 1 FROM moderation_samples JOIN assessments AS sampled "
    "ON sampled.id = moderation_samples.assessment_id "
    "WHERE sampled.assessment_session_id = NEW.assessment_session_id)"
)
_SAMPLE_AWAITS = (
    "EXISTS (SELECT 1 FROM moderation_samples JOIN assessments AS sampled "
    "ON sampled.id = moderation_samples.assessment_id WHERE sampled.by_id = "
    "(SELECT mine.by_id FROM assessments AS mine WHERE mine.id = NEW.assessment_id) "
    "AND NOT EXISTS (SELECT 1 FROM moderations WHERE moderations.assessment_id = sampled.id) "
    f"AND NOT {_LATER.format(row='sampled')})"
)
_PASSED_BEFORE = (
    "EXISTS (SELECT 1 FROM attempts AS mine JOIN attempts AS other ON other.apprentice_id = mine.apprentice_id "
    "AND other.method = mine.method AND other.number < mine.number "
    "JOIN assessments AS given ON given.attempt_id = other.id WHERE mine.id = NEW.attempt_id "
    f"AND given.grade IN ({_PASSED}) AND NOT {_LATER.format(row='given')})"
)
_COMBINED = (
    "SELECT 1 FROM overall_grades AS whole JOIN confirmations ON confirmations.id = NEW.confirmation_id "
    "JOIN assessments AS given ON given.id = confirmations.assessment_id "
    "JOIN attempts AS sat ON sat.id = given.attempt_id WHERE whole.id = NEW.overall_grade_id"
)
_GRADED_LATER = (
    "EXISTS (SELECT 1 FROM attempts AS mine JOIN attempts AS other ON other.apprentice_id = mine.apprentice_id "
    "AND other.method = mine.method AND other.number > mine.number "
    "JOIN assessments AS given ON given.attempt_id = other.id WHERE mine.id = NEW.attempt_id "
    f"AND given.grade IS NOT NULL AND NOT {_LATER.format(row='given')})"
)

RULES: Final = (
    Rule(
        "seed_reveals_l4_after_the_result",
        "seed_reveals",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM confirmations JOIN assessments AS given ON given.id = confirmations.assessment_id "
        "WHERE confirmations.id = NEW.confirmation_id AND given.attempt_id = NEW.attempt_id)",
        "L4: a seed is secret until the result of its attempt is confirmed",
    ),
    *(
        Rule(
            f"{table}_only_erased",
            table,
            "UPDATE",
            "NEW.words IS NOT NULL AND (NEW.words IS DISTINCT FROM OLD.words OR NEW.salt IS DISTINCT FROM OLD.salt)",
            f"L7: the words of {table} are erased, never rewritten",
        )
        for table in FROZEN
    ),
    Rule(
        "record_entries_r10_none_after_submission",
        "record_entries",
        "INSERT",
        _SUBMITTED.format(session="NEW.assessment_session_id"),
        "R10: the record of a submitted assessment takes no more entries",
    ),
    Rule(
        "set_extensions_r10_none_after_submission",
        "set_extensions",
        "INSERT",
        "EXISTS (SELECT 1 FROM assessments WHERE assessments.question_set_id = NEW.question_set_id)",
        "R10: the set of a submitted assessment grows no more",
    ),
    Rule(
        "set_voids_l5_never_of_what_was_assessed",
        "set_voids",
        "INSERT",
        "EXISTS (SELECT 1 FROM assessments WHERE assessments.question_set_id = NEW.question_set_id)",
        "L5: a set that was assessed is not voided",
    ),
    Rule(
        "assessments_l8_by_the_sessions_assessor",
        "assessments",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM assessment_sessions WHERE assessment_sessions.id = NEW.assessment_session_id "
        "AND assessment_sessions.assessor_id = NEW.by_id AND assessment_sessions.cancelled_at IS NULL)",
        "L8: only the assessor of a session that stands assesses it",
    ),
    Rule(
        "assessments_l7_in_order",
        "assessments",
        "INSERT",
        "NEW.number <> (SELECT count(*) + 1 FROM assessments "
        "WHERE assessments.assessment_session_id = NEW.assessment_session_id)",
        "L7: a correction follows the assessment that it corrects",
    ),
    Rule(
        "assessments_r10_none_after_confirmation",
        "assessments",
        "INSERT",
        _CONFIRMED.format(session="NEW.assessment_session_id"),
        "R10: a confirmed assessment is never corrected",
    ),
    Rule(
        "assessments_l1_on_the_set_of_the_attempt",
        "assessments",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM question_sets WHERE question_sets.id = NEW.question_set_id "
        "AND question_sets.attempt_id = NEW.attempt_id)",
        "L1: an assessment rests on the set of its attempt",
    ),
    Rule(
        "assessments_r4_only_a_method_without_a_pass",
        "assessments",
        "INSERT",
        _PASSED_BEFORE,
        "R4: a method that was passed is not sat again",
    ),
    Rule(
        "assessments_r4_no_pass_under_a_graded_resit",
        "assessments",
        "INSERT",
        f"NEW.grade IN ({_PASSED}) AND {_GRADED_LATER}",
        "R4: an attempt is not corrected to a pass once a later one is graded",
    ),
    Rule(
        "judgements_l7_complete",
        "judgements",
        "INSERT",
        "(SELECT count(*) FROM judgements WHERE judgements.assessment_id = NEW.assessment_id) >= "
        "(SELECT assessments.judgement_count FROM assessments WHERE assessments.id = NEW.assessment_id)",
        "L7: nothing is added to a submitted assessment",
    ),
    Rule(
        "cap_exceptions_r5_of_a_fail",
        "cap_exceptions",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM assessments WHERE assessments.attempt_id = NEW.attempt_id "
        f"AND assessments.grade = 'fail' AND NOT {_LATER.format(row='assessments')})",
        "R5: exceptional circumstances are recorded for an attempt that was failed",
    ),
    Rule(
        "cap_exceptions_l8_by_a_second_person",
        "cap_exceptions",
        "INSERT",
        "EXISTS (SELECT 1 FROM assessments WHERE assessments.attempt_id = NEW.attempt_id "
        "AND assessments.by_id = NEW.by_id)",
        "L8: who gave the fail does not record the exception",
    ),
    Rule(
        "moderation_samples_r10_before_confirmation",
        "moderation_samples",
        "INSERT",
        _CONFIRMED.format(session=_SESSION),
        "R10: what is confirmed is not sampled any more",
    ),
    Rule(
        "moderations_q2_took_no_part",
        "moderations",
        "INSERT",
        _TOOK_PART.format(person="NEW.moderator_id"),
        "Q2: nobody moderates what they delivered or assessed",
    ),
    Rule(
        "moderations_r10_of_what_stands",
        "moderations",
        "INSERT",
        f"{_CONFIRMED.format(session=_SESSION)} OR EXISTS (SELECT 1 FROM assessments "
        f"WHERE assessments.id = NEW.assessment_id AND {_LATER.format(row='assessments')})",
        "R10: what was corrected or confirmed is not moderated any more",
    ),
    Rule(
        "assessment_sessions_q2_not_to_a_second_person",
        "assessment_sessions",
        "UPDATE",
        "NEW.assessor_id <> OLD.assessor_id AND (EXISTS (SELECT 1 FROM moderations "
        "JOIN assessments ON assessments.id = moderations.assessment_id "
        "WHERE assessments.assessment_session_id = NEW.id AND moderations.moderator_id = NEW.assessor_id) "
        "OR EXISTS (SELECT 1 FROM cap_exceptions WHERE cap_exceptions.attempt_id = NEW.attempt_id "
        "AND cap_exceptions.by_id = NEW.assessor_id))",
        "Q2: who moderated an assessment, or recorded an exception for it, does not take its session over",
    ),
    Rule(
        "confirmations_r10_of_the_latest",
        "confirmations",
        "INSERT",
        f"EXISTS (SELECT 1 FROM assessments WHERE assessments.id = NEW.assessment_id "
        f"AND {_LATER.format(row='assessments')})",
        "R10: what was corrected is not confirmed",
    ),
    Rule(
        "confirmations_r10_sampled_only_when_upheld",
        "confirmations",
        "INSERT",
        f"({_SAMPLED} AND NOT {_MODERATED.format(assessment='NEW.assessment_id', outcome=Outcome.UPHELD)}) "
        f"OR {_MODERATED.format(assessment='NEW.assessment_id', outcome=Outcome.RETURNED)}",
        "R10: a sampled assessment is confirmed only after a moderation that upheld it",
    ),
    Rule(
        "confirmations_r10_others_after_the_sample",
        "confirmations",
        "INSERT",
        f"NOT {_SAMPLED} AND {_SAMPLE_AWAITS}",
        "R10: the others are confirmed after the sample of their assessor is moderated",
    ),
    Rule(
        "confirmations_q2_took_no_part",
        "confirmations",
        "INSERT",
        _TOOK_PART.format(person="NEW.by_id"),
        "Q2: nobody confirms what they delivered or assessed",
    ),
    Rule(
        "overall_grades_l7_in_order",
        "overall_grades",
        "INSERT",
        "NEW.number <> (SELECT count(*) + 1 FROM overall_grades "
        "WHERE overall_grades.apprentice_id = NEW.apprentice_id)",
        "L7: an overall grade follows the one before",
    ),
    Rule(
        "overall_grades_r9_by_an_assessor_of_theirs",
        "overall_grades",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM confirmations JOIN assessments ON assessments.id = confirmations.assessment_id "
        "JOIN attempts ON attempts.id = assessments.attempt_id "
        "WHERE attempts.apprentice_id = NEW.apprentice_id AND assessments.by_id = NEW.by_id)",
        "R9: an assessor of one of the methods signs the overall grade",
    ),
    Rule(
        "overall_grades_i2_without_an_interest",
        "overall_grades",
        "INSERT",
        "EXISTS (SELECT 1 FROM declarations JOIN assessment_sessions "
        "ON assessment_sessions.id = declarations.assessment_session_id "
        "WHERE assessment_sessions.apprentice_id = NEW.apprentice_id AND declarations.person_id = NEW.by_id "
        f"AND declarations.interest = '{Interest.DECLARED}')",
        "I2: whoever declared an interest signs no overall grade",
    ),
    Rule(
        "overall_grade_parts_r9_of_the_apprentice",
        "overall_grade_parts",
        "INSERT",
        f"NOT EXISTS ({_COMBINED} AND sat.apprentice_id = whole.apprentice_id AND sat.method = NEW.method "
        "AND given.grade IS NOT NULL)",
        "R9: an overall grade combines confirmed grades of one apprentice",
    ),
    Rule(
        "overall_grade_parts_r1_r3_no_better_than_a_part",
        "overall_grade_parts",
        "INSERT",
        f"EXISTS ({_COMBINED} AND ((given.grade = '{Grade.FAIL}' AND whole.grade <> '{Grade.FAIL}') "
        f"OR (given.grade = '{Grade.PASS}' AND whole.grade = '{Grade.DISTINCTION}')))",
        "R1, R3: an overall grade is no better than that of any method",
    ),
    Rule(
        "overall_grade_parts_l7_complete",
        "overall_grade_parts",
        "INSERT",
        "(SELECT count(*) FROM overall_grade_parts "
        "WHERE overall_grade_parts.overall_grade_id = NEW.overall_grade_id) >= (SELECT overall_grades.part_count "
        "FROM overall_grades WHERE overall_grades.id = NEW.overall_grade_id)",
        "L7: nothing is added to a signed overall grade",
    ),
)
