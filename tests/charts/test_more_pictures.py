"""The pictures of how a bank wears, of shares with their intervals, and of how far a review is."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

from qbank.charts.shares import (
    HANDLED,
    MET,
    criteria_finding,
    handling_finding,
    most_finding,
    re_sits_finding,
    shares_chart,
    twice_finding,
)
from qbank.charts.votes import DECIDED, finding, votes_chart
from qbank.charts.wear import NAMES, wear_chart
from qbank.charts.wear import finding as wear_finding
from review.rates import per_asking, share
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


def test_what_assessors_did_is_numbers_that_may_pass_one_and_the_most_frequent_is_said():
    figures = [share(6, 60, least=30), share(0, 60, least=30), share(1, 60, least=30), per_asking(78, 60, least=30)]
    shown = list(zip(HANDLED, figures, strict=True))
    says = handling_finding(shown)

    svg = shares_chart(shown, across="What assessors did", up="Each time", says=says, counts=True, whole=False)

    assert says == "What assessors did most often: they added questions of their own, 1.30 for each asking."
    well_formed(svg, says)
    assert bars_of(svg) == 4
    assert [name for name in HANDLED if f">{name}<" not in svg] == []
    assert "1.5" in svg
    assert (
        handling_finding(shown[:2]) == "What assessors did most often: it was not asked, 10.0% of the times it came up."
    )
    assert handling_finding([("Replaced", share(0, 60, least=30))]).endswith("it was asked as it stands.")


def test_where_a_question_was_met_is_said_without_a_name_and_small_shares_fill_the_picture():
    shown = list(zip(MET, (share(hits, 400, least=30) for hits in (6, 9, 4, 2)), strict=True))
    says = most_finding(shown, share(50, 4_000, least=30))

    svg = shares_chart(shown, across="Sets of the same", up="Share where most", says=says, whole=False)

    assert says == "At the employer where it was met most, 2.2% of the sets held it; of all sets, 1.2% did."
    assert "100%" not in well_formed(svg, says).itertext()
    assert "2.0%" in svg
    assert twice_finding(shown) == (
        "Of two sets of the same employer both held it in 2.2% of the pairs: the most of what is looked at."
    )


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
