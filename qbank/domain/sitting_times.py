"""How long a sitting may take and how much of it may be questioning: the method's numbers, or as adjusted."""

from __future__ import annotations

from dataclasses import dataclass

from qbank.domain.figures import MethodNumbers


@dataclass(frozen=True, slots=True)
class Bands:
    """Times of one sitting, in seconds.

    Args:
        allowed: the time that the plan gives.
        shortest, longest: the lawful length; nothing is stopped outside of it.
        questioning: all the questioning that is allowed; None where the method sets no share.
        amber: from where the questioning nears its end; None likewise.

    Source: assessment plan, rules O1, O5, W5 and P1.
    """

    allowed: int
    shortest: int
    longest: int
    questioning: int | None = None
    amber: int | None = None

    def questioning_rates(self, questioned: float, elapsed: float) -> tuple[float, float]:
        """The share that so many seconds of questioning are of the time allowed, and of the time elapsed.

        The second is 0 before the sitting began.

        Source: assessment plan, rule O5: the share is of the time allowed; the other is shown beside it.
        """
        return questioned / self.allowed, questioned / elapsed if elapsed > 0 else 0.0

    def needs_a_reason(self, questioned: float) -> bool:
        """Whether so many seconds of questioning are more than is allowed: a reason is asked for, nothing stops."""
        return self.questioning is not None and questioned > self.questioning

    def is_outside(self, elapsed: float) -> bool:
        """Whether a sitting of so many seconds was shorter or longer than is lawful."""
        return not self.shortest <= elapsed <= self.longest


def bands_of(numbers: MethodNumbers, *, extra_minutes: int = 0) -> Bands:
    """The times of a sitting by that method; an approved adjustment gives it more minutes.

    Extra minutes lengthen the whole: the tolerance and the share of questioning are of the longer time.
    """
    allowed = (numbers.minutes + extra_minutes) * 60
    questioning = None if numbers.questioning_rate is None else round(allowed * numbers.questioning_rate)
    amber = None
    if questioning is not None and numbers.questioning_amber_rate is not None:
        amber = round(questioning * numbers.questioning_amber_rate)
    return Bands(
        allowed=allowed,
        shortest=round(allowed * (1 - numbers.tolerance_rate)),
        longest=round(allowed * (1 + numbers.tolerance_rate)),
        questioning=questioning,
        amber=amber,
    )
