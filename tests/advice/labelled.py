"""The labelled texts behind the advice: a set for each check, written before the check, half of it held back.

Which half is settled by the texts alone: within a label, the half with the smaller SHA-256 is held back. A set is
frozen once its check is being tuned, because one more text could move others across.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HOME = Path(__file__).parent
LEAST = 40
"""Texts of each label, at least."""


@dataclass(frozen=True)
class Labelled:
    """What a check is judged by.

    Args:
        code: the check's.
        rubric: what faulty and sound mean here.
        tuning, held_back: pairs of a text, or of a table of texts, and whether it is faulty.
    """

    code: str
    rubric: str
    tuning: tuple
    held_back: tuple

    @property
    def everything(self):
        return self.tuning + self.held_back


def labelled_sets():
    """Every set, by the code of its check, in alphabetical order."""
    sets = [_read(file) for file in sorted(HOME.glob("*.toml"))]
    return {each.code: each for each in sorted(sets, key=lambda each: each.code)}


def _read(file):
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    tuning, held_back = [], []
    for label, faulty in (("faulty", True), ("sound", False)):
        ranked = sorted(data[label], key=digest)
        half = len(ranked) // 2
        held_back += [(text, faulty) for text in ranked[:half]]
        tuning += [(text, faulty) for text in ranked[half:]]
    return Labelled(data["code"], data["rubric"], tuple(tuning), tuple(held_back))


def digest(text):
    """SHA-256 of a text, or of a table of texts as JSON with sorted keys."""
    plain = text if isinstance(text, str) else json.dumps(text, sort_keys=True, ensure_ascii=False)
    return sha256(plain.encode()).hexdigest()
