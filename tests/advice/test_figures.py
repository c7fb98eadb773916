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
CODES = sorted({each.code for each in SETS})


def test_the_page_holds_every_row_of_the_benchmark():
    rows = [row for row in lines(held_back=True) if "held back" in row or "tuned on" in row]

    assert [row for row in rows if row not in PAGE.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("code", CODES)
def test_a_check_that_is_right_less_than_nine_times_in_ten_is_a_hint(code):
    worst = min(tally(code, each.held_back).precision for each in SETS if each.code == code)

    assert (code in HINTS) is (worst < LEAST_PRECISION)


def test_the_page_holds_two_rows_for_each_set_and_no_other():
    row = re.compile(r"^\| ([a-z-]+) \| (first|second) \| (tuned on|held back) \|", re.MULTILINE)

    rows = row.findall(PAGE.read_text(encoding="utf-8"))

    assert rows == [(each.code, each.order, half) for each in SETS for half in ("tuned on", "held back")]


@pytest.mark.parametrize(("count", "trials", "interval"), [(8, 10, (0.490, 0.943)), (0, 0, (0.0, 1.0))])
def test_an_interval_is_wilsons(count, trials, interval):
    assert wilson(count, trials) == pytest.approx(interval, abs=5e-4)
