"""Addresses that one test's application has compiled, no other compiles again: they were most of making one."""

# ruff: noqa: SLF001 - Werkzeug offers no door to this

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from werkzeug.routing import Rule

_COMPILED: dict[tuple[Any, ...], Callable[..., Any]] = {}


def remember() -> None:
    """Let Werkzeug keep what it compiles for building an address: a function of the rule's text and its defaults."""
    if hasattr(Rule._compile_builder, "__wrapped__"):
        return
    compiled = Rule._compile_builder

    @wraps(compiled)
    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:  # noqa: FBT001, FBT002 - Werkzeug's own
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in _COMPILED:
            _COMPILED[key] = compiled(rule, append_unknown)
        return _COMPILED[key]

    Rule._compile_builder = once
