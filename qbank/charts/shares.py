"""Shares with their intervals, one bar each: how many re-sits apprentices can have, how often criteria were met."""

from __future__ import annotations

from collections.abc import Sequence

from qbank.charts.drawing import BOUND, HEIGHT, OURS, WIDTH, data_of, drawn_once, svg_of
from review.rates import Figure

Named = Sequence[tuple[str, Figure]]
"""Shares by name, in the order of the picture; each estimable."""


@drawn_once
def shares_chart(shares: Named, *, across: str, up: str, says: str) -> str:
    """A bar for each share, and a line over its 95% interval.

    Args:
        shares: at least one.
        across: what the names are.
        up: what the shares are of.
        says: the finding, in a sentence.
    """
    import altair as alt

    rows: list[dict[str, float | str]] = [
        {
            "place": f"{place:03d}",
            "value": figure.value or 0.0,
            "low": figure.interval.low if figure.interval else figure.value or 0.0,
            "high": figure.interval.high if figure.interval else figure.value or 0.0,
        }
        for place, (_, figure) in enumerate(shares)
    ]
    names = ",".join(f"'{name}'" for name, _ in shares)
    axis = alt.X("place:O", title=across).axis(labelExpr=f"[{names}][toNumber(datum.value)]", labelAngle=0)
    height = alt.Y("value:Q", title=up, scale=alt.Scale(domain=[0, 1])).axis(format="%", tickCount=4)
    bars = alt.Chart(data_of(rows)).mark_bar(color=OURS).encode(x=axis, y=height)
    lines = alt.Chart(data_of(rows)).mark_rule(color=BOUND, strokeWidth=3).encode(x=axis, y="low:Q", y2="high:Q")
    return svg_of(alt.layer(bars, lines).properties(width=WIDTH, height=HEIGHT), says=says)


def re_sits_finding(shares: Sequence[Figure]) -> str:
    """What a picture of clean re-sits shows, in a sentence; the first share is of those who can have one."""
    first, last = shares[0].value or 0.0, shares[-1].value or 0.0
    if len(shares) == 1:
        return f"{first:.0%} of apprentices can have a clean re-sit, and nobody two in a row."
    return f"{first:.0%} of apprentices can have a clean re-sit, and {last:.0%} as many as {len(shares)} in a row."


def criteria_finding(shares: Named) -> str:
    """What a picture of criteria shows, in a sentence."""
    name, figure = min(shares, key=lambda each: each[1].value or 0.0)
    if len(shares) == 1:
        return f"{name} was held to be met in {figure.value:.0%} of what was judged on this question."
    return f"{name} was held to be met least often, in {figure.value:.0%} of what was judged on this question."
