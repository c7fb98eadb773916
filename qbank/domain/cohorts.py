"""The cohort factor as an organisation chooses it: how far, and for how long, what was heard nearby is held back.

Apprentices of one provider or employer tell each other. The engine's factor makes what they heard come less often,
within bounds; here is what may be chosen, and from which day sets count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final, Self

from delivery.cohort import LEAST
from qbank.domain.errors import RuleBroken
from qbank.domain.moderating import months_before

NAME: Final = "the same provider or employer"
"""What frozen snapshots and certificates call the cohort: they are kept for ever, and need nobody's name."""
MOST: Final = Decimal("0.999999")
MOST_MONTHS: Final = 36


@dataclass(frozen=True, slots=True)
class CohortRule:
    """That the factor is on.

    Args:
        factor: from 0.333333 to 0.999999, six decimals.
        months: how long a set counts as heard after it was drawn.
    """

    factor: str
    months: int

    @classmethod
    def chosen(cls, factor: str, months: int) -> Self:
        """The rule that somebody asks for.

        Args:
            factor: as typed: "0.7".
            months: from 1 to 36.

        Raises:
            RuleBroken: the factor or the window is out of bounds.
        """
        try:
            value = Decimal(factor.strip()).quantize(Decimal("1.000000"))
        except InvalidOperation:
            value = Decimal(0)
        if value.is_nan() or not LEAST <= value <= MOST:
            raise RuleBroken(
                f"The factor lies between {LEAST} and {MOST}: below a third, not having heard a question would tell "
                "who is asked it.",
                remedy="Give a number such as 0.7, or switch the factor off.",
            )
        if not 1 <= months <= MOST_MONTHS:
            raise RuleBroken(f"The window is 1 to {MOST_MONTHS} months.", remedy="Give a number such as 12.")
        return cls(f"{value:.6f}", months)

    def heard_from(self, at: datetime) -> datetime:
        """From when on sets count for one that is drawn now; the moment itself counts."""
        return months_before(at, self.months)
