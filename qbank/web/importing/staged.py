"""What is kept of a file between the page that shows its rows and the job that brings them in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from qbank.domain.bank_rows import BankRow
from qbank.services.question_imports import Source


@dataclass(frozen=True, slots=True)
class Staged:
    """A file's rows, checked against the plan of `standard`."""

    source: Source
    standard: str
    rows: tuple[BankRow, ...]
    notes: tuple[str, ...]

    def as_bytes(self) -> bytes:
        """As it is kept."""
        data = {
            "source": asdict(self.source),
            "standard": self.standard,
            "rows": [each.to_dict() for each in self.rows],
            "notes": self.notes,
        }
        return json.dumps(data).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Staged:
        """What `as_bytes` wrote."""
        data = json.loads(kept)
        rows = tuple(BankRow.from_dict(each) for each in data["rows"])
        return cls(Source(**data["source"]), data["standard"], rows, tuple(data["notes"]))
