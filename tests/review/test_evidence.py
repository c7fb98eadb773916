"""The evidence about one question: counted by hand, hidden from few, and nobody named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from review.evidence import Asking, Drawn, Near, Outcome, evidence, twice

LEAST = 30
SET = Drawn(date(2026, 9, 1), employer=1, provider=1, assessor=1, holds=False)


def sets(count, *, holding, **facts):
    return [replace(SET, holds=place < holding, **facts) for place in range(count)]


def found(drawn=(), askings=(), outcomes=()):
    return evidence(7, drawn=drawn, askings=askings, outcomes=outcomes, least=LEAST)


def judged(question, assessor, *, met, of, criterion="IP1"):
    return [Outcome(question, assessor, place, criterion, place < met) for place in range(of)]


def test_exposure_is_the_share_of_sets_month_by_month_without_gaps():
    use = found([*sets(40, holding=4), *sets(60, holding=2, on=date(2026, 11, 30))])

    assert (use.exposure.value, use.exposure.of) == (0.06, 100)
    assert [(f"{each.month:%b}", each.sets, each.held) for each in use.months] == [
        ("Sep", 40, 4),
        ("Oct", 0, 0),
        ("Nov", 60, 2),
    ]


def test_a_months_share_has_its_number_its_interval_and_its_source_and_is_hidden_from_few_sets():
    september, _, november = found([*sets(40, holding=4), *sets(29, holding=2, on=date(2026, 11, 30))]).months

    use = september.share(least=LEAST)
    assert (use.value, use.of) == (0.1, 40)
    # Wilson by hand: (4 + 1.9208 -+ 1.96 * sqrt(4 * 36 / 40 + 0.9604)) / (40 + 3.8416)
    assert (use.interval.low, use.interval.high) == pytest.approx((0.03958, 0.23052), abs=1e-4)
    assert "Wilson" in use.source
    assert not november.share(least=LEAST).is_estimable


def test_it_was_asked_last_on_the_latest_day_on_which_a_record_says_that_it_was_put():
    on_tenth = Asking(put=True, on=date(2026, 9, 10))
    others = [Asking(put=False), Asking(put=None), replace(on_tenth, on=date(2026, 9, 3))]

    assert found(askings=[on_tenth, *others]).last_asked == date(2026, 9, 10)
    assert found(askings=others[:2]).last_asked is None


def test_each_grouping_counts_by_its_own_key():
    """240 sets, of which the first 24 hold it; each of the four groups them in another way."""
    drawn = [
        replace(
            SET,
            on=date(2026, 4 + place % 6, 1),
            employer=place // 48,
            provider=min(place // 4, 7),
            assessor=place % 10,
            holds=place < 24,
        )
        for place in range(240)
    ]

    use = {each.near: each for each in found(drawn).spread}

    assert {near: (each.groups, each.met_in, each.most.value, each.most.of) for near, each in use.items()} == {
        Near.MONTH: (6, 6, 4 / 40, 40),  # six of 40 sets, 4 of which hold it
        Near.EMPLOYER: (5, 1, 24 / 48, 48),  # five of 48 sets, all 24 in the first
        Near.PROVIDER: (8, 6, 0.0, 212),  # seven of 4 sets, six of them throughout, and one of 212
        Near.ASSESSOR: (10, 10, None, 24),  # ten of 24 sets: too few for a share
    }
    assert {near: (each.twice.value, each.twice.of) for near, each in use.items()} == {
        Near.MONTH: (6 * 4 * 3 / (6 * 40 * 39), 240),
        Near.EMPLOYER: (24 * 23 / (5 * 48 * 47), 240),
        Near.PROVIDER: (6 * 4 * 3 / (7 * 4 * 3 + 212 * 211), 240),
        Near.ASSESSOR: ((4 * 3 * 2 + 6 * 2 * 1) / (10 * 24 * 23), 240),
    }


def test_where_it_was_met_is_told_in_numbers_and_the_largest_share_is_of_a_group_large_enough():
    use = found([*sets(40, holding=10), *sets(40, holding=2, employer=2), *sets(3, holding=3, employer=3)])

    employers = next(each for each in use.spread if each.near is Near.EMPLOYER)
    assert (employers.groups, employers.met_in) == (3, 3)
    assert (employers.most.value, employers.most.of) == (0.25, 40)
    assert [each.near for each in use.spread] == list(Near)


def test_what_was_not_recorded_is_no_asking_and_what_was_skipped_was_not_rephrased():
    asked = Asking(put=True)
    askings = [
        *[asked] * 24,
        *[replace(asked, rephrased=True, supplementary=2)] * 6,
        *[Asking(put=False)] * 10,
        *[Asking(put=None, replaced=True)] * 10,
    ]

    handling = found(askings=askings).handling

    assert (handling.skipped.value, handling.skipped.of) == (0.25, 40)
    assert (handling.rephrased.value, handling.rephrased.of) == (0.2, 30)
    assert (handling.replaced.value, handling.replaced.of) == (0.2, 50)
    assert (handling.supplementary.value, handling.supplementary.of) == (0.4, 30)


def test_criteria_are_counted_one_by_one_for_this_question_alone():
    outcomes = [
        *judged(7, 1, met=20, of=40),
        *judged(7, 1, met=3, of=29, criterion="ID2"),
        *judged(8, 1, met=40, of=40),
    ]

    use = found(outcomes=outcomes)

    assert {code: (each.value, each.of) for code, each in use.criteria.items()} == {"ID2": (None, 29), "IP1": (0.5, 40)}
    assert use.met.of == 40  # a sitting counts once: three met both criteria, seventeen one of two
    assert use.met.value == pytest.approx((3 + 17 / 2) / 40)


def test_many_criteria_of_few_sittings_are_still_few():
    five = [
        each
        for code in ("IP1", "IP2", "IP3", "IP4", "IP5", "ID1")
        for each in judged(7, 1, met=4, of=5, criterion=code)
    ]
    beside = [*judged(8, 1, met=20, of=40), *judged(8, 2, met=30, of=40), *judged(7, 2, met=3, of=5)]

    use = found(outcomes=[*five, *beside])

    assert (len(five), use.met.value, use.met.of, use.demand.value, use.demand.of) == (30, None, 10, None, 10)


def test_demand_is_told_from_severity_where_assessors_judged_several_questions_and_not_otherwise():
    apart = [*judged(7, 1, met=20, of=40), *judged(8, 2, met=30, of=40)]
    joined = [*apart, *judged(7, 2, met=25, of=40), *judged(8, 1, met=25, of=40)]

    assert not found(outcomes=apart).demand.is_estimable
    assert found(outcomes=joined).demand.is_estimable


def test_nothing_is_estimable_of_a_question_that_was_never_drawn():
    use = found()

    assert not use.exposure.is_estimable
    assert (use.months, use.criteria, use.demand.of) == ((), {}, 0)


def test_two_sets_of_one_group_both_hold_it_as_often_as_pairs_do():
    # pairs that both hold it, each twice: 2, 6, 0, 2, 0 of 90 in each group
    figure = twice([(2, 10), (3, 10), (1, 10), (2, 10), (0, 10), (1, 1)], least=LEAST)

    assert (figure.value, figure.of) == (10 / 450, 50)
    assert figure.interval is not None
    assert figure.interval.low < 10 / 450 < figure.interval.high


@pytest.mark.parametrize("groups", [[(1, 10)] * 4, [(2, 5)] * 5, [(0, 1)] * 40, [(1, 10)] * 6])
def test_pairs_of_few_groups_or_few_sets_or_that_were_never_seen_are_not_estimable(groups):
    assert not twice(groups, least=LEAST).is_estimable


def test_the_interval_of_pairs_holds_the_truth_95_times_in_a_hundred():
    chance = np.random.default_rng(13)  # noqa: TID251 - a simulation
    held = []
    for _ in range(1_500):
        rate, count = chance.uniform(0.03, 0.15), int(chance.integers(12, 60))
        sizes = chance.integers(30, 300, size=count)
        figure = twice(zip(chance.binomial(sizes, rate).tolist(), sizes.tolist(), strict=True), least=LEAST)
        assert figure.interval is not None
        held.append(figure.interval.low <= rate**2 <= figure.interval.high)

    assert 0.93 < np.mean(held) < 0.97
