"""What somebody who kept the last sets of a provider hit in the next, beside what the plan and the bank allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, svg_of
from review.predictability import Predicted


@dataclass(frozen=True, slots=True)
class Bearings:
    """What hits are to be seen beside.

    Args:
        plan: hits of whoever knows the draw plan: hits above it say that the draws remember.
        floor: hits that no law on this bank can go below, for whoever knows it.
        guesses: how many questions are named.
    """

    plan: float
    floor: float
    guesses: int


def prediction_chart(found: Sequence[Predicted], beside: Bearings) -> str:
    """A point with its interval for each number of sets that were kept, and a rule each at the plan and the floor.

    Args:
        found: those that are estimable; at least one.
        beside: the rules.
    """
    import altair as alt

    points = data_of([_point(each) for each in found])
    across = alt.X("kept:O", sort=None, title="Last sets of the provider that were kept").axis(labelAngle=0)
    most = max(beside.plan, beside.floor, *(float(_point(each)["high"]) for each in found))
    scale = alt.Scale(domain=[0, 1.25 * most])
    marks = (
        alt.Chart(points)
        .mark_point(color=OURS, filled=True, size=90)
        .encode(x=across, y=alt.Y("hits:Q", title=f"Hits of {beside.guesses} named", scale=scale).axis(tickCount=4))
    )
    ranges = alt.Chart(points).mark_rule(color=OURS, strokeWidth=2).encode(x=across, y="low:Q", y2="high:Q")
    says = f"Line: whoever knows the plan, {beside.plan:.2f}. Broken line: the bank’s own floor, {beside.floor:.2f}"
    bound = alt.Chart(data_of([{"plan": beside.plan, "floor": beside.floor, "says": says}]))
    known = bound.mark_rule(color=BOUND, strokeWidth=1).encode(y="plan:Q")
    rule = bound.mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4]).encode(y="floor:Q")
    label = bound.mark_text(color=INK, align="right", baseline="top", dy=2).encode(
        x=alt.value(WIDTH), y=alt.value(0), text="says:N"
    )
    chart = alt.layer(known, rule, ranges, marks, label).properties(width=WIDTH, height=HEIGHT)
    return svg_of(chart, says=finding(found, beside))


def finding(found: Sequence[Predicted], beside: Bearings) -> str:
    """What the picture shows, in a sentence."""
    worst = max(found, key=lambda each: each.hits.value or 0.0)
    kept = "the last set" if worst.last == 1 else f"the last {worst.last} sets"
    hits = f"Whoever kept {kept} of a provider hit {worst.hits.value:.2f} of {beside.guesses} on average"
    return (
        f"{hits}; whoever knows the plan hits {beside.plan:.2f}, and the bank allows no fewer than {beside.floor:.2f}."
    )


def _point(each: Predicted) -> dict[str, float | str]:
    value, interval = each.hits.value or 0.0, each.hits.interval
    low, high = (interval.low, interval.high) if interval else (value, value)
    return {"kept": str(each.last), "hits": value, "low": low, "high": high}
