"""What a bank manager does with a question that is in service: rests it, brings it back, retires it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import IN_SERVICE, State

MOST_REASON: Final = 2_000
"""Characters of a reason."""
MOST_AT_ONCE: Final = 50
"""Questions that one act takes: a page of the list."""


class Kept(StrEnum):
    """One act on questions in service."""

    REST = "rest"
    RETURN = "return"
    RETIRE = "retire"


class PairKind(StrEnum):
    """How two questions are near to one another: enemies never meet in one set; of clones each stands for the other."""

    ENEMY = "enemy"
    CLONE = "clone"


LEADS_TO: Final = {Kept.REST: State.RESTING, Kept.RETURN: State.LIVE, Kept.RETIRE: State.RETIRED}
BEGINS_FROM: Final[Mapping[Kept, frozenset[State]]] = {
    Kept.REST: frozenset({State.LIVE}),
    Kept.RETURN: frozenset({State.RESTING}),
    Kept.RETIRE: IN_SERVICE,
}
"""Whether a quarantined question comes back is decided with what it was quarantined for, not here."""


def hindrance(act: Kept, state: State | None) -> str:
    """What stands against the act, as the end of a sentence ("is resting already"); empty when nothing does.

    Args:
        act: what is wanted.
        state: of the version in service; None where no version is.
    """
    if state in BEGINS_FROM[act]:
        return ""
    if state is None:
        return "is not in service"
    return f"is {state} already" if state is LEADS_TO[act] else f"is {state}"


def must_say_why(because: str) -> str:
    """The reason without blanks around it.

    Raises:
        RuleBroken: it is empty or too long.
    """
    words = because.strip()
    if not words:
        raise RuleBroken("A reason is missing.", remedy="Say in a sentence why.")
    if len(words) > MOST_REASON:
        raise RuleBroken(f"The reason must be {MOST_REASON:,} characters or fewer.", remedy="Say it more briefly.")
    return words


def must_end_later(until: date | None, today: date) -> None:
    """Ensure that a rest ends on a day to come, where it ends by itself.

    Raises:
        RuleBroken: the day is today or has passed.
    """
    if until is not None and until <= today:
        raise RuleBroken("A rest ends on a day to come.", remedy="Choose tomorrow or a later day.")


def must_be_some(references: Iterable[str]) -> tuple[str, ...]:
    """The references once each, in order.

    Raises:
        RuleBroken: there is none, or more than one act takes.
    """
    names = tuple(dict.fromkeys(references))
    if not names:
        raise RuleBroken("No question is chosen.", remedy="Choose at least one from the list.")
    if len(names) > MOST_AT_ONCE:
        raise RuleBroken(f"No more than {MOST_AT_ONCE} questions at once.", remedy="Choose fewer.")
    return names
