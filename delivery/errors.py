"""The refusals of the draw: each is an answer with its data, never an accident."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Final

_NOTHING: Final = object()
_LONG: Final = 70
"""Characters of a value that a sentence holds: a digest is whole."""


class DeliveryRefusal(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """Something the draw will not do; the message is one sentence or two, with the remedy."""


class BadPool(DeliveryRefusal):
    """The questions cannot form a pool: a reference twice, a question without time."""


class BadSpecification(DeliveryRefusal):
    """The specification contradicts itself."""


class TooManyStates(BadSpecification):
    """The tables of this specification would not fit a machine.

    Args:
        ksbs: how many the specification names.
        most: states that tables may have; None where a state itself would be too long a number.
    """

    def __init__(self, ksbs: int, most: int | None) -> None:
        much = "a state of more than 62 bits" if most is None else f"more than {most:,} states"
        super().__init__(
            f"With {ksbs} KSBs the exact tables of this pool need {much}, more than this program works with. "
            "Let sets cover fewer KSBs, or split the method by theme and draw each part by itself."
        )


class BadPlan(DeliveryRefusal):
    """The stored bytes are not a draw plan, or not the one they claim to be."""


class BadEvidence(DeliveryRefusal):
    """A certificate or a snapshot is not of its shape.

    Args:
        why: what is wrong, a phrase.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"The evidence is incomplete or was changed: {why}. Ask for the file again.")


class Infeasible(DeliveryRefusal):
    """No lawful question set exists, or none that this apprentice may meet.

    Args:
        requirement: what must hold and cannot, a phrase ("K4 in every set").
        available: what there is instead, a phrase ("0 questions carry K4").
        smallest_change: the least that would make it possible, a phrase ("write at least 1 question that carries K4").
    """

    def __init__(self, requirement: str, available: str, smallest_change: str) -> None:
        super().__init__(
            f"No lawful question set exists: the requirement is {requirement}, but {available}. "
            f"The smallest change: {smallest_change}."
        )
        self.requirement = requirement
        self.available = available
        self.smallest_change = smallest_change


class TooRarelyLawful(Infeasible):
    """Lawful sets exist, but they are too rare to be found by drawing.

    Args:
        trials: sets that were looked at, each of which covers every required KSB.
        lawful: how many of them were lawful.
        requirement: the one that most of them break, a phrase.
        smallest_change: the least that would make lawful sets common enough, a phrase.
    """

    def __init__(
        self,
        trials: int,
        lawful: int = 0,
        requirement: str = "bands kept, enemies apart and no KSB too often",
        smallest_change: str = "widen the bands a little, or write questions nearer to the middle of them",
    ) -> None:
        available = f"{lawful or 'none'} of {trials:,} sets that cover every required KSB met all requirements"
        DeliveryRefusal.__init__(
            self,
            f"Lawful question sets exist, but too few to be drawn: {available}. "
            f"What most of them break: {requirement}. The smallest change: {smallest_change}.",
        )
        self.requirement = requirement
        self.available = available
        self.smallest_change = smallest_change


class DoesNotReplay(DeliveryRefusal):
    """The evidence does not lead to the certificate.

    Args:
        what: the first thing that differs ("references", "log2_probability").
        expected: what the certificate says.
        found: what the replay gives.
        sentence: what was found instead, where it is not a matter of two values.
    """

    def __init__(self, what: str, *, expected: object = None, found: object = None, sentence: str = "") -> None:
        where, one, other = _first_difference(what, expected, found)
        compared = f"{where} is {_short(one)} there and {_short(other)} in the replay."
        super().__init__(f"The certificate does not replay: {f'{what}. {sentence}' if sentence else compared}")
        self.what = what
        self.expected = expected
        self.found = found


def _first_difference(where: str, expected: object, found: object) -> tuple[str, object, object]:
    """The innermost place at which two values differ, as a phrase, and what stands there."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in sorted(expected.keys() | found.keys(), key=str):
            one, other = expected.get(key, _NOTHING), found.get(key, _NOTHING)
            if one != other:
                return _first_difference(f"{where}, {str(key)[:40]}", one, other)
    if isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        for number, (one, other) in enumerate(zip_longest(expected, found, fillvalue=_NOTHING), start=1):
            if one != other:
                return _first_difference(f"{where}, number {number:,}", one, other)
    return where, expected, found


def _short(value: object) -> str:
    """A value as a sentence can hold it."""
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, Mapping | list | tuple):
        return f"a list of {len(value):,}"
    if isinstance(value, int) and value.bit_length() > _LONG:
        return "a very long number"
    said = ascii(value)
    return said if len(said) <= _LONG + 10 else f"{said[:_LONG]}…{said[-1]}"
