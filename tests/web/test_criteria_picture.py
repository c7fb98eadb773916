"""The panel's sheet of a question draws how often each criterion was held to be met, where enough were judged."""

from __future__ import annotations

import re

from qbank.web.reviews.evidence_pictures import criteria_picture
from review.evidence import Outcome, evidence


def picture_of(**met):
    """Of a question on whose evidence each criterion was held to be met in so many of so many sittings."""
    outcomes = [
        Outcome(7, sitting % 4, sitting, criterion, sitting < hits)
        for criterion, (hits, of) in met.items()
        for sitting in range(of)
    ]
    found = criteria_picture(evidence(7, drawn=(), askings=(), outcomes=outcomes, least=30))
    return found.svg, found.says


def test_it_has_a_bar_for_each_criterion_that_is_estimable_and_says_which_was_met_least():
    picture, says = picture_of(WP1=(36, 40), WP5=(20, 40), WD1=(3, 29))

    assert says == "WP5 was held to be met least often, in 50% of what was judged on this question."
    assert f'aria-label="{says}"' in picture
    assert len(re.findall(r'<path[^>]*class="chart__fill-ours"', picture)) == 2
    assert ">WP1<" in picture
    assert "WD1" not in picture


def test_there_is_none_before_enough_were_judged():
    assert picture_of(WP1=(29, 29)) == ("", "")
