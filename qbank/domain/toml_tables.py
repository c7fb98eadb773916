"""Reading values out of data that people wrote, noting a fault with its path where a value is not what was asked for.

Reading goes on after a fault, so that one run tells everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from qbank.domain.toml_lines import Path

Note = Callable[[Path, str, str], None]
"""Called with the path of a fault, what is wrong and the remedy."""

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the data and the way to it.

    Args:
        data: its values.
        path: the way from the top, for faults.
        note: where faults go.
    """

    data: Mapping[str, Any]
    path: Path
    note: Note

    def table(self, key: str, *, needed: bool = True) -> Table:
        """The table under a key; an empty one, and a fault if it is needed, where there is none."""
        value = self.data.get(key, {})
        if not isinstance(value, Mapping) or (needed and key not in self.data):
            self.note(
                (*self.path, key), f"The table {key} is missing.", f"Add [{'.'.join(map(str, (*self.path, key)))}]."
            )
            value = {}
        return Table(value, (*self.path, key), self.note)

    def tables(self, key: str, *, needed: bool = False) -> Iterator[Table]:
        """Each table of a list of tables; none where there is no such list, and a fault if it is needed."""
        if needed and key not in self.data:
            self.note((*self.path, key), f"The list {key} is missing.", f"Write each entry as [[{key}]].")
        values = self.data.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
            self.note((*self.path, key), f"{key} is not a list of tables.", f"Write each as [[{key}]].")
            return
        for position, value in enumerate(values):
            yield Table(value, (*self.path, key, position), self.note)

    def text(self, key: str) -> str:
        """The text under a key, not empty."""
        value = self.data.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self._missing(key, "text")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under a key."""
        value = self.data.get(key)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self._missing(key, "a list of texts")
        return ()

    def whole(self, key: str) -> int:
        """The whole number under a key."""
        value = self.data.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._missing(key, "a whole number")
        return 0

    def number(self, key: str) -> float:
        """The number under a key, whole or not."""
        value = self.data.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        self._missing(key, "a number")
        return 0.0

    def flag(self, key: str) -> bool:
        """The true or false under a key."""
        value = self.data.get(key)
        if isinstance(value, bool):
            return value
        self._missing(key, "true or false")
        return False

    def choice(self, key: str, kinds: type[_E]) -> _E | None:
        """The member of an enumeration whose value stands under a key; None after a fault."""
        value = self.data.get(key)
        for kind in kinds:
            if kind.value == value:
                return kind
        self._missing(key, "one of " + ", ".join(kinds))
        return None

    def only(self, *keys: str) -> None:
        """Note a fault for each key that nobody will read: a slip of the pen must not pass in silence."""
        for key in self.data:
            if key not in keys:
                self.note((*self.path, key), f"{key} is not known here.", f"Known: {', '.join(keys)}.")

    def _missing(self, key: str, kind: str) -> None:
        problem = f"{key} is not {kind}." if key in self.data else f"{key} is missing."
        self.note((*self.path, key), problem, f"Give {key} as {kind}.")
