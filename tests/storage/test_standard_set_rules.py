"""L7, L8: the database keeps the way of standard sets into use, whoever goes round the service."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from qbank.domain.standard_sets import Decided
from qbank.storage import draw_plans, units
from qbank.storage.models import (
    Adoption,
    Commitment,
    DrawPlanRow,
    FamilyDecision,
    FamilyRevision,
    FamilySubmission,
    StandardFamily,
)
from tests.services.a_bank import METHOD, NOW, a_session, the_person, the_plan_version
from tests.services.a_family import a_family, decide, submit


def refused(bank, work, *, because):
    with pytest.raises(IntegrityError, match=because):
        units.in_write_unit(bank, work)


def a_row(store, key, *, by="approver", number=1, decided=Decided.SENT_BACK, plan=None):
    """A decision, past every check of the service."""
    store.add(
        FamilyDecision(
            family_id=key,
            number=number,
            decision=decided,
            reason="a test",
            draw_plan_id=plan,
            at=NOW,
            by_id=the_person(store, by).id,
        )
    )
    store.flush()


def a_revision(store, key, *, number, by="author", digest="f" * 64):
    person = the_person(store, by).id
    store.add(FamilyRevision(family_id=key, number=number, body="[]", digest=digest, at=NOW, by_id=person))
    store.flush()


def submitted(store, *, by="author"):
    key = a_family(store)
    submit(store, key, by=by)
    return key


def a_plan_of(store, digest, *, fitted):
    """A row like that of approved sets."""
    beneath = store.get_one(DrawPlanRow, fitted)
    row = DrawPlanRow(
        specification_id=beneath.specification_id,
        pool_digest=beneath.pool_digest,
        digest=digest,
        question_count=1,
        fitted_plan_id=fitted,
        blob=b"{}",
        fitted_at=NOW,
    )
    store.add(row)
    store.flush()
    return row.id


@pytest.mark.parametrize("who", ["author", "other"])
def test_L8_neither_who_assembled_nor_who_adjusted_decides(bank, who):
    def work(store):
        key = a_family(store)
        a_revision(store, key, number=2, by="other")
        store.add(FamilySubmission(family_id=key, number=2, at=NOW, by_id=the_person(store, "assessor").id))
        store.flush()
        a_row(store, key, by=who, number=2)

    refused(bank, work, because="L8: nobody approves standard sets that they assembled")


def test_L8_who_submitted_does_not_decide(bank):
    refused(
        bank,
        lambda store: a_row(store, submitted(store, by="approver")),
        because="L8: nobody approves standard sets that they assembled",
    )


def test_L8_a_decision_is_about_the_last_revision(bank):
    def work(store):
        key = submitted(store)
        a_revision(store, key, number=2)
        a_row(store, key)

    refused(bank, work, because="L8: a decision is about the sets as they are now")


def test_L7_what_is_approved_is_what_was_submitted(bank):
    def work(store):
        key = submitted(store)
        fitted = store.get_one(StandardFamily, key).fitted_plan_id
        a_row(store, key, decided=Decided.APPROVED, plan=a_plan_of(store, "a" * 64, fitted=fitted))

    refused(bank, work, because="L7: what is approved is what was submitted")


def test_L7_approved_sets_are_not_revised(bank):
    def work(store):
        key = submitted(store)
        decide(store, key)
        a_revision(store, key, number=2)

    refused(bank, work, because="L7: approved standard sets stay")


def test_L7_revisions_are_in_order_and_submitted_as_they_are_now(bank):
    refused(
        bank,
        lambda store: a_revision(store, a_family(store), number=3),
        because="L7: a revision follows the last one",
    )

    def work(store):
        key = a_family(store)
        a_revision(store, key, number=2)
        store.add(FamilySubmission(family_id=key, number=1, at=NOW, by_id=the_person(store, "author").id))
        store.flush()

    refused(bank, work, because="L7: the sets are submitted as they are now")


def test_L7_sets_are_of_the_questions_of_a_fitted_plan(bank):
    def work(store):
        fitted = draw_plans.adopted(store, the_plan_version(store).id, METHOD)
        other = a_plan_of(store, "b" * 64, fitted=fitted.id)
        version = the_plan_version(store).id
        store.add(
            StandardFamily(plan_version_id=version, method=METHOD, fitted_plan_id=other, most_apart=1, gap=0, at=NOW)
        )
        store.flush()

    refused(bank, work, because="L7: standard sets are of the questions of a fitted plan")


def test_L8_sets_that_nobody_approved_are_not_put_in_use(bank):
    def work(store):
        version = the_plan_version(store).id
        fitted = draw_plans.adopted(store, version, METHOD)
        plan = a_plan_of(store, "c" * 64, fitted=fitted.id)
        store.add(Adoption(plan_version_id=version, method=METHOD, draw_plan_id=plan, at=NOW))
        store.flush()

    refused(bank, work, because="L8: standard sets are put in use after a second person approved them")


def test_L8_nothing_is_committed_to_sets_that_nobody_approved(bank):
    def work(store):
        fitted = draw_plans.adopted(store, the_plan_version(store).id, METHOD)
        row = Commitment(
            attempt_id=a_session(store).attempt_id,
            number=2,
            draw_plan_id=a_plan_of(store, "d" * 64, fitted=fitted.id),
            commitment="e" * 64,
            reason="a test",
            at=NOW,
            by_id=the_person(store, "author").id,
            second_id=the_person(store, "approver").id,
        )
        store.add(row)
        store.flush()

    refused(bank, work, because="L8: nothing is committed to standard sets that nobody approved")


def test_sets_are_sent_back_with_a_reason(bank):
    def work(store):
        key = submitted(store)
        store.add(
            FamilyDecision(
                family_id=key,
                number=1,
                decision=Decided.SENT_BACK,
                at=NOW,
                by_id=the_person(store, "approver").id,
            )
        )
        store.flush()

    refused(bank, work, because="sent_back_with_a_reason")
