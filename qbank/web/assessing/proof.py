"""The certificate of a set, read for people: the rule-by-rule proof, the chance in plain words, the digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from delivery.proof import NAMED_IN_BANK
from qbank.storage.queries.sets import DrawnSet
from qbank.web import saying

DECISION: Final = "decision "
"""How a certificate marks a requirement that follows from a decision of ours, before the decision's code."""


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement as the screen says it.

    Args:
        source: "Plan, W6", "Our decision", or that the bank itself names it.
        decision: the code of our decision, where it is one that the standard's page explains; else empty.
    """

    sentence: str
    figure: str
    holds: bool
    source: str
    decision: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind a set.

    Args:
        lines: requirement by requirement.
        words: how likely the set was, and what the other figures mean, a sentence each.
        digests: (label, SHA-256) pairs, to compare with a replay.
    """

    lines: tuple[Line, ...]
    words: tuple[str, ...]
    digests: tuple[tuple[str, str], ...]


def of(drawn: DrawnSet) -> Proof:
    """The proof of that set, as its certificate has it: nothing is worked out again here."""
    certificate = drawn.certificate
    return Proof(
        lines=tuple(_line(each) for each in certificate["proof"]),
        words=_words(certificate),
        digests=(
            ("Certificate", drawn.certificate_digest),
            ("Draw plan", drawn.plan_digest),
            ("Eligibility, frozen at the draw", drawn.snapshot_digest),
            ("Commitment to the seed, made at booking", drawn.commitment),
        ),
    )


def _line(kept: Mapping[str, Any]) -> Line:
    rule = kept["rule"]
    decision = rule.removeprefix(DECISION) if rule.startswith(DECISION) else ""
    source = "Our decision" if decision or not rule else rule if rule == NAMED_IN_BANK else f"Plan, {rule}"
    return Line(kept["sentence"], kept["figure"], kept["holds"], source, decision)


def _words(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """The certificate's own sentences, the first of which is the chance of this set, said in tosses of a coin too."""
    chance, *others = certificate["words"]
    heads = saying.coin(float(certificate["figures"]["log2_probability"]))
    return (f"{chance} That is as likely as a coin falling {heads}.", *others)
