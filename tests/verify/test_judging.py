"""Where the time decides how many, one question may be a whole set, and none is no set."""

from __future__ import annotations

import pytest

from qbank.verify.judging import Judge
from tests.delivery.a_pool import a_pool, a_specification

POOL = [each.to_dict() for each in a_pool(A="K1", B="K2").candidates]


@pytest.mark.parametrize(
    ("length", "positions", "broken"),
    [
        (None, [0], []),
        (None, [0, 1], []),
        (None, [], ["length", "seconds"]),
        (None, [0, 0], ["length"]),
        (1, [0], []),
        (1, [0, 1], ["length"]),
        (2, [0], ["length"]),
    ],
)
def test_a_set_is_as_long_as_is_asked(length, positions, broken):
    asked = a_specification(length=length, required="", optional="K1", seconds=(1, 900)).to_dict()

    found = Judge(POOL, asked, frozenset()).broken(positions)

    assert found == broken


def test_the_proof_of_a_set_counts_its_busiest_ksb():
    asked = a_specification(required="", optional="K1 K2", most_per_ksb=2).to_dict()

    assert Judge(POOL, asked, frozenset()).proof([0, 1])["most_per_ksb"] == "1 at most"


def test_where_no_ksb_is_counted_none_is_busy():
    asked = a_specification(required="", optional="", most_per_ksb=2).to_dict()

    assert Judge(POOL, asked, frozenset()).proof([0, 1])["most_per_ksb"] == "0 at most"
