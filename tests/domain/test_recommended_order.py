"""The order that the plan recommends: observation and project before the professional discussion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qbank.domain.recommended_order import recommended

NOON = datetime(2026, 6, 4, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=7)


@pytest.mark.parametrize(("method", "rule"), [("observation", "O8"), ("interview", "W11")])
@pytest.mark.parametrize(("discussion", "is_kept"), [(LATER, True), (NOON - timedelta(days=1), False), (None, None)])
def test_O8_W11_each_is_recommended_before_the_discussion_as_soon_as_both_are_booked(
    plan, method, rule, discussion, is_kept
):
    booked = {method: NOON} | ({} if discussion is None else {"discussion": discussion})

    (found,) = recommended(plan, method, booked)

    assert (found.first.code, found.then.code, found.rule, found.is_kept) == (method, "discussion", rule, is_kept)


def test_O8_W11_the_discussion_is_held_against_both(plan):
    found = list(recommended(plan, "discussion", {"discussion": NOON, "observation": LATER}))

    assert [(each.first.code, each.is_kept) for each in found] == [("observation", False), ("interview", None)]


def test_a_plan_that_recommends_nothing_says_nothing(small_plan):
    assert [each for method in small_plan.methods for each in recommended(small_plan, method.code, {})] == []
