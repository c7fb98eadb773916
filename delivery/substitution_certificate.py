"""The certificate of a substitution, and its replay: it extends the one that the set had before, by its digest.

It binds the same plan, eligibility and commitment, and says what the figures mean now that somebody has seen the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Context, Decimal, localcontext
from typing import Any, Final, Self

from delivery.canonical import canonical, decimals, digest
from delivery.certificate import pinned, read_question
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, DoesNotReplay
from delivery.figures import log2_of
from delivery.plan import DrawPlan
from delivery.proof import ProofLine, proof_of
from delivery.saying import count_of
from delivery.shapes import every, mapping, named, parts, text
from delivery.substitution import Substitute, SubstitutionLaw, Vacancy

FORMAT: Final = "qbank substitution certificate 1"
_TEXTS: Final = ("method", "plan", "pool", "specification", "eligibility", "commitment", "extends")
_EXACT: Final = Context(prec=40)


@dataclass(frozen=True, slots=True)
class SubstitutionCertificate:
    """See the module.

    Attributes:
        method: the assessment method's code.
        plan: digest of the draw plan; `pool` and `specification` are digests of its parts.
        eligibility: digest of the session's frozen snapshot.
        commitment: as recorded at booking; empty for a rehearsal.
        extends: digest of the certificate that the set had before this substitution.
        vacancy: the place that was filled.
        question: the substitute: reference, version and content digest.
        questions: the whole set now, in asking order, as the question is named.
        figures: how many could have come, and bits as text with six decimals.
        proof: requirement by requirement, of the whole set.
        words: what the figures mean, in plain sentences.
    """

    method: str
    plan: str
    pool: str
    specification: str
    eligibility: str
    commitment: str
    extends: str
    vacancy: Vacancy
    question: Mapping[str, Any]
    questions: tuple[Mapping[str, Any], ...]
    figures: Mapping[str, Any]
    proof: tuple[ProofLine, ...]
    words: tuple[str, ...]

    @property
    def references(self) -> tuple[str, ...]:
        """The whole set in asking order."""
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
        return (
            {"format": FORMAT}
            | {name: getattr(self, name) for name in _TEXTS}
            | {
                "vacancy": self.vacancy.to_dict(),
                "question": dict(self.question),
                "questions": [dict(question) for question in self.questions],
                "figures": dict(self.figures),
                "proof": [line.to_dict() for line in self.proof],
                "words": list(self.words),
            }
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The certificate behind `to_dict`.

        Raises:
            BadEvidence: it is of another shape or format.
            BadSpecification: its vacancy contradicts itself.
        """
        try:
            found = parts(data, "the certificate", frozenset({"format", *(each.name for each in fields(cls))}))
            named(found["format"], "the certificate", FORMAT)
            canonical(found)
            return cls(
                **{name: text(found[name], f"the certificate's {name}") for name in _TEXTS},
                vacancy=Vacancy.from_dict(found["vacancy"]),
                question=read_question(found["question"], "the certificate's substitute"),
                questions=tuple(every(found["questions"], "the certificate's list of questions", read_question)),
                figures=mapping(found["figures"], "the certificate's list of figures"),
                proof=tuple(every(found["proof"], "the certificate's proof", ProofLine.read)),
                words=tuple(every(found["words"], "the certificate's sentences", text)),
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise BadEvidence(str(error)[:120]) from error


@dataclass(frozen=True, slots=True)
class _Whole:
    """The set as it is asked now."""

    references: tuple[str, ...]
    positions: tuple[int, ...]


def certify_substitute(
    plan: DrawPlan,
    vacancy: Vacancy,
    drawn: Substitute,
    eligibility: Eligibility,
    *,
    extends: str,
    commitment: str = "",
) -> SubstitutionCertificate:
    """The certificate of a substitution.

    Args:
        plan: that the set was drawn from.
        vacancy: the place that was filled.
        drawn: by what.
        eligibility: the session's snapshot.
        extends: digest of the certificate that the set had before.
        commitment: as recorded at booking; empty for a rehearsal.
    """
    law = SubstitutionLaw.of(plan, vacancy, eligibility)
    references = vacancy.with_substitute(drawn.reference)
    figures = _figures(law, drawn)
    return SubstitutionCertificate(
        method=plan.specification.method,
        plan=plan.digest,
        pool=plan.pool.digest,
        specification=plan.specification.digest,
        eligibility=eligibility.digest,
        commitment=commitment,
        extends=extends,
        vacancy=vacancy,
        question=pinned(plan, [drawn.reference])[0],
        questions=pinned(plan, references),
        figures=figures,
        proof=tuple(_proof(plan, vacancy, references, eligibility)),
        words=_words(figures),
    )


def replay_substitute(
    plan: DrawPlan, seed: bytes, eligibility: Eligibility, certificate: SubstitutionCertificate
) -> None:
    """Return when the certificate follows from the evidence.

    Raises:
        DoesNotReplay: naming the first thing that differs.
        DeliveryRefusal: the evidence allows no substitution at all.
    """
    vacancy = certificate.vacancy
    drawn = SubstitutionLaw.of(plan, vacancy, eligibility).drawn(seed)
    again = certify_substitute(
        plan, vacancy, drawn, eligibility, extends=certificate.extends, commitment=certificate.commitment
    )
    written, found = certificate.to_dict(), again.to_dict()
    for what in ("plan", "eligibility", "question", *written):
        if written[what] != found[what]:
            raise DoesNotReplay(what, expected=written[what], found=found[what])


def _figures(law: SubstitutionLaw, drawn: Substitute) -> dict[str, Any]:
    total = log2_of(law.total, 0)
    with localcontext(_EXACT):
        heavy = sum((weight * log2_of(weight, 0) for weight in law.weights.values()), Decimal(0)) / law.total
        return {
            "open": len(law.weights),
            "log2_probability": decimals(log2_of(drawn.weight, 0) - total),
            "best_guess": decimals(Decimal(max(law.weights.values())) / law.total),
            "entropy_bits": decimals(total - heavy),
        }


def _proof(
    plan: DrawPlan, vacancy: Vacancy, references: tuple[str, ...], eligibility: Eligibility
) -> Iterator[ProofLine]:
    place = {reference: at for at, reference in enumerate(plan.pool.references)}
    yield from proof_of(plan, _Whole(references, tuple(place[each] for each in references)), eligibility)
    new = frozenset(references) - frozenset(vacancy.standing)
    again = len(new & vacancy.barred(plan))
    count = count_of(len({vacancy.out, *vacancy.met}), "question")
    sentence = f"The substitute is none of the {count} met here before, and no enemy of one"
    yield ProofLine("met", "", sentence, again == 0, f"{again}")


def _words(figures: Mapping[str, Any]) -> tuple[str, ...]:
    bits = Decimal(figures["entropy_bits"]).quantize(Decimal("0.1"))
    guess = Decimal(figures["best_guess"]) * 100
    could = "question could" if figures["open"] == 1 else "questions could"
    return (
        f"{figures['open']:,} {could} take the place and leave the set lawful.",
        f"The choice among them holds {bits} bits of chance; the likeliest had {guess.quantize(Decimal('0.1'))}%.",
        "Whoever asked for the substitution had seen the set: these figures are of this place alone.",
    )
