"""Asking a plan for what it has not is answered with what it has."""

from __future__ import annotations

import pytest

from qbank.domain.errors import NotFound


@pytest.mark.parametrize(
    ("ask", "code", "remedy"),
    [
        ("method", "viva", "observation, interview, discussion"),
        ("ksb", "K99", "K1, K2"),
        ("ksb", "WP1", "K1, K2"),
        ("criterion", "K1", "OF1"),
        ("decision", "none-such", "interview-balance"),
        ("specification", "viva", "observation, interview, discussion"),
    ],
)
def test_an_unknown_code_is_refused_with_those_that_are_known(plan, ask, code, remedy):
    with pytest.raises(NotFound) as refusal:
        getattr(plan, ask)(code)

    assert code in refusal.value.sentence
    assert remedy in refusal.value.remedy


def test_wording_for_an_unknown_code_is_refused(plan):
    with pytest.raises(NotFound, match="K99"):
        plan.with_wording({"K99": "Anything"})
