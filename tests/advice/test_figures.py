"""What docs/advice.md says of the checks is what the labelled texts say today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qbank.domain.advice.all_checks import HINTS
from tests.advice.labelled import labelled_sets
from tests.benchmarks.advice import lines, tally, wilson

PAGE = Path(__file__).parents[2] / "docs" / "advice.md"
LEAST_PRECISION = 0.9
SETS = labelled_sets()


def test_the_page_holds_every_row_of_the_benchmark():
    rows = [row for row in lines(held_back=True) if "held back" in row or "tuned on" in row]

    assert [row for row in rows if row not in PAGE.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("code", SETS)
def test_a_check_that_is_right_less_than_nine_times_in_ten_is_a_hint(code):
    assert (code in HINTS) is (tally(code, SETS[code].held_back).precision < LEAST_PRECISION)


def test_the_rows_name_each_check_twice():
    rows = re.findall(r"^\| ([a-z-]+) \| (?:tuned on|held back) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(rows) == sorted([*SETS, *SETS])


@pytest.mark.parametrize(("count", "trials", "interval"), [(8, 10, (0.490, 0.943)), (0, 0, (0.0, 1.0))])
def test_an_interval_is_wilsons(count, trials, interval):
    assert wilson(count, trials) == pytest.approx(interval, abs=5e-4)
