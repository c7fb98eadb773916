"""How long a bank lasts, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from review.wearing import SHOWN_AHEAD, at_least, clean_re_sits, course, heard, monthly, sets_until, wears_out, write_by

TODAY = date(2026, 6, 4)


def test_what_was_heard_after_one_set_is_the_overlap_and_after_many_the_whole_set():
    rates = [0.5, 0.5, 1.0]

    assert heard(rates, 0) == 0
    assert heard(rates, 1) == pytest.approx(0.25 + 0.25 + 1)
    assert heard(rates, 100) == pytest.approx(2)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_the_fewest_sets_are_the_fewest(part):
    rates = [0.05] * 100 + [0.2] * 10

    found = sets_until(rates, part)

    assert heard(rates, found) >= part * sum(rates) > heard(rates, found - 1)


def test_months_add_up_to_the_year_and_peaks_bring_more():
    months = monthly(8_000, [9, 1, 4], peak=2.5)

    assert sum(months.values()) == pytest.approx(8_000)
    assert months[9] == pytest.approx(2.5 * months[8])


def test_a_provider_wears_a_bank_out_in_the_month_in_which_it_heard_enough():
    even = monthly(1_200, [], peak=2.5)

    def found(sets, *, so_far=0, today=date(2026, 6, 15)):
        return wears_out(sets, 0.1, even, so_far=so_far, today=today)

    assert found(25).month == date(2026, 8, 1)  # five in the rest of June, ten in July, ten in August
    assert found(25, so_far=10).month == date(2026, 7, 1)
    assert found(25, so_far=10, today=date(2026, 6, 30)).month == date(2026, 8, 1)  # June brings no more
    assert found(25, so_far=25).month == found(25, so_far=80).month == date(2026, 6, 1)  # it is so today
    assert found(25).sets_a_year == pytest.approx(120)
    assert found(20_000).month is None


def test_the_course_of_a_bank_reaches_a_half_in_the_month_in_which_it_wears_out():
    rates, volumes = [0.1] * 60, monthly(1_200, [9], peak=3.0)
    given = {"so_far": 3, "today": date(2026, 6, 15)}

    found = course(rates, 0.01, volumes, **given)
    last = wears_out(sets_until(rates, 0.5), 0.01, volumes, **given).month

    assert [month for month, _ in found][:3] == [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    assert len(found) == SHOWN_AHEAD
    assert found[0][1] == pytest.approx(1 - 0.9**3)  # three sets and a half: half a set is none
    assert next(month for month, share in found if share >= 0.5) == last


def test_writing_begins_two_months_before_the_next_peak_that_it_can_serve():
    assert write_by([9, 1, 4], today=TODAY) == date(2026, 7, 1)
    assert write_by([9, 1, 4], today=date(2026, 7, 1)) == date(2026, 7, 1)
    assert write_by([9, 1, 4], today=date(2026, 7, 2)) == date(2026, 11, 1)
    assert write_by([1], today=date(2026, 11, 2)) == date(2027, 11, 1)
    assert write_by([], today=TODAY) is None


def test_re_sits_go_on_until_every_set_shares_something_with_what_was_met():
    itself = [1 << at for at in range(6)]

    assert clean_re_sits([0b000011, 0b001100, 0b110000], itself, apprentices=3, most=9) == [2, 2, 2]
    assert clean_re_sits([0b000011, 0b000110, 0b110000], itself, apprentices=1, most=9) == [1]
    assert clean_re_sits([0b000011, 0b001100, 0b110000], itself, apprentices=1, most=1) == [1]


def test_an_enemy_of_what_was_met_counts_as_met():
    apart = [0b101, 0b010, 0b101]

    assert clean_re_sits([0b001, 0b100, 0b010], apart, apprentices=1, most=9) == [1]


def test_the_share_with_so_many_re_sits_is_hidden_from_few():
    assert at_least([0, 1, 2, 2], 1, least=4).value == 0.75
    assert at_least([0, 1, 2, 2], 1, least=5).value is None
