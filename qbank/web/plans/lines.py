"""What the pages of draw plans say of a method and of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from delivery.plan import DrawPlan
from qbank.domain.errors import NotFound
from qbank.domain.standards import Method, Plan
from qbank.services import fitting, plan_adoption
from qbank.services.plan_adoption import Changes
from qbank.services.plan_rehearsals import PlanRehearsal
from qbank.storage import draw_plans
from qbank.storage.models import DrawPlanRow
from qbank.storage.queries import standards
from qbank.storage.queries.adoptions import FittedPlan, fitted_plans
from qbank.storage.queries.cohorts import standing_choice
from qbank.web import saying

AFTER: Final = (1, 2, 5, 10, 20, 30)
"""The numbers of earlier sets that the table of predictability has a line for."""


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One assessment method and its draw plans.

    Args:
        in_use: the plan that bookings follow; None where they follow standard sets, or cannot be made.
        sets_in_use: whether bookings follow standard sets.
        fitted: every plan that was fitted, the one in use first.
        changes: how today's bank differs from the plan in use.
        live: questions that are live now.
    """

    plan: Plan
    method: Method
    in_use: FittedPlan | None
    sets_in_use: bool
    fitted: list[FittedPlan]
    changes: Changes
    live: int


def line_of(store: Session, plan: Plan, method: Method) -> MethodLine:
    """The method as it stands now."""
    version = plan_adoption.version_of(store, plan.standard, method.code)
    fitted = fitted_plans(store, version.id, method.code)
    adopted = draw_plans.adopted(store, version.id, method.code)
    in_use = next((each for each in fitted if adopted is not None and each.id == adopted.id), None)
    ordered = fitting.order(store, version, method.code)
    row = store.get(DrawPlanRow, in_use.id) if in_use else None
    changes = plan_adoption.changes_since(store, ordered, row) if row else Changes()
    return MethodLine(plan, method, in_use, bool(adopted) and in_use is None, fitted, changes, len(ordered.versions))


def named(store: Session, standard: str, method: str) -> tuple[Plan, Method]:
    """The newest plan of the standard and its method of that code.

    Raises:
        NotFound: there is no such standard or method.
    """
    plan = standards.plan_of(store, standard)
    found = next((each for each in plan.methods if each.code == method), None) if plan else None
    if plan is None or found is None:
        raise NotFound("No assessment method has this address.", remedy="Choose one from the list of draw plans.")
    return plan, found


def cohort_said(store: Session, standard: str, method: Method) -> str:
    """How the cohort factor of the method stands, as a sentence."""
    version = plan_adoption.version_of(store, standard, method.code)
    standing = standing_choice(store, version.id, method.code)
    if standing is None or standing.rule is None:
        return "Questions that others at the same provider or employer were asked come as often as all others"
    factor = standing.rule.factor.rstrip("0")
    months = saying.counted(standing.rule.months, "month")
    return f"A set is let pass at {factor} for each question that others nearby were asked in the last {months}"


def changes_said(changes: Changes) -> str:
    """The changes in one line: "3 new, 1 gone"; what a list of them adds is left to the page."""
    counts = {"new": changes.new, "gone": changes.gone, "with another version": changes.changed}
    said = [f"{len(references)} {what}" for what, references in counts.items() if references]
    said += ["other rules"] * changes.rules + ["other pairs that must not meet"] * changes.pairs
    return ", ".join(said) or "nothing"


def change_lists(changes: Changes) -> list[tuple[str, str]]:
    """The references behind the counts, a line for each kind of change."""
    kinds = {
        "Live now, and not in the plan": changes.new,
        "In the plan, and not live any more": changes.gone,
        "Live in another version": changes.changed,
    }
    return [(label, ", ".join(references)) for label, references in kinds.items() if references]


def compared(plan: DrawPlan, other: DrawPlan | None) -> list[tuple[str, str, str]]:
    """What somebody who decides compares: (what it is, the plan's figure, the figure of the plan in use or "")."""
    theirs = _figures_said(other) if other else [""] * len(_LABELS)
    return list(zip(_LABELS, _figures_said(plan), theirs, strict=True))


_LABELS: Final = (
    "Questions it draws from",
    "Questions of a set, on average",
    "The question asked most is in",
    "The lowest that this share could be with its bank",
    "Best guesses that come true, by whoever knows the whole plan",
    "Questions that two sets share, on average",
    "Chance in a draw, in bits",
)


def _figures_said(plan: DrawPlan) -> list[str]:
    figures = plan.figures
    return [
        f"{len(plan.pool):,}",
        f"{float(figures['length']):.1f}",
        f"{float(figures['largest_exposure']):.1%} of sets",
        f"{float(figures['exposure_floor']):.1%} of sets",
        f"{float(figures['best_guess']):.2f} of {float(figures['length']):.1f}",
        f"{float(figures['overlap']):.2f}",
        f"{float(figures['entropy_bits']):.1f}",
    ]


def exposure_rows(plan: DrawPlan, rehearsal: PlanRehearsal, known: Sequence[str]) -> list[tuple[str, str, str, bool]]:
    """Of each question: reference, KSBs, share of sets, and whether it is new beside `known`; most asked first."""
    ksbs = {each.reference: ", ".join(sorted(each.ksbs, key=_natural)) for each in plan.pool.candidates}
    ordered = sorted(rehearsal.exposure.items(), key=lambda pair: (-pair[1], pair[0]))
    old = set(known)
    return [
        (reference, ksbs[reference], f"{rate:.1%}", bool(old) and reference not in old) for reference, rate in ordered
    ]


def _natural(code: str) -> tuple[str, int]:
    """K2 before K10."""
    letters = code.rstrip("0123456789")
    return letters, int(code.removeprefix(letters) or 0)


def coverage_rows(plan: DrawPlan, rehearsal: PlanRehearsal) -> list[tuple[str, str, str, str]]:
    """Of each KSB: its code, the questions that carry it, the share of sets with one, and how many a set has."""
    carriers = {
        code: [each.reference for each in plan.pool.candidates if code in each.ksbs] for code in rehearsal.covered
    }
    return [
        (
            code,
            f"{len(carriers[code]):,}",
            f"{share:.0%}",
            f"{sum(rehearsal.exposure[reference] for reference in carriers[code]):.1f}",
        )
        for code, share in sorted(rehearsal.covered.items(), key=lambda pair: _natural(pair[0]))
    ]


def knowledge_rows(rehearsal: PlanRehearsal) -> list[tuple[str, str, str]]:
    """After so many earlier sets: questions of the next that were among them, and their share of a set."""
    return [
        (saying.counted(after, "set"), f"{known:.1f} of {rehearsal.length:.1f}", f"{known / rehearsal.length:.0%}")
        for after in AFTER
        if after <= len(rehearsal.known)
        for known in [rehearsal.known[after - 1]]
    ]
