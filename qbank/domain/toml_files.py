"""Reading TOML that people write by hand: values, and faults that carry their line.

TOML allows more than a bank needs, and some of it to no good end: nesting without a bound, numbers without a bound or
that are none, characters nobody sees. Those are faults here, so that no reader of the values meets them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import plain, unseen_in
from qbank.domain.toml_lines import Path, TomlLines

_AT_LINE: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\s*$")

MOST_LEVELS: Final = 20
"""Tables within tables; a plan has six."""

MOST_DOTS: Final = 250
"""Full stops in one line: the parser's time grows with their square when they join keys."""

MOST_NUMBER: Final = 1_000_000_000
"""No number of a plan or a question comes near."""

_TOO_DEEP: Final = ("The values are nested too deeply.", "Write tables and lists as the starter bank does.")
_SMALLER: Final = f"Give a number of at most {MOST_NUMBER:,}."


def read_toml(text: str, file: str, *, first_line: int = 1) -> Mapping[str, Any]:
    """The values of a TOML text.

    Args:
        text: the TOML.
        file: its name, for the fault.
        first_line: the line in the file on which the text begins, from 1.

    Returns:
        Values at most `MOST_LEVELS` deep, numbers finite and at most `MOST_NUMBER` either way, texts `plain`.

    Raises:
        Faults: the text is not such TOML; each fault carries the line in the file.
    """
    text = plain(text, file)
    for number, line in enumerate(text.split("\n"), start=first_line):
        if line.count(".") > MOST_DOTS:
            problem = f"The line has more than {MOST_DOTS} full stops."
            raise Faults([Fault(file, number, problem, "Break it into several.")])
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Faults([_fault(str(error), text, file, first_line)]) from None
    except RecursionError:
        raise Faults([Fault(file, first_line, *_TOO_DEEP)]) from None
    except ValueError:  # what Python says of a number of thousands of digits
        raise Faults([Fault(file, first_line, "A number has thousands of digits.", _SMALLER)]) from None
    if unfit := list(_unfit(values)):
        lines = TomlLines.of(text)
        raise Faults(Fault(file, first_line + lines.where(path) - 1, what, remedy) for path, what, remedy in unfit)
    return values


def _unfit(values: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """Where a value is none that a bank can use, what is wrong and the remedy. No recursion: it may be deep."""
    waiting: list[tuple[Path, Any]] = [((), values)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping | list):
            if len(path) == MOST_LEVELS:
                yield path, *_TOO_DEEP
                continue
            entries = value.items() if isinstance(value, Mapping) else enumerate(value)
            waiting += [((*path, key), each) for key, each in entries]
        for problem in filter(None, map(_problem, (value, *path[-1:]))):
            yield path, *problem


def _problem(value: object) -> tuple[str, str] | None:
    """What is wrong with one value or key, and the remedy."""
    if isinstance(value, str) and (unseen := unseen_in(value)):
        return f"A text holds {unseen}.", "Remove it, or type it anew."
    if isinstance(value, int | float) and not -MOST_NUMBER <= value <= MOST_NUMBER:  # nan is not either
        return "The number is too large, or is none.", _SMALLER
    return None


def _fault(message: str, text: str, file: str, first_line: int) -> Fault:
    place = _AT_LINE.search(message)
    last = text.count("\n") + 1
    line = int(place.group(1)) if place and place.group(1) else last
    reason = _AT_LINE.sub("", message)
    return Fault(
        file,
        first_line + min(line, last) - 1,
        f"This is not TOML: {reason[:1].lower()}{reason[1:]}.",
        'Write key = value, with text between double quotes and lists as ["K1", "S16"].',
    )
