"""Many stems at once: KSBs for all or of a line's own, marks of lists left out, faults in sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.quick_lines import codes_in, read_lines
from qbank.services.starter import starter_plan

PLAN = starter_plan("customer-service-specialist-3")


def lines(typed: str, ksbs: tuple[str, ...] = ("K3",)):
    return read_lines(typed, PLAN, "interview", ksbs, author="Ada")


def test_each_line_becomes_a_draft_with_the_ksbs_that_were_chosen_for_all():
    first, second = lines("What did you find?\n\nHow did you know?\r\n", ("K3", "S16"))

    assert (first.number, first.text.stem, first.text.primary, first.text.secondary) == (
        1,
        "What did you find?",
        "K3",
        ("S16",),
    )
    assert (second.number, second.text.stem, second.text.author) == (3, "How did you know?", "Ada")
    assert first.faults == second.faults == ()


@pytest.mark.parametrize(
    ("typed", "primary", "secondary", "stem"),
    [
        ("K4: Why?", "K4", (), "Why?"),
        ("k4 s16: Why?", "K4", ("S16",), "Why?"),
        ("[K4, S16] Why?", "K4", ("S16",), "Why?"),
        ("[] Why?", "", (), "Why?"),
        ("1. K4: Why: in your words?", "K4", (), "Why: in your words?"),
        ("• Think of one case: why?", "K3", (), "Think of one case: why?"),
        ("12) Why?", "K3", (), "Why?"),
    ],
)
def test_a_line_may_begin_with_ksbs_of_its_own_and_loses_the_marks_of_a_list(typed, primary, secondary, stem):
    (line,) = lines(typed)

    assert (line.text.primary, line.text.secondary, line.text.stem) == (primary, secondary, stem)


def test_a_ksb_that_the_method_has_not_is_named_with_those_it_has():
    (line,) = lines("K99: Why?")

    assert line.faults[0].startswith("K99 is no KSB of the interview; its codes are K")


def test_ksbs_without_a_stem_and_a_stem_without_an_end_are_refused():
    empty, long = lines(f"K4:\n{'a' * 8_001}")

    assert "There is no stem" in empty.faults[0]
    assert "8,000 characters or fewer" in long.faults[0]


@given(st.text(), st.text())
def test_whatever_is_typed_gives_lines(typed, ksbs):
    found = read_lines(typed, PLAN, "interview", codes_in(ksbs), author="Ada")

    assert len(found) == sum(bool(line.strip()) for line in typed.replace("\r\n", "\n").split("\n"))
