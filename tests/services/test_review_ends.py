"""W8, Q3: what comes after a decision of a panel: a hand, an event, another text, the end of a rest, a task."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.lifecycle import Change
from qbank.domain.reviewing import CallKind
from qbank.services import calling, convening, keeping, signing_off
from qbank.services.panel_deciding import Resolution
from qbank.storage import units
from qbank.storage.queries import review_lists
from qbank.storage.queries.keeping import rests_due
from review.clock import Standing
from review.panel import Choice
from tests.services.a_bank import METHOD, NOW, the_person, the_plan_version
from tests.services.a_hand import with_a_hand
from tests.services.a_review import all_kept, decide, declare, kept, opened_review, sign_off, vote, voted
from tests.services.test_review_clock import rewritten
from tests.services.test_reviewing import LATER, every_kind_decided, standing, state, written


def test_L8_a_hand_or_an_interest_that_comes_after_the_decision_changes_it_no_more(bank):
    """Else a decision without its quorum, which cannot be taken again, would keep the review from ever being signed."""
    reference = opened_review(bank)
    for who, choice in (("chair", Choice.KEEP), ("first", Choice.KEEP), ("second", Choice.RETIRE)):
        vote(bank, reference, who, "Q-0010", choice)
    decide(bank, reference, "Q-0010")
    all_kept(bank, reference)

    declare(bank, reference, "chair", ("Q-0010",), at=NOW + timedelta(minutes=1))
    with_a_hand(bank, "first", "Q-0010")
    sign_off(bank, reference)

    line = kept(bank, reference).line("Q-0010")
    questions = json.loads(kept(bank, reference).signed.certificate)["questions"]
    told = next(each for each in questions if each["reference"] == "Q-0010")
    assert line.matter.counted(kept(bank, reference).panel)[Choice.KEEP] == 2
    assert (told["barred"], len(told["voters"])) == ([], 3)
    assert told["declared_later"] == [f"person {kept(bank, reference).chair_id}"]


def withdraw(bank, reference, who, reason="Its chair has left."):
    found = kept(bank, reference)
    written(
        bank,
        lambda store: convening.withdraw(store, found, reason=reason, by=the_person(store, who).actor, at=NOW),
    )


def test_a_review_is_withdrawn_with_a_reason_and_then_counts_for_nothing(bank):
    reference = opened_review(bank)
    all_kept(bank, reference)
    with pytest.raises(RuleBroken, match="needs a reason"):
        withdraw(bank, reference, "chair", " ")
    with pytest.raises(NotAllowed):
        withdraw(bank, reference, "first")

    withdraw(bank, reference, "chair")

    for act in (sign_off, all_kept, lambda *known: withdraw(*known, "chair")):
        with pytest.raises(RuleBroken, match="RV-0001 was withdrawn and stays as it is"):
            act(bank, reference)
    assert standing(bank, "Q-0013", NOW) is Standing.CALLED
    with units.read_unit(bank) as store:
        assert [(each.reference, each.withdrawn_at) for each in review_lists.reviews(store)] == [(reference, NOW)]
        assert review_lists.open_review(store, the_plan_version(store).standard_id, METHOD) is None


def test_an_event_between_the_decision_and_the_sign_off_is_not_answered_by_it(bank):
    reference = opened_review(bank)
    all_kept(bank, reference)

    def call(store):
        manager = the_person(store, "author").actor
        later = NOW + timedelta(minutes=1)
        calling.call(store, ["Q-0013"], kind=CallKind.LEAK, reason="Seen in a forum.", by=manager, at=later)

    written(bank, call)
    sign_off(bank, reference, at=NOW + timedelta(minutes=2))

    assert standing(bank, "Q-0013", NOW) is Standing.CALLED
    assert standing(bank, "Q-0012", NOW) is Standing.IN_ORDER


def rested(bank, reference, until):
    """A review in which the panel decided that Q-0010 rests until a day, and that all else is kept."""
    voted(bank, reference, "Q-0010", Choice.REST)
    decide(bank, reference, "Q-0010", Resolution(Choice.REST, "Seen too often.", rest_until=until))
    all_kept(bank, reference)


def test_a_rest_that_would_have_ended_by_the_sign_off_keeps_nothing_from_being_signed(bank):
    reference = opened_review(bank)
    rested(bank, reference, NOW.date() + timedelta(days=3))

    sign_off(bank, reference, at=NOW + timedelta(days=3))

    assert state(bank, "Q-0010") == "live"


def test_a_question_that_rests_already_rests_until_the_day_of_the_panel(bank):
    reference = opened_review(bank)
    manager = NOW.date() + timedelta(days=5)
    because = "Seen too often."

    def rest(store):
        by = the_person(store, "author").actor
        keeping.rest(store, ["Q-0010"], until=manager, because=because, by=by, at=NOW)

    written(bank, rest)
    rested(bank, reference, LATER.date())

    sign_off(bank, reference)

    with units.read_unit(bank) as store:
        assert rests_due(store, LATER.date() - timedelta(days=1)) == []
        assert [day for _, day in rests_due(store, LATER.date())] == [LATER.date()]


def test_another_text_than_the_panel_read_is_not_retired_by_it_but_an_editorial_change_is(bank):
    reference = opened_review(bank)
    for question in ("Q-0010", "Q-0011"):
        voted(bank, reference, question, Choice.RETIRE)
        decide(bank, reference, question, Resolution(Choice.RETIRE, "Worn out."))
    all_kept(bank, reference)
    rewritten(bank, "Q-0010", change=Change.MATERIAL, at=NOW)
    rewritten(bank, "Q-0011", change=Change.EDITORIAL, at=NOW)

    sign_off(bank, reference)

    assert (state(bank, "Q-0010"), state(bank, "Q-0011")) == ("live", None)


def test_a_revision_is_a_task_that_is_followed_until_it_is_ended_with_a_reason(bank):
    reference = every_kind_decided(bank)
    sign_off(bank, reference)
    with units.read_unit(bank) as store:
        (task,) = review_lists.tasks(store)
    assert (task.reference, task.author, task.revised_by, task.is_open) == ("Q-0012", "author", LATER.date(), True)

    def end(reason="The law changed again."):
        written(
            bank,
            lambda store: signing_off.end_task(
                store, task.review_id, task.question_id, reason=reason, by=the_person(store, "chair").actor, at=NOW
            ),
        )

    with pytest.raises(RuleBroken, match="needs a reason"):
        end(" ")
    end()
    with units.read_unit(bank) as store:
        assert [each.is_open for each in review_lists.tasks(store)] == [False]
    with pytest.raises(RuleBroken, match="done or ended already"):
        end()


def test_an_editorial_change_from_before_the_decision_does_not_do_the_revision(bank):
    sign_off(bank, every_kind_decided(bank))

    rewritten(bank, "Q-0012", change=Change.EDITORIAL, at=NOW - timedelta(minutes=1))
    with units.read_unit(bank) as store:
        assert [each.is_open for each in review_lists.tasks(store)] == [True]

    rewritten(bank, "Q-0012", change=Change.MATERIAL, at=NOW - timedelta(minutes=1))
    with units.read_unit(bank) as store:
        assert [each.is_open for each in review_lists.tasks(store)] == [False]
