"""A set is extended in the room by lot: it stays lawful, nothing comes twice, and everything is certified and told."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from delivery.eligibility import Eligibility
from delivery.errors import DoesNotReplay
from delivery.residual import draw_residual
from delivery.residual_certificate import ResidualCertificate, certify_residual, replay_residual
from delivery.substitution import law_of
from delivery.substitution_certificate import SubstitutionCertificate, certify_substitute, replay_substitute
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import Reason, Replaced, Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.services import extending, kept_sets, replacing, verifying
from qbank.services.extending import LeftOpen
from qbank.services.kept_evidence import shown_evidence
from qbank.services.replacing import Replacement
from qbank.services.verifying_extensions import must_replay
from qbank.storage import draw_plans, units
from qbank.storage.models import (
    Attempt,
    AuditEntry,
    EligibilitySnapshot,
    QuestionSet,
    Seed,
    SessionNote,
    SetExtension,
    SetQuestion,
)
from qbank.storage.queries.sets import set_of
from qbank.verify import verify
from tests.delivery.checker import faults
from tests.services.a_bank import CIPHER, ENDED, NOW, a_session, pulled, the_person

BECAUSE = "They told the group about it last week."


@pytest.fixture
def session(bank) -> int:
    """The key of a session whose set was drawn."""
    with units.write_unit(bank) as store:
        found = a_session(store).id
    pulled(bank, found)
    return found


def replaced(bank, session, position, *, because=BECAUSE, by=COMMAND_LINE, at=NOW):
    asked = Replacement(position, Replaced.KNOWN, because)
    return extending.extend(bank, session, asked, by=by, at=at, cipher=CIPHER)


def left_open(bank, session, *ksbs, seconds=1200, after=0):
    asked = LeftOpen(tuple(ksbs), seconds, after)
    return extending.extend(bank, session, asked, by=COMMAND_LINE, at=NOW, cipher=CIPHER)


def the_set(bank, session):
    with units.read_unit(bank) as store:
        return set_of(store, session)


def evidence(bank, drawn):
    """Plan, seed and frozen eligibility of a set."""
    with units.read_unit(bank) as store:
        row = store.get_one(QuestionSet, drawn.id)
        attempt = store.get_one(Attempt, row.attempt_id)
        frozen = json.loads(store.get_one(EligibilitySnapshot, row.snapshot_id).body)
        seed = CIPHER.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
        return draw_plans.plan(store, row.draw_plan_id), seed, Eligibility.from_dict(frozen)


def whole_evidence(bank, session):
    """As an export holds it, through JSON and back."""
    with units.read_unit(bank) as store:
        found = shown_evidence(store, the_set(bank, session).session_reference)
    plan, seed, _ = evidence(bank, the_set(bank, session))
    return json.loads(json.dumps(replace(found, seed=seed, plan=plan.to_dict()).to_dict(with_stems=False)))


def test_a_substitute_takes_the_place_and_the_set_stays_lawful(bank, session):
    before = the_set(bank, session)

    came = replaced(bank, session, 3)

    after = the_set(bank, session)
    names = [each.reference for each in after.asked]
    plan, seed, eligibility = evidence(bank, after)
    assert names[2] == came.questions[0].reference
    assert names[:2] + names[3:] == [each.reference for each in before.questions if each.position != 3]
    assert faults(names, plan.pool, plan.specification, eligibility.excluded) == []
    assert after.questions == before.questions
    certificate = SubstitutionCertificate.from_dict(came.certificate)
    assert certificate.extends == before.certificate_digest
    replay_substitute(plan, seed, eligibility, certificate)


def test_asked_again_the_same_substitute_stands(bank, session):
    first = replaced(bank, session, 3)

    assert replaced(bank, session, 3, because="Another sentence.") == first
    assert len(the_set(bank, session).grown) == 1


def test_a_substitute_can_be_replaced_and_its_certificate_is_extended_in_turn(bank, session):
    first = replaced(bank, session, 3)

    second = replaced(bank, session, first.questions[0].position)

    after = the_set(bank, session)
    assert after.asked[2].reference == second.questions[0].reference
    assert second.certificate["extends"] == first.certificate_digest
    assert len({each.reference for each in after.met}) == len(after.questions) + 2


def test_no_more_are_replaced_than_the_plan_allows(bank, session):
    replaced(bank, session, 1)
    replaced(bank, session, 2)

    with pytest.raises(RuleBroken, match="2 questions were replaced"):
        replaced(bank, session, 3)


def test_a_replacement_needs_a_reason_and_a_question_of_the_set(bank, session):
    with pytest.raises(RuleBroken, match="needs a reason"):
        replaced(bank, session, 3, because=" ")
    with pytest.raises(NotFound):
        replaced(bank, session, 99)
    assert the_set(bank, session).grown == ()


def test_nobody_else_replaces_a_question_and_nobody_after_the_set_closed(bank, session):
    with units.read_unit(bank) as store:
        other = the_person(store, "other").actor

    with pytest.raises(NotFound):
        replaced(bank, session, 3, by=other)
    with pytest.raises(RuleBroken, match="closed"):
        replaced(bank, session, 3, at=NOW + timedelta(days=2))


def test_the_trail_tells_of_a_replacement_without_its_words_which_stand_beside_the_session(bank, session):
    came = replaced(bank, session, 3)

    with units.read_unit(bank) as store:
        entry = store.scalars(sa.select(AuditEntry).where(AuditEntry.act == replacing.REPLACED)).one()
        note = store.scalars(sa.select(SessionNote).where(SessionNote.kind == Reason.REPLACED)).one()
        assert json.loads(entry.facts) == {
            "number": 1,
            "position": 3,
            "reason": "known to the apprentice",
            "certificate": came.certificate_digest,
        }
        assert note.words == BECAUSE
        assert list(kept_sets.differences(store)) == []


def test_questions_for_what_was_left_open_cover_it_and_come_once(bank, session):
    came = left_open(bank, session, "K1", "S3")

    again = left_open(bank, session, "K1", "S3")

    after = the_set(bank, session)
    plan, seed, eligibility = evidence(bank, after)
    assert again == came
    assert {"K1", "S3"} <= {code for each in came.questions for code in each.ksbs}
    assert [each.reference for each in after.asked[-len(came.questions) :]] == [
        each.reference for each in came.questions
    ]
    replay_residual(plan, seed, eligibility, ResidualCertificate.from_dict(came.certificate))
    with units.read_unit(bank) as store:
        assert list(kept_sets.differences(store)) == []


def test_O5_no_more_time_is_given_to_questions_than_the_method_allows(bank, session):
    came = left_open(bank, session, "K1", seconds=100_000)

    assert came.certificate["gaps"]["seconds"] == 45 * 60 // 2


def test_too_little_time_for_what_is_left_open_is_refused_and_nothing_kept(bank, session):
    with pytest.raises(RuleBroken, match="the requirement is"):
        left_open(bank, session, "K1", "K2", "S1", seconds=60)

    assert the_set(bank, session).grown == ()


def test_a_replacement_after_additions_leaves_them_out_of_the_set_that_it_keeps_lawful(bank, session):
    added = left_open(bank, session, "K1")

    came = replaced(bank, session, 2)

    assert added.questions[0].reference not in came.certificate["vacancy"]["standing"]
    assert added.questions[0].reference in came.certificate["vacancy"]["met"]
    with pytest.raises(NotFound):
        replaced(bank, session, added.questions[0].position)


def test_L2_a_re_sit_meets_neither_a_replaced_question_nor_its_substitute(bank, session):
    replaced(bank, session, 1)
    left_open(bank, session, "K1", after=1)
    met = {each.reference for each in the_set(bank, session).met}
    with units.write_unit(bank) as store:
        again = a_session(store, kind=Sitting.RE_SIT, starts_at=ENDED + timedelta(days=1), at=ENDED).id

    second = pulled(bank, again, at=ENDED + timedelta(days=1))

    assert met.isdisjoint(second.references)


def test_L1_two_replacements_at_once_of_one_question_give_one_substitute(bank, session):
    def press(_: int) -> str:
        return replaced(bank, session, 4).questions[0].reference

    with ThreadPoolExecutor(4) as several:
        came = set(several.map(press, range(8)))

    assert len(came) == 1
    assert len(the_set(bank, session).grown) == 1


def test_evidence_of_a_set_that_was_extended_replays_extension_by_extension(bank, session):
    replaced(bank, session, 3)
    left_open(bank, session, "K1", after=1)
    replaced(bank, session, 1)

    found = whole_evidence(bank, session)

    verified = verifying.verify_found(found)
    assert verified.extension_count == 3


@pytest.mark.parametrize("change", ["dropped", "reordered", "forgot"])
def test_extensions_that_were_dropped_reordered_or_forget_what_was_met_do_not_replay(bank, session, change):
    replaced(bank, session, 3)
    replaced(bank, session, 1)
    found = whole_evidence(bank, session)
    if change == "dropped":
        del found["extensions"][0]
    elif change == "reordered":
        found["extensions"].reverse()
    else:
        found["extensions"][1]["certificate"]["vacancy"]["met"] = []

    with pytest.raises(DoesNotReplay):
        verifying.verify_found(found)


def redrawn(bank, session, which, number):
    """The evidence up to one extension, which is drawn anew from that stream of the seed, consistent in itself."""
    found = whole_evidence(bank, session)
    plan, seed, eligibility = evidence(bank, the_set(bank, session))
    said = found["extensions"][which]["certificate"]
    if "vacancy" in said:
        law = law_of(plan, replace(SubstitutionCertificate.from_dict(said).vacancy, number=number), eligibility)
        made = certify_substitute(
            plan, law, law.drawn(seed), eligibility, extends=said["extends"], commitment=said["commitment"]
        )
    else:
        gaps = replace(ResidualCertificate.from_dict(said).gaps, number=number)
        drawn = draw_residual(plan, gaps, seed=seed, eligibility=eligibility)
        made = certify_residual(plan, gaps, drawn, eligibility, commitment=said["commitment"])
    again = {"certificate": made.to_dict(), "certificate_digest": made.digest}
    found["extensions"] = [*found["extensions"][:which], again]
    return found


def test_L5_an_extension_drawn_from_another_stream_than_the_next_of_its_kind_is_refused_by_both_programs(bank, session):
    replaced(bank, session, 3)
    left_open(bank, session, "K1", after=1)
    drawn = the_set(bank, session)
    plan, seed, eligibility = evidence(bank, drawn)
    first = tuple(each.reference for each in drawn.questions), drawn.certificate_digest

    for which in (0, 1):
        assert verify(redrawn(bank, session, which, 0)).holds
        shopped = redrawn(bank, session, which, 7)

        with pytest.raises(DoesNotReplay, match="extensions, number"):
            must_replay(shopped, plan, seed, eligibility, first=first)
        assert [each.what for each in verify(shopped).findings if not each.holds] == ["extensions"]


def test_L7_the_database_adds_no_question_that_no_extension_drew(bank, session):
    drawn = the_set(bank, session)
    with units.read_unit(bank) as store:
        row = store.scalars(sa.select(SetQuestion).where(SetQuestion.question_set_id == drawn.id)).first()
        values = {column.name: getattr(row, column.name) for column in SetQuestion.__table__.columns}

    with pytest.raises(IntegrityError, match="nothing is added"), units.write_unit(bank) as store:
        store.execute(sa.insert(SetQuestion).values(values | {"position": 99, "question_id": 59}))


def test_L7_an_extension_that_does_not_follow_the_last_is_refused_by_the_database(bank, session):
    replaced(bank, session, 3)
    with units.read_unit(bank) as store:
        row = store.scalars(sa.select(SetExtension)).one()
        values = {
            column.name: getattr(row, column.name) for column in SetExtension.__table__.columns if column.name != "id"
        }

    with pytest.raises(IntegrityError, match="follows the last one"), units.write_unit(bank) as store:
        store.execute(sa.insert(SetExtension).values(values | {"number": 2, "replaced_position": 1}))
