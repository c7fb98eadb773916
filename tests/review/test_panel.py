"""Votes, quorum, decisions and sign-off of a review panel."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review.panel import BankMatter, BankTask, Choice, Lack, Lacking, Matter, Panel, lacks, undecidable

PEOPLE = st.integers(1, 6)
PANEL = Panel(frozenset({1, 2, 3, 4}), chair=1, quorum=2)
MATTERS = st.builds(
    Matter,
    reference=st.just("Q-0001"),
    barred=st.frozensets(PEOPLE),
    votes=st.dictionaries(PEOPLE, st.sampled_from(Choice)),
    decided=st.none() | st.sampled_from(Choice),
)
PANELS = st.builds(
    lambda members, quorum: Panel(members, chair=min(members), quorum=quorum),
    st.frozensets(PEOPLE, min_size=1),
    st.integers(1, 4),
)


def a_matter(votes="", *, barred=(), decided=None):
    """Votes as "1 keep, 2 retire"."""
    pairs = [each.split() for each in votes.split(",") if each.strip()]
    return Matter("Q-0001", frozenset(barred), {int(who): Choice(what) for who, what in pairs}, decided)


def test_the_quorum_counts_matter_by_matter_those_who_may_vote():
    matter = a_matter("1 keep, 2 keep", barred=[2])

    assert not matter.has_quorum(PANEL)
    assert undecidable(PANEL, matter) is Lacking.VOTES
    assert undecidable(PANEL, a_matter(barred=[2, 3, 4])) is Lacking.MEMBERS
    assert undecidable(PANEL, a_matter("1 keep, 3 keep", barred=[2])) is None


def test_a_matter_awaits_whoever_may_vote_and_has_not_until_it_is_decided():
    assert a_matter("1 keep").awaits(PANEL, 2)
    assert not a_matter("1 keep").awaits(PANEL, 1)
    assert not a_matter("1 keep", barred=[2]).awaits(PANEL, 2)
    assert not a_matter("1 keep").awaits(PANEL, 9)
    assert not a_matter("1 keep, 3 keep", decided=Choice.KEEP).awaits(PANEL, 2)
    assert a_matter("1 keep, 2 keep").is_ready(PANEL)
    assert not a_matter("1 keep").is_ready(PANEL)
    assert not a_matter("1 keep, 2 keep", decided=Choice.KEEP).is_ready(PANEL)


def test_most_votes_lead_and_level_choices_lead_together():
    assert a_matter("1 keep, 2 retire, 3 retire").leading(PANEL) == (Choice.RETIRE,)
    assert a_matter("1 keep, 2 retire").leading(PANEL) == (Choice.KEEP, Choice.RETIRE)
    assert a_matter().leading(PANEL) == ()


def test_a_vote_of_somebody_who_declares_an_interest_afterwards_is_counted_no_more():
    assert a_matter("1 keep, 2 retire, 3 retire", barred=[2, 3]).leading(PANEL) == (Choice.KEEP,)


def test_members_are_blind_to_the_votes_of_others_until_they_have_voted():
    matter = a_matter("2 keep")

    assert matter.sees_votes(2)
    assert not matter.sees_votes(1)
    assert not a_matter("2 keep", barred=[2]).sees_votes(2)
    assert a_matter("2 keep, 3 keep", decided=Choice.KEEP).sees_votes(1)


def test_where_the_chair_is_barred_another_member_records_the_decision():
    assert a_matter().recorders(PANEL) == {1}
    assert a_matter(barred=[1, 2]).recorders(PANEL) == {3, 4}


def test_a_review_is_signed_off_when_every_matter_and_the_bank_are_decided():
    done = a_matter("1 keep, 2 keep", decided=Choice.KEEP)

    assert lacks(PANEL, [done], bank_decided=True) == ()
    assert lacks(PANEL, [done, a_matter("1 keep, 2 keep")], bank_decided=False) == (
        Lack(Lacking.DECISION, "Q-0001"),
        Lack(Lacking.BANK),
    )
    assert lacks(PANEL, [], bank_decided=True) == (Lack(Lacking.AGENDA),)


def test_a_decision_whose_quorum_fell_away_keeps_the_review_open():
    fallen = a_matter("1 keep, 2 keep", barred=[2], decided=Choice.KEEP)

    assert lacks(PANEL, [fallen], bank_decided=True) == (Lack(Lacking.VOTES, "Q-0001"),)


def test_every_member_votes_on_the_bank_blind_until_their_own_vote_and_the_chair_decides_with_a_quorum():
    one = BankMatter({2: True})

    assert [one.task_of(PANEL, person) for person in (1, 2, 9)] == [BankTask.VOTE, None, None]
    assert (one.sees_votes(1), one.sees_votes(2), BankMatter({}, decided=True).sees_votes(1)) == (False, True, True)
    assert BankMatter({1: False, 2: True}, signs=frozenset({1, 2})).task_of(PANEL, 1) is BankTask.DECIDE
    assert BankMatter({1: True}).task_of(PANEL, 1) is None
    assert not BankMatter({2: True, 3: True}).is_ready(PANEL), "the chair has not voted"
    assert not BankMatter({1: True, 9: True}).has_quorum(PANEL), "somebody from elsewhere does not count"
    assert BankMatter({1: True, 2: True}, decided=True).task_of(PANEL, 3) is None


def test_W7_the_panel_signs_a_budget_that_more_of_those_who_voted_sign_than_do_not_else_its_chair_proposes_another():
    nothing = BankMatter(is_proposed=False)
    level = BankMatter({1: True, 2: True}, signs=frozenset({1, 9}))

    assert [nothing.task_of(PANEL, person) for person in (1, 2)] == [BankTask.PROPOSE, None]
    assert not level.is_signed(PANEL), "half is not most, and somebody from elsewhere signs nothing"
    assert level.task_of(PANEL, 1) is BankTask.PROPOSE
    assert BankMatter({1: True, 2: True, 3: False}, signs=frozenset({1, 3})).is_signed(PANEL)


def test_a_decision_on_the_bank_departs_where_more_votes_are_for_the_other_answer():
    divided, level = BankMatter({1: False, 2: True, 3: True}), BankMatter({1: False, 2: True})

    assert (divided.departs(PANEL, is_sufficient=False), divided.departs(PANEL, is_sufficient=True)) == (True, False)
    assert (level.departs(PANEL, is_sufficient=False), level.departs(PANEL, is_sufficient=True)) == (False, False)


@given(panel=PANELS, matter=MATTERS)
def test_nobody_who_is_barred_or_outside_counts_or_records(panel, matter):
    others = {who: what for who, what in matter.votes.items() if who in panel.members - matter.barred}
    pure = Matter(matter.reference, matter.barred, others, matter.decided)

    assert pure.counted(panel) == matter.counted(panel)
    assert not matter.recorders(panel) & matter.barred
    assert matter.recorders(panel) <= panel.members


@given(panel=PANELS, matters=st.lists(MATTERS, max_size=4), bank=st.booleans())
def test_nothing_is_lacking_exactly_when_all_is_decided_by_a_quorum(panel, matters, bank):
    whole = bool(matters) and bank and all(each.decided and each.has_quorum(panel) for each in matters)

    assert (lacks(panel, matters, bank_decided=bank) == ()) is whole


@given(panel=PANELS, matter=MATTERS)
def test_a_matter_with_a_quorum_has_somebody_to_record_it(panel, matter):
    if matter.has_quorum(panel):
        assert matter.can_reach_quorum(panel)
        assert matter.recorders(panel)
        assert matter.leading(panel)
