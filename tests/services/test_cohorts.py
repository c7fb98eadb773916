"""What was heard at the same provider or employer: off until chosen, frozen with the set, and replayed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.cohorts import NAME, CohortRule
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import Replaced
from qbank.domain.people import COMMAND_LINE
from qbank.services import cohorts, extending, people, verifying
from qbank.services.kept_evidence import shown_evidence
from qbank.services.replacing import Replacement
from qbank.storage import draw_plans, triggers, units
from qbank.storage.models import AssessmentSession, Attempt, AuditEntry, CohortChoice, QuestionSet, Seed
from qbank.storage.queries.cohorts import standing_choice
from tests.services.a_bank import BOOKED, CIPHER, METHOD, NOW, a_session, pulled, the_plan_version

RULE = CohortRule("0.500000", 12)
A_YEAR_BEFORE = datetime(2025, 6, 4, 9, 0, tzinfo=UTC)


def choose(bank, rule=RULE):
    def work(store):
        cohorts.choose(store, the_plan_version(store), METHOD, rule, by=COMMAND_LINE, at=BOOKED)

    units.in_write_unit(bank, work)


def an_apprentice_of(bank, number, *, employer, provider):
    """Registered with these; a number from 5 on."""

    def work(store):
        people.register(
            store,
            reference=f"AP-{number:04d}",
            name=f"Apprentice {number}",
            plan_version=the_plan_version(store),
            employer=people.employer(store, employer),
            provider=people.provider(store, provider),
            by=COMMAND_LINE,
            at=BOOKED,
        )

    units.in_write_unit(bank, work)


def booked(bank, apprentice, *, at=NOW):
    """The key of a session on that morning, booked three weeks before."""
    with units.write_unit(bank) as store:
        return a_session(store, apprentice=apprentice, starts_at=at, at=at - timedelta(days=21)).id


def asked_of(bank, apprentice, *, at=NOW):
    return pulled(bank, booked(bank, apprentice, at=at), at=at)


def snapshot(bank, session):
    return whole_evidence(bank, session)["eligibility"]


def whole_evidence(bank, session):
    """As an export holds it, through JSON and back."""
    with units.read_unit(bank) as store:
        found = shown_evidence(store, store.get_one(AssessmentSession, session).reference)
        row = store.scalars(sa.select(QuestionSet).where(QuestionSet.assessment_session_id == session)).one()
        attempt = store.get_one(Attempt, row.attempt_id)
        seed = CIPHER.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
        plan = draw_plans.plan(store, row.draw_plan_id).to_dict()
    return json.loads(json.dumps(replace(found, seed=seed, plan=plan).to_dict(with_stems=False)))


def test_it_is_off_until_somebody_chooses_it(bank):
    asked_of(bank, 1)
    session = booked(bank, 2)
    pulled(bank, session)

    assert snapshot(bank, session) == {"format": "qbank eligibility 1", "excluded": {}}


def test_the_frozen_snapshot_names_exactly_what_others_nearby_were_asked(bank):
    choose(bank)
    heard = set(asked_of(bank, 1).references) | set(asked_of(bank, 2).references)
    session = booked(bank, 3)
    pulled(bank, session)

    found = snapshot(bank, session)

    assert found["format"] == "qbank eligibility 2"
    assert found["cohort"] == {"name": NAME, "factor": "0.500000", "heard": sorted(heard)}


@pytest.mark.parametrize(
    ("employer", "provider", "counts"),
    [("Employer A", "Provider B", True), ("Employer B", "Provider A", True), ("Employer B", "Provider B", False)],
)
def test_a_set_counts_at_the_same_provider_or_the_same_employer_and_nowhere_else(bank, employer, provider, counts):
    choose(bank)
    an_apprentice_of(bank, 5, employer=employer, provider=provider)
    asked_of(bank, 1)
    session = booked(bank, 5)
    pulled(bank, session)

    assert ("cohort" in snapshot(bank, session)) is counts


@pytest.mark.parametrize(
    ("drawn", "counts"), [(A_YEAR_BEFORE, True), (A_YEAR_BEFORE - timedelta(seconds=1), False), (NOW, True)]
)
def test_a_set_counts_for_as_many_months_as_were_chosen_and_not_a_second_longer(bank, drawn, counts):
    choose(bank)
    before = booked(bank, 1, at=NOW)
    pulled(bank, before)
    move_the_draw(bank, before, drawn)
    session = booked(bank, 2)
    pulled(bank, session)

    assert ("cohort" in snapshot(bank, session)) is counts


def move_the_draw(bank, session, moment):
    """As if the set had been drawn then: the history's triggers are off for the one statement."""
    with bank.begin() as connection:
        triggers.drop(connection)
        where = QuestionSet.assessment_session_id == session
        connection.execute(sa.update(QuestionSet).where(where).values(drawn_at=moment))
        triggers.create(connection)


