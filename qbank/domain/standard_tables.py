"""Reading values out of a plan's data, noting a fault with its path where a value is not what was asked for.

Reading goes on after a fault, so that one run tells everything.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import Any, Final, TypeVar, get_args, get_type_hints

from qbank.domain.figures import Figure, MethodNumbers, PlanNumbers, Value
from qbank.domain.toml_lines import Path

Note = Callable[[Path, str, str], None]
"""Called with the path of a fault, what is wrong and the remedy."""

_E = TypeVar("_E", bound=StrEnum)

_KINDS: Final[Mapping[object, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    tuple[int, ...]: "a list of whole numbers",
}
_FIGURE_KEYS: Final = ("value", "unit", "rule", "decision", "says")


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

    def tables(self, key: str) -> Iterator[Table]:
        """Each table of a list of tables; none, where there is no such list."""
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


def figures_of(table: Table, numbers: type[MethodNumbers | PlanNumbers]) -> tuple[tuple[Figure, ...], dict[str, Any]]:
    """The figures of a table, and the values that fill the numbers' fields.

    Returns:
        Each figure in the order of the data; values by field name, those that read well only.
    """
    hints = get_type_hints(numbers)
    figures = tuple(_figure(name, table) for name in table.data)
    for figure in figures:
        _judge(figure, hints.get(figure.name), table)
    for name in missing(table.data, numbers):
        table.note((*table.path, name), f"The figure {name} is missing.", "Add it with value, unit, rule and says.")
    _judge_pairs({figure.name: figure.value for figure in figures}, table)
    return figures, {figure.name: figure.value for figure in figures if figure.name in hints}


def missing(given: Iterable[str], numbers: type[MethodNumbers | PlanNumbers]) -> list[str]:
    """The numbers that every plan must give and that are not among the given names."""
    names = set(given)
    return [field.name for field in fields(numbers) if field.default is MISSING and field.name not in names]


def _figure(name: str, table: Table) -> Figure:
    entry = table.table(name)
    entry.only(*_FIGURE_KEYS)
    value = entry.data.get("value", 0)
    given = [key for key in ("rule", "decision") if key in entry.data]
    if len(given) != 1:
        table.note(
            entry.path, f"{name} does not say where it comes from.", "Give either rule or decision, one of the two."
        )
    return Figure(
        name=name,
        value=tuple(value) if isinstance(value, list) else value,
        unit=entry.text("unit"),
        says=entry.text("says"),
        rule=entry.text("rule") if "rule" in given else None,
        decision=entry.text("decision") if "decision" in given else None,
    )


def _judge(figure: Figure, hint: object, table: Table) -> None:
    path = (*table.path, figure.name)
    if hint is None:
        table.note(path, f"No figure is called {figure.name}.", "Correct the name; qbank/domain/figures.py lists them.")
    elif not _fits(figure.value, hint):
        table.note(path, f"The value of {figure.name} is not {_in_words(hint)}.", f"Give {_in_words(hint)}.")
    elif isinstance(figure.value, int | float) and figure.value < 0:
        table.note(path, f"{figure.name} is negative.", "Give 0 or more.")
    elif figure.name.endswith("_rate") and isinstance(figure.value, int | float) and figure.value > 1:
        table.note(path, f"{figure.name} is a share and above 1.", "Write 15% as 0.15.")


def _judge_pairs(values: Mapping[str, Value], table: Table) -> None:
    for name, least in values.items():
        most_name = name.replace("_least", "_most")
        most = values.get(most_name)
        if "_least" in name and isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            table.note((*table.path, name), f"{name} is above {most_name}.", "Exchange or correct the two.")


def _alternatives(hint: object) -> tuple[object, ...]:
    return (
        tuple(each for each in get_args(hint) if each is not type(None))
        if isinstance(hint, types.UnionType)
        else (hint,)
    )


def _fits(value: Value, hint: object) -> bool:
    for kind in _alternatives(hint):
        if kind is bool or isinstance(value, bool):
            return kind is bool and isinstance(value, bool)
        if kind is float:
            return isinstance(value, int | float)
        if kind in (int, str):
            return isinstance(value, int if kind is int else str)
        return isinstance(value, tuple) and all(isinstance(each, int) for each in value)
    return False


def _in_words(hint: object) -> str:
    return _KINDS[_alternatives(hint)[0]]
