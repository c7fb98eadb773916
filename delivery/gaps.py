"""What an observation left open: the KSBs that were not evidenced, the time left, and what was asked here already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, BadSpecification
from delivery.plan import DrawPlan
from delivery.pool import Candidate
from delivery.saying import listed
from delivery.shapes import every, parts, text, whole
from delivery.specification import in_plan_order


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a residual draw is asked for.

    Attributes:
        ksbs: codes that every set must cover; at least one, in the plan's order.
        seconds: planned time that the set may take at most, above 0.
        asked: references of questions that were asked in this session already; they and their enemies are barred.
        number: which residual draw of the session this is, from 0: each has a stream of its own.
    """

    ksbs: tuple[str, ...]
    seconds: int
    asked: tuple[str, ...] = ()
    number: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "ksbs", tuple(sorted(self.ksbs, key=in_plan_order)))
        object.__setattr__(self, "asked", tuple(sorted(set(self.asked))))
        twice = [code for code in self.ksbs if self.ksbs.count(code) > 1]
        if twice:
            raise BadSpecification(f"{twice[0]} stands twice among the KSBs not evidenced: name it once.")
        if not self.ksbs:
            raise BadSpecification("Nothing is left to question: name a KSB that was not evidenced.")
        if self.seconds < 1:
            raise BadSpecification("No time is left for questions: end the questioning, or allow more minutes.")

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {"ksbs": list(self.ksbs), "seconds": self.seconds, "asked": list(self.asked), "number": self.number}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The gaps behind `to_dict`.

        Raises:
            BadEvidence: they are of another shape.
            BadSpecification: they ask for nothing, or leave no time.
        """
        try:
            found = parts(data, "what was left open", frozenset({"ksbs", "seconds", "asked", "number"}))
            return cls(
                ksbs=tuple(every(found["ksbs"], "a KSB not evidenced", text)),
                seconds=whole(found["seconds"], "the time left"),
                asked=tuple(every(found["asked"], "a question asked", text)),
                number=whole(found["number"], "the number of the residual draw"),
            )
        except (TypeError, ValueError) as error:
            raise BadEvidence(str(error)[:120]) from error

    def must_belong_to(self, plan: DrawPlan) -> None:
        """Return when the plan's method asks for each of the KSBs.

        Raises:
            BadSpecification: it does not; the foreign ones are named.
        """
        foreign = [code for code in self.ksbs if code not in plan.specification.ksbs]
        if foreign:
            method = plan.specification.method
            raise BadSpecification(f"The {method} does not assess {listed(foreign)}: leave out what it does not.")

    def barred(self, plan: DrawPlan) -> frozenset[str]:
        """The questions asked in this session and their enemies."""
        asked = frozenset(self.asked)
        return asked.union(*(each.enemies for each in plan.pool.candidates if each.reference in asked))

    def open_questions(self, plan: DrawPlan, eligibility: Eligibility) -> tuple[Candidate, ...]:
        """The questions that may be asked and carry one of the KSBs, in the order in which a residual draw decides.

        Returns:
            By the scarcest KSB that they carry (how many of these questions carry it, then its place among the KSBs),
            then by the places of their KSBs, by time, by how many KSBs they carry beyond those left open, by reference.
        """
        barred = self.barred(plan) | eligibility.excluded.keys()
        wanted = frozenset(self.ksbs)
        found = [each for each in plan.pool.candidates if each.reference not in barred and each.ksbs & wanted]
        carriers = {code: sum(code in each.ksbs for each in found) for code in self.ksbs}
        scarcity = [(carriers[code], place) for place, code in enumerate(self.ksbs)]

        def deciding(each: Candidate) -> tuple[object, ...]:
            places = [place for place, code in enumerate(self.ksbs) if code in each.ksbs]
            beyond = len(each.ksbs - wanted)
            return min(scarcity[at] for at in places), places, each.seconds, beyond, each.reference

        return tuple(sorted(found, key=deciding))