def test_where_nothing_was_heard_the_snapshot_is_as_if_it_were_off(bank):
    choose(bank)
    session = booked(bank, 1)
    pulled(bank, session)

    assert snapshot(bank, session) == {"format": "qbank eligibility 1", "excluded": {}}


def test_what_is_pulled_is_frozen_whatever_is_chosen_or_heard_afterwards(bank):
    choose(bank)
    asked_of(bank, 1)
    session = booked(bank, 2)
    first, frozen = pulled(bank, session), snapshot(bank, session)

    asked_of(bank, 3)
    choose(bank, None)

    assert pulled(bank, session) == first
    assert snapshot(bank, session) == frozen


def test_switched_off_again_it_counts_no_more(bank):
    choose(bank)
    asked_of(bank, 1)
    choose(bank, None)
    session = booked(bank, 2)
    pulled(bank, session)

    assert "cohort" not in snapshot(bank, session)


def test_both_engines_confirm_a_set_and_its_replacement_under_the_factor(bank):
    choose(bank)
    for apprentice in (1, 2):
        asked_of(bank, apprentice)
    session = booked(bank, 3)
    pulled(bank, session)
    extending.extend(
        bank, session, Replacement(2, Replaced.KNOWN, "The apprentice knew it."), by=COMMAND_LINE, at=NOW, cipher=CIPHER
    )
    found = whole_evidence(bank, session)

    verified = verifying.verify_found(found)

    assert verified.heard_count == len(found["eligibility"]["cohort"]["heard"])
    assert verified.extension_count == 1
    assert any("heard at the same provider or employer lately" in said for said in found["certificate"]["words"])


def test_a_snapshot_with_other_heard_questions_does_not_replay(bank):
    choose(bank)
    asked_of(bank, 1)
    session = booked(bank, 2)
    pulled(bank, session)
    found = whole_evidence(bank, session)
    found["eligibility"]["cohort"]["heard"].pop()

    with pytest.raises(verifying.DoesNotReplay):
        verifying.verify_found(found)


def test_every_choice_is_kept_told_in_the_trail_and_the_latest_counts(bank):
    choose(bank)
    choose(bank, CohortRule("0.700000", 6))

    with units.read_unit(bank) as store:
        standing = standing_choice(store, the_plan_version(store).id, METHOD)
        assert store.scalar(sa.select(sa.func.count()).select_from(CohortChoice)) == 2
        told = store.scalars(sa.select(AuditEntry.facts).where(AuditEntry.act == "cohort factor chosen")).all()
    assert standing is not None
    assert standing.rule == CohortRule("0.700000", 6)
    assert "0.500000" in str(told[0])
    assert "0.700000" in str(told[1])


def test_what_stands_already_and_an_unknown_method_are_refused(bank):
    choose(bank)

    with pytest.raises(RuleBroken, match="stands already"):
        choose(bank)
    with pytest.raises(NotFound), units.write_unit(bank) as store:
        cohorts.choose(store, the_plan_version(store), "no-such", RULE, by=COMMAND_LINE, at=BOOKED)


@pytest.mark.parametrize(
    ("factor", "months"), [("0.3", 12), ("1", 12), ("much", 12), ("nan", 12), ("0.5", 0), ("0.5", 37)]
)
def test_a_factor_or_window_out_of_bounds_is_refused(factor, months):
    with pytest.raises(RuleBroken):
        CohortRule.chosen(factor, months)


@pytest.mark.parametrize("factor", ["0.7", " 0.700000 ", ".7"])
def test_a_factor_is_kept_with_six_decimals(factor):
    assert CohortRule.chosen(factor, 12) == CohortRule("0.700000", 12)


@pytest.mark.parametrize("wrong", [{"factor": "0.200000"}, {"factor": "1.000000"}, {"months": None}, {"months": 99}])
def test_the_database_refuses_a_choice_out_of_bounds(bank, wrong):
    values = {"factor": "0.500000", "months": 12, "method": METHOD, "at": BOOKED} | wrong

    with units.write_unit(bank) as store:
        store.add(CohortChoice(plan_version_id=the_plan_version(store).id, **values))
        with pytest.raises(IntegrityError):
            store.flush()
        store.rollback()
