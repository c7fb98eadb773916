from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from delivery.certificate import Certificate
from delivery.draw import Eligibility, draw
from delivery.replay import replay
from qbank.domain.errors import NotFound, NotReady, RuleBroken
from qbank.domain.lifecycle import Sitting, State
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, delivering, eligibility, seeding
from qbank.services.seeds import SeedCipher
from qbank.services.windows import OutsideWindow
from qbank.storage import draw_plans, units
from qbank.storage.models import (
    AssessmentSession,
    AuditEntry,
    Commitment,
    EligibilitySnapshot,
    Question,
    QuestionPair,
    QuestionSet,
    QuestionVersion,
    RepeatException,
    Seed,
    SetQuestion,
    SetView,
)
from qbank.storage.queries.sets import set_of
from tests.services.a_bank import (
    CIPHER,
    ENDED,
    METHOD,
    NOW,
    a_plan,
    a_session,
    pulled,
    questions,
    the_person,
)
from tests.storage.a_history import move

RE_SIT_AT = NOW + timedelta(days=30)


def booked(bank, **changes) -> int:
    with units.write_unit(bank) as store:
        return a_session(store, **changes).id


def re_sit(bank) -> int:
    return booked(bank, kind=Sitting.RE_SIT, starts_at=RE_SIT_AT, at=ENDED)


def acts(bank) -> list[str]:
    with units.read_unit(bank) as store:
        return list(store.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.seq)))


def test_a_pull_gives_a_set_that_the_specification_asks_for(bank):
    wanted = a_plan().specification(METHOD)

    found = delivering.pull_once(bank, booked(bank), by=COMMAND_LINE, at=NOW, cipher=CIPHER)

    assert len({question.reference for question in found.questions}) == wanted.length
    assert {code for question in found.questions for code in question.ksbs} >= set(wanted.required)
    assert wanted.seconds.lowest <= found.seconds <= wanted.seconds.highest
    assert [question.position for question in found.questions] == list(range(1, wanted.length + 1))


def test_L1_whoever_pulls_again_gets_the_same_set(bank):
    session = booked(bank)

    first = pulled(bank, session)

    assert [pulled(bank, session, at=NOW + timedelta(hours=hours)) for hours in range(3)] == [first] * 3
    assert acts(bank).count("question set drawn") == 1


@pytest.mark.parametrize("early", [timedelta(hours=2, seconds=1), timedelta(days=10)])
def test_nothing_is_drawn_before_the_release_time_and_the_refusal_says_when(bank, early):
    session = booked(bank)

    with pytest.raises(OutsideWindow) as caught:
        pulled(bank, session, at=NOW - early)

    assert caught.value.window.opens_at == NOW - timedelta(hours=a_plan().release_hours)
    assert "question set drawn" not in acts(bank)


def test_the_set_can_be_pulled_from_the_release_time_on_and_not_after_it_closes(bank):
    session = booked(bank)

    assert pulled(bank, session, at=NOW - timedelta(hours=2))
    with pytest.raises(OutsideWindow, match="was closed"):
        pulled(bank, session, at=NOW + timedelta(days=1))


def test_only_the_assessor_of_the_session_pulls_it_and_to_others_it_does_not_exist(bank):
    session = booked(bank, assessor="assessor")
    with units.read_unit(bank) as store:
        own, other = the_person(store, "assessor").actor, the_person(store, "other").actor

    for at in (NOW, NOW - timedelta(days=9)):
        with pytest.raises(NotFound):
            delivering.pull_once(bank, session, by=other, at=at, cipher=CIPHER)

    assert delivering.pull_once(bank, session, by=own, at=NOW, cipher=CIPHER).drawn_by_id == own.identifier


def test_a_cancelled_session_has_no_set(bank):
    session = booked(bank)
    with units.write_unit(bank) as store:
        store.get_one(AssessmentSession, session).cancelled_at = NOW
        store.get_one(AssessmentSession, session).cancelled_because = "a test"

    with pytest.raises(RuleBroken, match="is cancelled"):
        pulled(bank, session)


