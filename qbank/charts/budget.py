"""What the sets of a year gave away, look by look, beside the budget that a panel signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, svg_of
from review.budget import Checked, broken_since
from review.days import day_in_uk


def budget_chart(found: Sequence[Checked]) -> str:
    """A point for each look, joined, and the budget as a broken line, which steps where another was signed.

    Args:
        found: looks that could say something, in the order of time; at least one.
    """
    import altair as alt

    rows: list[dict[str, float | str]] = [
        {
            "at": f"{place:04d}",
            "hits": each.hits or 0.0,
            "budget": each.budget.hits(each.guesses),
        }
        for place, each in enumerate(found)
    ]
    ends = {0, len(found) - 1}
    days = [f"'{_said(day_in_uk(each.at))}'" if place in ends else "''" for place, each in enumerate(found)]
    shown = f"[{','.join(days)}][toNumber(datum.value)]"
    across = alt.X("at:O", title="Looks, the latest at the right").axis(labelExpr=shown, labelAngle=0, ticks=False)
    most = max(max(float(each["hits"]), float(each["budget"])) for each in rows)
    scale = alt.Scale(domain=[0, 1.25 * most or 1.0])
    up = alt.Y("hits:Q", title=f"Hits of {found[-1].guesses} named", scale=scale).axis(tickCount=4)
    base = alt.Chart(data_of(rows))
    line = base.mark_line(color=OURS, strokeWidth=1).encode(x=across, y=up)
    points = base.mark_point(color=OURS, filled=True, size=40).encode(x=across, y=up)
    rule = base.mark_line(color=BOUND, strokeWidth=2, strokeDash=[6, 4], interpolate="step").encode(
        x=across, y=alt.Y("budget:Q", scale=scale)
    )
    says = f"Broken line: the budget that was signed, {found[-1].budget.hits(found[-1].guesses):.2f}"
    label = (
        alt.Chart(data_of([{"says": says}]))
        .mark_text(color=INK, align="right", baseline="top", dy=2)
        .encode(x=alt.value(WIDTH), y=alt.value(0), text="says:N")
    )
    marks = (rule, line, points, label) if len(found) > 1 else (_level(found[0]), points, label)
    chart = alt.layer(*marks).properties(width=WIDTH, height=HEIGHT * 2 // 3)
    return svg_of(chart, says=finding(found))


def _said(day: date) -> str:
    return f"{day.day} {day:%b}"


def _level(only: Checked) -> object:
    """The budget as a line across, where one look gives no two ends."""
    import altair as alt

    bound = alt.Chart(data_of([{"budget": only.budget.hits(only.guesses)}]))
    return bound.mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4]).encode(y="budget:Q")


def finding(found: Sequence[Checked]) -> str:
    """What the picture shows, in a sentence."""
    latest, since = found[-1], broken_since(found)
    kept = "the last set" if latest.budget.last == 1 else f"the last {latest.budget.last} sets"
    hits = f"whoever kept {kept} of a provider hits {latest.hits or 0.0:.2f} of {latest.guesses}"
    signed = f"the panel signed {latest.budget.hits(latest.guesses):.2f}"
    if since is None:
        return f"The budget is kept: {hits}, {signed}."
    day = day_in_uk(since)
    return f"The budget is broken since {day.day} {day:%B %Y}: {hits}, {signed}."
