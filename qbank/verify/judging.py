"""What is lawful, a second time: on names and sets of names, straight from the words of the specification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Judge:
    """Looks at sets of one plan's questions for one apprentice."""

    pool: Sequence[Mapping[str, Any]]
    specification: Mapping[str, Any]
    excluded: Collection[str]

    def broken(self, positions: Sequence[int]) -> list[str]:
        """Every requirement that the set breaks, by name; none when it is lawful."""
        asked = self.specification
        chosen = [self.pool[at] for at in positions]
        names = {question["reference"] for question in chosen}
        tags = Counter(code for question in chosen for code in question["ksbs"])
        counted = {code: tags[code] for code in (*asked["required"], *asked["optional"])}
        return [
            name
            for name, wrong in (
                ("excluded", bool(names & set(self.excluded))),
                ("length", len(names) != len(positions) or not _as_asked(len(positions), asked["length"])),
                ("coverage", any(not counted[code] for code in asked["required"])),
                ("seconds", not _within(sum(question["seconds"] for question in chosen), asked["seconds"])),
                ("demand", not _within(sum(question["demand"] for question in chosen), asked["demand"])),
                ("enemies", any(names & set(question["enemies"]) for question in chosen)),
                ("most_per_ksb", not _at_most(max(counted.values(), default=0), asked["most_per_ksb"])),
            )
            if wrong
        ]

    def proof(self, positions: Sequence[int]) -> dict[str, str]:
        """The figure that belongs beside each requirement of a proof of this set."""
        asked = self.specification
        chosen = [self.pool[at] for at in positions]
        names = {question["reference"] for question in chosen}
        tags = Counter(code for question in chosen for code in question["ksbs"])
        count, out = len(names), len(self.excluded)
        meeting = sum(len(names & set(question["enemies"])) for question in chosen) // 2
        found = {
            "length": f"{count}" if asked["length"] is None else f"{count} of {asked['length']}",
            "coverage": f"{sum(bool(tags[code]) for code in asked['required'])} of {len(asked['required'])}",
            "enemies": pairs_said(meeting),
            "excluded": f"{len(names & set(self.excluded))} of {out:,}" if out else "none",
        }
        if asked["optional"]:
            explored = sum(bool(tags[code]) for code in asked["optional"])
            found["optional"] = f"{explored} of {len(asked['optional'])}"
        if asked["seconds"] is not None:
            found["seconds"] = minutes_said(sum(question["seconds"] for question in chosen))
        if asked["demand"] is not None:
            found["demand"] = str(sum(question["demand"] for question in chosen))
        if asked["most_per_ksb"] is not None:
            busiest = max((tags[code] for code in (*asked["required"], *asked["optional"])), default=0)
            found["most_per_ksb"] = f"{busiest} at most"
        return found


def minutes_said(total: int) -> str:
    """Seconds as a proof's figure says them: 46:00."""
    minutes, seconds = divmod(total, 60)
    return f"{minutes}:{seconds:02d}"


def pairs_said(count: int) -> str:
    """Pairs of enemies that meet, as a proof's figure says them."""
    return "1 pair" if count == 1 else f"{count:,} pairs"


def _as_asked(count: int, length: int | None) -> bool:
    return count > 0 if length is None else count == length


def _within(total: int, band: Sequence[int] | None) -> bool:
    return band is None or band[0] <= total <= band[1]


def _at_most(count: int, most: int | None) -> bool:
    return most is None or count <= most
