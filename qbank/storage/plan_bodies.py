"""A plan as canonical JSON and back: the text that a plan version keeps for ever, and its digest is taken of.

Dataclasses are objects by field name, dates ISO text, sequences lists, and a number that is not whole is
{"decimal": "0.1"}, because programs disagree on how to print a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from pydantic import TypeAdapter

from delivery.canonical import canonical
from qbank.domain.standards import Plan

DECIMAL: Final = "decimal"


def text_of(plan: Plan) -> str:
    """The canonical JSON of the plan."""
    return canonical(_without_floats(_adapter().dump_python(plan, mode="json"))).decode()


def plan_from(body: Mapping[str, Any]) -> Plan:
    """The plan behind `text_of`, once its JSON is read; equal to the one that was written."""
    return _adapter().validate_python(_with_floats(body))


@lru_cache
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def _without_floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_floats(inner) for inner in value]
    return {DECIMAL: repr(value)} if isinstance(value, float) else value


def _with_floats(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {DECIMAL}:
            return float(value[DECIMAL])
        return {key: _with_floats(inner) for key, inner in value.items()}
    return [_with_floats(inner) for inner in value] if isinstance(value, list) else value
