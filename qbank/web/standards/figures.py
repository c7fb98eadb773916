"""A number of the plan as people read it: "10%", "46 minutes", "yes", "January, April and September"."""

from __future__ import annotations

import calendar
from typing import Final

from qbank.domain.figures import Figure
from qbank.web.saying import length

NAMED_BEFORE: Final = frozenset({"level", "entry level", "month", "demand"})
"""Units that name a place on a scale and so stand before their number: "level 2"."""


def said(figure: Figure) -> str:
    """The figure's value with its unit, in words."""
    value = figure.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return listed([calendar.month_name[month] for month in sorted(value)])
    return value if isinstance(value, str) else _with_unit(value, figure.unit)


def source(figure: Figure) -> str:
    """Where the figure comes from: a rule of the plan, or a decision of ours by its code."""
    return f"Plan, {figure.rule}" if figure.rule else "Our decision"


def listed(words: list[str]) -> str:
    """The words as a list in a sentence: "January, April and September"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _with_unit(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value * 100:g}%"
    if unit == "minutes":
        return length(round(value * 60))
    if unit in NAMED_BEFORE:
        return f"{unit} {value:g}"
    return f"{value:,g} {_singular(unit) if value == 1 else unit}"


def _singular(unit: str) -> str:
    return "person" if unit == "people" else unit.removesuffix("s") if unit != "starts a year" else "start a year"
