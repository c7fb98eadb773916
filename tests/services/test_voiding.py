"""A set that was pulled and not sat is voided by two people, and the next lawful set of its stream follows (L5)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from delivery.errors import DeliveryRefusal
from qbank.domain.errors import RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.domain.voiding import Answered
from qbank.services import audit, booking, kept_sets, offline, recording, verifying, voiding
from qbank.services.kept_evidence import shown_evidence
from qbank.storage import draw_plans, triggers, units
from qbank.storage.models import AssessmentSession, Attempt, AuditEntry, EligibilitySnapshot, QuestionSet, Seed, SetVoid
from qbank.storage.queries import leaks, voids
from qbank.storage.queries.sets import set_of
from tests.domain.an_entry import an_entry
from tests.services.a_bank import CIPHER, NOW, a_plan, a_session, pulled, the_person
from tests.services.a_sitting import a_drawn_session, asked, write
from tests.services.a_void import WHY, answer, ask, decider, given_to, voided

HOUR = timedelta(hours=1)


def done(bank, work):
    """What the work gives of the session's row."""
    return units.in_write_unit(bank, work)


def row(store, key):
    return store.get_one(AssessmentSession, key)


def asked_for(bank, key, **more):
    return done(bank, lambda store: ask(store, row(store, key), **more))


def answered(bank, request, key, **more):
    return done(bank, lambda store: answer(store, request, row(store, key), **more))


def test_L5_after_two_people_voided_it_the_next_pull_draws_another_set_without_a_question_of_the_first(bank):
    key = a_drawn_session(bank)
    first = pulled(bank, key)

    request = asked_for(bank, key)
    assert pulled(bank, key) == first, "a request alone changes nothing"
    assert answered(bank, request, key) == ("AS-00001",)
    second = pulled(bank, key)

    assert not {*first.references} & {*second.references}
    assert pulled(bank, key) == second
    with units.read_unit(bank) as store:
        ordinals = store.scalars(sa.select(QuestionSet.ordinal).order_by(QuestionSet.ordinal)).all()
        _, frozen = store.scalars(sa.select(EligibilitySnapshot.body).order_by(EligibilitySnapshot.id)).all()
        (gone,) = voids.voids_of(store, row(store, key).attempt_id)
        assert list(kept_sets.differences(store)) == []
        assert audit.first_broken(store) is None
    assert ordinals == [1, 2]
    assert {*first.references} <= json.loads(frozen)["excluded"].keys()
    assert (gone.ordinal, gone.asked_by, gone.agreed_by, gone.reason) == (1, "manager", "quality", WHY)


def test_L5_the_second_program_verifies_the_next_set_by_its_own_frozen_eligibility(bank):
    key = a_drawn_session(bank)
    voided(bank, key)
    second = pulled(bank, key)

    with units.read_unit(bank) as store:
        attempt = store.get_one(Attempt, row(store, key).attempt_id)
        seed = CIPHER.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
        plan = draw_plans.plan(store, set_of(store, key).draw_plan_id).to_dict()
        shown = replace(shown_evidence(store, "AS-00001"), seed=seed, plan=plan)
    evidence = json.loads(json.dumps(shown.to_dict(with_stems=False)))
    found = verifying.verify_found(evidence)

    assert (found.certificate_digest, found.question_count) == (second.certificate, len(second.references))
    with pytest.raises(DeliveryRefusal):
        verifying.verify_found(evidence | {"eligibility": {**evidence["eligibility"], "excluded": {}}})


def test_L7_a_void_that_the_trail_does_not_tell_of_is_a_difference(bank):
    key = a_drawn_session(bank)
    with bank.begin() as connection:
        triggers.drop(connection)
    with units.write_unit(bank) as store:
        names = {"by_id": decider(store, "manager").id, "second_id": decider(store, "quality").id}
        store.add(SetVoid(question_set_id=set_of(store, key).id, reason=WHY, at=NOW, **names))
        store.flush()

    with units.read_unit(bank) as store:
        assert [(each.session, each.what) for each in kept_sets.differences(store)] == [
            ("AS-00001", "entry of the void")
        ]


