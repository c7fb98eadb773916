"""The certificate: the proof that a set was drawn by chance, from a published law, and is lawful.

It holds digests of everything the draw followed from, the questions with the versions that are asked, the rule-by-rule
proof, and the figures; its own digest binds them. It does not hold the seed, which is revealed after results.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

from delivery.canonical import canonical, decimals, digest
from delivery.draw import Draw
from delivery.eligibility import Eligibility, bits
from delivery.errors import BadEvidence
from delivery.figures import Acceptance, log2_of_rate
from delivery.plan import DrawPlan
from delivery.proof import ProofLine, proof_of
from delivery.prospects import in_words, prospects_of
from delivery.randomness import prefixed
from delivery.saying import count_of
from delivery.shapes import every, mapping, named, parts, text, whole

FORMAT: Final = "qbank certificate 1"
COMMITMENT: Final = "qbank commitment 1"


def commitment(*, attempt: str, plan_digest: str, seed: bytes) -> str:
    """What the audit trail records at booking: SHA-256 over the length-prefixed label, attempt, plan digest and seed.

    Args:
        attempt: names the apprentice's attempt at a method; cancelling and booking again keeps it.
        plan_digest: 64 hexadecimal digits.
        seed: 32 bytes.

    Returns:
        64 hexadecimal digits.

    Source: `docs/engine.md`, "The commitment".
    """
    content = prefixed(COMMITMENT.encode(), attempt.encode(), bytes.fromhex(plan_digest), seed)
    return hashlib.sha256(content).hexdigest()


_TEXTS: Final = ("method", "plan", "pool", "specification", "eligibility", "commitment", "way")
_PARTS: Final = frozenset({*_TEXTS, "format", "attempts", "questions", "figures", "proof", "words", "walk"})
_QUESTION: Final = frozenset({"reference", "version", "digest"})


@dataclass(frozen=True, slots=True)
class Certificate:
    """See the module.

    Attributes:
        method: the assessment method's code.
        plan: digest of the draw plan; `pool` and `specification` are digests of its parts.
        eligibility: digest of the frozen snapshot.
        commitment: as recorded at booking; empty for a rehearsal that nothing committed to.
        way: "stream", or "conditioned" where the plan's law was conditioned on the eligibility.
        attempts: sets of the stream that were looked at; the last is this one.
        questions: in asking order: reference, version and content digest of each.
        figures: counts, and rates and bits as text with six decimals; None where an interval would say nothing because
            the probability is exact.
        proof: requirement by requirement.
        words: what the figures mean, in plain sentences.
        walk: the states that a conditioned draw met, as plain data; None for a draw from the plan's own walk.
    """

    method: str
    plan: str
    pool: str
    specification: str
    eligibility: str
    commitment: str
    way: str
    attempts: int
    questions: tuple[Mapping[str, Any], ...]
    figures: Mapping[str, Any]
    proof: tuple[ProofLine, ...]
    words: tuple[str, ...]
    walk: list[dict[str, Any]] | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """The questions in asking order."""
        return tuple(question["reference"] for question in self.questions)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return digest(self.to_dict())

    @property
    def holds(self) -> bool:
        """Whether every requirement of the proof holds."""
        return all(line.holds for line in self.proof)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {
            "format": FORMAT,
            "method": self.method,
            "plan": self.plan,
            "pool": self.pool,
            "specification": self.specification,
            "eligibility": self.eligibility,
            "commitment": self.commitment,
            "way": self.way,
            "attempts": self.attempts,
            "questions": [dict(question) for question in self.questions],
            "figures": dict(self.figures),
            "proof": [line.to_dict() for line in self.proof],
            "words": list(self.words),
            "walk": self.walk,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The certificate behind `to_dict`.

        Raises:
            BadEvidence: it is of another shape or format.
        """
        try:
            found = parts(data, "the certificate", _PARTS)
            named(found["format"], "the certificate", FORMAT)
            canonical(found)
            return cls(
                **{name: text(found[name], f"the certificate's {name}") for name in _TEXTS},
                attempts=whole(found["attempts"], "the certificate's number of attempts"),
                questions=tuple(every(found["questions"], "the certificate's list of questions", read_question)),
                figures=mapping(found["figures"], "the certificate's list of figures"),
                proof=tuple(every(found["proof"], "the certificate's proof", ProofLine.read)),
                words=tuple(every(found["words"], "the certificate's sentences", text)),
                walk=None if found["walk"] is None else every(found["walk"], "the certificate's walk", mapping),
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise BadEvidence(str(error)[:120]) from error


def certify(plan: DrawPlan, drawn: Draw, eligibility: Eligibility, *, commitment: str = "") -> Certificate:
    """The certificate of a draw.

    Args:
        plan: that it was drawn from.
        drawn: the set.
        eligibility: the snapshot it was drawn under.
        commitment: as recorded at booking; empty for a rehearsal.
    """
    figures = _figures(plan, drawn, eligibility)
    return Certificate(
        method=plan.specification.method,
        plan=plan.digest,
        pool=plan.pool.digest,
        specification=plan.specification.digest,
        eligibility=eligibility.digest,
        commitment=commitment,
        way=drawn.way,
        attempts=drawn.attempts,
        questions=pinned(plan, drawn.references),
        figures=figures,
        proof=proof_of(plan, drawn, eligibility),
        words=_words(figures, eligibility.positions(plan.pool).bit_count()),
        walk=None if drawn.met is None else drawn.met.to_list(),
    )


def read_question(value: object, what: str) -> dict[str, Any]:
    """A question as certificates name it; `what` it belongs to is named in refusals.

    Raises:
        ValueError: it is of another shape.
    """
    found = parts(value, what, _QUESTION)
    return {
        "reference": text(found["reference"], "a question's reference"),
        "version": whole(found["version"], "a question's version"),
        "digest": text(found["digest"], "a question's digest"),
    }


def pinned(plan: DrawPlan, references: Iterable[str]) -> tuple[dict[str, Any], ...]:
    """Questions of a plan as certificates name them: reference, version and content digest."""
    candidates = (plan.pool.candidates[plan.pool.places[reference]] for reference in references)
    return tuple({"reference": each.reference, "version": each.version, "digest": each.digest} for each in candidates)


def _figures(plan: DrawPlan, drawn: Draw, eligibility: Eligibility) -> dict[str, Any]:
    """The set's own figures, then those of the law that it was drawn from."""
    found = chance_figures(drawn.exact_log2_probability, drawn.acceptance)
    found["law"] = prospects_of(plan, drawn, eligibility)
    if eligibility.cohort:
        heard = eligibility.heard(plan.pool)
        found["cohort"] = {
            "name": eligibility.cohort.name,
            "factor": eligibility.cohort.factor,
            "heard": heard.bit_count(),
            "heard_in_set": (bits(drawn.positions) & heard).bit_count(),
        }
    return found


def chance_figures(one: Decimal, acceptance: Acceptance) -> dict[str, Any]:
    """How likely a set was: log2 of the chance that one walk gives it, and of its chance among lawful sets.

    Args:
        one: the former.
        acceptance: how often what one walk gives is lawful; the interval of the latter follows from its own.
    """
    found = {
        "log2_probability_of_one_walk": decimals(one),
        "log2_probability": decimals(one - acceptance.log2),
        "log2_probability_lowest": None,
        "log2_probability_highest": None,
        "acceptance": acceptance.to_dict(),
    }
    if not acceptance.exact:
        lowest, highest = acceptance.interval
        found["log2_probability_lowest"] = decimals(one - log2_of_rate(highest))
        found["log2_probability_highest"] = decimals(one - log2_of_rate(lowest))
    return found


def said_chance(figures: Mapping[str, Any]) -> str:
    """How likely exactly this set was, as a sentence."""
    return f"The chance of exactly this set was about 1 in {_round_number(-Decimal(figures['log2_probability']))}."


def _words(figures: Mapping[str, Any], barred: int) -> tuple[str, ...]:
    cohort = figures.get("cohort")
    law = in_words(figures["law"], barred, cohort=bool(cohort and cohort["heard"]))
    return (said_chance(figures), *law, *([_heard_in_words(cohort)] if cohort else []))


def _heard_in_words(cohort: Mapping[str, Any]) -> str:
    heard, here = cohort["heard"], cohort["heard_in_set"]
    were = "was" if heard == 1 else "were"
    return (
        f"{count_of(heard, 'question')} of the pool {were} heard at {cohort['name']} lately; "
        f"each is let pass at {cohort['factor']}, and {here} of them {'is' if here == 1 else 'are'} in this set."
    )


def _round_number(bits: Decimal) -> str:
    """2^bits to two figures, as people write it: 2,300,000,000."""
    value = Decimal(2) ** bits
    step = Decimal(10) ** max(0, value.adjusted() - 1)
    return f"{int((value / step).to_integral_value()) * int(step):,}"
