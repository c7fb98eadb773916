"""Where in a TOML text each value stands: the standard library's parser gives values without their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]
"""The way to a value: ("ksbs", 2, "code") is the code of the third table of [[ksbs]]."""

_HEADER: Final = re.compile(r"^\s*(\[{1,2})([^\[\]]+)(\]{1,2})\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART: Final = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")


@dataclass(frozen=True, slots=True)
class TomlLines:
    """The line of every table and key of one text.

    Args:
        lines: line number, from 1, by path.
    """

    lines: dict[Path, int]

    @classmethod
    def of(cls, text: str) -> TomlLines:
        """Read the lines of a text that tomllib accepts; multi-line strings are stepped over."""
        lines: dict[Path, int] = {(): 1}
        counts: dict[Path, int] = {}
        table: Path = ()
        inside: str | None = None
        for number, line in enumerate(text.split("\n"), start=1):
            if inside is not None:
                inside = None if inside in line else inside
                continue
            if (header := _HEADER.match(line)) and (parts := _parts(header.group(2))):
                table = _table(parts, counts, is_entry=header.group(1) == "[[")
                for depth in range(len(table)):  # [a.b] makes a as well, if nothing before it did
                    lines.setdefault(table[: depth + 1], number)
            elif key := _KEY.match(line):
                lines.setdefault((*table, *_parts(key.group(1))), number)
                inside = _opens(line[key.end() :])
        return cls(lines)

    def where(self, path: Path) -> int:
        """The line of the value, or of the nearest table around it that has one; from 1."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def _table(parts: tuple[str, ...], counts: dict[Path, int], *, is_entry: bool) -> Path:
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        path = (*path, counts[path] - 1) if path in counts else path
    path = (*path, parts[-1])
    if is_entry:
        counts[path] = counts.get(path, 0) + 1
        path = (*path, counts[path] - 1)
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(next(group for group in match.groups() if group is not None) for match in _PART.finditer(dotted))


def _opens(value: str) -> str | None:
    """The mark that closes the multi-line string this line opens, if it leaves one open."""
    for mark in ('"""', "'''"):
        if value.lstrip().startswith(mark):
            return mark if value.count(mark) == 1 else None
    return None
