"""Replaces a question that cannot be asked: alone, or, where nothing can take its place alone, with one not asked yet.

The engine tries one question first. Where there is none, the assessor is asked once which questions were asked: what
the record shows as put counts as asked whatever is said, and one of the others is exchanged. All that left are met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from delivery.errors import Infeasible
from delivery.substitution import SubstitutionLaw, law_of
from delivery.substitution_certificate import certify_substitute
from delivery.vacancy import Vacancy
from delivery.wider_substitution import WiderLaw
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import Extension, Replaced
from qbank.domain.standards import Method
from qbank.services.extension_basis import Basis, WorkedOut
from qbank.storage.queries.sets import AskedQuestion, DrawnSet, Grown

REPLACED: Final = "question replaced"


class AskedUnknown(RuleBroken):
    """Nothing can take the place alone, and nobody said yet which questions were asked: whoever knows is asked."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A question that is to be replaced.

    Args:
        position: its key in the set.
        reason: why, in a word.
        because: and in a sentence, which is kept beside the session and not in the audit trail.
        asked: positions of the questions that were asked, beside those that the record shows; None where nobody said.
    """

    position: int
    reason: Replaced
    because: str
    asked: tuple[int, ...] | None = None

    kind: ClassVar[Extension] = Extension.SUBSTITUTION
    act: ClassVar[str] = REPLACED

    @property
    def replaced(self) -> int | None:
        """The position that the extension's row names."""
        return self.position

    def done(self, drawn: DrawnSet) -> Grown | None:
        """What came of it, where it is done, or where it left the set in exchange for another."""
        return drawn.left_by(self.position)

    def work_out(self, basis: Basis) -> WorkedOut:
        """What comes in its place.

        Raises:
            NotFound: no such question is asked in this session.
            AskedUnknown: another must be exchanged with it, and `asked` does not say which were asked.
            RuleBroken: there is no reason, as many were replaced as may be, or no question can take the place.
        """
        if not self.because.strip():
            raise RuleBroken("A replacement needs a reason.", remedy="Say in a sentence why it cannot be asked.")
        drawn = basis.drawn
        order = [each for each in drawn.asked if not _added(drawn, each.position)]
        law = self._law(basis, order)
        found = law.drawn(basis.seed)
        certificate = certify_substitute(
            basis.plan,
            law,
            found,
            basis.eligibility,
            extends=drawn.latest_certificate_digest,
            commitment=drawn.commitment,
        )
        gone = None if found.exchanged is None else found.exchanged[0]
        exchanged = next((each.position for each in order if each.reference == gone), None)
        return WorkedOut(found.came, certificate.to_dict(), certificate.digest, exchanged)

    def _law(self, basis: Basis, order: Sequence[AskedQuestion]) -> SubstitutionLaw | WiderLaw:
        """Of one question; else, given what was asked, of two."""
        vacancy = self._vacancy(basis, order)
        try:
            return law_of(basis.plan, vacancy, basis.eligibility)
        except Infeasible:
            put = basis.put.union(self.asked or ())
            names = tuple(each.reference for each in order if each.position in put and each.position != self.position)
        wider = replace(vacancy, asked=names)
        try:
            if self.asked is not None:
                return law_of(basis.plan, wider, basis.eligibility)
            WiderLaw.must_have_a_way(basis.plan, wider, basis.eligibility)
        except Infeasible as error:
            raise RuleBroken(str(error), remedy="Go on with the others, and record this one as not asked.") from error
        raise AskedUnknown(
            f"No question can take the place of {vacancy.out} alone.", remedy="Say which questions were asked."
        )

    def _vacancy(self, basis: Basis, order: Sequence[AskedQuestion]) -> Vacancy:
        place = next((at for at, each in enumerate(order, start=1) if each.position == self.position), None)
        if place is None:
            raise NotFound("No such question of the set is asked.", remedy="Choose one from the list beside the set.")
        made = sum(each.replaced is not None for each in basis.drawn.grown)
        _must_not_be_too_many(made, basis.method)
        names = [each.reference for each in order]
        return Vacancy(
            standing=(*names[: place - 1], *names[place:]),
            place=place,
            out=names[place - 1],
            met=tuple({each.reference for each in basis.drawn.met} - set(names)),
            number=made,
        )


def may_be_exchanged(drawn: DrawnSet, position: int, put: frozenset[int]) -> tuple[AskedQuestion, ...]:
    """The questions that can go with the one of that position unless they were asked: those not shown as put."""
    return tuple(
        each
        for each in drawn.asked
        if each.position != position and each.position not in put and not _added(drawn, each.position)
    )


def _added(drawn: DrawnSet, position: int) -> bool:
    """Whether a question came for what was left open: it is no part of the set that replacements keep lawful."""
    return any(each.replaced is None and any(q.position == position for q in each.questions) for each in drawn.grown)


def _must_not_be_too_many(made: int, method: Method) -> None:
    most = method.replacements_most
    if most is not None and made >= most:
        raise RuleBroken(
            f"{made} {'question was' if made == 1 else 'questions were'} replaced in this session, as many as may be.",
            remedy="Ask it as it is or in other words, or record it as not asked.",
            rule="decision replacement",
        )
