"""How often each question of a plan is asked, and how low the largest of these could be."""

from __future__ import annotations

from collections.abc import Sequence

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, svg_of


def exposure_chart(rates: Sequence[float], floor: float) -> str:
    """Bars from the question asked most to the one asked least, and a rule at the lowest that the first could be.

    Args:
        rates: of each question, the share of sets that hold it, in [0, 1]; any order; at least one.
        floor: lower bound of the largest rate.
    """
    import altair as alt

    in_order = sorted(rates, reverse=True)
    below = f"{len(rates):,} questions, the one asked most first"
    bars = (
        alt.Chart(data_of([{"place": at, "rate": rate} for at, rate in enumerate(in_order)]))
        .mark_bar(color=OURS, binSpacing=0)
        .encode(
            x=alt.X("place:O", title=below).axis(labels=False, ticks=False),
            y=alt.Y("rate:Q", title="Share of sets").axis(format="%", tickCount=4),
        )
    )
    bound = alt.Chart(
        data_of(
            [{"floor": floor, "says": f"Broken line: the lowest possible for the question asked most, {floor:.1%}"}]
        )
    )
    rule = bound.mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4]).encode(y="floor:Q")
    label = bound.mark_text(color=INK, align="right", baseline="bottom", dy=-6).encode(
        x=alt.value(WIDTH), y=alt.value(0), text="says:N"
    )
    chart = alt.layer(bars, rule, label).properties(width=WIDTH, height=HEIGHT)
    return svg_of(chart, says=finding(rates, floor))


def finding(rates: Sequence[float], floor: float) -> str:
    """What the picture shows, in a sentence."""
    return f"No question is in more than {max(rates):.1%} of sets; the lowest that this bank allows is {floor:.1%}."
