"""In which share of the sets of each month a question was."""

from __future__ import annotations

from collections.abc import Sequence

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, drawn_once, svg_of
from review.evidence import MonthOfUse
from review.rates import Figure


@drawn_once
def use_chart(months: Sequence[MonthOfUse], whole: Figure, *, least: int) -> str:
    """Bars of the share by month, and a rule at that of all months together; a month of few sets says "few".

    Args:
        months: in order; at least one.
        whole: the share over all of them, which is estimable.
        least: the fewest sets from which a month's share is drawn.
    """
    import altair as alt

    few = {True: ",'few'", False: ""}
    names = [f"['{each.month:%b}'{few[each.sets < least]}]" for each in months]
    shown = "[" + ",".join(names) + "][toNumber(datum.value)]"
    rows: list[dict[str, float | str]] = [
        {"at": f"{place:02d}", "rate": each.held / each.sets if each.sets >= least else 0.0}
        for place, each in enumerate(months)
    ]
    across = alt.X("at:O", title="Month").axis(labelExpr=shown, labelAngle=0)
    up = alt.Y("rate:Q", title="Share of sets").axis(format="%", tickCount=4)
    bars = alt.Chart(data_of(rows)).mark_bar(color=OURS).encode(x=across, y=up)
    value = whole.value or 0.0
    bound = alt.Chart(data_of([{"rate": value, "says": f"Broken line: all months together, {value:.1%}"}]))
    rule = bound.mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4]).encode(y="rate:Q")
    label = bound.mark_text(color=INK, align="right", baseline="bottom", dy=-6).encode(
        x=alt.value(WIDTH), y=alt.value(0), text="says:N"
    )
    chart = alt.layer(bars, rule, label).properties(width=WIDTH, height=HEIGHT * 2 // 3)
    return svg_of(chart, says=finding(months, whole, least=least))


def finding(months: Sequence[MonthOfUse], whole: Figure, *, least: int) -> str:
    """What the picture shows, in a sentence."""
    enough = [each for each in months if each.sets >= least]
    said = f"In {whole.value or 0.0:.1%} of {whole.of:,} sets"
    if not enough:
        return f"{said}; no month has enough sets for a share of its own."
    most = max(enough, key=lambda each: each.held / each.sets)
    return f"{said}; most in {most.month:%B %Y}, {most.held / most.sets:.1%}."
