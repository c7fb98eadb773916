"""Where the bank is short, and which question is most worth writing next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.bounds import bounds_of
from delivery.plan import DrawPlan
from delivery.worth import in_words, worth_of
from qbank.domain.errors import NotReady
from qbank.domain.gaps import Gap, gaps_of, needed
from qbank.domain.standards import Method, Plan
from qbank.services import fitting
from qbank.services.kept_documents import KeptDocuments
from qbank.services.plan_adoption import version_of
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.models import DrawPlanRow
from qbank.storage.queries import standards
from qbank.storage.queries.gaps import LiveDepth, ksbs_in_writing, live_depths

Tell = Callable[[str, float], None]
_BOUNDS_SHARE = 0.7
"""How much of the work the floors are: what is written is tried on top of them."""


@dataclass(frozen=True, slots=True)
class MethodGaps:
    """What one method of a standard lacks.

    Args:
        method: which.
        questions: live ones.
        gaps: of each KSB, the one that misses most first.
        plan: digest of the draw plan in use; "" where there is none.
    """

    method: Method
    questions: int
    gaps: tuple[Gap, ...]
    plan: str

    @property
    def missing(self) -> tuple[Gap, ...]:
        """Those for which somebody should write."""
        return tuple(each for each in self.gaps if each.missing)


def gaps_of_standard(store: Session, plan: Plan) -> list[MethodGaps]:
    """The gaps of every method, as the bank stands now."""
    version = standards.plan_version(store, plan.standard)
    if version is None:
        return []
    live, written = live_depths(store, version), ksbs_in_writing(store, version)
    found = []
    for method in plan.methods:
        depth, row = live.get(method.code, LiveDepth()), fitting.adopted(store, version, method.code)
        gaps = gaps_of(
            [each.code for each in plan.ksbs_of(method.code)],
            method.required,
            depth.carriers,
            written.get(method.code, []),
            least=needed(depth.questions, _in_a_set(store, method, depth, row)),
        )
        found.append(MethodGaps(method, depth.questions, gaps, row.digest if row else ""))
    return found


def _in_a_set(store: Session, method: Method, depth: LiveDepth, row: DrawPlanRow | None) -> float:
    """Questions of a set; where the time decides, on average by the plan in use, else as many usual ones as fit."""
    if method.length:
        return float(method.length)
    if row is not None:
        return float(draw_plans.plan(store, row.id).figures["length"])
    return max(1.0, method.planned_seconds[1] * depth.questions / depth.seconds) if depth.seconds else 1.0


@dataclass(frozen=True, slots=True)
class KeptWorth:
    """What is most worth writing for a plan, in sentences.

    Args:
        documents: where they are kept.
    """

    documents: KeptDocuments

    @classmethod
    def of(cls, settings: Settings) -> KeptWorth:
        """The ones of an installation."""
        return cls(KeptDocuments(settings.cache_folder / "worth"))

    def of_plan(self, digest: str) -> list[str] | None:
        """The sentences; None where nobody asked yet, or they cannot be read."""
        found = self.documents.of_plan(digest)
        return found if isinstance(found, list) and all(isinstance(each, str) for each in found) else None


def find_most_worth(engine: sa.Engine, settings: Settings, standard: str, method: str, *, tell: Tell) -> list[str]:
    """The sentences for the plan in use, by its dual prices; kept for whoever asks next.

    Raises:
        NotFound: there is no such standard or method.
        NotReady: no draw plan is in use.
    """
    with units.read_unit(engine) as store:
        row = fitting.adopted(store, version_of(store, standard, method), method)
        plan = draw_plans.plan(store, row.id) if row else None
    if plan is None:
        raise NotReady("No draw plan is in use.", remedy="Fit one under “Draw plans”, rehearse it and put it in use.")
    kept = KeptWorth.of(settings)
    found = kept.of_plan(plan.digest)
    if found is None:
        found = _most_worth(plan, tell)
        kept.documents.keep(plan.digest, found)
    return found


def _most_worth(plan: DrawPlan, tell: Tell) -> list[str]:
    bounds = bounds_of(plan, lambda step, share: tell(step, _BOUNDS_SHARE * share))
    found = worth_of(plan, bounds, progress=lambda step, share: tell(step, _BOUNDS_SHARE + (1 - _BOUNDS_SHARE) * share))
    return in_words(found)
