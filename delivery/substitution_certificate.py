"""The certificate of a substitution, and its replay: it extends the one that the set had before, by its digest.

It binds the same plan, eligibility and commitment, and says what the figures mean now that somebody has seen the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Context, Decimal, localcontext
from typing import Any, Final, Self

from delivery.canonical import canonical, decimals
from delivery.certificate import pinned, read_question
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence
from delivery.figures import log2_of
from delivery.plan import DrawPlan
from delivery.proof import ProofLine, proof_of
from delivery.room_certificate import RoomCertificate, bound_to, must_be_the_same, read_shared
from delivery.saying import count_of
from delivery.shapes import named, parts, text
from delivery.substitution import SubstitutionLaw, law_of
from delivery.vacancy import Substitute, Vacancy
from delivery.wider_substitution import WiderLaw

FORMAT: Final = "qbank substitution certificate 1"
WIDER: Final = "qbank substitution certificate 2"
"""The format where another question was exchanged with the vacant place."""
FORMATS: Final = (FORMAT, WIDER)
_EXACT: Final = Context(prec=30)


@dataclass(frozen=True, slots=True)
class SubstitutionCertificate(RoomCertificate):
    """See the module.

    Its questions are the whole set now, and so is what its proof is of.

    Attributes:
        extends: digest of the certificate that the set had before this substitution.
        vacancy: the place that was filled.
        question: the substitute: reference, version and content digest.
        exchanged: where another question was exchanged with the vacancy, the reference that is `out` and the `question`
            that came for it; None where every other question stays.
    """

    extends: str
    vacancy: Vacancy
    question: Mapping[str, Any]
    exchanged: Mapping[str, Any] | None = None

    @property
    def came(self) -> tuple[Mapping[str, Any], ...]:
        """The questions that came: first for the vacant place."""
        return (self.question, *([self.exchanged["question"]] if self.exchanged else []))

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        own = {"extends": self.extends, "vacancy": self.vacancy.to_dict(), "question": dict(self.question)}
        wider = {} if self.exchanged is None else {"exchanged": dict(self.exchanged)}
        return {"format": WIDER if wider else FORMAT} | RoomCertificate.to_dict(self) | own | wider

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The certificate behind `to_dict`.

        Raises:
            BadEvidence: it is of another shape or format.
            BadSpecification: its vacancy contradicts itself.
        """
        try:
            wider = isinstance(data, Mapping) and "exchanged" in data
            names = {"format", *(each.name for each in fields(cls))} - (set() if wider else {"exchanged"})
            found = parts(data, "the certificate", frozenset(names))
            named(found["format"], "the certificate", WIDER if wider else FORMAT)
            canonical(found)
            return cls(
                **read_shared(found),
                extends=text(found["extends"], "the certificate that it extends"),
                vacancy=_read_vacancy(found["vacancy"], wider=wider),
                question=read_question(found["question"], "the certificate's substitute"),
                exchanged=_read_exchanged(found["exchanged"]) if wider else None,
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise BadEvidence(str(error)[:120]) from error


def _read_vacancy(value: Mapping[str, Any], *, wider: bool) -> Vacancy:
    """The vacancy, which says what was asked where a question was exchanged with it, and only there."""
    vacancy = Vacancy.from_dict(value)
    if (vacancy.asked is not None) != wider:
        raise ValueError("the vacancy and the certificate differ on whether another question was exchanged")
    return vacancy


def _read_exchanged(value: object) -> dict[str, Any]:
    """The question that was exchanged, with what came for it."""
    found = parts(value, "the exchange", frozenset({"out", "question"}))
    return {
        "out": text(found["out"], "the question exchanged"),
        "question": read_question(found["question"], "the question that came in exchange"),
    }


@dataclass(frozen=True, slots=True)
class _Whole:
    """The set as it is asked now."""

    references: tuple[str, ...]
    positions: tuple[int, ...]


def certify_substitute(
    plan: DrawPlan,
    law: SubstitutionLaw | WiderLaw,
    drawn: Substitute,
    eligibility: Eligibility,
    *,
    extends: str,
    commitment: str = "",
) -> SubstitutionCertificate:
    """The certificate of a substitution.

    Args:
        plan: that the set was drawn from.
        law: by which its place was filled.
        drawn: by what.
        eligibility: the session's snapshot.
        extends: digest of the certificate that the set had before.
        commitment: as recorded at booking; empty for a rehearsal.
    """
    vacancy = law.vacancy
    references = drawn.into(vacancy)
    came = pinned(plan, drawn.came)
    figures = _figures(law, drawn)
    return SubstitutionCertificate(
        **bound_to(plan, eligibility, commitment),
        extends=extends,
        vacancy=vacancy,
        question=came[0],
        questions=pinned(plan, references),
        figures=figures,
        proof=tuple(_proof(plan, vacancy, references, eligibility)),
        words=_words(figures) if drawn.exchanged is None else _wider_words(vacancy, drawn.exchanged, figures),
        exchanged=None if drawn.exchanged is None else {"out": drawn.exchanged[0], "question": came[1]},
    )


def replay_substitute(
    plan: DrawPlan, seed: bytes, eligibility: Eligibility, certificate: SubstitutionCertificate
) -> None:
    """Return when the certificate follows from the evidence.

    Raises:
        DoesNotReplay: naming the first thing that differs.
        DeliveryRefusal: the evidence allows no such substitution.
    """
    law = law_of(plan, certificate.vacancy, eligibility)
    again = certify_substitute(
        plan, law, law.drawn(seed), eligibility, extends=certificate.extends, commitment=certificate.commitment
    )
    must_be_the_same(certificate.to_dict(), again.to_dict(), first=("plan", "eligibility", "question"))


def _figures(law: SubstitutionLaw | WiderLaw, drawn: Substitute) -> dict[str, Any]:
    weights, total = law.weights.values(), law.total
    with localcontext(_EXACT):
        heavy = sum((weight * Decimal(weight).ln() for weight in weights), Decimal(0)) / total / Decimal(2).ln()
        return {
            "open": len(weights),
            "log2_probability": decimals(log2_of(drawn.weight, 0) - log2_of(total, 0)),
            "best_guess": decimals(Decimal(max(weights)) / total),
            "entropy_bits": decimals(log2_of(total, 0) - heavy),
        }


def _proof(
    plan: DrawPlan, vacancy: Vacancy, references: tuple[str, ...], eligibility: Eligibility
) -> Iterator[ProofLine]:
    place = {reference: at for at, reference in enumerate(plan.pool.references)}
    yield from proof_of(plan, _Whole(references, tuple(place[each] for each in references)), eligibility)
    new = frozenset(references) - frozenset(vacancy.standing)
    again = len(new & vacancy.barred(plan))
    count = count_of(len({vacancy.out, *vacancy.met}), "question")
    which = "The substitute is none" if vacancy.asked is None else "Neither that came is one"
    sentence = f"{which} of the {count} met here before, and no enemy of one"
    yield ProofLine("met", "", sentence, again == 0, f"{again}")
    if vacancy.asked is not None:
        gone = len(frozenset(vacancy.asked) - frozenset(references))
        stay = count_of(len(vacancy.asked), "question")
        held = f"What is held to be asked, {stay}, stays in it" if vacancy.asked else "No other is held to be asked"
        yield ProofLine("asked", "", held, gone == 0, f"{gone}")


def _words(figures: Mapping[str, Any]) -> tuple[str, ...]:
    could = "question could" if figures["open"] == 1 else "questions could"
    return (
        f"{figures['open']:,} {could} take the place and leave the set lawful.",
        *_chance(figures),
        "Whoever asked for the substitution had seen the set: these figures are of this place alone.",
    )


def _wider_words(vacancy: Vacancy, exchanged: tuple[str, str], figures: Mapping[str, Any]) -> tuple[str, ...]:
    ways = "way" if figures["open"] == 1 else "ways"
    return (
        f"No question could take the place of {vacancy.out} alone: {exchanged[0]}, held not asked yet, goes with it.",
        f"{figures['open']:,} {ways} to exchange one more question and to fill both places would leave the set lawful.",
        *_chance(figures),
        "Whoever asked for the substitution had seen the set: these figures are of these two places alone.",
    )


def _chance(figures: Mapping[str, Any]) -> Iterator[str]:
    bits = Decimal(figures["entropy_bits"]).quantize(Decimal("0.1"))
    guess = Decimal(figures["best_guess"]) * 100
    yield f"The choice among them holds {bits} bits of chance; the likeliest had {guess.quantize(Decimal('0.1'))}%."
