"""How many questions a panel has to review in each month, as planned and as they would fall due unspread."""

from __future__ import annotations

from collections.abc import Sequence

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, drawn_once, svg_of
from review.workload import MonthOfWork


@drawn_once
def workload_chart(months: Sequence[MonthOfWork]) -> str:
    """Bars of what is planned for each month, and a mark at what falls due in it.

    Args:
        months: in order; at least one.
    """
    import altair as alt

    rows = data_of(
        [
            {"at": f"{place:02d}", "month": f"{each.month:%b}", "planned": each.planned, "due": each.due}
            for place, each in enumerate(months)
        ]
    )
    names = [f"{each.month:%b}" for each in months]
    shown = "[" + ",".join(f"'{name}'" for name in names) + "][toNumber(datum.value)]"
    across = alt.X("at:O", title="Month").axis(labelExpr=shown, labelAngle=0)
    bars = alt.Chart(rows).mark_bar(color=OURS).encode(x=across, y=alt.Y("planned:Q", title="Questions"))
    falling = alt.Chart(
        data_of([{"at": f"{place:02d}", "due": each.due} for place, each in enumerate(months) if each.due])
    )
    marks = falling.mark_tick(color=BOUND, thickness=3, width=28).encode(x=across, y="due:Q")
    words = alt.Chart(data_of([{"says": "Bars: planned. Lines: falls due, if nothing is decided before."}]))
    label = words.mark_text(color=INK, align="left", baseline="bottom", dy=-6).encode(
        x=alt.value(0), y=alt.value(0), text="says:N"
    )
    chart = alt.layer(bars, marks, label).properties(width=WIDTH, height=HEIGHT)
    return svg_of(chart, says=finding(months))


def finding(months: Sequence[MonthOfWork]) -> str:
    """What the picture shows, in a sentence."""
    most, falls = max(months, key=lambda each: each.planned), max(months, key=lambda each: each.due)
    if not most.planned:
        return f"No review is planned for the next {len(months)} months."
    planned = f"No month has more than {_questions(most.planned)} to review"
    if falls.due <= most.planned:
        return f"{planned}."
    return f"{planned}; left to the day, {_questions(falls.due)} would fall due in {falls.month:%B %Y}."


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count:,} questions"
