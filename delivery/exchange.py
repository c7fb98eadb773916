"""A bank as one JSON object, for whoever uses the engine without a database: its pool and its specification.

    {"k": 10, "ksbs": [every set covers these], "optional_ksbs": [], "time": {"min": 46.0, "max": 54.0} or null,
     "demand": {"min", "max"}, "per_ksb_max": 4,
     "questions": [{"id", "ksbs": [], "minutes", "difficulty" or "demand", "enemies": []}]}

`k` may be null: any number of questions within `time`. Other keys are ignored, and so are KSBs of a question that are
named neither in `ksbs` nor in `optional_ksbs`. The engine counts whole seconds: minutes are rounded to the nearest, and
the band of time is drawn in by as much as the rounding can have taken from a set, so that no set that is drawn breaks
the band in truth; with times in tenths of a minute, or in seconds, nothing is rounded. A difficulty is looked at where
`demand` has a band. docs/engine.md, "The formats", tells whoever writes such a file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any, Final

from delivery.errors import BadPool, BadSpecification
from delivery.pool import Candidate, Pool
from delivery.shapes import MOST
from delivery.specification import Band, Specification

USUAL_DEMAND: Final = 2
SECONDS: Final = 60

Ends = tuple[Fraction, Fraction]
"""The lowest and the highest, as they were written."""


def read_bank(content: object) -> tuple[Pool, Specification]:
    """The pool and the specification of a bank.

    Raises:
        BadPool: something is missing or of another shape; it names the thing.
        BadSpecification: the requirements contradict one another.
    """
    bank = _object(content, "The bank")
    required, optional = _codes(bank.get("ksbs"), "ksbs"), _listed(bank, "optional_ksbs", "optional_ksbs")
    length = _length(bank)
    time, demand = _band(bank.get("time"), "time", MOST // SECONDS), _band(bank.get("demand"), "demand", MOST)
    questions = bank.get("questions")
    if not isinstance(questions, list) or not questions:
        raise BadPool("The bank has no questions: list them under `questions`.")
    asked = frozenset(required + optional)
    read = [_candidate(each, number, asked, with_demand=demand is not None) for number, each in enumerate(questions, 1)]
    _must_differ([each.reference for each, _ in read])
    pool = Pool.of(each for each, _ in read)
    specification = Specification(
        method="bank",
        length=length,
        required=required,
        optional=optional,
        seconds=None if time is None else _drawn_in(time, [lost for _, lost in read], pool, length),
        demand=None if demand is None else _whole_within(demand, "demand"),
        most_per_ksb=None if bank.get("per_ksb_max") is None else _cap(bank["per_ksb_max"]),
    )
    return pool, specification


def unknown_enemies(content: object) -> list[tuple[str, str]]:
    """Pairs of a question's id and an enemy that is no question of a bank that was read: misspelt, or left out."""
    bank = _object(content, "The bank")
    known = {each["id"] for each in bank["questions"]}
    return [
        (each["id"], other) for each in bank["questions"] for other in each.get("enemies") or () if other not in known
    ]


def is_rounded(content: object) -> bool:
    """Whether some question's minutes, of a bank that was read, are no whole number of seconds, and time has a band."""
    bank = _object(content, "The bank")
    exact = (_exact(float(each["minutes"])) * SECONDS for each in bank["questions"])
    return bank.get("time") is not None and any(each.denominator > 1 for each in exact)


def _length(bank: Mapping[str, Any]) -> int | None:
    """How many questions a set has; None where its time decides."""
    if bank.get("k") is not None:
        return _whole(bank["k"], "k")
    if bank.get("time") is None:
        raise BadSpecification("The bank has neither `k`, questions in a set, nor a band of `time`: give one of them.")
    return None


def _must_differ(references: Sequence[str]) -> None:
    """An id names one question of a file."""
    seen: set[str] = set()
    for number, reference in enumerate(references, 1):
        if reference in seen:
            raise BadPool(f"Question {number} has the id {reference}, as one before it: give each an id of its own.")
        seen.add(reference)


