"""The draw: from a seed to one lawful question set.

A seed has a stream of sets, one from each of its streams of words: an independent draw each from the plan's law. The
set is the first that is lawful for this apprentice, so its law is exactly the plan's, given that the set is lawful, and
excluding a question that would not have been drawn changes nothing.

Where the recorded run says that the stream would rarely be lawful for this apprentice, the law is conditioned exactly
instead: the tables are worked out again without the excluded questions. Which way is taken depends on the plan and the
eligibility only, never on the seed.

Where the eligibility names a cohort, a lawful set is let pass with the factor's probability for each question heard
there, by the words that follow the walk's; a conditioned law has the factor in its weights instead.

Source: `docs/engine.md`, "The draw" and "The cohort factor".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from delivery.canonical import digest
from delivery.cohort import RUN, Cohort
from delivery.eligibility import Eligibility, bits
from delivery.errors import TooRarelyLawful
from delivery.figures import Acceptance, log2_of
from delivery.plan import DrawPlan
from delivery.randomness import Stream
from delivery.walk import Walk

__all__ = ["Draw", "Eligibility", "draw"]


@dataclass(frozen=True, slots=True)
class Draw:
    """One question set.

    Attributes:
        references: in asking order.
        positions: the same questions as positions in the plan's pool, in the walk's order.
        attempts: sets of the stream that were looked at; the last is this one.
        numerator: of the set's exact probability in one walk, and of its being let pass.
        words: the probability is numerator / 2^(64 × words).
        acceptance: how often a set of the stream is lawful for this apprentice, by a recorded run.
        recorded: the lawful sets of the recorded run that hold nothing excluded and that the cohort's factor lets pass,
            as bits of positions; those of the conditioned run where the law was conditioned; None where nothing in the
            pool is excluded or heard.
        met: the states that the draw passed through, where the law was conditioned and the plan's own walk not used.
    """

    references: tuple[str, ...]
    positions: tuple[int, ...]
    attempts: int
    numerator: int
    words: int
    acceptance: Acceptance
    recorded: tuple[int, ...] | None = None
    met: Walk | None = None

    @property
    def way(self) -> str:
        """How the set was found: "stream" or "conditioned"."""
        return "stream" if self.met is None else "conditioned"

    @property
    def exact_log2_probability(self) -> Decimal:
        """log2 of the probability that one walk gives this set, to 40 digits."""
        return log2_of(self.numerator, self.words)

    @property
    def log2_probability(self) -> float:
        """log2 of the probability of this set among lawful ones: one walk's, divided by the acceptance."""
        return float(self.exact_log2_probability - self.acceptance.log2)


def draw(plan: DrawPlan, *, seed: bytes, eligibility: Eligibility) -> Draw:
    """The set that this seed gives for this apprentice: the same again whenever it is asked.

    Args:
        plan: the draw plan that was named when the seed was committed.
        seed: 32 bytes from the operating system.
        eligibility: what may not be drawn.

    Raises:
        Infeasible: no lawful set exists for this apprentice; it carries the smallest change that would do.
        TooRarelyLawful: there are some, but too few to be found by drawing.
    """
    excluded = eligibility.positions(plan.pool)
    heard = eligibility.heard(plan.pool)
    changed = bool(excluded or heard)
    recorded = plan.rehearsal.without(excluded)
    if eligibility.cohort and heard:
        run = bytes.fromhex(digest([RUN, plan.digest, eligibility.digest]))
        recorded = eligibility.cohort.passed(recorded, heard, run)
    if not changed and not recorded:
        raise TooRarelyLawful(plan.rehearsal.trials)
    if not changed or len(recorded) >= plan.least_acceptance:
        exact = not changed and not plan.lawfulness.rejects
        acceptance = Acceptance(plan.rehearsal.trials, len(recorded), exact)
        drawn = first_lawful(plan, plan.walk, seed, excluded, acceptance, cohort=eligibility.cohort)
        return replace(drawn, recorded=recorded if changed else None)
    from delivery.conditioning import conditioned_on

    law = conditioned_on(plan, eligibility, seed)
    met = law.met_first()
    drawn = first_lawful(plan, met or law.walk, seed, excluded, law.acceptance)
    met = met or law.walk.met(Stream(seed, number) for number in range(drawn.attempts))
    return replace(drawn, recorded=law.recorded, met=met)


def first_lawful(
    plan: DrawPlan, walk: Walk, seed: bytes, excluded: int, acceptance: Acceptance, *, cohort: Cohort | None = None
) -> Draw:
    """The first lawful set of a walk's stream, and, where a cohort is given, the first that its factor lets pass.

    Raises:
        TooRarelyLawful: it is not among the plan's most attempts.
    """
    breach = plan.lawfulness.breach
    heard = cohort.positions(plan.pool) if cohort else 0
    for number in range(plan.most_attempts):
        stream = Stream(seed, number)
        positions = walk.drawn(stream)
        if breach(positions, excluded) is None:
            known = (bits(positions) & heard).bit_count()
            if cohort and not cohort.lets_pass(known, stream):
                continue
            numerator, words = walk.chance(positions)
            if cohort:
                numerator, words = numerator * cohort.threshold**known, words + known
            order = stream.shuffled(positions)
            references = tuple(plan.pool.candidates[at].reference for at in order)
            return Draw(references, positions, number + 1, numerator, words, acceptance)
    raise TooRarelyLawful(plan.most_attempts)
