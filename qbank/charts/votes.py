"""How far a review is: the questions that are decided, and those that each member has voted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qbank.charts.drawing import BOUND, INK, OURS, WIDTH, data_of, drawn_once, svg_of

DECIDED: Final = "Decided"
_ROW: Final = 52
"""Room for the name above the bar: beside it a long one is cut off where the picture is narrow."""
_LONGEST: Final = 40

Row = tuple[str, int, int]
"""Who or what, how many are done, and of how many."""


@drawn_once
def votes_chart(rows: Sequence[Row]) -> str:
    """A bar for each row, as long as what is done, on a thin one as long as all of it.

    Args:
        rows: the first is what is decided, then the members in order; a name may come twice.
    """
    import altair as alt

    data = data_of(
        [
            {"at": f"{place:02d}", "done": done, "of": of, "says": f"{_short(name)}: {done:,} of {of:,}"}
            for place, (name, done, of) in enumerate(rows)
        ]
    )
    up = alt.Y("at:O", axis=None)
    whole = alt.Chart(data).mark_bar(color=BOUND, size=4).encode(x=alt.X("of:Q", title="Questions"), y=up)
    bars = alt.Chart(data).mark_bar(color=OURS, size=18).encode(x="done:Q", y=up)
    words = alt.Chart(data).mark_text(color=INK, align="left", baseline="bottom", dy=-12)
    label = words.encode(x=alt.value(0), y=up, text="says:N")
    chart = alt.layer(whole, bars, label).properties(width=WIDTH, height=_ROW * len(rows))
    return svg_of(chart, says=finding(rows))


def finding(rows: Sequence[Row]) -> str:
    """What the picture shows, in a sentence."""
    (_, decided, of), *members = rows
    left = [(each, most - done) for each, done, most in members]
    said = f"{decided:,} of {of:,} {'question is' if of == 1 else 'questions are'} decided"
    most = max((number for _, number in left), default=0)
    if not most:
        return f"{said}; every member has voted on all that they may."
    names = [name for name, number in left if number == most]
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{said}; {names[0]}{others} {'have' if others else 'has'} most left to vote on: {most:,}."


def _short(name: str) -> str:
    """A name that there is room for."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
