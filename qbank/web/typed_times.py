"""Days and times as people type them, in the time of the United Kingdom, as moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from qbank.domain.errors import RuleBroken
from qbank.web.saying import UK, local


def moment_typed(day: date, clock: time) -> datetime:
    """The moment at which a UK clock shows that; of a time that comes twice, the first.

    Raises:
        RuleBroken: the clocks go forward over that time.
    """
    typed = datetime.combine(day, clock, UK)
    found = typed.astimezone(UTC)
    if local(found).time() != clock:
        raise RuleBroken(
            f"There is no {clock:%H:%M} on that day: the clocks go forward over it.", remedy="Choose another time."
        )
    return found
