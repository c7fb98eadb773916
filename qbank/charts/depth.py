"""How many questions carry each KSB, and how many would have to."""

from __future__ import annotations

from collections.abc import Sequence

from delivery.saying import count_of
from qbank.charts.drawing import BOUND, HEIGHT, INK, OURS, WIDTH, data_of, svg_of
from qbank.domain.gaps import Gap


def depth_chart(gaps: Sequence[Gap]) -> str:
    """A bar for each KSB that every set covers, the shallowest first, and a rule at what each needs.

    Args:
        gaps: of those KSBs; at least one.
    """
    import altair as alt

    in_order = sorted(gaps, key=lambda gap: gap.live)
    least = in_order[0].needed
    bars = (
        alt.Chart(data_of([{"ksb": each.ksb, "live": each.live} for each in in_order]))
        .mark_bar(color=OURS)
        .encode(
            x=alt.X("ksb:N", sort=None, title=None).axis(labelAngle=0),
            y=alt.Y("live:Q", title="Live questions").axis(tickCount=4, tickMinStep=1),
        )
    )
    bound = alt.Chart(data_of([{"needed": least, "says": f"Broken line: what each needs, {least:,}"}]))
    rule = bound.mark_rule(color=BOUND, strokeWidth=2, strokeDash=[6, 4]).encode(y="needed:Q")
    label = bound.mark_text(color=INK, align="left", baseline="bottom", dy=-6).encode(
        x=alt.value(4), y=alt.value(0), text="says:N"
    )
    chart = alt.layer(bars, rule, label).properties(width=WIDTH, height=HEIGHT)
    return svg_of(chart, says=finding(in_order))


def finding(gaps: Sequence[Gap]) -> str:
    """What the picture shows, in a sentence."""
    short = [each for each in gaps if each.short]
    least = min(gaps, key=lambda gap: gap.live)
    if not short:
        has = f"Every KSB has the {least.needed:,} questions that it needs"
        return f"{has}; the fewest, {least.live:,}, carry {least.ksb}."
    worst = max(short, key=lambda gap: gap.short)
    which = f"{count_of(len(short), 'KSB')} of {len(gaps)} {'has' if len(short) == 1 else 'have'} fewer questions than"
    return f"{which} the {worst.needed:,} needed; {worst.ksb} is furthest from it, with {worst.live:,}."
