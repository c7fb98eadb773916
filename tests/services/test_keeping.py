"""What a bank manager takes out, or keeps apart, no set holds that is drawn afterwards; the plan in use stays."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from delivery.certificate import Certificate
from delivery.eligibility import Eligibility
from delivery.replay import replay
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.keeping import MOST_AT_ONCE, PairKind
from qbank.domain.lifecycle import Sitting, State
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, drawing, eligibility, foreseeing, keeping, pairing, seeding
from qbank.storage import draw_plans, units
from qbank.storage.models import (
    AssessmentSession,
    Attempt,
    EligibilitySnapshot,
    InService,
    Move,
    Question,
    QuestionSet,
    Rest,
    Seed,
)
from qbank.storage.queries import keeping as kept
from qbank.storage.queries import writing
from qbank.storage.queries.sets import set_of
from tests.services.a_bank import CIPHER, ENDED, METHOD, NOW, a_plan, a_session, pulled, questions, the_plan_version

DONE = {"because": "asked too often", "by": COMMAND_LINE, "at": NOW}
NEXT_WEEK = date(2026, 6, 11)


def booked(bank, **changes) -> int:
    with units.write_unit(bank) as store:
        return a_session(store, **changes).id


def would_be_drawn(bank, session: int) -> tuple[str, ...]:
    """The set of the session as the bank stands now; nothing is kept of it."""
    with units.read_unit(bank) as store:
        found = drawing.work_out(store, store.get_one(AssessmentSession, session), CIPHER, at=NOW)
        return found.given.references


def question(store, reference: str) -> Question:
    found = writing.question_by_reference(store, reference)
    assert found is not None
    return found


def plan_of(store, session: int) -> int:
    drawn = set_of(store, session)
    assert drawn is not None
    return drawn.draw_plan_id


def declared(bank, one: str, other: str, kind: PairKind = PairKind.ENEMY) -> None:
    with units.write_unit(bank) as store:
        pairing.declare(store, kind, question(store, one), question(store, other), **DONE)


def state_of(bank, reference: str) -> str | None:
    with units.read_unit(bank) as store:
        found = store.get(InService, question(store, reference).id)
        return None if found is None else found.state


@pytest.mark.parametrize(("act", "said"), [(keeping.rest, "resting"), (keeping.retire, "retired")])
def test_a_question_taken_out_after_booking_is_not_drawn_and_the_plan_stays(bank, act, said):
    session = booked(bank)
    gone = would_be_drawn(bank, session)[3]
    with units.write_unit(bank) as store:
        in_use = draw_plans.adopted(store, the_plan_version(store).id, METHOD).id
        act(store, [gone], **DONE)

    drawn = pulled(bank, session)

    assert gone not in drawn.references
    with units.read_unit(bank) as store:
        assert plan_of(store, session) == in_use
        frozen = json.loads(store.scalars(sa.select(EligibilitySnapshot.body)).one())
        assert frozen["excluded"] == {gone: said}


def test_new_enemies_that_the_plan_does_not_know_never_meet_in_a_set_and_the_draw_replays(bank):
    session = booked(bank)
    one, other = would_be_drawn(bank, session)[:2]
    declared(bank, one, other)

    drawn = pulled(bank, session)

    assert not {one, other} <= set(drawn.references)
    with units.read_unit(bank) as store:
        row = store.scalars(sa.select(QuestionSet)).one()
        attempt = store.get_one(Attempt, row.attempt_id)
        plan = draw_plans.plan(store, row.draw_plan_id)
        assert other not in next(each.enemies for each in plan.pool.candidates if each.reference == one)
        frozen = Eligibility.from_dict(json.loads(store.get_one(EligibilitySnapshot, row.snapshot_id).body))
        seed = CIPHER.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
        replay(plan, seed, frozen, Certificate.from_dict(json.loads(row.certificate)))


def test_enemies_that_may_meet_again_are_drawn_as_before(bank):
    session = booked(bank)
    before = would_be_drawn(bank, session)
    declared(bank, before[0], before[1])
    with units.write_unit(bank) as store:
        pairing.revoke(store, PairKind.ENEMY, question(store, before[1]), question(store, before[0]), **DONE)

    assert pulled(bank, session).references == before


def test_L2_a_clone_declared_after_the_first_sitting_is_kept_from_the_re_sit(bank):
    first = pulled(bank, booked(bank)).references
    again = booked(bank, kind=Sitting.RE_SIT, starts_at=NOW + timedelta(days=30), at=ENDED)
    twin = would_be_drawn(bank, again)[0]
    declared(bank, first[0], twin, PairKind.CLONE)

    assert twin not in pulled(bank, again, at=NOW + timedelta(days=30)).references


def test_a_rest_ends_by_itself_on_its_day_and_not_before(bank):
    with units.write_unit(bank) as store:
        keeping.rest(store, ["Q-0007"], until=NEXT_WEEK, **DONE)
        keeping.rest(store, ["Q-0008"], **DONE)
    eve = NOW + timedelta(days=7) - timedelta(hours=11)  # 11pm in London on the day before
    assert eve.astimezone().date() <= NEXT_WEEK
    with units.write_unit(bank) as store:
        assert keeping.end_rests(store, at=eve) == 0
        assert kept.rest_of(store, question(store, "Q-0007").id) == NEXT_WEEK

    with units.write_unit(bank) as store:
        assert keeping.end_rests(store, at=eve + timedelta(hours=1)) == 1
        assert keeping.end_rests(store, at=eve + timedelta(hours=1)) == 0

    assert (state_of(bank, "Q-0007"), state_of(bank, "Q-0008")) == ("live", "resting")
    with units.read_unit(bank) as store:
        entry = list(audit.entries(store))[-1]
        assert (entry.act, entry.subject, entry.actor) == ("question brought back", "Q-0007", "calendar")


def test_a_rest_that_somebody_ended_earlier_does_not_end_the_next_one(bank):
    with units.write_unit(bank) as store:
        keeping.rest(store, ["Q-0007"], until=NEXT_WEEK, **DONE)
        keeping.bring_back(store, ["Q-0007"], **DONE)
        keeping.rest(store, ["Q-0007"], **DONE)

        assert keeping.end_rests(store, at=NOW + timedelta(days=30)) == 0


def test_every_act_is_an_entry_and_a_move_with_its_reason(bank):
    with units.write_unit(bank) as store:
        keeping.rest(store, ["Q-0007", "Q-0008"], until=NEXT_WEEK, **DONE)
        keeping.bring_back(store, ["Q-0007"], **DONE)
        keeping.retire(store, ["Q-0007"], **DONE)

        entries = [(entry.act, entry.subject) for entry in audit.entries(store)][-4:]
        assert entries == [
            ("question rested", "Q-0007"),
            ("question rested", "Q-0008"),
            ("question brought back", "Q-0007"),
            ("question retired", "Q-0007"),
        ]
        asked = sa.select(Move.reason).where(Move.question_id == question(store, "Q-0007").id).order_by(Move.id)
        assert list(store.scalars(asked))[-3:] == ["asked too often"] * 3


@pytest.mark.parametrize(
    ("act", "changes", "said"),
    [
        (keeping.rest, {"because": "  "}, "A reason is missing"),
        (keeping.rest, {"because": "x" * 2_001}, "2,000 characters or fewer"),
        (keeping.rest, {"until": NOW.date()}, "A rest ends on a day to come"),
        (keeping.bring_back, {}, "Q-0007 is live already"),
    ],
)
def test_an_act_without_reason_or_against_the_life_of_a_question_is_refused(bank, act, changes, said):
    with units.write_unit(bank) as store, pytest.raises(RuleBroken, match=said):
        act(store, ["Q-0007"], **(DONE | changes))


def test_of_many_questions_all_are_taken_out_or_none(bank):
    def work(store):
        keeping.rest(store, ["Q-0007", "Q-0008", "Q-9999"], **DONE)

    with pytest.raises(NotFound, match="Q-9999"):
        units.in_write_unit(bank, work)
    assert state_of(bank, "Q-0007") == "live"
    with units.write_unit(bank) as store, pytest.raises(RuleBroken, match="No more than 50"):
        keeping.rest(store, [f"Q-{number:04d}" for number in range(MOST_AT_ONCE + 1)], **DONE)


def test_a_retired_question_is_out_for_good(bank):
    with units.write_unit(bank) as store:
        keeping.retire(store, ["Q-0007"], **DONE)
        for act in (keeping.bring_back, keeping.rest, keeping.retire):
            with pytest.raises(RuleBroken, match="Q-0007 is not in service"):
                act(store, ["Q-0007"], **DONE)


def test_only_a_move_to_rest_has_a_day_in_the_database(bank):
    def work(store):
        store.add(Rest(move_id=store.scalars(sa.select(sa.func.min(Move.id))).one(), until=NEXT_WEEK))
        store.flush()

    with pytest.raises(IntegrityError, match="L7: only a move that put a version to rest"):
        units.in_write_unit(bank, work)


def test_pairs_are_seen_from_both_sides_and_none_is_declared_twice_with_itself_or_across_methods(bank):
    declared(bank, "Q-0009", "Q-0005")
    with units.write_unit(bank) as store:
        one, other = question(store, "Q-0005"), question(store, "Q-0009")
        assert [(each.kind, each.other) for each in kept.pairs_of(store, one.id)] == [("enemy", "Q-0009")]
        assert [(each.kind, each.other) for each in kept.pairs_of(store, other.id)] == [("enemy", "Q-0005")]
        with pytest.raises(RuleBroken, match="enemies already"):
            pairing.declare(store, PairKind.ENEMY, one, other, **DONE)
        with pytest.raises(RuleBroken, match="cannot be kept apart from itself"):
            pairing.declare(store, PairKind.ENEMY, one, one, **DONE)
        with pytest.raises(RuleBroken, match="are no clones"):
            pairing.revoke(store, PairKind.CLONE, one, other, **DONE)
        elsewhere = Question(reference="Q-0800", standard_id=one.standard_id, method="other", created_at=NOW)
        with pytest.raises(RuleBroken, match="another method"):
            pairing.declare(store, PairKind.ENEMY, one, elsewhere, **DONE)


def test_a_load_of_files_overrules_no_pair_that_a_page_had_the_last_word_on(bank):
    declared(bank, "Q-0009", "Q-0005")
    with units.write_unit(bank) as store:
        pairing.revoke(store, PairKind.ENEMY, question(store, "Q-0001"), question(store, "Q-0002"), **DONE)

        seeding.load_questions(store, a_plan(), questions(), by=COMMAND_LINE, at=NOW)

        names = {each.id: each.reference for each in store.scalars(sa.select(Question))}
        found = {(kind, names[first], names[second]) for kind, first, second in pairing.standing_pairs(store)}
        assert found == {("enemy", "Q-0005", "Q-0009"), ("clone", "Q-0003", "Q-0004")}


def test_what_retiring_the_last_carrier_would_do_is_said_before(bank):
    with units.read_unit(bank) as store:
        lamp = a_plan().specification(METHOD).required[0]
        carriers = [each.reference for each in questions() if lamp in each.content.ksbs]
        some = kept.standings(store, carriers[:2]).values()
        every = kept.standings(store, carriers).values()

        (harmless,) = foreseeing.without(store, some, State.RETIRED, at=NOW)
        (fatal,) = foreseeing.without(store, every, State.RETIRED, at=NOW)

        assert (harmless.before, harmless.after) == ("", "")
        assert (harmless.carriers[0].code, harmless.carriers[0].after) == (lamp, len(carriers) - 2)
        assert f"{lamp} in every set, but {lamp} is carried by 0 questions" in fatal.after
        assert {each.after for each in fatal.carriers if each.code == lamp} == {0}


def left_alone(store, *stay: str, ksbs: set[str]) -> None:
    """Rest every question that carries one of these KSBs, but for some."""
    others = [each.reference for each in questions() if each.reference not in stay and ksbs & {*each.content.ksbs}]
    keeping.rest(store, others, **DONE)


def test_what_new_enemies_would_do_is_said_before(bank):
    with units.write_unit(bank) as store:
        one, other, third = (question(store, reference) for reference in ("Q-0001", "Q-0008", "Q-0014"))
        left_alone(store, "Q-0001", "Q-0008", ksbs={"K1", "K2"})

        fatal = foreseeing.apart(store, one, other, the_plan_version(store).id, at=NOW)
        harmless = foreseeing.apart(store, one, third, the_plan_version(store).id, at=NOW)

        assert (harmless.method, harmless.before, harmless.after) == (METHOD, "", "")
        assert fatal.before == ""
        assert "carried by 0 questions" in fatal.after


def test_a_question_that_was_out_as_the_enemy_of_what_is_retired_is_foreseen_to_come_back(bank):
    declared(bank, "Q-0001", "Q-0016")
    with units.write_unit(bank) as store:
        left_alone(store, "Q-0001", "Q-0016", ksbs={"K1"})

        (found,) = foreseeing.without(store, kept.standings(store, ["Q-0001"]).values(), State.RETIRED, at=NOW)

        assert (found.before, found.after) == ("", "")


def test_a_new_pair_is_foreseen_to_change_which_of_the_others_stays_out(bank):
    declared(bank, "Q-0016", "Q-0031")
    with units.read_unit(bank) as store:
        row = the_plan_version(store)
        in_use = draw_plans.adopted(store, row.id, METHOD)

        now = eligibility.of_plan(store, in_use.id, row.id, at=NOW)
        then = eligibility.of_plan(store, in_use.id, row.id, at=NOW, pairs=[("Q-0001", "Q-0016")])

        assert (set(now), set(then)) == ({"Q-0031"}, {"Q-0016"})