def _candidate(content: object, number: int, asked: frozenset[str], *, with_demand: bool) -> tuple[Candidate, Fraction]:
    """A question, and by how many seconds its time was rounded."""
    question = _object(content, f"Question {number}")
    reference = question.get("id")
    if not _is_text(reference) or not reference:
        raise BadPool(f"Question {number} has no text as its `id`: give it one of its own, between quotation marks.")
    exact = _exact(_number(question.get("minutes"), f"minutes of {reference}", MOST // SECONDS)) * SECONDS
    if not exact:
        raise BadPool(f"The minutes of {reference} must be more than 0.")
    seconds = max(1, round(exact))
    found = Candidate(
        reference=reference,
        version=1,
        ksbs=frozenset(_codes(question.get("ksbs"), f"ksbs of {reference}")) & asked,
        seconds=seconds,
        demand=_demand(question, reference, must=with_demand),
        enemies=frozenset(_listed(question, "enemies", f"enemies of {reference}")),
    )
    return found, abs(exact - seconds)


def _demand(question: Mapping[str, Any], reference: str, *, must: bool) -> int:
    """The difficulty, or the demand where there is none; `USUAL_DEMAND` where neither is said.

    Where no band asks for it, another scale than whole numbers is nobody's concern.
    """
    said = next((question[name] for name in ("difficulty", "demand") if question.get(name) is not None), USUAL_DEMAND)
    try:
        return _whole(said, f"difficulty of {reference}", "; a set's sum has a band, and it is counted in whole points")
    except BadPool:
        if must:
            raise
        return USUAL_DEMAND


def _drawn_in(time: Ends, lost: Sequence[Fraction], pool: Pool, length: int | None) -> Band:
    """The band of whole seconds in which a set's time lies in truth, whatever the rounding took from its questions."""
    lowest, highest = (each * SECONDS for each in time)
    shortest = accumulate(sorted(each.seconds for each in pool.candidates))
    most = length if length is not None else sum(total <= highest + 1 for total in shortest) + 1
    taken = sum(sorted(lost, reverse=True)[:most], start=Fraction())
    band = Band(math.ceil(lowest + taken), math.floor(highest - taken))
    if band.lowest > band.highest:
        raise BadSpecification(
            f"The band of `time`, {float(time[0])} to {float(time[1])} minutes, is narrower than sets are timed: in "
            f"whole seconds, of which rounding takes up to {float(taken):.3g} from one set. Widen it, or give minutes "
            "of questions in tenths."
        )
    return band


def _whole_within(ends: Ends, what: str) -> Band:
    """The whole numbers in a band."""
    band = Band(math.ceil(ends[0]), math.floor(ends[1]))
    if band.lowest > band.highest:
        raise BadSpecification(
            f"No whole number lies in the band of `{what}`, {float(ends[0]):g} to {float(ends[1]):g}: widen it."
        )
    return band


def _cap(content: object) -> int:
    found = _whole(content, "per_ksb_max")
    if found < 1:
        raise BadSpecification("A KSB needs at least one question: `per_ksb_max` must be 1 or more.")
    return found


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


def _listed(content: Mapping[str, Any], name: str, what: str) -> tuple[str, ...]:
    """A list of texts that may be left out, or null."""
    return () if content.get(name) is None else _codes(content[name], what)


def _number(content: object, what: str, most: int = MOST) -> float:
    if isinstance(content, bool) or not isinstance(content, int | float) or not 0 <= content < math.inf:
        raise BadPool(f"The {what} must be a number, 0 or more.")
    if content > most:
        raise BadPool(f"The {what} must be {most:,} at most.")
    return float(content)


def _exact(number: float) -> Fraction:
    """The decimal number that was written: a float's shortest text, not its binary neighbour."""
    return Fraction(repr(number))


def _whole(content: object, what: str, because: str = "") -> int:
    found = _number(content, what)
    if found != int(found):
        raise BadPool(f"The {what} must be a whole number, not {found}{because}.")
    return int(found)


def _band(content: object, what: str, most: int) -> Ends | None:
    """The ends of a band, the lowest first."""
    if content is None:
        return None
    ends = _object(content, f"The band of {what}")
    lowest, highest = (_exact(_number(ends.get(name), f"{name} of {what}", most)) for name in ("min", "max"))
    if lowest > highest:
        raise BadSpecification(
            f"The band of `{what}` runs from {float(lowest):g} to {float(highest):g}: its min is above its max."
        )
    return lowest, highest
