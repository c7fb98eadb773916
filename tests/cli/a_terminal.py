"""What the command said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
STANDARD = "customer-service-specialist-3"


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON on standard output."""
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """Everything that was printed, on one line."""
        return " ".join((self.out + " " + self.err).split())


class Terminal(Protocol):
    def __call__(self, *arguments: str, typed: str | bytes = "") -> Said: ...


def refused(said: Said, *words: str) -> None:
    """A refusal is a sentence on standard error, with exit code 2 and no traceback."""
    assert said.code == 2, said
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.strip().endswith((".", ")")), said.err
    for word in words:
        assert word in said.err, said.err