def test_the_trail_tells_the_request_and_the_answer_and_not_their_words(bank):
    key = a_drawn_session(bank)
    voided(bank, key)

    with units.read_unit(bank) as store:
        found = store.execute(
            sa.select(AuditEntry.act, AuditEntry.subject, AuditEntry.facts).where(AuditEntry.act.contains("void"))
        ).all()
    assert [(act, subject) for act, subject, _ in found] == [
        ("void asked for", "AS-00001"),
        ("question set voided", "AS-00001"),
    ]
    assert WHY not in str(found)


def test_L5_nobody_agrees_with_themselves(bank):
    key = a_drawn_session(bank)
    request = asked_for(bank, key)

    with pytest.raises(RuleBroken, match="nobody agrees with themselves"):
        answered(bank, request, key, by="manager")


def test_L8_neither_an_assessor_nor_somebody_without_the_role_nor_the_command_line_decides(bank):
    key = a_drawn_session(bank)

    def reassigned(store):
        given_to(store, row(store, key), decider(store, "manager").id)

    for who, because in (("author", "A bank manager or"), ("assessor", "A bank manager or")):
        with pytest.raises(RuleBroken, match=because), units.write_unit(bank) as store:
            voiding.ask(store, [row(store, key)], reason=WHY, by=the_person(store, who).actor, at=NOW)
    with pytest.raises(RuleBroken, match="by name"), units.write_unit(bank) as store:
        voiding.ask(store, [row(store, key)], reason=WHY, by=COMMAND_LINE, at=NOW)
    done(bank, reassigned)
    with pytest.raises(RuleBroken, match="assessor of this sitting"):
        asked_for(bank, key, by="manager")
    request = asked_for(bank, key, by="deputy")
    with pytest.raises(RuleBroken, match="assessor of this sitting"):
        answered(bank, request, key, by="manager")
    done(
        bank,
        lambda store: booking.reassign(store, row(store, key), the_person(store, "other"), by=COMMAND_LINE, at=NOW),
    )
    with pytest.raises(RuleBroken, match="are or were the assessor"):
        answered(bank, request, key, by="manager")


def test_a_refused_void_changes_nothing_and_may_be_asked_for_again(bank):
    key = a_drawn_session(bank)
    first = pulled(bank, key)
    request = asked_for(bank, key)
    with pytest.raises(RuleBroken, match="asked for already"):
        asked_for(bank, key, by="deputy")

    answered(bank, request, key, said=Answered.REFUSED)

    assert pulled(bank, key) == first
    with pytest.raises(RuleBroken, match="waits for an answer"):
        answered(bank, request, key, by="deputy")
    assert asked_for(bank, key) > request


def test_whoever_asked_for_a_void_takes_it_back_and_it_may_be_asked_for_again(bank):
    key = a_drawn_session(bank)
    first = pulled(bank, key)
    request = asked_for(bank, key)

    def taken_back(who):
        by = {"reason": "It was another bank's.", "at": NOW}
        return done(bank, lambda store: voiding.withdraw(store, request, by=decider(store, who).actor, **by))

    with pytest.raises(RuleBroken, match="Only whoever asked takes a request back"):
        taken_back("quality")
    assert taken_back("manager") == ("AS-00001",)

    with units.read_unit(bank) as store:
        found = voids.asked_void(store, request)
        told = store.scalars(sa.select(AuditEntry.act).where(AuditEntry.act.contains("void"))).all()
    assert (found.waiting, [each.answer for each in found.sets]) == ((), [Answered.WITHDRAWN])
    assert told == ["void asked for", "request for a void withdrawn"]
    assert pulled(bank, key) == first
    with pytest.raises(RuleBroken, match="waits for an answer"):
        answered(bank, request, key)
    with pytest.raises(RuleBroken, match="waits for an answer any more"):
        taken_back("manager")
    assert asked_for(bank, key) > request


