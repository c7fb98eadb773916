"""A bank where two questions of every set are bound to each other: neither can be replaced alone, and any other can.

A set holds five short questions on B1 or K1, at most three on each, and two long ones, which carry the other four KSBs
between them: three pairs do. The planned time has no room for a third long one.
"""

from __future__ import annotations

from qbank.domain.questions import BankQuestion
from qbank.storage.queries.sets import AskedQuestion, DrawnSet
from tests.domain.a_question import a_question
from tests.services.a_bank import METHOD, fill

PAIRS = ("K2 S1", "S2 S3", "K2 S2", "S1 S3", "K2 S3", "S1 S2")
SHORT, LONG = 200, 640


def fill_tightly(url: str) -> None:
    """A template, as `a_bank.fill` makes it."""
    fill(url, questions())


def questions() -> tuple[BankQuestion, ...]:
    """Six long questions, then sixteen short ones."""
    ksbs = [*PAIRS, *(("B1", "K1") * 8)]
    return tuple(
        a_question(
            f"Q-{number:04d}",
            ksbs=codes,
            criteria="LP1",
            stem=f"In your logbook, what did lamp {number} teach you?",
            method=METHOD,
            seconds=LONG if codes in PAIRS else SHORT,
        )
        for number, codes in enumerate(ksbs, start=1)
    )


def bound(drawn: DrawnSet) -> list[AskedQuestion]:
    """The two questions of the set, as it is asked now, that are bound to each other, in asking order."""
    return [each for each in drawn.asked if each.seconds == LONG]
