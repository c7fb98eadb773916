"""The certificate of a set, read for people: the rule-by-rule proof, the chance in plain words, the digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qbank.storage.queries.sets import DrawnSet
from qbank.web import saying


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind a set.

    Args:
        lines: for each requirement: rule, sentence, figure, and whether it holds.
        words: how likely the set was, and what the other figures mean, a sentence each.
        digests: (label, SHA-256) pairs, to compare with a replay.
    """

    lines: tuple[Mapping[str, Any], ...]
    words: tuple[str, ...]
    digests: tuple[tuple[str, str], ...]


def of(drawn: DrawnSet) -> Proof:
    """The proof of that set, as its certificate has it: nothing is worked out again here."""
    certificate = drawn.certificate
    return Proof(
        lines=tuple(certificate["proof"]),
        words=_words(certificate),
        digests=(
            ("Certificate", drawn.certificate_digest),
            ("Draw plan", drawn.plan_digest),
            ("Eligibility, frozen at the draw", drawn.snapshot_digest),
            ("Commitment to the seed, made at booking", drawn.commitment),
        ),
    )


def _words(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """The certificate's own sentences, the first of which is the chance of this set, said in tosses of a coin too."""
    chance, *others = certificate["words"]
    heads = saying.coin(float(certificate["figures"]["log2_probability"]))
    return (f"{chance} That is as likely as a coin falling {heads}.", *others)
