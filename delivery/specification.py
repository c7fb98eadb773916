"""The specification: what every question set of a method must meet. All numbers come from the plan, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from delivery.canonical import digest
from delivery.errors import BadSpecification
from delivery.shapes import every, mapping, parts, text, whole


@dataclass(frozen=True, slots=True)
class Band:
    """From `lowest` to `highest`, both allowed."""

    lowest: int
    highest: int

    def __contains__(self, value: int) -> bool:
        return self.lowest <= value <= self.highest

    def less(self, taken: int) -> Band:
        """What is left of it after so much was taken; below 0 where more was."""
        return Band(self.lowest - taken, self.highest - taken)


@dataclass(frozen=True, slots=True)
class Specification:
    """What a lawful question set of one method is.

    Attributes:
        method: the assessment method's code, "interview".
        length: how many questions; None where the time decides, and then `seconds` is given.
        required: KSBs that every set must cover.
        optional: KSBs that sets cover as often and as evenly as the bank allows.
        seconds: planned time of the whole set, in whole seconds.
        demand: sum of the questions' demand.
        most_per_ksb: questions of a set that may carry the same KSB.
        rules: rule of the assessment plan behind each requirement ("length" → "W6"), printed in proofs; keys are
            `length`, `coverage`, `optional`, `seconds`, `demand`, `most_per_ksb`, `enemies`, `excluded`.
    """

    method: str
    length: int | None
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    seconds: Band | None = None
    demand: Band | None = None
    most_per_ksb: int | None = None
    rules: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "required", tuple(sorted(self.required, key=in_plan_order)))
        object.__setattr__(self, "optional", tuple(sorted(self.optional, key=in_plan_order)))
        object.__setattr__(self, "rules", dict(self.rules))
        for complaint in self._contradictions():
            raise BadSpecification(complaint)

    @property
    def ksbs(self) -> tuple[str, ...]:
        """Required and optional together, in the plan's order."""
        return tuple(sorted(self.required + self.optional, key=in_plan_order))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return digest(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {
            "method": self.method,
            "length": self.length,
            "required": list(self.required),
            "optional": list(self.optional),
            "seconds": _pair(self.seconds),
            "demand": _pair(self.demand),
            "most_per_ksb": self.most_per_ksb,
            "rules": dict(self.rules),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The specification behind `to_dict`.

        Raises:
            ValueError: it is of another shape.
            BadSpecification: it contradicts itself.
        """
        names = frozenset(
            {"method", "length", "required", "optional", "seconds", "demand", "most_per_ksb", "rules"},
        )
        found = parts(data, "the specification", names)
        rules = mapping(found["rules"], "the list of rules")
        return cls(
            method=text(found["method"], "the method"),
            length=_number(found["length"], "the length"),
            required=tuple(every(found["required"], "the required KSBs", text)),
            optional=tuple(every(found["optional"], "the optional KSBs", text)),
            seconds=_band(found["seconds"]),
            demand=_band(found["demand"]),
            most_per_ksb=_number(found["most_per_ksb"], "the most questions on a KSB"),
            rules={text(name, "a rule"): text(rule, "a rule") for name, rule in rules.items()},
        )

    def _contradictions(self) -> list[str]:
        found = []
        twice = {code for code in self.ksbs if self.ksbs.count(code) > 1}
        if twice:
            found.append(f"{min(twice)} stands twice among the KSBs: name it once, required or optional.")
        if self.length is None and self.seconds is None:
            found.append("Either the number of questions or the planned time must be given.")
        if self.length is None and not self.required and (self.seconds is None or self.seconds.lowest < 1):
            found.append("Without a number of questions, a KSB or a least time must be required: else a set is empty.")
        if self.length is not None and self.length < 1:
            found.append("A set has at least one question.")
        found.extend(
            f"The band of {what} runs from {band.lowest} to {band.highest}: the lowest must come first."
            for what, band in (("seconds", self.seconds), ("demand", self.demand))
            if band is not None and band.lowest > band.highest
        )
        if self.most_per_ksb is not None and self.most_per_ksb < 1 and self.required:
            found.append("A required KSB needs at least one question: `most_per_ksb` must not be below 1.")
        return found


def in_plan_order(code: str) -> tuple[str, int, str]:
    """Sort key under which K2 comes before K10."""
    parts = re.fullmatch(r"(\D*)(\d+)(.*)", code)
    return (parts[1], int(parts[2]), parts[3]) if parts else (code, -1, "")


def _pair(band: Band | None) -> list[int] | None:
    return None if band is None else [band.lowest, band.highest]


def _number(value: object, what: str) -> int | None:
    return None if value is None else whole(value, what)


def _band(pair: object) -> Band | None:
    if pair is None:
        return None
    ends = every(pair, "a band", whole)
    if len(ends) != 2:  # noqa: PLR2004 - from, to
        raise ValueError("a band has a lowest and a highest number")
    return Band(*ends)
