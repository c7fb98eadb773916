"""The picture of a question's use by month."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

from qbank.charts.use_by_month import finding, use_chart
from review.evidence import MonthOfUse
from review.rates import share

MONTHS = [
    MonthOfUse(date(2026, 9, 1), 100, 8),
    MonthOfUse(date(2026, 10, 1), 10, 9),
    MonthOfUse(date(2026, 11, 1), 90, 3),
]
WHOLE = share(20, 200, least=30)


def test_the_finding_says_the_share_and_the_month_with_most_of_those_with_enough_sets():
    assert finding(MONTHS, WHOLE, least=30) == "In 10.0% of 200 sets; most in September 2026, 8.0%."
    assert finding(MONTHS, WHOLE, least=300) == "In 10.0% of 200 sets; no month has enough sets for a share of its own."


def test_a_month_of_few_sets_has_a_place_and_no_bar():
    svg = use_chart(MONTHS, WHOLE, least=30)

    assert ET.fromstring(svg).get("aria-label") == finding(MONTHS, WHOLE, least=30)  # noqa: S314 - ours
    assert len(re.findall(r'h[\d.]+v[1-9][\d.]*h-[\d.]+Z"[^>]*class="chart__fill-ours"', svg)) == 2
    assert ">Oct<" in svg
    assert svg.count(">few<") == 1
