"""How much of the next set was heard before, month by month, at a large provider and at smaller ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, svg_of
from review.wearing import Wear

NAMES = ("The largest", "The middle one", "The smallest")
_DASHES = ([1, 0], [8, 4], [2, 4])

Course = Sequence[tuple[date, float]]
"""Of each month, its first day and the share of the next set that was heard before at its end, in [0, 1]."""


def wear_chart(courses: Sequence[Course], wear: Sequence[Wear]) -> str:
    """A line for each provider, with dashes of its own, and a rule where half of the next set was heard before.

    Args:
        courses: of the providers in `wear`, in the same order; each of the same months, at least one.
        wear: at the largest provider, at the middle one, at the smallest.
    """
    import altair as alt

    names = NAMES[: len(courses)]
    rows: list[dict[str, float | str]] = [
        {"month": f"{month:%Y-%m-%d}", "heard": heard, "provider": name}
        for name, course in zip(names, courses, strict=True)
        for month, heard in course
    ]
    lines = alt.Chart(data_of(rows)).mark_line(color=OURS, strokeWidth=2)
    course = lines.encode(
        x=alt.X("month:T", title="Month").axis(format="%b %Y", tickCount=6),
        y=alt.Y("heard:Q", title="Heard before", scale=alt.Scale(domain=[0, 1])).axis(format="%", tickCount=4),
        strokeDash=alt.StrokeDash(
            "provider:N", title=None, sort=None, scale=alt.Scale(domain=names, range=_DASHES[: len(names)])
        ).legend(
            orient="top", labelColor=INK, labelFontSize=15, symbolStrokeColor=OURS, symbolStrokeWidth=2, symbolSize=1000
        ),
    )
    half = alt.Chart(data_of([{"half": 0.5}])).mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4])
    chart = alt.layer(course, half.encode(y="half:Q")).properties(width=WIDTH, height=HEIGHT)
    return svg_of(chart, says=finding(wear))


def finding(wear: Sequence[Wear]) -> str:
    """What the picture shows, in a sentence."""
    largest = wear[0].month
    if largest is None:
        return "At no provider is half of the next set heard before within ten years."
    return f"At the largest provider half of the next set was heard before by the end of {largest:%B %Y}."
