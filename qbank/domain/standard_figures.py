"""Reading the figures of a plan: known by name, of the right kind, each with its source."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, Final, get_args, get_type_hints

from qbank.domain.figures import Figure, MethodNumbers, PlanNumbers, Value
from qbank.domain.toml_tables import Table

_KINDS: Final[Mapping[object, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    tuple[int, ...]: "a list of whole numbers",
}
_FIGURE_KEYS: Final = ("value", "unit", "rule", "decision", "says")


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