def test_L2_a_re_sit_meets_no_question_clone_or_enemy_of_the_first_set(bank):
    """What the re-sit would have been asked is made a clone and an enemy of what was met: it is asked no more."""
    first = pulled(bank, booked(bank))
    session = re_sit(bank)
    with units.read_unit(bank) as store:
        row = store.get_one(AssessmentSession, session)
        would_be = delivering.drawing.work_out(store, row, CIPHER, at=RE_SIT_AT).given.references
    with units.write_unit(bank) as store:
        key = {row.reference: row.id for row in store.scalars(sa.select(Question))}
        for kind, met, beside in zip(("clone", "enemy"), first.references, would_be, strict=False):
            one, other = sorted([key[met], key[beside]])
            store.add(QuestionPair(kind=kind, first_id=one, second_id=other, at=NOW))

    second = pulled(bank, session, at=RE_SIT_AT)

    assert set(first.references).isdisjoint(would_be)
    assert set(first.references).isdisjoint(second.references)
    assert set(would_be[:2]).isdisjoint(second.references)


def test_L2_clones_and_enemies_of_what_an_apprentice_met_are_kept_out_with_the_reason(bank):
    session = booked(bank)
    with units.write_unit(bank) as store:
        attempt = store.get_one(AssessmentSession, session).attempt_id
        plan = store.scalars(sa.select(Commitment.draw_plan_id).where(Commitment.attempt_id == attempt)).one()
        keys = {reference: key for reference, (key, _) in draw_plans.pinned(store, plan).items()}

        near = eligibility._near(store, {key: name for name, key in keys.items()}, {keys["Q-0001"], keys["Q-0003"]})  # noqa: SLF001 - the rule by itself

    assert near == {
        "Q-0001": eligibility.MET,
        "Q-0002": eligibility.BESIDE_MET["enemy"],
        "Q-0003": eligibility.MET,
        "Q-0004": eligibility.BESIDE_MET["clone"],
    }


def test_L2_the_database_refuses_a_repeat_whatever_the_application_does(bank):
    first, second = booked(bank), None
    pulled(bank, first)
    second = re_sit(bank)
    pulled(bank, second, at=RE_SIT_AT)

    def repeat(store):
        one = store.scalars(sa.select(SetQuestion).order_by(SetQuestion.question_set_id).limit(1)).one()
        connection = store.connection()
        for trigger in ("set_questions_l7_complete", "set_questions_insert"):
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"DROP TRIGGER history_{trigger}")
            elif trigger.endswith("complete"):
                connection.exec_driver_sql(f"DROP FUNCTION history_{trigger}() CASCADE")
        facts = {column.name: getattr(one, column.name) for column in SetQuestion.__table__.columns}
        store.execute(sa.insert(SetQuestion).values(facts | {"question_set_id": 2, "position": 99}))

    with pytest.raises(IntegrityError, match=r"(?i)l2_no_question_twice|set_questions\.question_id"):
        units.in_write_unit(bank, repeat)


def test_L2_a_repeat_that_two_people_signed_before_the_draw_is_permitted_once(bank):
    first = pulled(bank, booked(bank))
    second = re_sit(bank)
    with units.write_unit(bank) as store:
        session = store.get_one(AssessmentSession, second)
        signers = [the_person(store, name).id for name in ("assessor", "approver")]
        for reference in first.references:
            question = store.scalars(sa.select(Question.id).where(Question.reference == reference)).one()
            store.add(
                RepeatException(
                    apprentice_id=session.apprentice_id,
                    method=METHOD,
                    question_id=question,
                    first_signer_id=signers[0],
                    second_signer_id=signers[1],
                    reason="a test",
                    at=ENDED,
                )
            )
        others = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
        for version in store.scalars(others.where(Question.reference.not_in(first.references[:5]))).all()[:48]:
            move(store, version, State.RESTING)

    again = pulled(bank, second, at=RE_SIT_AT)

    assert set(again.references) & set(first.references)
    with units.read_unit(bank) as store:
        used = store.scalars(sa.select(SetQuestion.exception_id).where(SetQuestion.exception_id.is_not(None))).all()
    assert len(used) == len(set(again.references) & set(first.references))


