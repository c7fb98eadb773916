"""Whole numbers in addresses and parameters: none is larger than a key can be, for a database refuses to be asked."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST: Final = 2**31 - 1
"""Of a column that holds whole numbers, on PostgreSQL."""


class Whole(IntegerConverter):
    """`<int:…>` of an address: a larger number leads to no page."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - the library's name
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


def set_up(app: Flask) -> None:
    """Bound every number in an address; before the first address is added."""
    app.url_map.converters["int"] = Whole


def whole(typed: str) -> int:
    """The number of a parameter, as `type` of `get`.

    Raises:
        ValueError: it is none, or larger than any key; the default counts then.
    """
    found = int(typed)
    if abs(found) > LARGEST:
        raise ValueError("too large")
    return found
