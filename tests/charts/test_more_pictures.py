"""The pictures of how a bank wears, of shares with their intervals, and of how far a review is."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

from qbank.charts.shares import criteria_finding, re_sits_finding, shares_chart
from qbank.charts.votes import DECIDED, finding, votes_chart
from qbank.charts.wear import NAMES, wear_chart
from qbank.charts.wear import finding as wear_finding
from review.rates import share
from review.wearing import Wear, course, monthly, wears_out

TODAY = date(2026, 6, 15)
RATES = [0.1] * 60
CRITERIA = [(name, share(hits, 60, least=30)) for name, hits in (("WP1", 40), ("WP2", 55), ("WD1", 20))]


def a_provider(part):
    volumes = monthly(1_200, [9], peak=3.0)
    given = {"so_far": 0, "today": TODAY}
    return course(RATES, part, volumes, **given), wears_out(7, part, volumes, **given)


def bars_of(svg):
    return len(re.findall(r'<path[^>]*class="chart__fill-ours"', svg))


def well_formed(svg, says):
    root = ET.fromstring(svg)  # noqa: S314 - ours
    assert root.get("aria-label") == says
    return root


def test_how_a_bank_wears_is_a_line_for_each_provider_and_the_rule_of_a_half():
    courses, wear = zip(*(a_provider(part) for part in (0.01, 0.005, 0.001)), strict=True)

    svg = wear_chart(courses, wear)

    says = "At the largest provider half of the next set was heard before by the end of December 2026."
    assert wear[0].month == date(2026, 12, 1)
    assert wear_finding(wear) == says
    well_formed(svg, says)
    assert len(re.findall(r'<path[^>]*class="chart__line-ours"', svg)) == 2 * 3  # each once more beside its name
    assert 'class="chart__line-bound"' in svg
    assert [name for name in NAMES if name not in svg] == []
    assert wear_finding([Wear(0.1, 120, None)]).startswith("At no provider")


def test_shares_are_a_bar_each_with_its_interval_and_the_least_is_said():
    says = criteria_finding(CRITERIA)

    svg = shares_chart(CRITERIA, across="Criterion", up="Held to be met", says=says)

    assert says == "WD1 was held to be met least often, in 33% of what was judged on this question."
    well_formed(svg, says)
    assert bars_of(svg) == 3
    assert len(re.findall(r'<line[^>]*class="chart__line-bound"', svg)) == 3
    assert ">WP2<" in svg


def test_re_sits_are_said_from_the_first_to_the_last():
    shares = [share(hits, 100, least=30) for hits in (100, 96, 12)]

    assert re_sits_finding(shares) == "100% of apprentices can have a clean re-sit, and 12% as many as 3 in a row."
    assert re_sits_finding(shares[:1]).endswith("and nobody two in a row.")


def test_how_far_a_review_is_says_who_has_most_left_and_has_a_bar_for_each():
    rows = [(DECIDED, 3, 12), ("Omar Diaz", 8, 11), ("Ewa O'Nowak \\", 0, 12)]

    svg = votes_chart(rows)

    assert finding(rows) == "3 of 12 questions are decided; Ewa O'Nowak \\ has most left to vote on: 12."
    well_formed(svg, finding(rows))
    assert "8 of 11" in svg
    assert ">Ewa O'Nowak \\: 0 of 12<" in svg
    assert finding([(DECIDED, 1, 1), ("Omar Diaz", 1, 1)]).endswith("every member has voted on all that they may.")
    assert finding([(DECIDED, 0, 2), ("A", 0, 2), ("B", 0, 2)]).endswith("A and 1 more have most left to vote on: 2.")
