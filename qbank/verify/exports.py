"""Reads an exported audit trail, and judges it without the database that it came from.

The file is lines of canonical JSON: a header, then checkpoints, then every entry from the first. See `docs/audit.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from qbank.verify.trail import Broken, TrailVerdict, Vouchers, judge
from qbank.verify.writing import written

KIND: Final = "qbank audit export 1"


class NotAnExport(Exception):  # noqa: N818 - names what it is not
    """The text is no exported audit trail; the message says why."""


def judge_export(
    lines: Iterable[str], *, key: str | None = None, others: Iterable[Mapping[str, Any]] = ()
) -> tuple[TrailVerdict, str]:
    """Whether an exported trail holds, and the public key that its checkpoints were held to.

    Args:
        lines: of the file, in order.
        key: the public key that you know to be the organisation's; None takes the one that the header names.
        others: checkpoints that you kept yourself, beside those in the file: they show a file that was cut short
            together with its checkpoints.

    Raises:
        NotAnExport: the first line is no header.
    """
    rest = iter(lines)
    header = _header(next(rest, ""))
    held_to: str = key or header["key"]
    own = [_line(next(rest, "")) for _ in range(header["checkpoints"])]
    vouchers = Vouchers.of([*own, *others], key=held_to)
    verdict = judge((_line(text) for text in rest), vouchers)
    if verdict.broken is None and verdict.entries != header["entries"]:
        first = min(verdict.entries, header["entries"]) + 1
        sentence = f"The file announces {header['entries']} entries and holds {verdict.entries}."
        verdict = replace(verdict, broken=Broken(first, first, sentence))
    return verdict, held_to


def written_export(
    entries: Iterable[Mapping[str, Any]], checkpoints: Iterable[Mapping[str, Any]], *, count: int, key: str
) -> Iterator[str]:
    """The lines of an export, without line ends.

    Args:
        entries: from the first, in order.
        count: how many entries there are.
        checkpoints: as they are kept.
        key: the public key that signed them, in hexadecimal.
    """
    sealed = [{name: each[name] for name in ("body", "key", "signature")} for each in checkpoints]
    yield written({"kind": KIND, "entries": count, "checkpoints": len(sealed), "key": key})
    yield from map(written, sealed)
    yield from map(written, entries)


def _header(text: str) -> dict[str, Any]:
    header = _line(text)
    counts = (header.get("entries"), header.get("checkpoints"))
    counted = all(type(count) is int and count >= 0 for count in counts)
    if header.get("kind") != KIND or not counted or not isinstance(header.get("key"), str):
        raise NotAnExport(f"its first line is not the header of a {KIND}")
    return header


def _line(text: str) -> dict[str, Any]:
    """The line's content; nothing when it is not the one way to write that content, so that no two files say the same.

    A key that stands twice, for example, is one thing to one program and another thing to the next.
    """
    text = text.removesuffix("\n")
    try:
        found = json.loads(text)
        return found if isinstance(found, dict) and written(found) == text else {}
    except (ValueError, RecursionError):
        return {}
