"""What all pictures share: size, type, colours that follow the page, and the way from a description to SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec
from xml.sax.saxutils import quoteattr

WIDTH: Final = 620
HEIGHT: Final = 240
FONT: Final = "Atkinson Hyperlegible Next, sans-serif"
OURS: Final = "#0a0001"
BOUND: Final = "#0a0002"
INK: Final = "#0a0003"
"""Stand-ins, which no picture has of itself: they become the page's colours when the picture is written."""
_COLOURS: Final = {OURS: "ours", BOUND: "bound", INK: "ink"}

Rows = Sequence[Mapping[str, float | str]]
Given = ParamSpec("Given")

PICTURES_KEPT: Final = 64
"""Of each kind, in a process: a few megabytes."""


def drawn_once(draw: Callable[Given, str]) -> Callable[Given, str]:
    """The picture, kept for whoever looks at the same figures: it follows from them alone, and takes long to draw."""
    kept = lru_cache(maxsize=PICTURES_KEPT)(draw)

    @wraps(draw)
    def picture(*args: Given.args, **kwargs: Given.kwargs) -> str:
        return kept(*map(_unchanging, args), **{name: _unchanging(each) for name, each in kwargs.items()})

    return picture


def _unchanging(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) else given


def data_of(rows: Rows) -> Any:
    """Rows for a picture."""
    import altair as alt

    return alt.InlineData(values=[dict(row) for row in rows])


def svg_of(chart: Any, *, says: str) -> str:
    """The picture as an SVG element for a page, which `says` describes to whoever does not see it.

    Args:
        chart: an Altair chart in the stand-in colours.
        says: one sentence: the finding.
    """
    import vl_convert

    axis = {f"{part}Color": INK for part in ("label", "title", "domain", "tick")}
    letters = {"labelFontSize": 15, "titleFontSize": 15, "titleFontWeight": "normal", "titlePadding": 10}
    dressed = (
        chart.configure(aria=False, background="transparent", font=FONT, padding=6)
        .configure_view(stroke=None)
        .configure_axis(grid=False, **axis, **letters)
        .configure_text(fontSize=15)
    )
    return in_page_colours(vl_convert.vegalite_to_svg(dressed.to_dict()), says)


def in_page_colours(svg: str, says: str) -> str:
    """The SVG with classes where it had stand-in colours, sized by its column, and with a name."""
    for colour, name in _COLOURS.items():
        svg = svg.replace(f'fill="{colour}"', f'class="chart__fill-{name}"')
        svg = svg.replace(f'stroke="{colour}"', f'class="chart__line-{name}"')
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"| version="[^"]*"| class="marks"', "", svg, count=4)
    svg = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", svg)  # to whoever does not see it, the whole is one picture
    return svg.replace("<svg", f'<svg class="chart" role="img" aria-label={quoteattr(says)}', 1)
