"""No probe: nothing that could be said aloud is prepared to ask next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from qbank.domain.advice.content_words import content_words
from qbank.domain.advice.remarks import PROBES, Remark
from qbank.domain.advice.spoken import OPEN_WORD, REQUEST

CODE: Final = "no-probe"

_SAYS: Final = "Nothing is prepared to ask next: write a probe that opens what the stem leaves closed."
_REQUESTS: Final = re.compile(rf"^(?:please )?{REQUEST}\b", re.IGNORECASE)
_ASKS: Final = re.compile(rf"\w.*\?|^(?:and |but |so )?(?:\w+ )?{OPEN_WORD}\s+\w+\s+\w+", re.IGNORECASE)
_NOT_ASKED: Final = re.compile(r"^(?:ask|probe|prompt|follow|see|use|listen|encourage|assessor)\b", re.IGNORECASE)


def no_probe(stem: str, probes: Sequence[str]) -> tuple[Remark, ...]:
    """One remark when no probe could be said aloud and asks for more than the stem; it points at the first of them."""
    if any(_is_probe(stem, probe) for probe in probes):
        return ()
    words = probes[0] if probes else ""
    return (Remark(CODE, PROBES, 0, len(words), words, _SAYS, probe=0 if probes else None),)


def _is_probe(stem: str, probe: str) -> bool:
    said = probe.strip()
    if _NOT_ASKED.match(said) or not (_REQUESTS.match(said) or _ASKS.search(said)):
        return False
    words = content_words(said)
    return not words or set(words) != set(content_words(stem))
