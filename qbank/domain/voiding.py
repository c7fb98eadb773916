"""Voiding a set that was pulled and not sat: one person asks, another answers; neither had a hand in the sitting."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import combining, normalize

from qbank.domain.access import Permission, Role
from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor

MOST_SETS: Final = 50
"""Sessions of one request: a page of a list."""
DECIDERS: Final = (Role.BANK_MANAGER, Role.IQA)
"""Who asks and who answers; the database holds it too."""


class Answered(StrEnum):
    """What the second person said, or that whoever asked took it back."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Stand:
    """How the set of a session stands.

    Args:
        drawn: whether one stands: pulled and not voided.
        cancelled: whether the session was.
        began: whether anything is on the record of a session of its attempt.
        assessed: whether an assessment rests on it.
        sat: whether the time of the sitting is over, with the set there before it was.
        asked: whether a request for its void waits for an answer.
    """

    drawn: bool
    cancelled: bool = False
    began: bool = False
    assessed: bool = False
    sat: bool = False
    asked: bool = False

    @property
    def hindrance(self) -> str:
        """Why the set is not voided, as a sentence about "its"; empty where nothing stands against it."""
        if self.cancelled:
            return "The session is cancelled: once the sitting is booked again, its set can be voided there."
        if not self.drawn:
            return "No set is pulled: the first one that is heeds what is in quarantine by then."
        if self.assessed:
            return "It is assessed: what was asked and graded stays. An appeal may find against it."
        if self.began:
            return "Its record has begun: what the apprentice may have heard is not exchanged for another set."
        if self.sat:
            return "Its time is over: it counts as sat. A re-sit gets another set."
        return ""


def names(text: str, known: Iterable[str]) -> bool:
    """Whether the text has a word of what somebody is known as: one of their names, or a whole reference.

    Args:
        text: what somebody wrote, in whatever case.
        known: names and references. One letter is no name; "may" and "will" are, for a word too many goes sooner than
            a name stays.
    """
    words = _words(text)
    called = {word for each in known for word in _words(each)}
    called |= {part for word in called if word.replace("-", "").isalpha() for part in word.split("-")}
    return any(len(part) > 1 and part in called for word in words for part in (word, *word.split("-")))


def _words(text: str) -> list[str]:
    """Small letters without accents, however they were typed: René is Rene, in one character or two."""
    letters = (each for each in normalize("NFKD", text.casefold()) if not combining(each))
    return re.findall(r"[\w-]+", "".join(letters))


def must_ask(by: Actor, had_a_hand: Collection[int]) -> int:
    """The key of somebody who may ask for the void of a set.

    Args:
        by: who asks.
        had_a_hand: keys of everybody who is or was the assessor of the sitting, pulled its set or looked into it.

    Raises:
        RuleBroken: they are nobody by name, have no such role, or had a hand in the sitting (L8).
    """
    return _must_decide(by, had_a_hand, does="asks for the void of a set")


def must_answer(by: Actor, *, asked_by: int, had_a_hand: Collection[int]) -> int:
    """The key of somebody else who may answer.

    Raises:
        RuleBroken: as `must_ask`, or they asked themselves (L5, L8).
    """
    found = _must_decide(by, had_a_hand, does="answers it")
    if found == asked_by:
        raise RuleBroken(
            "You asked for this, and nobody agrees with themselves.",
            remedy="Another bank manager or internal quality assurer must answer.",
            rule="L5",
        )
    return found


def must_withdraw(by: Actor, *, asked_by: int) -> int:
    """The key of whoever asked: nobody else takes a request back; a second person refuses it.

    Raises:
        RuleBroken: they are somebody else (L5).
    """
    if by.identifier is None or by.identifier != asked_by:
        raise RuleBroken(
            "Only whoever asked takes a request back.", remedy="Answer it, or leave it to somebody who may.", rule="L5"
        )
    return by.identifier


def _must_decide(by: Actor, had_a_hand: Collection[int], *, does: str) -> int:
    if by.identifier is None:
        raise RuleBroken(f"A person {does}, by name.", remedy="Sign in and do it on its page.", rule="L8")
    if not by.may(Permission.VOID_SETS):
        raise RuleBroken(
            f"A bank manager or an internal quality assurer {does}.", remedy="Tell one of them why.", rule="L8"
        )
    if by.identifier in had_a_hand:
        raise RuleBroken(
            "You are or were the assessor of this sitting, or saw its set.",
            remedy=f"Somebody who had no hand in it {does}.",
            rule="L8",
        )
    return by.identifier
