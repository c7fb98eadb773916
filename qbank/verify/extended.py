"""The draws by which a set grew in the room, together: each took the next stream of its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from qbank.verify.binding import finding
from qbank.verify.verdict import Finding


def in_order(evidence: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether substitutions, and residual draws, are numbered from 0; nothing where the evidence names no extensions.

    Whoever holds the seed could else try one stream after another and keep what comes of the one they like (L5).
    """
    extensions = evidence.get("extensions")
    if not extensions:
        return
    made, wrong = Counter[str](), 0
    for each in extensions:
        certificate = each["certificate"]
        kind = "vacancy" if "vacancy" in certificate else "gaps"
        wrong += certificate[kind]["number"] != made[kind]
        made[kind] += 1
    yield finding(
        "extensions",
        not wrong,
        "Every draw in the room took the next stream of its kind",
        f"{wrong} of the draws in the room took another stream than the next of its kind",
    )
