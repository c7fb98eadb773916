"""What is recorded before a session: words for interests, checks, adjustments and starts, and what keeps a set shut.

Source: assessment plan, rules G1, G5, I2, X1, W2, W3, W4, P2, R6, R7, R12 and R13; adjustments are our decision.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Interest(StrEnum):
    """What an assessor declares about the apprentice, the employer and the training provider (I2)."""

    NONE = "none"
    DECLARED = "declared"


class Checked(StrEnum):
    """What is checked before a sitting at a distance (X1)."""

    IDENTITY = "identity"
    ROOM = "room"


class How(StrEnum):
    """By what means it was checked."""

    DOCUMENT = "a photo identity document, shown"
    VOUCHED = "somebody who knows the apprentice vouched for them"
    SHOWN = "the camera was shown round the room"
    SUPERVISED = "somebody in charge of the room confirmed it"


class Outcome(StrEnum):
    """What the check gave."""

    SATISFIED = "in order"
    NOT_SATISFIED = "not in order"


class Adjusted(StrEnum):
    """What an approved adjustment alters."""

    TIME = "time"
    FORMAT = "format"
    INTERPRETER = "interpreter"
    OTHER = "other"


class Begun(StrEnum):
    """Why a start of the assessment is on record: the first, a new one for a re-take (R6), or a corrected day."""

    FIRST = "first"
    RE_TAKE = "re-take"
    CORRECTED = "corrected"


class Needed(StrEnum):
    """What keeps a question set shut, as a list says it."""

    DECLARATION = "the assessor’s declaration about interests"
    ANOTHER_ASSESSOR = "another assessor, for an interest is declared"
    IDENTITY = "the check of the apprentice’s identity"
    ROOM = "the check of the apprentice’s room"


MEANS: Final = {Checked.IDENTITY: (How.DOCUMENT, How.VOUCHED), Checked.ROOM: (How.SHOWN, How.SUPERVISED)}
"""What each check may rest on."""

VARIANTS: Final = ("standard", "large", "contrast")
"""How a pack may be set; the first is everybody's."""

MOST_EXTRA_MINUTES: Final = 240


def needed(*, interest: Interest | None, remote: bool, in_order: frozenset[Checked]) -> list[Needed]:
    """What must be recorded before the set of a session opens, in the order of doing it; empty when it may.

    Args:
        interest: what the session's assessor declared; None before.
        remote: whether the sitting is by video.
        in_order: the checks whose last outcome was in order.

    Source: assessment plan, rules I2 and X1.
    """
    if interest is Interest.DECLARED:
        return [Needed.ANOTHER_ASSESSOR]
    found = [] if interest is Interest.NONE else [Needed.DECLARATION]
    if remote:
        found += [Needed[each.name] for each in Checked if each not in in_order]
    return found
