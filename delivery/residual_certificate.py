"""The certificate of a residual draw, and its replay: what was left open, the questions, the figures, the proof.

It binds the same plan, eligibility and commitment as the certificate of the set that the session began with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final, Self

from delivery.canonical import canonical, decimals, digest
from delivery.certificate import chance_figures, pinned, said_chance
from delivery.eligibility import Eligibility, bits
from delivery.errors import BadEvidence, TooRarelyLawful
from delivery.figures import Acceptance, log2_of
from delivery.gaps import Gaps
from delivery.plan import DrawPlan
from delivery.pool import Candidate
from delivery.proof import NAMED_IN_BANK, Finding, ProofLine
from delivery.prospects import counted_in
from delivery.randomness import Stream
from delivery.residual import ResidualDraw, ResidualLaw, apart, halvings_of
from delivery.room_certificate import RoomCertificate, bound_to, must_be_the_same, read_shared
from delivery.saying import clock, count_of
from delivery.shapes import named, parts, whole

FORMAT: Final = "qbank residual certificate 1"
RUN: Final = "qbank residual run 1"
TRIALS: Final = 1024
APART: Final = "no two enemy questions in one set"
LEAST_LAWFUL: Final = 8
"""Of the run: where fewer sets keep enemies apart, a set has no certificate."""


@dataclass(frozen=True, slots=True)
class ResidualCertificate(RoomCertificate):
    """See the module.

    Attributes:
        gaps: what was left open.
        attempts: sets of the stream that were looked at; the last is this one.
    """

    gaps: Gaps
    attempts: int

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        own = {"gaps": self.gaps.to_dict(), "attempts": self.attempts}
        return {"format": FORMAT} | RoomCertificate.to_dict(self) | own

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The certificate behind `to_dict`.

        Raises:
            BadEvidence: it is of another shape or format.
            BadSpecification: it asks for nothing, or leaves no time.
        """
        try:
            found = parts(data, "the certificate", frozenset({"format", *(each.name for each in fields(cls))}))
            named(found["format"], "the certificate", FORMAT)
            canonical(found)
            return cls(
                **read_shared(found),
                gaps=Gaps.from_dict(found["gaps"]),
                attempts=whole(found["attempts"], "the certificate's number of attempts"),
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise BadEvidence(str(error)[:120]) from error


def certify_residual(
    plan: DrawPlan, gaps: Gaps, drawn: ResidualDraw, eligibility: Eligibility, *, commitment: str = ""
) -> ResidualCertificate:
    """The certificate of a residual draw.

    Args:
        plan: that it was drawn from.
        gaps: what was left open.
        drawn: the set.
        eligibility: the session's snapshot.
        commitment: as recorded at booking; empty for a rehearsal.

    Raises:
        TooRarelyLawful: too few sets of the recorded run keep enemies apart.
    """
    law = ResidualLaw.of(plan, gaps, eligibility)
    figures = _figures(plan, law, drawn, eligibility)
    return ResidualCertificate(
        **bound_to(plan, eligibility, commitment),
        gaps=gaps,
        attempts=drawn.attempts,
        questions=pinned(plan, drawn.references),
        figures=figures,
        proof=tuple(_proof(plan, gaps, drawn, eligibility)),
        words=_words(figures),
    )


def replay_residual(plan: DrawPlan, seed: bytes, eligibility: Eligibility, certificate: ResidualCertificate) -> None:
    """Return when the certificate follows from the evidence.

    Raises:
        DoesNotReplay: naming the first thing that differs.
        DeliveryRefusal: the evidence allows no draw at all.
    """
    drawn = ResidualLaw.of(plan, certificate.gaps, eligibility).drawn(seed)
    again = certify_residual(plan, certificate.gaps, drawn, eligibility, commitment=certificate.commitment)
    must_be_the_same(certificate.to_dict(), again.to_dict(), first=("plan", "eligibility", "attempts", "questions"))


def _figures(plan: DrawPlan, law: ResidualLaw, drawn: ResidualDraw, eligibility: Eligibility) -> dict[str, Any]:
    recorded = _recorded(plan, law, eligibility) if law.hostile else None
    lawful = TRIALS if recorded is None else len(recorded)
    if lawful < LEAST_LAWFUL:
        raise TooRarelyLawful(
            TRIALS, lawful, "no two enemy questions in one set", "leave a KSB out, or allow more time"
        )
    acceptance = Acceptance(TRIALS, lawful, recorded is None)
    return (
        {"sets": str(law.sets())}
        | chance_figures(drawn.log2_probability_of_one, acceptance)
        | {"law": _exact(law) if recorded is None else _counted(plan, law, recorded, acceptance)}
    )


def _recorded(plan: DrawPlan, law: ResidualLaw, eligibility: Eligibility) -> list[tuple[Candidate, ...]]:
    """The sets of the recorded run that keep enemies apart; set i is what stream i gives."""
    seed = bytes.fromhex(digest([RUN, plan.digest, eligibility.digest, law.gaps.to_dict()]))
    drawn = (law.one(Stream(seed, number, label=RUN)) for number in range(TRIALS))
    return [chosen for chosen in drawn if apart(chosen)]


def _exact(law: ResidualLaw) -> dict[str, Any]:
    rates = list(law.exposure().values())
    length = sum(rates, Fraction(0))
    usual = -(-length.numerator // length.denominator)
    return {
        "basis": "tables",
        "sets": None,
        "exact": True,
        "length": _said(length),
        "largest_exposure": _said(max(rates)),
        "largest_exposure_lowest": None,
        "largest_exposure_highest": None,
        "overlap": _said(sum((rate * rate for rate in rates), Fraction(0))),
        "best_guess": _said(sum(sorted(rates)[-usual:], Fraction(0))),
        "best_guess_lowest": None,
        "entropy_bits": decimals(law.entropy()),
    }


def _counted(
    plan: DrawPlan, law: ResidualLaw, recorded: list[tuple[Candidate, ...]], acceptance: Acceptance
) -> dict[str, Any]:
    place = {reference: at for at, reference in enumerate(plan.pool.references)}
    sets = [bits(place[each.reference] for each in chosen) for chosen in recorded]
    halved = sum(halvings_of(each, law.gaps.ksbs) for chosen in recorded for each in chosen)
    with localcontext(Context(prec=40)):
        mean = Decimal(halved) / len(recorded) - law.unit
        entropy = log2_of(law.total, 0) + acceptance.log2 + mean
    return counted_in(sets, len(plan.pool)) | {"entropy_bits": decimals(entropy)}


def _said(value: Fraction) -> str:
    with localcontext(Context(prec=40)):
        return decimals(Decimal(value.numerator) / Decimal(value.denominator))


def _proof(plan: DrawPlan, gaps: Gaps, drawn: ResidualDraw, eligibility: Eligibility) -> Iterator[ProofLine]:
    rules = {"enemies": NAMED_IN_BANK} | dict(plan.specification.rules)
    for name, sentence, holds, figure in _findings(plan, gaps, drawn, eligibility):
        yield ProofLine(name, rules.get(name, ""), sentence, holds, figure)


def _findings(plan: DrawPlan, gaps: Gaps, drawn: ResidualDraw, eligibility: Eligibility) -> Iterator[Finding]:
    chosen = [each for each in plan.pool.candidates if each.reference in drawn.references]
    names = frozenset(drawn.references)
    covered = frozenset[str]().union(*(each.ksbs for each in chosen))
    met = len(covered.intersection(gaps.ksbs))
    everything = f"Every one of the {count_of(len(gaps.ksbs), 'KSB')} not evidenced is covered"
    yield "coverage", everything, met == len(gaps.ksbs), f"{met} of {len(gaps.ksbs)}"
    seconds = sum(each.seconds for each in chosen)
    within = f"Planned time in minutes, at most the {clock(gaps.seconds)} left"
    yield "seconds", within, seconds <= gaps.seconds, clock(seconds)
    yield "enemies", "No two enemy questions meet", apart(chosen), count_of(_pairs(chosen), "pair")
    out = len(names & eligibility.excluded.keys())
    count = len(eligibility.excluded)
    barred = f"None of the {count_of(count, 'question')} that this apprentice may not be given is in it"
    yield "excluded", barred if count else "Nothing is barred for this apprentice", not out, f"{out} of {count:,}"
    again = len(names & gaps.barred(plan))
    asked = f"None of the {count_of(len(gaps.asked), 'question')} asked here already, and no enemy of one, is in it"
    yield "asked", asked if gaps.asked else "Nothing was asked here before", not again, f"{again}"


def _pairs(chosen: list[Candidate]) -> int:
    together = frozenset(each.reference for each in chosen)
    return sum(len(each.enemies & together) for each in chosen) // 2


def _words(figures: Mapping[str, Any]) -> tuple[str, ...]:
    law = figures["law"]
    how = "" if law["exact"] else f", counted in {law['sets']:,} recorded sets"
    return (
        said_chance(figures),
        f"{int(figures['sets']):,} sets cover exactly these KSBs in the time left, enemies or not.",
        f"The law on them holds {Decimal(law['entropy_bits']).quantize(Decimal('0.1'))} bits of chance{how}.",
    )
