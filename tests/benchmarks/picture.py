"""One picture of the benchmark: what history and what a leak give away, a point for each method that breaks no rule.

python -m tests.benchmarks.picture figures.json roomy-150 picture.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.benchmarks.methods import METHODS

WIDTH, HEIGHT = 560, 380
RAISED = {"integer program, exposure penalty": -9, "uniform over lawful sets": -9, "qbank": -12}
"""Names that would be written over others, and by how much they are moved."""
INK, OURS, OTHERS = "#1a1a1a", "#0b5d4d", "#8a5a00"


def points_of(rows, floors):
    """What two leaked questions and what history give away, of the methods whose sets break no rule."""
    return [
        {
            "method": METHODS[name][0],
            "leaked": row["leaked"],
            "hits": row["hits"] / floors["hits"],
            "ours": name == "ours",
        }
        for name, row in rows.items()
        if "missed" in row and not row["missed"] and not row["broken"]
    ]


def picture(points):
    """The picture as SVG: the lower left, where both give little away, is best."""
    import altair as alt
    import vl_convert

    data = alt.InlineData(values=points)
    colour = alt.condition("datum.ours", alt.value(OURS), alt.value(OTHERS))
    place = {
        "x": alt.X("hits:Q", title="hits of whoever knows the history, by the certified floor").scale(zero=False),
        "y": alt.Y("leaked:Q", title="of the other questions, named when two are known"),
    }
    dots = alt.Chart(data).mark_point(filled=True, size=90, opacity=1).encode(**place, color=colour)
    names = [
        alt.Chart(alt.InlineData(values=[point]))
        .mark_text(align="left", dx=8, dy=RAISED.get(point["method"], 0), fontSize=12, color=INK)
        .encode(**place, text="method:N")
        for point in points
    ]
    chart = alt.layer(dots, *names).properties(width=WIDTH, height=HEIGHT)
    dressed = chart.configure(background="white", font="sans-serif", padding=8).configure_axis(grid=False)
    return vl_convert.vegalite_to_svg(dressed.to_dict())


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))[sys.argv[2]]
    Path(sys.argv[3]).write_text(picture(points_of(told["rows"], told["floors"])) + "\n", encoding="utf-8")
