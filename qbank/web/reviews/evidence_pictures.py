"""The pictures of what a year of use says about a question, each with its finding; of figures that are estimable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from qbank.charts import shares, use_by_month
from qbank.charts.shares import Named
from review.evidence import Evidence, Near
from review.rates import Figure

NEAR: Final[Mapping[Near, str]] = dict(zip(Near, shares.MET, strict=True))
"""What sets have in common, as it is called."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and what it shows, in a sentence; both empty where nothing of it is estimable."""

    svg: Markup
    says: str


NONE: Final = Picture(Markup(), "")


@dataclass(frozen=True, slots=True)
class Pictures:
    """All of them, in the order of the page.

    Args:
        by_month: the share of sets that hold it.
        handled: what assessors did with it.
        judged: criteria that were held to be met on its evidence.
        most: the share of sets that hold it where that is largest.
        twice: the chance that two sets both hold it.
    """

    by_month: Picture
    handled: Picture
    judged: Picture
    most: Picture
    twice: Picture


def pictures_of(found: Evidence, least: int) -> Pictures:
    """The pictures of a question's evidence.

    Args:
        found: the evidence.
        least: fewer than these are not estimable.
    """
    spread = [(NEAR[each.near], each) for each in found.spread]
    return Pictures(
        by_month=_by_month(found, least),
        handled=_handled(found),
        judged=criteria_picture(found),
        most=_bars(
            ((name, each.most) for name, each in spread),
            lambda shown: shares.most_finding(shown, found.exposure),
            across="Sets of the same",
            up="Share where most",
            whole=False,
        ),
        twice=_bars(
            ((name, each.twice) for name, each in spread),
            shares.twice_finding,
            across="Sets of the same",
            up="Two both hold it",
            whole=False,
        ),
    )


def criteria_picture(found: Evidence) -> Picture:
    """Criteria that enough sittings judged, with their intervals."""
    return _bars(found.criteria.items(), shares.criteria_finding, across="Criterion", up="Held to be met")


def _by_month(found: Evidence, least: int) -> Picture:
    if not found.exposure.is_estimable:
        return NONE
    svg = use_by_month.use_chart(found.months, found.exposure, least=least)
    return Picture(Markup(svg), use_by_month.finding(found.months, found.exposure, least=least))  # noqa: S704 - our own SVG


def _handled(found: Evidence) -> Picture:
    how = found.handling
    figures = zip(shares.HANDLED, (how.skipped, how.rephrased, how.replaced, how.supplementary), strict=True)
    return _bars(
        figures,
        shares.handling_finding,
        across="What assessors did",
        up="Each time it came up",
        counts=True,
        whole=False,
    )


def _bars(
    figures: Iterable[tuple[str, Figure]],
    finding: Callable[[Named], str],
    *,
    across: str,
    up: str,
    counts: bool = False,
    whole: bool = True,
) -> Picture:
    shown = [(name, figure) for name, figure in figures if figure.is_estimable]
    if not shown:
        return NONE
    says = finding(shown)
    svg = shares.shares_chart(shown, across=across, up=up, says=says, counts=counts, whole=whole)
    return Picture(Markup(svg), says)  # noqa: S704 - our own SVG
