"""What is wrong in a file: where, what and what to do about it. Readers report every fault, not the first one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qbank.domain.errors import Refusal


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in one file.

    Args:
        file: the file's path as the reader was given it, with forward slashes.
        line: where it stands, from 1; 0 when the fault is the file's as a whole.
        what: a sentence that names the thing; ends with a full stop.
        remedy: a sentence that says what to do; ends with a full stop.
    """

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.remedy}"


class Faults(Refusal):
    """A file, or several, cannot be used; carries each fault.

    Args:
        faults: at least one, in any order; kept sorted by file and line.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        first, others = self.faults[0], len(self.faults) - 1
        more = f" There {'is one more fault' if others == 1 else f'are {others} more faults'}." if others else ""
        super().__init__(f"{first.file}:{first.line}: {first.what}", remedy=f"{first.remedy}{more}")
