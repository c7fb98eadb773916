"""How much of the next set was heard before, month by month, at a large provider and at smaller ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, svg_of
from review.wearing import Wear

_DASHES: Final = ([1, 0], [8, 4], [2, 4])
_LEGEND: Final = "Unbroken: the largest provider. Dashes: the middle one. Dots: the smallest."

Course = Sequence[tuple[date, float]]
"""Of each month, its first day and the share of the next set that was heard before at its end, in [0, 1]."""


def wear_chart(courses: Sequence[Course], wear: Sequence[Wear]) -> str:
    """A line for each provider, and a broken rule where half of the next set was heard before.

    Args:
        courses: of the providers in `wear`, in the same order; each of the same months, at least one.
        wear: at the largest provider, at the middle one, at the smallest.
    """
    import altair as alt

    layers = []
    for dashes, course in zip(_DASHES, courses, strict=False):
        rows = data_of([{"month": f"{month:%Y-%m-%d}", "heard": heard} for month, heard in course])
        across = alt.X("month:T", title="Month").axis(format="%b %Y", tickCount=6)
        up = alt.Y("heard:Q", title="Heard before", scale=alt.Scale(domain=[0, 1])).axis(format="%", tickCount=4)
        layers.append(alt.Chart(rows).mark_line(color=OURS, strokeDash=dashes, strokeWidth=2).encode(x=across, y=up))
    half = alt.Chart(data_of([{"half": 0.5}])).mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4])
    words = alt.Chart(data_of([{"says": _LEGEND}])).mark_text(color=INK, align="left", baseline="bottom", dy=-6)
    label = words.encode(x=alt.value(0), y=alt.value(0), text="says:N")
    chart = alt.layer(*layers, half.encode(y="half:Q"), label).properties(width=WIDTH, height=HEIGHT)
    return svg_of(chart, says=finding(wear))


def finding(wear: Sequence[Wear]) -> str:
    """What the picture shows, in a sentence."""
    largest = wear[0].month
    if largest is None:
        return "At no provider is half of the next set heard before within ten years."
    return f"At the largest provider half of the next set was heard before by the end of {largest:%B %Y}."
