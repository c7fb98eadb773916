"""W8, Q3: a panel reviews a bank: agenda, interests, blind votes, quorum, decisions, sign-off, and what follows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from delivery.canonical import digest
from qbank.domain.bank_list import Wanted
from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.reviewing import Scope
from qbank.services import convening, panel_deciding
from qbank.services.convening import Convened
from qbank.services.panel_deciding import Resolution
from qbank.storage import units
from qbank.storage.models import AuditEntry, InService, PersonRole, Question
from qbank.storage.queries import review_clock
from qbank.storage.queries.bank_list import listed
from review.clock import Rhythm, Standing
from review.days import months_after
from review.panel import Choice
from tests.services.a_bank import METHOD, NOW, a_plan, the_person, the_plan_version
from tests.services.a_hand import HANDS, with_a_hand
from tests.services.a_review import (
    CALLED,
    PANEL,
    STANDARD,
    all_kept,
    decide,
    declare,
    kept,
    opened_review,
    seat_people,
    sign_off,
    vote,
    voted,
    voted_on_bank,
)

LATER = NOW + timedelta(days=30)
RHYTHM = Rhythm(a_plan().review_months, a_plan().review_opens_month)


def written(bank, work):
    return units.in_write_unit(bank, work)


def standing(bank, reference, at):
    with units.read_unit(bank) as store:
        key = store.scalars(sa.select(Question.id).where(Question.reference == reference)).one()
        return review_clock.clock_of(store, key, 1, RHYTHM).standing(at.date())


def state(bank, reference):
    with units.read_unit(bank) as store:
        asked = sa.select(InService.state).join(Question, Question.id == InService.question_id)
        return store.scalar(asked.where(Question.reference == reference))


def test_the_agenda_is_made_of_what_is_due_called_and_planned_for_the_month(bank):
    found = kept(bank, opened_review(bank))

    called = [line.reference for line in found.agenda if line.why == "called early"]
    assert called == list(CALLED)
    assert {line.why for line in found.agenda} == {"called early", "planned for this month"}
    assert [each.name for each in found.members] == ["chair", "first", "second"]


def test_every_question_in_service_can_be_put_on_the_agenda_at_once(bank):
    def work(store):
        seat_people(store)
        members = frozenset(the_person(store, name).id for name in PANEL)
        asked = Convened(STANDARD, METHOD, Scope.EVERY, the_person(store, "chair").id, members, 2)
        return convening.open_review(store, asked, by=the_person(store, "author").actor, at=NOW)

    assert len(kept(bank, written(bank, work)).agenda) == 60


def test_a_question_is_put_on_the_agenda_by_hand_once(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    other = next(f"Q-{number:04d}" for number in range(1, 61) if found.line(f"Q-{number:04d}") is None)

    def put(who):
        return written(
            bank,
            lambda store: convening.put_on_agenda(store, found, other, by=the_person(store, who).actor, at=NOW),
        )

    with pytest.raises(NotAllowed):
        put("first")
    put("chair")

    assert kept(bank, reference).line(other).why == "put on the agenda by hand"
    with pytest.raises(RuleBroken, match="already"):
        put("chair")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"method": "no-such"}, NotFound),
        ({"quorum": 1}, RuleBroken),
        ({"quorum": 4}, RuleBroken),
        ({"chair": "author"}, RuleBroken),
    ],
)
def test_a_review_is_opened_of_a_method_with_enough_panel_members(bank, change, refusal):
    def work(store):
        seat_people(store)
        members = frozenset(the_person(store, name).id for name in PANEL[1:])
        facts = {"method": METHOD, "quorum": 2, "chair": "chair"} | change
        chair = the_person(store, facts["chair"]).id
        asked = Convened(STANDARD, facts["method"], Scope.EVERY, chair, members, facts["quorum"])
        convening.open_review(store, asked, by=the_person(store, "author").actor, at=NOW)

    with pytest.raises(refusal):
        written(bank, work)


def test_one_review_of_a_method_is_open_at_a_time(bank):
    opened_review(bank)

    def work(store):
        members = frozenset(the_person(store, name).id for name in PANEL)
        asked = Convened(STANDARD, METHOD, Scope.EVERY, the_person(store, "chair").id, members, 2)
        convening.open_review(store, asked, by=the_person(store, "author").actor, at=NOW)

    with pytest.raises(RuleBroken, match="RV-0001 of this method is still open"):
        written(bank, work)


def test_members_vote_in_any_order_and_the_trail_does_not_tell_for_what(bank):
    reference = opened_review(bank)
    vote(bank, reference, "second", "Q-0010", Choice.RETIRE)
    vote(bank, reference, "first", "Q-0010")
    vote(bank, reference, "second", "Q-0010", Choice.KEEP)

    line = kept(bank, reference).line("Q-0010")
    assert {each.name: each.choice for each in line.votes} == {"second": Choice.KEEP, "first": Choice.KEEP}
    with units.read_unit(bank) as store:
        facts = store.scalars(sa.select(AuditEntry.facts).where(AuditEntry.act == "review vote cast")).all()
    assert [json.loads(each) for each in facts] == [
        {"number": 1, "question": "Q-0010"},
        {"number": 1, "question": "Q-0010"},
        {"number": 2, "question": "Q-0010"},
    ]


@pytest.mark.parametrize("how", [*HANDS, "interest"])
def test_L8_nobody_votes_on_a_question_in_which_they_had_a_hand_or_an_interest_as(how, bank):
    reference = opened_review(bank)
    if how == "interest":
        declare(bank, reference, "first", ("Q-0010",))
    else:
        with_a_hand(bank, "first", "Q-0010", how)

    with pytest.raises(NotAllowed, match="had a hand in this question or declared an interest") as caught:
        vote(bank, reference, "first", "Q-0010")
    assert caught.value.rule == "L8"
    vote(bank, reference, "second", "Q-0010")
    vote(bank, reference, "first", "Q-0011")


@pytest.mark.parametrize("how", HANDS)
def test_L8_a_vote_counts_no_more_once_its_member_has_a_hand_in_the_question_as(how, bank):
    reference = opened_review(bank)
    voted(bank, reference, "Q-0010")
    with_a_hand(bank, "first", "Q-0010", how)

    with pytest.raises(RuleBroken, match="too few have voted"):
        decide(bank, reference, "Q-0010")
    vote(bank, reference, "second", "Q-0010")
    decide(bank, reference, "Q-0010")


def test_L8_nobody_votes_before_declaring_interests_or_from_outside_the_panel(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)
    with pytest.raises(NotAllowed, match="not on the panel"):
        vote(bank, reference, "outsider", "Q-0010")

    written(
        bank,
        lambda store: convening.invite(
            store,
            found,
            the_person(store, "outsider").id,
            external="A lamp maker",
            by=the_person(store, "chair").actor,
            at=NOW,
        ),
    )

    with pytest.raises(RuleBroken, match="not declared your interests"):
        vote(bank, reference, "outsider", "Q-0010")
    declare(bank, reference, "outsider")
    vote(bank, reference, "outsider", "Q-0010")
    assert kept(bank, reference).member(found.chair_id + 3).external == "A lamp maker"


def test_the_discussion_opens_to_a_member_once_they_have_voted(bank):
    reference = opened_review(bank)
    found = kept(bank, reference)

    def say(who):
        written(
            bank,
            lambda store: panel_deciding.remark(
                store, found, "Q-0010", words="Is it long?", by=the_person(store, who).actor, at=NOW
            ),
        )

    with pytest.raises(NotAllowed, match="once you have voted"):
        say("first")
    vote(bank, reference, "first", "Q-0010")
    say("first")

    assert [each.words for each in kept(bank, reference).line("Q-0010").remarks] == ["Is it long?"]


def test_L8_a_decision_needs_the_quorum_of_those_who_may_vote_and_follows_most_votes(bank):
    reference = opened_review(bank)
    vote(bank, reference, "chair", "Q-0010", Choice.RETIRE)
    with pytest.raises(RuleBroken, match="too few have voted"):
        decide(bank, reference, "Q-0010")
    vote(bank, reference, "first", "Q-0010", Choice.RETIRE)
    with pytest.raises(RuleBroken, match="Most votes are for: retire"):
        decide(bank, reference, "Q-0010")
    with pytest.raises(NotAllowed, match="The chair records"):
        decide(bank, reference, "Q-0010", Resolution(Choice.RETIRE, "Worn out."), who="first")

    decide(bank, reference, "Q-0010", Resolution(Choice.RETIRE, "Worn out."))

    assert kept(bank, reference).line("Q-0010").decision.choice is Choice.RETIRE
    with pytest.raises(RuleBroken, match="is decided"):
        vote(bank, reference, "second", "Q-0010")


def test_L8_whoever_records_a_decision_has_voted(bank):
    reference = opened_review(bank)
    for who in ("first", "second"):
        vote(bank, reference, who, "Q-0010")

    with pytest.raises(NotAllowed, match="Whoever records a decision has voted"):
        decide(bank, reference, "Q-0010")


def test_L8_who_is_no_panel_member_any_more_does_nothing_in_a_review(bank):
    reference = opened_review(bank)
    written(
        bank,
        lambda store: store.execute(sa.delete(PersonRole).where(PersonRole.person_id == the_person(store, "first").id)),
    )

    with pytest.raises(NotAllowed, match="no panel member any more"):
        vote(bank, reference, "first", "Q-0010")


def test_L8_where_too_few_may_vote_somebody_is_invited(bank):
    reference = opened_review(bank)
    for who in ("first", "second"):
        declare(bank, reference, who, ("Q-0010",))
    vote(bank, reference, "chair", "Q-0010")

    with pytest.raises(RuleBroken, match="too few members may vote on it") as caught:
        decide(bank, reference, "Q-0010")
    assert caught.value.remedy == "Invite somebody who may vote on it."


def test_where_the_chair_may_not_vote_another_member_records_the_decision(bank):
    reference = opened_review(bank)
    declare(bank, reference, "chair", ("Q-0010",))
    for who in ("first", "second"):
        vote(bank, reference, who, "Q-0010")

    with pytest.raises(NotAllowed):
        decide(bank, reference, "Q-0010")
    decide(bank, reference, "Q-0010", who="second")

    assert kept(bank, reference).line("Q-0010").decision.by == "second"


@pytest.mark.parametrize(
    ("choice", "more", "because"),
    [
        (Choice.KEEP, {"reason": " "}, "needs a reason"),
        (Choice.REST, {}, "a day on which it is live again"),
        (Choice.REST, {"rest_until": NOW.date()}, "within a year"),
        (Choice.REVISE, {"author": 1}, "a day until which"),
        (Choice.REVISE, {"author": 1, "revised_by": LATER.date()}, "revised by an author"),
    ],
)
def test_a_decision_says_all_that_belongs_to_it(bank, choice, more, because):
    reference = opened_review(bank)
    voted(bank, reference, "Q-0010", choice)

    with pytest.raises(RuleBroken, match=because):
        decide(bank, reference, "Q-0010", Resolution(choice, **{"reason": "A test."} | more))


def author_of(bank):
    with units.read_unit(bank) as store:
        return the_person(store, "author").id


def every_kind_decided(bank):
    """A review in which each kind of decision was taken on one question, and the rest kept."""
    reference = opened_review(bank)
    wanted = {
        "Q-0010": Resolution(Choice.REST, "Seen too often.", rest_until=LATER.date()),
        "Q-0011": Resolution(Choice.RETIRE, "Worn out."),
        "Q-0012": Resolution(Choice.REVISE, "Too long.", author=author_of(bank), revised_by=LATER.date()),
    }
    for question, resolution in wanted.items():
        voted(bank, reference, question, resolution.choice)
        decide(bank, reference, question, resolution)
    all_kept(bank, reference)
    return reference


def test_W8_a_review_is_signed_off_by_the_chair_when_every_question_and_the_bank_are_decided(bank):
    reference = opened_review(bank)
    with pytest.raises(RuleBroken, match="too few have voted"):
        sign_off(bank, reference)
    all_kept(bank, reference)
    with pytest.raises(NotAllowed):
        sign_off(bank, reference, who="first")

    found = sign_off(bank, reference)

    done = kept(bank, reference)
    assert done.signed.digest == found == digest(json.loads(done.signed.certificate))
    with units.read_unit(bank) as store:
        told = store.scalars(sa.select(AuditEntry).where(AuditEntry.act == "review signed off")).one()
    assert json.loads(told.facts) == {"certificate": found, "questions": len(done.agenda)}
    with pytest.raises(RuleBroken, match="signed off and stays as it is"):
        vote(bank, reference, "second", "Q-0013")


def test_what_the_panel_decided_is_done_with_the_sign_off_and_not_before(bank):
    reference = every_kind_decided(bank)
    assert {state(bank, each) for each in CALLED} == {"live"}

    sign_off(bank, reference)

    assert [state(bank, each) for each in CALLED] == ["resting", None, "live", "live"]


def test_W8_the_clock_of_what_a_panel_decided_counts_from_the_sign_off(bank):
    reference = every_kind_decided(bank)
    assert standing(bank, "Q-0013", NOW) is Standing.CALLED

    sign_off(bank, reference)

    with units.read_unit(bank) as store:
        standard = the_plan_version(store).standard_id
        clock = review_clock.bank_clock(store, standard, METHOD, RHYTHM)
        done = review_clock.decided_in_month(store, standard, METHOD, NOW.date())
        line = next(each for each in listed(store, Wanted(), at=NOW).lines if each.reference == "Q-0013")
    assert line.due == months_after(NOW.date(), RHYTHM.months), "the list of questions counts alike"
    assert standing(bank, "Q-0013", NOW) is Standing.IN_ORDER
    assert clock.counted_from == NOW.date()
    assert done == len(kept(bank, reference).agenda) - 1


def test_a_bank_that_the_panel_finds_too_small_stays_due(bank):
    reference = opened_review(bank)
    for line in kept(bank, reference).agenda:
        voted(bank, reference, line.reference)
        decide(bank, reference, line.reference)
    voted_on_bank(bank, reference, is_sufficient=False)
    sign_off(bank, reference)

    with units.read_unit(bank) as store:
        clock = review_clock.bank_clock(store, the_plan_version(store).standard_id, METHOD, RHYTHM)
    assert clock.counted_from < NOW.date()