def test_where_no_lawful_set_is_left_the_refusal_says_why_and_nothing_is_kept(bank):
    session = booked(bank)
    with units.write_unit(bank) as store:
        for version in store.scalars(sa.select(QuestionVersion)).all()[4:]:
            move(store, version, State.QUARANTINED)

    with pytest.raises(RuleBroken, match=r"No question set can be drawn for AS-00001: 56 questions are kept out"):
        pulled(bank, session)

    with units.read_unit(bank) as store:
        assert store.scalars(sa.select(EligibilitySnapshot)).all() == []


def test_L6_withdrawing_questions_that_are_not_drawn_changes_nothing(bank):
    """The stream's first set stays the first lawful one, so replay with today's bank finds it too."""
    session = booked(bank)
    with units.read_unit(bank) as store:
        attempt = store.get_one(AssessmentSession, session).attempt_id
        plan = draw_plans.plan(store, store.scalars(sa.select(Commitment.draw_plan_id)).one())
        seed = CIPHER.opened(store.get_one(Seed, attempt).ciphertext, attempt="AT-00001")
    undisturbed = draw(plan, seed=seed, eligibility=Eligibility()).references
    with units.write_unit(bank) as store:
        asked = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
        for version in store.scalars(asked.where(Question.reference.not_in(undisturbed)).limit(2)).all():
            move(store, version, State.RESTING)

    assert pulled(bank, session).references == undisturbed


def test_L6_a_later_version_of_a_question_leaves_the_pinned_one_in_the_set(bank):
    session = booked(bank)
    changed = [replace(each, content=replace(each.content, guidance="Listen anew.")) for each in questions()]
    with units.write_unit(bank) as store:
        seeding.load_questions(store, a_plan(), changed, by=COMMAND_LINE, at=NOW)

    found = delivering.pull_once(bank, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)

    assert {(question.version, question.guidance) for question in found.questions} == {
        (1, "Listen for a finding and the way to it.")
    }


def test_L4_the_certificate_replays_from_what_the_database_keeps(bank):
    session = booked(bank)
    found = delivering.pull_once(bank, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)

    with units.read_unit(bank) as store:
        row, snapshot = store.scalars(sa.select(QuestionSet)).one(), store.scalars(sa.select(EligibilitySnapshot)).one()
        plan = draw_plans.plan(store, row.draw_plan_id)
        seed = CIPHER.opened(store.get_one(Seed, row.attempt_id).ciphertext, attempt=found.attempt)
    replay(plan, seed, Eligibility.from_dict(json.loads(snapshot.body)), Certificate.from_dict(found.certificate))
    assert (found.plan_digest, found.snapshot_digest) == (plan.digest, snapshot.digest)


def test_L4_the_commitment_stands_in_the_audit_trail_before_the_set_is_drawn(bank):
    pulled(bank, booked(bank))

    found = acts(bank)

    assert found.index("attempt opened") < found.index("session booked") < found.index("question set drawn")


def test_L4_a_seed_opens_with_the_key_it_was_sealed_with_and_no_other(bank):
    session = booked(bank)

    with pytest.raises(NotReady, match="AT-00001 cannot be opened"):
        delivering.pull_once(bank, session, by=COMMAND_LINE, at=NOW, cipher=SeedCipher.from_secret("another"))


def test_every_view_is_kept_and_audited_with_the_copys_mark(bank):
    session = booked(bank)
    pulled(bank, session)
    with units.write_unit(bank) as store:
        drawn, person = set_of(store, session), the_person(store, "assessor")
        delivering.note_view(store, drawn, how="printed", by=person.actor, at=NOW, copy_mark="C-7")

        view = store.scalars(sa.select(SetView)).one()
        assert (view.how, view.person_id, view.copy_mark) == ("printed", person.id, "C-7")
        assert audit.first_broken(store) is None


def test_L10_no_question_text_and_no_name_of_an_apprentice_stands_in_the_audit_trail(bank):
    found = delivering.pull_once(bank, booked(bank), by=COMMAND_LINE, at=NOW, cipher=CIPHER)

    with units.read_unit(bank) as store:
        trail = " ".join(f"{each.subject} {each.act} {each.facts}" for each in audit.entries(store))

    assert "Apprentice 1" not in trail
    assert not [question.stem for question in found.questions if question.stem[:20] in trail]
