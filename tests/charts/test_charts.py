"""Pictures show their figures, take the page's colours, and say their finding to whoever does not see them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from qbank.charts.depth import depth_chart
from qbank.charts.exposure import exposure_chart
from qbank.charts.knowledge import knowledge_chart
from qbank.domain.gaps import Gap

RATES = [0.10, 0.30, 0.20]


def bars(svg: str) -> list[float]:
    """The height of each bar, from the left."""
    drawn = re.findall(r'd="M([\d.]+),[\d.]+h[\d.]+v([\d.]+)h-[\d.]+Z"[^>]*class="chart__fill-ours"', svg)
    return [float(height) for _, height in sorted(drawn, key=lambda bar: float(bar[0]))]


def test_bars_are_as_high_as_the_rates_and_stand_from_the_highest():
    heights = bars(exposure_chart(RATES, 0.25))

    assert len(heights) == 3
    assert heights == sorted(heights, reverse=True)
    assert abs(heights[0] / heights[2] - 3) < 0.05


def test_the_line_rises_with_what_is_known():
    lower, upper = (line(knowledge_chart([first, 6.0], 10)) for first in (2.0, 4.0))

    assert lower[0] > upper[0], "higher on the page is a smaller y"
    assert lower[1] == upper[1]


def line(svg: str) -> list[float]:
    """The heights of the line's points."""
    (path,) = re.findall(r'd="(M[^"Z]*L[^"Z]*)"[^>]*class="chart__line-ours"', svg)
    return [float(point.split(",")[1]) for point in re.split(r"[ML]", path) if point]


def test_a_picture_is_well_formed_has_a_name_and_no_colour_or_style_of_its_own():
    for svg in (exposure_chart(RATES, 0.25), knowledge_chart([1.4, 2.6, 4.9, 5.2], 10)):
        root = ET.fromstring(svg)  # noqa: S314 - ours
        assert root.get("role") == "img"
        assert root.get("aria-label")
        colours = {value for each in root.iter() for name in ("fill", "stroke") if (value := each.get(name))}
        assert colours <= {"none", "transparent"}, "every colour follows the page"
        assert not any(each.get("style") for each in root.iter()), "the content security policy forbids it"


def test_the_finding_is_said():
    assert 'aria-label="No question is in more than 30.0% of sets; the lowest that this bank allows is 25.0%."' in (
        exposure_chart(RATES, 0.25)
    )
    assert "whoever heard 4 earlier sets" in knowledge_chart([1.4, 2.6, 4.9, 5.2], 10)
    assert "whoever heard 1 earlier set." in knowledge_chart([6.0], 10)
    assert "After 2 earlier sets, 2.6 of 10.0 questions" in knowledge_chart([1.4, 2.6], 10)


def test_to_whoever_does_not_see_it_a_picture_is_one_thing_with_a_name():
    for svg in (exposure_chart(RATES, 0.25), knowledge_chart([2.0, 6.0], 10), depth_chart([Gap("K1", 3, 0, 4)])):
        named = [each for each in ET.fromstring(svg).iter() if {"role", "aria-label"} & {*each.keys()}]  # noqa: S314 - ours

        assert [each.get("role") for each in named] == ["img"]


def test_the_depths_are_said_and_drawn_from_the_shallowest():
    gaps = [Gap("K1", 8, 0, 4), Gap("K2", 3, 1, 4), Gap("S1", 1, 0, 4)]

    svg = depth_chart(gaps)

    heights = bars(svg)
    assert heights == sorted(heights)
    assert abs(heights[2] / heights[0] - 8) < 0.2
    assert "2 KSBs of 3 have fewer questions than the 4 needed; S1 is furthest from it, with 1." in svg
    assert "Every KSB has the 4 questions that it needs; the fewest, 8, carry K1." in depth_chart(gaps[:1])
