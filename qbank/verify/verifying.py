"""Verification: does the certificate follow from the plan, the seed and the frozen eligibility?"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any, Final

from qbank.verify import residual, standard, substitution, wider_substitution
from qbank.verify.binding import bound, committed, finding
from qbank.verify.cohort import Cohort
from qbank.verify.conditioned import conditioned
from qbank.verify.examined import ExaminedPlan, ExaminedPlans
from qbank.verify.extended import in_order
from qbank.verify.judging import Judge
from qbank.verify.residual import Residual
from qbank.verify.said import finding_on_figures, finding_on_law, finding_on_proof
from qbank.verify.standard import Standard
from qbank.verify.substitution import Substitution
from qbank.verify.verdict import Finding, Verdict
from qbank.verify.walking import Step, walked
from qbank.verify.wider_substitution import WiderSubstitution
from qbank.verify.words import reordered, words_of
from qbank.verify.writing import digest_of

DRAW: Final = "qbank draw 1"
FORMAT: Final = "qbank certificate 1"
MOST_ATTEMPTS: Final = 20_000
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, struct.error)


def verify(evidence: Mapping[str, Any], plans: ExaminedPlans | None = None) -> Verdict:
    """What a second program finds in the evidence of one draw.

    Args:
        evidence: plain JSON data. `plan`: the draw plan. `seed`: hexadecimal. `eligibility`: the frozen snapshot.
            `certificate`: as issued, and `certificate_digest`. `attempt`: what the commitment names; without it the
            commitment is not looked at. `extended`: for a substitution, `digest` and `references` (in asking order) of
            the certificate that it extends; without it that is not looked at. `extensions`: everything by which the
            set grew, in order; without it the numbers of their streams are not looked at.
        plans: what was found in the plans of other draws, by their content; a plan that is among them is not worked out
            again. Without it everything is.

    Returns:
        Every finding; where the evidence cannot be read, the last one says so.
    """
    findings: list[Finding] = []
    try:
        kinds: dict[str, Callable[[Mapping[str, Any]], Residual | Standard | Substitution]] = {
            residual.FORMAT: Residual,
            standard.FORMAT: Standard,
            substitution.FORMAT: Substitution,
            wider_substitution.FORMAT: WiderSubstitution,
        }
        kind = kinds.get(evidence["certificate"]["format"])
        case = _Case(evidence, plans or ExaminedPlans()) if kind is None else kind(evidence)
        for each in chain(case.findings(), in_order(evidence)):
            findings.append(each)  # noqa: PERF402 - what was found before the evidence broke is kept
    except _UNREADABLE as error:
        why = f"{type(error).__name__}: {error}"
        findings.append(Finding("evidence", holds=False, sentence=f"The evidence cannot be followed ({why[:120]})."))
    return Verdict(tuple(findings))


class _Case:
    """The evidence of one draw, looked at step by step."""

    def __init__(self, evidence: Mapping[str, Any], plans: ExaminedPlans) -> None:
        self.evidence = evidence
        self.plans = plans
        self.plan: Mapping[str, Any] = evidence["plan"]
        self.seed = bytes.fromhex(evidence["seed"])
        self.eligibility: Mapping[str, Any] = evidence["eligibility"]
        self.certificate: Mapping[str, Any] = evidence["certificate"]
        self.named: str = evidence["certificate_digest"]
        self.excluded = frozenset(self.eligibility["excluded"])
        self.cohort = Cohort.of(self.eligibility, self.plan["pool"])
        self.judge = Judge(self.plan["pool"], self.plan["specification"], self.excluded)

    def findings(self) -> Iterator[Finding]:
        """Digests first, then the law, then the draw, then what is said about it."""
        yield from bound(self.plan, self.eligibility, self.certificate, self.named, FORMAT)
        yield from committed(self.evidence, self.seed)
        examined = self.plans.of(self.plan)
        steps, recorded = examined.steps, examined.recorded
        yield finding(
            "rehearsal",
            examined.rehearsal_holds,
            "The plan's recorded run gives the same sets when it is run again",
            "The plan's recorded run gives other sets when it is run again",
        )
        yield _law("law", holds=examined.law_holds)
        yield from self._plans_figures(examined)
        barred = [at for at, each in enumerate(self.plan["pool"]) if each["reference"] in self.excluded]
        sets = recorded.without(barred)
        changed = bool(barred)
        if self.cohort and self.cohort.matters:
            sets = self.cohort.passed(sets, digest_of(self.plan), digest_of(self.eligibility))
            changed = True
        kept = changed and len(sets) < self.plan["least_acceptance"]
        yield self._way(len(sets), recorded.trials, kept=kept)
        certain = not examined.passes_over and not changed
        if kept:
            due = conditioned(self.plan, self._tilted(), self.eligibility, self.certificate)
            yield _law("conditioned law", holds=due.holds)
            steps, recorded, certain = due.steps, due.recorded, due.certain
            sets = list(recorded.lawful)
        yield from self._draw(steps, sets if changed else None, Fraction(len(sets), recorded.trials), kept=kept)
        said = self.certificate["figures"]["acceptance"]
        yield finding(
            "acceptance",
            (said["trials"], said["lawful"], said["exact"]) == (recorded.trials, len(sets), certain),
            f"{len(sets):,} of the run's {recorded.trials:,} sets are lawful here, as the certificate says",
            f"{len(sets):,} of the run's {recorded.trials:,} sets are lawful here; the certificate says otherwise",
        )
        yield _reported(
            "words", "The certificate's sentences in plain words are reported, not verified by this program"
        )

    def _way(self, lawful: int, trials: int, *, kept: bool) -> Finding:
        way = "conditioned" if kept else "stream"
        said = self.certificate["way"] == way and (self.certificate["walk"] is not None) == kept
        because = f"{lawful:,} of the {trials:,} recorded sets are lawful here, so the way of the draw is: {way}"
        return finding("way", said, because, f"{because}; the certificate says otherwise")

    def _plans_figures(self, examined: ExaminedPlan) -> Iterator[Finding]:
        wrong = examined.wrong_figures
        how = "six standard errors of the recorded run" if examined.passes_over else "the last decimal"
        yield finding(
            "plan's figures",
            not wrong,
            f"The plan's figures agree with its weights and its sets, within {how}",
            f"Figures of the plan do not agree with its weights and its sets: {', '.join(wrong)}",
        )
        strength = str(self.plan["figures"]["strength"])[:12]
        yield _reported(
            "strength", f"That the fit came to strength {strength} of its penalties is reported, not verified"
        )

    def _tilted(self) -> Mapping[str, Any]:
        """The plan with the weights that the cohort's factor makes."""
        return self.cohort.tilted(self.plan) if self.cohort else self.plan

    def _draw(
        self, steps: Sequence[Step], sets: list[Sequence[int]] | None, acceptance: Fraction, *, kept: bool
    ) -> Iterator[Finding]:
        """Every set of the stream up to this one: unlawful until the last, which is the certificate's."""
        attempts = self.certificate["attempts"]
        if not 0 < attempts <= self.plan["most_attempts"] <= MOST_ATTEMPTS:
            yield Finding("first", holds=False, sentence="The certificate's attempts are not as many as a draw makes.")
            return
        early = 0
        cohort = None if kept else self.cohort
        for number in range(attempts):
            words = words_of(DRAW, self.seed, number)
            chosen, numerator, used = walked(steps, words)
            broken = self.judge.broken(chosen)
            passes = not broken and (cohort is None or cohort.lets_pass(chosen, words))
            early += number + 1 < attempts and passes
        yield finding(
            "first",
            not early,
            f"No set before number {attempts:,} of the stream was lawful",
            f"{early:,} of the sets before number {attempts:,} of the stream were lawful: another one was due",
        )
        yield finding("lawful", not broken, "The set breaks no requirement", f"The set breaks: {', '.join(broken)}")
        if self.cohort:
            yield self.cohort.finding(self.certificate["figures"], chosen, passes=passes)
        pool = self.plan["pool"]
        asked = [{key: pool[at][key] for key in ("reference", "version", "digest")} for at in reordered(chosen, words)]
        yield finding(
            "questions",
            asked == self.certificate["questions"],
            "The seed gives these questions in this order",
            "The seed gives other questions, or another order, than the certificate",
        )
        chance = Fraction(numerator, 2 ** (64 * used)) * (cohort.chance(chosen) if cohort else 1)
        yield finding_on_figures(self.certificate["figures"], chance)
        yield finding_on_law(self._tilted(), self.certificate["figures"]["law"], sets, chosen, chance, acceptance)
        rules = self.plan["specification"]["rules"]
        yield finding_on_proof(self.certificate["proof"], broken, figures=self.judge.proof(chosen), rules=rules)


def _law(what: str, *, holds: bool) -> Finding:
    return finding(
        what,
        holds,
        "The walk's whole numbers are those that the plan's weights give",
        "The walk's whole numbers are not those that the plan's weights give",
    )


def _reported(what: str, sentence: str) -> Finding:
    return Finding(what, holds=True, sentence=f"{sentence}.", verified=False)
