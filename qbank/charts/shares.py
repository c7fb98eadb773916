"""Figures with their intervals, one bar each: re-sits, criteria met, what assessors did, where a question was met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from qbank.charts.drawing import BOUND, HEIGHT, OURS, WIDTH, data_of, drawn_once, svg_of
from review.rates import Figure

_SMALL: Final = 0.1
"""Below this a whole number of per cent says too little."""

Named = Sequence[tuple[str, Figure]]
"""Shares by name, in the order of the picture; each estimable."""


@drawn_once
def shares_chart(shares: Named, *, across: str, up: str, says: str, counts: bool = False, whole: bool = True) -> str:
    """A bar for each share, and a line over its 95% interval.

    Args:
        shares: at least one.
        across: what the names are.
        up: what the shares are of.
        says: the finding, in a sentence.
        counts: whether they are numbers, which may pass 1, and no shares of a whole.
        whole: whether the picture reaches up to 1; else as far as the longest interval, where all are small.
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
    top = max(float(row["high"]) for row in rows)
    scale = alt.Scale(domain=[0, 1]) if whole else alt.Scale(domain=[0, top or 1], nice=True)
    marks = ".1f" if counts else ".0%" if whole or top >= _SMALL else ".1%"
    height = alt.Y("value:Q", title=up, scale=scale).axis(format=marks, tickCount=4)
    bars = alt.Chart(data_of(rows)).mark_bar(color=OURS).encode(x=axis, y=height)
    lines = alt.Chart(data_of(rows)).mark_rule(color=BOUND, strokeWidth=3).encode(x=axis, y="low:Q", y2="high:Q")
    return svg_of(alt.layer(bars, lines).properties(width=WIDTH, height=HEIGHT), says=says)


_ADDED: Final = "Added to"
HANDLED: Final[Mapping[str, str]] = {
    "Not asked": "it was not asked",
    "Other words": "it was asked in other words",
    "Replaced": "another question took its place",
    _ADDED: "they added questions of their own",
}
"""What assessors do with a question of a set, in two words and in a sentence."""


def handling_finding(shares: Named) -> str:
    """What a picture of how assessors handled a question shows, in a sentence; the names are those of `HANDLED`."""
    name, figure = max(shares, key=lambda each: each[1].value or 0.0)
    if not figure.value:
        return "Assessors did none of this with it: it was asked as it stands."
    often = f"{figure.value:.2f} for each asking" if name == _ADDED else f"{figure.value:.1%} of the times it came up"
    return f"What assessors did most often: {HANDLED[name]}, {often}."


MET: Final[Mapping[str, str]] = {
    "Months": "In the month",
    "Employers": "At the employer",
    "Providers": "At the provider",
    "Assessors": "With the assessor",
}
"""Where sets are met, as a heading and as a sentence begins."""


def most_finding(shares: Named, overall: Figure) -> str:
    """What a picture of where a question was met most shows, in a sentence; the names are those of `MET`."""
    name, figure = max(shares, key=lambda each: each[1].value or 0.0)
    of_all = f"of all sets, {overall.value or 0.0:.1%} did"
    return f"{MET[name]} where it was met most, {figure.value:.1%} of the sets held it; {of_all}."


def twice_finding(shares: Named) -> str:
    """What a picture of the chance that two sets both hold a question shows, in a sentence."""
    name, figure = max(shares, key=lambda each: each[1].value or 0.0)
    one = MET[name].partition(" the ")[2]
    return (
        f"Of two sets of the same {one} both held it in {figure.value:.1%} of the pairs: the most of what is looked at."
    )


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
