"""The pictures of a bank's health, each with the sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qbank.charts.depth import depth_chart
from qbank.charts.depth import finding as depth_finding
from qbank.charts.exposure import exposure_chart
from qbank.charts.exposure import finding as exposure_finding
from qbank.charts.prediction import Bearings, prediction_chart
from qbank.charts.prediction import finding as prediction_finding
from qbank.charts.shares import re_sits_finding, shares_chart
from qbank.charts.wear import Course, wear_chart
from qbank.charts.wear import finding as wear_finding
from qbank.domain.gaps import Gap
from review.predictability import Predicted
from review.rates import Figure
from review.wearing import Wear

Pictures = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is pictured.

    Args:
        gaps: of each KSB.
        rates: of each question by the plan in use; at least one.
        floor: the certified lowest of the largest rate.
        hits: what an adversary hit.
        beside: what hits are held against.
        re_sits: shares by number from 1.
        wear, courses: of the same providers, in the same order.
    """

    gaps: Sequence[Gap]
    rates: Sequence[float]
    floor: float
    hits: Sequence[Predicted]
    beside: Bearings
    re_sits: Sequence[Figure]
    wear: Sequence[Wear]
    courses: Sequence[Course]


def pictures_of(shown: Shown) -> Pictures:
    """(sentence, SVG) by name; those for which there is something to show."""
    found: Pictures = {
        "exposure": (exposure_finding(shown.rates, shown.floor), exposure_chart(shown.rates, shown.floor))
    }
    required = [each for each in shown.gaps if each.needed]
    if required:
        found["depth"] = (depth_finding(required), depth_chart(required))
    hits = [each for each in shown.hits if each.hits.is_estimable]
    if hits:
        found["prediction"] = (prediction_finding(hits, shown.beside), prediction_chart(hits, shown.beside))
    if shown.courses:
        found["wear"] = (wear_finding(shown.wear), wear_chart(shown.courses, shown.wear))
    if shown.re_sits and all(each.is_estimable for each in shown.re_sits):
        says = re_sits_finding(shown.re_sits)
        named = [(str(number), each) for number, each in enumerate(shown.re_sits, start=1)]
        picture = shares_chart(named, across="Clean re-sits in a row, at least", up="Apprentices", says=says)
        found["re_sits"] = (says, picture)
    return found
