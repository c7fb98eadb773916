"""A bank as one JSON object, for whoever uses the engine without a database: its pool and its specification.

    {"k": 10, "ksbs": [every set covers these], "optional_ksbs": [], "time": {"min": 46.0, "max": 54.0} or null,
     "demand": {"min", "max"}, "per_ksb_max": 4,
     "questions": [{"id", "ksbs": [], "minutes", "difficulty" or "demand", "enemies": []}]}

`k` may be null: any number of questions within `time`. Other keys are ignored, and so are KSBs of a question that are
named neither in `ksbs` nor in `optional_ksbs`. Minutes are rounded to the nearest second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from delivery.errors import BadPool
from delivery.pool import Candidate, Pool
from delivery.shapes import MOST
from delivery.specification import Band, Specification

USUAL_DEMAND: Final = 2
SECONDS: Final = 60


def read_bank(content: object) -> tuple[Pool, Specification]:
    """The pool and the specification of a bank.

    Raises:
        BadPool: something is missing or of another shape; it names the thing.
        BadSpecification: the requirements contradict one another.
    """
    bank = _object(content, "The bank")
    required, optional = _codes(bank.get("ksbs"), "ksbs"), _codes(bank.get("optional_ksbs") or [], "optional_ksbs")
    specification = Specification(
        method="bank",
        length=None if bank.get("k") is None else _whole(bank["k"], "k"),
        required=required,
        optional=optional,
        seconds=_band(bank.get("time"), "time", SECONDS),
        demand=_band(bank.get("demand"), "demand", 1),
        most_per_ksb=None if bank.get("per_ksb_max") is None else _whole(bank["per_ksb_max"], "per_ksb_max"),
    )
    questions = bank.get("questions")
    if not isinstance(questions, list) or not questions:
        raise BadPool("The bank has no questions: list them under `questions`.")
    asked = frozenset(required + optional)
    return Pool.of(_candidate(each, number, asked) for number, each in enumerate(questions, start=1)), specification


def _candidate(content: object, number: int, asked: frozenset[str]) -> Candidate:
    question = _object(content, f"Question {number}")
    reference = question.get("id")
    if not _is_text(reference) or not reference:
        raise BadPool(f"Question {number} has no `id`: give it a text of its own.")
    demand = question.get("difficulty", question.get("demand"))
    return Candidate(
        reference=reference,
        version=1,
        ksbs=frozenset(_codes(question.get("ksbs"), f"ksbs of {reference}")) & asked,
        seconds=max(1, round(_number(question.get("minutes"), f"minutes of {reference}", MOST // SECONDS) * SECONDS)),
        demand=USUAL_DEMAND if demand is None else _whole(demand, f"difficulty of {reference}"),
        enemies=frozenset(_codes(question.get("enemies") or [], f"enemies of {reference}")),
    )


def _object(content: object, what: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise BadPool(f"{what} must be a JSON object.")
    return content


def _codes(content: object, what: str) -> tuple[str, ...]:
    if not isinstance(content, list) or not all(map(_is_text, content)):
        raise BadPool(f"The {what} must be a list of texts.")
    return tuple(content)


def _is_text(content: object) -> bool:
    """Whether it is text that UTF-8 can hold: JSON can name halves of a character, and they cannot be written."""
    return isinstance(content, str) and not any("\ud800" <= each <= "\udfff" for each in content)


def _number(content: object, what: str, most: int = MOST) -> float:
    if isinstance(content, bool) or not isinstance(content, int | float) or not 0 <= content < math.inf:
        raise BadPool(f"The {what} must be a number, 0 or more.")
    if content > most:
        raise BadPool(f"The {what} must be {most:,} at most.")
    return float(content)


def _whole(content: object, what: str) -> int:
    found = _number(content, what)
    if found != int(found):
        raise BadPool(f"The {what} must be a whole number, not {found}.")
    return int(found)


def _band(content: object, what: str, unit: int) -> Band | None:
    """Whole units inside the band: its lowest end rounded up, its highest down."""
    if content is None:
        return None
    ends = _object(content, f"The band of {what}")
    lowest, highest = (_number(ends.get(name), f"{name} of {what}", MOST // unit) * unit for name in ("min", "max"))
    return Band(math.ceil(lowest - 1e-6), math.floor(highest + 1e-6))
