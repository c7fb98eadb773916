"""The picture of review work by month."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

from qbank.charts.workload import finding, workload_chart
from review.workload import MonthOfWork

EVEN = [MonthOfWork(date(2027, month, 1), 0, 20) for month in range(1, 12)]
FALLS = [*EVEN, MonthOfWork(date(2027, 12, 1), 240, 20)]


def test_the_finding_says_the_largest_month_and_what_spreading_saves():
    assert finding(FALLS) == (
        "No month has more than 20 questions to review; left to the day, 240 questions would fall due in December 2027."
    )
    assert finding(EVEN) == "No month has more than 20 questions to review."
    assert finding([MonthOfWork(date(2027, 1, 1), 0, 0)]) == "No review is planned for the next 1 months."


def test_the_picture_has_a_bar_for_each_month_that_has_work_and_says_its_finding():
    svg = workload_chart(FALLS)

    root = ET.fromstring(svg)  # noqa: S314 - ours
    assert root.get("aria-label") == finding(FALLS)
    assert len(re.findall(r'h[\d.]+v[\d.]+h-[\d.]+Z"[^>]*class="chart__fill-ours"', svg)) == len(FALLS)
    assert ">Jan<" in svg
    assert ">Dec<" in svg
    colours = {value for each in root.iter() for name in ("fill", "stroke") if (value := each.get(name))}
    assert colours <= {"none", "transparent"}


def test_who_looks_at_the_same_figures_is_given_the_same_picture_and_other_figures_give_another():
    first = workload_chart(FALLS)

    assert workload_chart(tuple(FALLS)) is first
    assert workload_chart([*EVEN, MonthOfWork(date(2027, 12, 1), 240, 19)]) != first
