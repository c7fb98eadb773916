"""What somebody who heard earlier sets knows of the next one."""

from __future__ import annotations

from collections.abc import Sequence

from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, svg_of


def knowledge_chart(known: Sequence[float], length: float) -> str:
    """A line over the number of earlier sets heard, and a rule at half of a set.

    Args:
        known: questions of the next set that were heard before, on average, after 1, 2, … sets.
        length: questions of a set, on average.
    """
    import altair as alt

    heard = data_of([{"sets": at, "known": each} for at, each in enumerate(known, start=1)])
    line = (
        alt.Chart(heard)
        .mark_line(color=OURS, strokeWidth=3)
        .encode(
            x=alt.X("sets:Q", title="Earlier sets that were heard").axis(tickCount=6).scale(domain=[0, len(known)]),
            y=alt.Y("known:Q", title="Questions known of the next").axis(tickCount=5).scale(domain=[0, length]),
        )
    )
    half = alt.Chart(data_of([{"half": length / 2, "says": "half of a set"}]))
    rule = half.mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4]).encode(y="half:Q")
    label = half.mark_text(color=INK, align="right", baseline="top", dy=8).encode(
        x=alt.value(WIDTH), y="half:Q", text="says:N"
    )
    chart = alt.layer(line, rule, label).properties(width=WIDTH, height=HEIGHT)
    return svg_of(chart, says=finding(known, length))


def finding(known: Sequence[float], length: float) -> str:
    """What the picture shows, in a sentence."""
    after = next((at for at, each in enumerate(known, start=1) if each >= length / 2), None)
    if after is None:
        return f"After {len(known)} earlier sets, {known[-1]:.1f} of {length:.1f} questions were heard before."
    sets = "1 earlier set" if after == 1 else f"{after} earlier sets"
    return f"Half of the next set was heard before by whoever heard {sets}."
