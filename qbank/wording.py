"""The sector's labels, which changed in October 2025: code uses the neutral word, screens ask here.

Plans revised since then say "apprenticeship assessment", "assessment organisation" and "gateway to completion"; older
plans say "end-point assessment", "EPAO" and "gateway". An apprentice's papers use the words of the plan version they
started on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

REVISED_WORDS_FROM: Final = date(2025, 10, 1)


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that one generation of assessment plans uses on screens and papers."""

    assessment: str
    organisation: str
    organisation_short: str
    gateway: str


OLDER: Final = Labels("end-point assessment", "end-point assessment organisation", "EPAO", "gateway")
REVISED: Final = Labels(
    "apprenticeship assessment", "assessment organisation", "assessment organisation", "gateway to completion"
)


def labels(plan_dated: date | None) -> Labels:
    """The words for a plan of that date; the older ones where the plan bears no date."""
    return REVISED if plan_dated is not None and plan_dated >= REVISED_WORDS_FROM else OLDER
