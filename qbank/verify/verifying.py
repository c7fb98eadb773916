"""Verification: does the certificate follow from the plan, the seed and the frozen eligibility?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from qbank.verify.judging import Judge
from qbank.verify.reckoning import log2, rate_interval, same_figure
from qbank.verify.recorded import Recorded
from qbank.verify.verdict import Finding, Verdict
from qbank.verify.walking import Step, steps_of, walked
from qbank.verify.weighing import Weighing
from qbank.verify.words import reordered, words_of
from qbank.verify.writing import digest_of

DRAW: Final = "qbank draw 1"
COMMITMENT: Final = "qbank commitment 1"


def verify(evidence: Mapping[str, Any]) -> Verdict:
    """What a second program finds in the evidence of one draw.

    Args:
        evidence: plain JSON data. `plan`: the draw plan. `seed`: hexadecimal. `eligibility`: the frozen snapshot.
            `certificate`: as issued. `attempt`: what the commitment names; without it the commitment is not looked at.

    Returns:
        Every finding; where the evidence cannot be read, the last one says so.
    """
    findings: list[Finding] = []
    try:
        for finding in _Case(evidence).findings():
            findings.append(finding)  # noqa: PERF402 - what was found before the evidence broke is kept
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        findings.append(Finding("evidence", holds=False, sentence=f"The evidence cannot be followed: {error}."))
    return Verdict(tuple(findings))


class _Case:
    """The evidence of one draw, looked at step by step."""

    def __init__(self, evidence: Mapping[str, Any]) -> None:
        self.plan: Mapping[str, Any] = evidence["plan"]
        self.seed = bytes.fromhex(evidence["seed"])
        self.eligibility: Mapping[str, Any] = evidence["eligibility"]
        self.certificate: Mapping[str, Any] = evidence["certificate"]
        self.attempt: str | None = evidence.get("attempt")
        self.excluded = frozenset(self.eligibility["excluded"])
        self.judge = Judge(self.plan["pool"], self.plan["specification"], self.excluded)

    def findings(self) -> Iterator[Finding]:
        """Digests first, then the law, then the draw, then what is said about it."""
        yield from self._digests()
        yield from self._commitment()
        steps = steps_of(self.plan["walk"])
        recorded = Recorded.run(self.plan, steps)
        yield _finding(
            "rehearsal",
            recorded.sets == self.plan["rehearsal"]["sets"] and recorded.seed == self.plan["rehearsal"]["seed"],
            "The plan's recorded run gives the same sets when it is run again",
        )
        yield _law("law", self.plan, steps, frozenset())
        positions = [at for at, each in enumerate(self.plan["pool"]) if each["reference"] in self.excluded]
        lawful = recorded.lawful_without(positions)
        kept = bool(positions) and lawful < self.plan["least_acceptance"]
        yield _finding(
            "way",
            self.certificate["way"] == ("conditioned" if kept else "stream")
            and (self.certificate["walk"] is not None) == kept,
            f"{lawful} of the {recorded.trials} recorded sets are lawful here, which decides how the set was drawn",
        )
        if kept:
            steps = steps_of(self.certificate["walk"])
            yield _law("conditioned law", self.plan, steps, self.excluded)
        yield from self._draw(steps)
        if not kept:
            said = self.certificate["figures"]["acceptance"]
            same = (said["trials"], said["lawful"]) == (recorded.trials, lawful)
            yield _finding("acceptance", same, "The acceptance is that of the recorded run")

    def _digests(self) -> Iterator[Finding]:
        for what, content in (
            ("plan", self.plan),
            ("pool", self.plan["pool"]),
            ("specification", self.plan["specification"]),
            ("eligibility", self.eligibility),
        ):
            found = digest_of(content)
            yield _finding(what, found == self.certificate[what], f"The {what} has the digest {found[:16]}…")
        method = self.plan["specification"]["method"]
        yield _finding("method", method == self.certificate["method"], f"The plan is for the method {method}")

    def _commitment(self) -> Iterator[Finding]:
        if self.attempt is None:
            return
        content = b""
        for each in (COMMITMENT.encode(), self.attempt.encode(), bytes.fromhex(digest_of(self.plan)), self.seed):
            content += len(each).to_bytes(8, "big") + each
        same = hashlib.sha256(content).hexdigest() == self.certificate["commitment"]
        yield _finding("commitment", same, "The seed, the attempt and the plan are those committed to at booking")

    def _draw(self, steps: Sequence[Step]) -> Iterator[Finding]:
        """Every set of the stream up to this one: unlawful until the last, which is the certificate's."""
        attempts = self.certificate["attempts"]
        chosen: list[int] = []
        early = 0
        numerator, used = 0, 0
        words: Iterator[int] = iter(())
        for number in range(attempts):
            words = words_of(DRAW, self.seed, number)
            chosen, numerator, used = walked(steps, words)
            early += number + 1 < attempts and not self.judge.broken(chosen)
        yield _finding("first", attempts > 0 and not early, f"No set before number {attempts} of the stream was lawful")
        broken = self.judge.broken(chosen)
        yield _finding("lawful", not broken, f"Requirements broken by the set: {', '.join(broken) or 'none'}")
        pool = self.plan["pool"]
        asked = [{key: pool[at][key] for key in ("reference", "version", "digest")} for at in reordered(chosen, words)]
        yield _finding(
            "questions", asked == self.certificate["questions"], "The seed gives these questions in this order"
        )
        yield from self._said(chosen, Fraction(numerator, 1) / Fraction(2) ** (64 * used))

    def _said(self, chosen: Sequence[int], chance: Fraction) -> Iterator[Finding]:
        """What the certificate says about the set."""
        figures = self.certificate["figures"]
        said = figures["acceptance"]
        lowest, highest = rate_interval(said["lawful"], said["trials"])
        rate = Fraction(said["lawful"], said["trials"])
        one = log2(chance)
        wanted: list[tuple[str, Fraction | Decimal]] = [
            (figures["log2_probability_of_one_walk"], one),
            (figures["log2_probability"], one - log2(rate)),
            (figures["log2_probability_lowest"], one - log2(Fraction(highest))),
            (figures["log2_probability_highest"], one - log2(Fraction(lowest))),
            (said["rate"], rate),
            (said["lowest"], lowest),
            (said["highest"], highest),
        ]
        same = all(same_figure(text, value) for text, value in wanted)
        yield _finding("figures", same, f"The set's probability is 2^{figures['log2_probability']}")
        law = figures["law"]
        yield _finding(
            "law's figures",
            all(law[name] == self.plan["figures"][name] for name in law),
            "The figures of the law are those in its plan",
        )
        broken = set(self.judge.broken(chosen))
        proof = self.certificate["proof"]
        yield _finding(
            "proof",
            all(line["holds"] == (line["requirement"] not in broken) for line in proof),
            f"The proof's {len(proof)} lines say what was found",
        )


def _law(what: str, plan: Mapping[str, Any], steps: Sequence[Step], excluded: frozenset[str]) -> Finding:
    holds = Weighing(plan, steps, excluded).holds()
    return _finding(what, holds, "The walk's whole numbers are those that the plan's weights give")


def _finding(what: str, holds: bool, sentence: str) -> Finding:  # noqa: FBT001 - the facts of a finding, in its order
    return Finding(what, holds=bool(holds), sentence=f"{sentence}.")
