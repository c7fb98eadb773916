"""The life of a question version, and the kinds of sitting: names, and which move may follow which."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a question version stands. Overdue and under review are derived from dates, not states."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting approval"
    LIVE = "live"
    RESTING = "resting"
    QUARANTINED = "quarantined"
    RETIRED = "retired"


class Change(StrEnum):
    """What a new version does to the exposure history of its question; the approver decides which."""

    EDITORIAL = "editorial"
    MATERIAL = "material"


class Sitting(StrEnum):
    """Why an apprentice sits a method."""

    FIRST = "first sitting"
    RE_SIT = "re-sit"
    RE_TAKE = "re-take"


class Reason(StrEnum):
    """What a reason that was given for a session explains."""

    SHORT_NOTICE = "less notice than the plan asks"
    MOVED = "another time"
    AFTER_THE_END = "a day after the end of the assessment"
    HANDED_IN_LATE = "handed in later than the plan asks"
    LENGTH = "more or less than the plan asks for"
    INTEREST = "an interest that the assessor declared"
    CHECK = "a check before the session"
    DEVELOPMENT = "further development that was given"
    START = "another start of the assessment"
    REPLACED = "a question replaced"


class Replaced(StrEnum):
    """Why a question of a set is replaced by another that is drawn."""

    UNSUITABLE = "not suitable here"
    KNOWN = "known to the apprentice"
    FAULTY = "faulty or unclear"


class Extension(StrEnum):
    """What a set grew by after it was drawn."""

    SUBSTITUTION = "substitution"
    RESIDUAL = "residual draw"


IN_SERVICE: Final = frozenset({State.LIVE, State.RESTING, State.QUARANTINED})
"""At most one version of a question is in service; only a live one is drawn."""

MOVES: Final[dict[State | None, frozenset[State]]] = {
    None: frozenset({State.DRAFT}),
    State.DRAFT: frozenset({State.AWAITING_APPROVAL, State.LIVE, State.RETIRED}),
    State.AWAITING_APPROVAL: frozenset({State.DRAFT, State.LIVE, State.RETIRED}),
    State.LIVE: frozenset({State.RESTING, State.QUARANTINED, State.RETIRED}),
    State.RESTING: frozenset({State.LIVE, State.QUARANTINED, State.RETIRED}),
    State.QUARANTINED: frozenset({State.LIVE, State.RESTING, State.RETIRED}),
    State.RETIRED: frozenset(),
}
"""Which state may follow which. From draft straight to live only for a version that came in with a load of files."""
