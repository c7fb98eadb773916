"""What a set is drawn by: the law of a fitted plan, or the lot among approved standard sets; both give one shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from delivery.canonical import digest
from delivery.certificate import certify
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan
from delivery.rotation import ApprovedSets, certify_standard, draw_standard
from qbank.storage import draw_plans


@dataclass(frozen=True, slots=True)
class Given:
    """A set that the seed gives.

    Args:
        references: in asking order.
        certificate: as plain data.
        digest: of the certificate.
    """

    references: tuple[str, ...]
    certificate: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Law:
    """What a commitment names.

    Args:
        plan: the fitted plan.
        sets: the standard sets of its questions that were committed to; None where the plan itself was.
    """

    plan: DrawPlan
    sets: ApprovedSets | None

    def give(self, *, seed: bytes, eligibility: Eligibility, commitment: str = "") -> Given:
        """The set that the seed gives.

        Raises:
            Infeasible: no lawful set is left; says what is missing and the smallest change.
        """
        if self.sets is not None:
            one = draw_standard(self.sets, seed=seed, eligibility=eligibility)
            certified = certify_standard(self.sets, self.plan, one, eligibility, commitment=commitment)
            return Given(one.references, certified, digest(certified))
        drawn = draw(self.plan, seed=seed, eligibility=eligibility)
        certificate = certify(self.plan, drawn, eligibility, commitment=commitment)
        return Given(drawn.references, certificate.to_dict(), certificate.digest)


def law_of(store: Session, draw_plan_id: int) -> Law:
    """The law behind a row of `draw_plans`."""
    return Law(draw_plans.plan(store, draw_plan_id), draw_plans.standard_sets(store, draw_plan_id))
