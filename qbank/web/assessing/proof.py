"""The certificate of a set, read for people: the rule-by-rule proof, the chance in plain words, the digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from delivery.proof import NAMED_IN_BANK
from qbank.services import simulated_seals
from qbank.storage.queries.sets import DrawnSet
from qbank.web import saying

DECISION: Final = "decision "
"""How a certificate marks a requirement that follows from a decision of ours, before the decision's code."""


LEAST_TOSSED: Final = -5.0
"""A chance is likened to a coin's from so many tosses on; a set that is one of twelve is said so, and no more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement as the screen says it.

    Args:
        source: "Plan, W6", "Our decision", or that the bank itself names it.
        anchor: where the standard's page explains it; empty for a rule of the plan.
    """

    sentence: str
    figure: str
    holds: bool
    source: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind a set.

    Args:
        lines: requirement by requirement.
        chance: how likely the set was, in two sentences.
        nearby: what was heard at the same provider or employer, and how it counted; empty where it did not.
        finer: what the other figures of chance mean, a sentence each.
        digests: (label, SHA-256) pairs, to compare with a replay.
    """

    lines: tuple[Line, ...]
    chance: str
    nearby: str
    finer: tuple[str, ...]
    digests: tuple[tuple[str, str], ...]


def of(drawn: DrawnSet) -> Proof:
    """The proof of that set, as its certificate has it: nothing is worked out again here."""
    certificate = drawn.certificate
    if simulated_seals.is_simulated(certificate):
        return Proof((), simulated_seals.SAID, "", (), (("Certificate", drawn.certificate_digest),))
    chance, *finer = certificate["words"]
    log2 = float(certificate["figures"]["log2_probability"])
    likened = f" That is as likely as a coin falling {saying.coin(log2)}." if log2 <= LEAST_TOSSED else ""
    return Proof(
        lines=tuple(_line(each) for each in certificate["proof"]),
        chance=f"{chance}{likened}",
        nearby=_nearby(certificate["figures"]),
        finer=tuple(finer),
        digests=(
            ("Certificate", drawn.certificate_digest),
            ("Standard sets" if "sets" in certificate else "Draw plan", drawn.plan_digest),
            ("Eligibility, frozen at the draw", drawn.snapshot_digest),
            ("Commitment to the seed, made at booking", drawn.commitment),
        ),
    )


def _nearby(figures: Mapping[str, Any]) -> str:
    cohort = figures.get("cohort")
    if cohort is None:
        return ""
    heard = saying.counted(cohort["heard"], "question of the bank was", "questions of the bank were")
    here = saying.counted(cohort["heard_in_set"], "of them is", "of them are")
    return (
        f"{heard} asked lately of others at {cohort['name']}, and for that came less often: a set was let pass "
        f"at {cohort['factor'].rstrip('0')} for each. {here} in this set."
    )


def _line(kept: Mapping[str, Any]) -> Line:
    source, anchor = _source(kept["rule"])
    return Line(kept["sentence"], kept["figure"], kept["holds"], source, anchor)


def _source(rule: str) -> tuple[str, str]:
    """What a requirement rests on, and where the standard's page explains it."""
    if rule.startswith(DECISION):
        return "Our decision", f"decision-{rule.removeprefix(DECISION)}"
    if rule == NAMED_IN_BANK:
        return rule, "enemies"
    return (f"Plan, {rule}", "") if rule else ("Our decision", "decisions")