@pytest.mark.parametrize(
    ("what", "because"),
    [("undrawn", "No set is pulled"), ("begun", "Its record has begun"), ("sat", "Its time is over")],
)
def test_L5_only_what_was_pulled_and_not_sat_is_voided(bank, what, because):
    key = done(bank, lambda store: a_session(store).id) if what == "undrawn" else a_drawn_session(bank)
    if what == "begun":
        write(bank, key, [an_entry("note", text="They arrived early.")])

    with pytest.raises(RuleBroken, match=because):
        asked_for(bank, key, at=NOW + 3 * HOUR if what == "sat" else NOW)


def test_L5_what_began_after_it_was_asked_for_can_only_be_refused(bank):
    key = a_drawn_session(bank)
    request = asked_for(bank, key)
    write(bank, key, asked(bank, key))

    with pytest.raises(RuleBroken, match="Its record has begun"):
        answered(bank, request, key)
    answered(bank, request, key, said=Answered.REFUSED)


def test_many_sessions_of_a_leak_are_asked_for_in_one_request_and_answered_each(bank):
    one, other = a_drawn_session(bank), a_drawn_session(bank, apprentice=2)

    def both(store):
        return voiding.ask(
            store, [row(store, one), row(store, other)], reason=WHY, by=decider(store, "manager").actor, at=NOW
        ).id

    request = done(bank, both)
    answered(bank, request, one)
    answered(bank, request, other, said=Answered.REFUSED)

    with units.read_unit(bank) as store:
        found = voids.asked_void(store, request)
        assert voids.waiting_voids(store) == ()
        assert set_of(store, one) is None
        assert set_of(store, other) is not None
    assert [each.answer for each in found.sets] == [Answered.AGREED, Answered.REFUSED]


def test_a_voided_session_is_no_longer_listed_with_a_leak(bank):
    key = a_drawn_session(bank)
    first = pulled(bank, key)
    voided(bank, key)

    with units.read_unit(bank) as store:
        assert leaks.sessions_waiting(store, first.references) == []
        assert leaks.sessions_sat(store, first.references) == ([], 0)


def test_notes_that_were_written_over_a_voided_set_are_refused_by_the_void_and_those_over_the_next_are_kept(bank):
    key = a_drawn_session(bank)
    copy = _copied(bank, key, "1a2b")
    voided(bank, key)
    late = replace(an_entry("note", position=1, text="Heard in the van."), device="offline 1a2b")
    online = an_entry("note", position=1, minutes=1, text="Typed on the old page.")

    with units.write_unit(bank) as store:
        (because,) = set(offline.send(store, copy.mark, copy.token, [late], at=NOW).refused.values())
        assert "was voided on 4 June 2026 by manager and quality" in because
    pulled(bank, key)
    again = _copied(bank, key, "3c4d")
    new = replace(an_entry("note", position=1, minutes=2, text="Heard today."), device=f"offline {again.mark}")
    fresh = an_entry("note", position=1, minutes=3, text="Typed today.")

    with units.write_unit(bank) as store:
        by = the_person(store, "assessor").actor
        from_file = offline.take_back(store, row(store, key), [late, new], by=by, at=NOW)
        old_page = recording.write(store, row(store, key), [online], by=by, at=NOW, ordinal=1)
        new_page = recording.write(store, row(store, key), [fresh], by=by, at=NOW, ordinal=2)
    assert (list(from_file.refused), from_file.kept) == ([late.entry], (new.entry,))
    assert list(old_page.refused) == [online.entry]
    assert new_page.kept == (fresh.entry,)


def _copied(bank, key, mark):
    with units.write_unit(bank) as store:
        session = row(store, key)
        copy = offline.planned(a_plan(), session.starts_at, mark=mark)
        offline.keep(store, session, set_of(store, key), copy, by=the_person(store, "assessor").actor, at=NOW)
    return copy
