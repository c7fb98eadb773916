"""R9: the methods' confirmed grades are combined by rule and signed by one of the apprentice's assessors."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import Sitting
from qbank.domain.preparation import Interest
from qbank.services import combining, moderating, preparing
from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry, OverallGradePart
from tests.services.a_bank import ENDED, a_session, an_apprentice, the_person
from tests.services.a_sitting import CRITERIA, PASS, assessed
from tests.storage.a_decision import an_overall_grade


def confirmed(bank, *, at=ENDED, **how):
    """A session's key, once its decision is upheld and confirmed."""
    key, _ = assessed(bank, **how)

    def work(store):
        session, by = store.get_one(AssessmentSession, key), the_person(store, "approver").actor
        moderating.moderate(store, session, moderating.Outcome.UPHELD, because="", by=by, at=at)
        moderating.confirm(store, session, by=by, at=at)

    units.in_write_unit(bank, work)
    return key


def sign(bank, *, who="assessor", at=ENDED):
    def work(store):
        return combining.sign(store, an_apprentice(store, 1), by=the_person(store, who).actor, at=at).grade

    return units.in_write_unit(bank, work)


def combination(bank):
    with units.read_unit(bank) as store:
        return combining.combination_of(store, an_apprentice(store, 1))


@pytest.mark.parametrize(("met", "grade"), [(CRITERIA, "distinction"), (PASS, "pass"), ((), "fail")])
def test_R9_one_assessor_of_theirs_signs_the_grade_that_follows_once_every_method_is_confirmed(bank, met, grade):
    confirmed(bank, met=met)

    assert sign(bank) == grade

    found = combination(bank)
    assert found.is_signed
    assert (found.signed.number, found.signed.grade, found.signed.by) == (1, grade, "assessor")
    with units.read_unit(bank) as store:
        facts = store.scalars(sa.select(AuditEntry.facts).where(AuditEntry.act == "overall grade signed")).one()
    assert grade in str(facts)


def test_R9_R10_nothing_is_combined_before_every_method_is_confirmed(bank):
    assessed(bank)

    with pytest.raises(RuleBroken, match="No confirmed grade stands of: dialogue") as caught:
        sign(bank)

    assert caught.value.rule == "R10"
    assert combination(bank).grade is None


def test_R9_nobody_signs_who_assessed_none_of_the_methods_and_nobody_twice(bank):
    confirmed(bank)

    for who in ("other", "approver"):
        with pytest.raises(RuleBroken, match="who assessed one of the methods"):
            sign(bank, who=who)
    sign(bank)
    with pytest.raises(RuleBroken, match="signed already"):
        sign(bank)


def test_R9_a_confirmed_re_sit_is_combined_anew_and_an_unconfirmed_one_waits(bank):
    confirmed(bank, met=())
    sign(bank)
    key, _ = assessed(bank, kind=Sitting.RE_SIT, at=ENDED)
    assert combination(bank).grade is None
    later = ENDED + timedelta(days=1)

    def work(store):
        session, by = store.get_one(AssessmentSession, key), the_person(store, "approver").actor
        moderating.moderate(store, session, moderating.Outcome.UPHELD, because="", by=by, at=later)
        moderating.confirm(store, session, by=by, at=later)

    units.in_write_unit(bank, work)

    assert sign(bank, at=later) == "distinction"
    assert combination(bank).signed.number == 2


def test_I2_who_declared_an_interest_in_the_apprentice_signs_no_overall_grade(bank):
    confirmed(bank, met=())
    with units.write_unit(bank) as store:
        session = a_session(
            store, kind=Sitting.RE_SIT, starts_at=ENDED + timedelta(days=9), at=ENDED, is_declared=False
        )
        by = the_person(store, "assessor").actor
        preparing.declare(store, session, Interest.DECLARED, words="A cousin.", by=by, at=ENDED)

    with pytest.raises(RuleBroken, match="declared an interest"):
        sign(bank)
    with units.write_unit(bank) as store:
        with pytest.raises(IntegrityError, match="I2"):
            an_overall_grade(store, session, grade="fail")
        store.rollback()


def test_R9_the_database_keeps_no_overall_grade_that_is_better_than_a_part(bank):
    key = confirmed(bank, met=())
    with units.write_unit(bank) as store:
        session = store.get_one(AssessmentSession, key)
        row = an_overall_grade(store, session, grade="pass")
        store.add(OverallGradePart(overall_grade_id=row.id, method=session.method, confirmation_id=1))
        with pytest.raises(IntegrityError, match="R1"):
            store.flush()
        store.rollback()


def test_R9_the_database_takes_no_signature_of_somebody_who_assessed_nothing_of_theirs(bank):
    key = confirmed(bank)
    with units.write_unit(bank) as store:
        with pytest.raises(IntegrityError, match="R9"):
            an_overall_grade(store, store.get_one(AssessmentSession, key), grade="pass", by="other")
        store.rollback()
