"""What the database refuses of voids: one that nobody else agreed to, of what began, by whoever had a hand in it."""

# ruff: noqa: S608 - conditions are put together from this file's constants and enumerations, never from input

from __future__ import annotations

from typing import Final

from qbank.domain.voiding import DECIDERS, Answered
from qbank.storage.rule import Rule

HISTORY: Final = ("former_assessors", "void_request_sets")

_BEGAN: Final = (
    "EXISTS (SELECT 1 FROM question_sets AS asked JOIN assessment_sessions AS mine ON mine.attempt_id = "
    "asked.attempt_id JOIN record_entries ON record_entries.assessment_session_id = mine.id "
    "WHERE asked.id = NEW.question_set_id)"
)
_ASSESSED: Final = "EXISTS (SELECT 1 FROM assessments WHERE assessments.question_set_id = NEW.question_set_id)"
_VOIDED: Final = "EXISTS (SELECT 1 FROM set_voids WHERE set_voids.question_set_id = NEW.question_set_id)"
_HAD_A_HAND: Final = (
    "(EXISTS (SELECT 1 FROM question_sets AS asked JOIN assessment_sessions AS mine ON mine.attempt_id = "
    "asked.attempt_id WHERE asked.id = NEW.question_set_id "
    "AND (mine.assessor_id = {person} OR asked.drawn_by_id = {person})) "
    "OR EXISTS (SELECT 1 FROM set_views WHERE set_views.question_set_id = NEW.question_set_id "
    "AND set_views.person_id = {person}) "
    "OR EXISTS (SELECT 1 FROM question_sets AS asked JOIN assessment_sessions AS mine ON mine.attempt_id = "
    "asked.attempt_id JOIN former_assessors ON former_assessors.assessment_session_id = mine.id "
    "WHERE asked.id = NEW.question_set_id AND former_assessors.person_id = {person}))"
)
_ASKER: Final = "(SELECT void_requests.by_id FROM void_requests WHERE void_requests.id = NEW.void_request_id)"
_NO_DECIDER: Final = (
    "NOT EXISTS (SELECT 1 FROM person_roles WHERE person_roles.person_id = NEW.by_id "
    f"AND person_roles.role IN ({', '.join(repr(str(role)) for role in DECIDERS)}))"
)
_OTHER_WAITS: Final = (
    "EXISTS (SELECT 1 FROM void_request_sets AS other WHERE other.question_set_id = NEW.question_set_id "
    "AND NOT EXISTS (SELECT 1 FROM void_answers WHERE void_answers.void_request_id = other.void_request_id "
    "AND void_answers.question_set_id = other.question_set_id))"
)

RULES: Final = (
    Rule(
        "assessment_sessions_l8_a_former_assessor_is_kept",
        "assessment_sessions",
        "UPDATE",
        "NEW.assessor_id <> OLD.assessor_id AND NOT EXISTS (SELECT 1 FROM former_assessors "
        "WHERE former_assessors.assessment_session_id = OLD.id AND former_assessors.person_id = OLD.assessor_id)",
        "L8: whose a session was is kept before it is given to another",
    ),
    Rule(
        "void_requests_l8_by_who_decides",
        "void_requests",
        "INSERT",
        _NO_DECIDER,
        "L8: a bank manager or an internal quality assurer asks for a void",
    ),
    Rule(
        "void_request_sets_l5_not_of_what_began",
        "void_request_sets",
        "INSERT",
        f"{_VOIDED} OR {_BEGAN} OR {_ASSESSED}",
        "L5: only a set that stands and was not sat is asked to be voided",
    ),
    Rule(
        "void_request_sets_l8_had_no_hand",
        "void_request_sets",
        "INSERT",
        _HAD_A_HAND.format(person=_ASKER),
        "L8: whoever had a hand in a sitting does not ask for the void of its set",
    ),
    Rule(
        "void_request_sets_l5_one_at_a_time",
        "void_request_sets",
        "INSERT",
        _OTHER_WAITS,
        "L5: a request for this void waits for its answer",
    ),
    Rule(
        "void_request_sets_l7_complete",
        "void_request_sets",
        "INSERT",
        "EXISTS (SELECT 1 FROM void_answers WHERE void_answers.void_request_id = NEW.void_request_id)",
        "L7: nothing is added to a request that was answered",
    ),
    Rule(
        "void_answers_l8_by_who_decides",
        "void_answers",
        "INSERT",
        _NO_DECIDER,
        "L8: a bank manager or an internal quality assurer answers",
    ),
    Rule(
        "void_answers_l5_by_a_second_person",
        "void_answers",
        "INSERT",
        f"(NEW.by_id = {_ASKER}) <> (NEW.answer = '{Answered.WITHDRAWN}')",
        "L5: whoever asks for a void does not agree to it, and nobody else takes it back",
    ),
    Rule(
        "void_answers_l8_had_no_hand",
        "void_answers",
        "INSERT",
        f"NEW.answer <> '{Answered.WITHDRAWN}' AND {_HAD_A_HAND.format(person='NEW.by_id')}",
        "L8: whoever had a hand in a sitting does not answer for its set",
    ),
    Rule(
        "set_voids_l5_asked_and_agreed",
        "set_voids",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM void_answers JOIN void_requests ON void_requests.id = void_answers.void_request_id "
        "WHERE void_answers.question_set_id = NEW.question_set_id "
        f"AND void_answers.answer = '{Answered.AGREED}' AND void_answers.by_id = NEW.second_id "
        "AND void_requests.by_id = NEW.by_id)",
        "L5: a void was asked for by one person and agreed by another",
    ),
    Rule(
        "set_voids_l5_never_of_what_began",
        "set_voids",
        "INSERT",
        _BEGAN,
        "L5: a set whose record has begun is not voided",
    ),
    Rule(
        "record_entries_l5_never_of_a_voided_set",
        "record_entries",
        "INSERT",
        "EXISTS (SELECT 1 FROM assessment_sessions AS mine JOIN question_sets ON question_sets.attempt_id = "
        "mine.attempt_id JOIN set_voids ON set_voids.question_set_id = question_sets.id "
        "WHERE mine.id = NEW.assessment_session_id AND NOT EXISTS (SELECT 1 FROM question_sets AS later "
        "WHERE later.attempt_id = question_sets.attempt_id AND later.ordinal > question_sets.ordinal))",
        "L5: a voided set is not asked, and the next is not drawn yet",
    ),
)
