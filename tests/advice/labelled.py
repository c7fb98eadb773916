"""The labelled texts behind the advice: sets for each check, written before the check, half of each held back.

Which half is settled by the texts alone: within a label, the half with the smaller SHA-256 is held back. A set is
frozen once its check is being tuned, because one more text could move others across; new evidence is a new set, in a
file of its own.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HOME = Path(__file__).parent
LEAST = 40
"""Texts of each label for each check, at least."""


@dataclass(frozen=True)
class Labelled:
    """What a check is judged by.

    Args:
        code: the check's.
        which: the file, which tells the first set from the second.
        rubric: what faulty and sound mean here.
        tuning, held_back: pairs of a text, or of a table of texts, and whether it is faulty.
    """

    code: str
    which: str
    rubric: str
    tuning: tuple
    held_back: tuple

    @property
    def everything(self):
        return self.tuning + self.held_back

    @property
    def order(self):
        """First or second."""
        return "second" if self.which.endswith("_second") else "first"


def labelled_sets():
    """Every set, by check and then in the order in which they were written."""
    return sorted(map(_read, HOME.glob("*.toml")), key=lambda each: (each.code, each.order))


def _read(file):
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    tuning, held_back = [], []
    for label, faulty in (("faulty", True), ("sound", False)):
        ranked = sorted(data[label], key=digest)
        half = len(ranked) // 2
        held_back += [(text, faulty) for text in ranked[:half]]
        tuning += [(text, faulty) for text in ranked[half:]]
    return Labelled(data["code"], file.stem, data["rubric"], tuple(tuning), tuple(held_back))


def digest(text):
    """SHA-256 of a text, or of a table of texts as JSON with sorted keys."""
    plain = text if isinstance(text, str) else json.dumps(text, sort_keys=True, ensure_ascii=False)
    return sha256(plain.encode()).hexdigest()
