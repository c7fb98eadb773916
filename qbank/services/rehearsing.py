"""A rehearsal: a question set drawn exactly as a session's would be, of which nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from delivery.certificate import Certificate, certify
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan
from qbank.domain.evidence import AskedLine
from qbank.domain.pools import pool_of
from qbank.domain.standards import Plan
from qbank.services import at_hand, starter
from qbank.services.plan_cache import PlanCache, Progress
from qbank.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was drawn, and everything it followed from.

    Args:
        standard: the plan whose numbers held.
        method: the method's code.
        questions: in asking order, with their words.
        from_database: whether the bank was the database's, or the starter bank.
    """

    standard: Plan
    method: str
    questions: tuple[AskedLine, ...]
    draw_plan: DrawPlan
    seed: bytes
    eligibility: Eligibility
    certificate: Certificate
    from_database: bool


def rehearse(code: str, method: str, settings: Settings, *, seed: bytes, progress: Progress | None = None) -> Rehearsal:
    """Draw a set of a method from the bank at hand.

    Args:
        code: the standard's.
        method: the method's code.
        settings: where the database and the cache are.
        seed: 32 bytes; the same seed and bank give the same set.
        progress: is told while a plan is fitted.

    Raises:
        NotFound: no such standard or method.
        Infeasible: no lawful set can be drawn from the bank.
    """
    cache = PlanCache.of(settings)
    bank = _from_database if at_hand.has_database(settings) else _from_files
    standard, draw_plan, stems = bank(code, method, settings, cache, progress)
    eligibility = Eligibility()
    drawn = draw(draw_plan, seed=seed, eligibility=eligibility)
    certificate = certify(draw_plan, drawn, eligibility, commitment="")
    return Rehearsal(
        standard=standard,
        method=method,
        questions=_lines(draw_plan, drawn.references, stems),
        draw_plan=draw_plan,
        seed=seed,
        eligibility=eligibility,
        certificate=certificate,
        from_database=bank is _from_database,
    )


Bank = tuple[Plan, DrawPlan, dict[str, str]]
"""The standard, the fitted plan and the stem of each question by reference."""


def _from_files(code: str, method: str, settings: Settings, cache: PlanCache, progress: Progress | None) -> Bank:
    del settings
    standard = starter.starter_plan(code)
    specification = standard.specification(method)
    questions = starter.starter_questions(code, method)
    stems = {question.reference: question.content.stem for question in questions}
    return standard, cache.plan_for(pool_of(questions), specification, progress), stems


def _from_database(code: str, method: str, settings: Settings, cache: PlanCache, progress: Progress | None) -> Bank:
    from qbank.storage import draw_plans, pools
    from qbank.storage.queries import standards
    from qbank.storage.units import read_unit

    with at_hand.open_engine(settings) as engine, read_unit(engine) as store:
        row = standards.plan_version(store, code)
        if row is None:
            raise at_hand.no_such_standard(code, standards.plans(store))
        standard = standards.plan(store, row.id)
        specification = standard.specification(method)
        pinned = pools.pool_of(store, row, method)
        kept = draw_plans.fitted(store, specification.digest, pinned.pool.digest)
        plan = draw_plans.plan(store, kept.id) if kept is not None else None
        stems = _stems(store, {reference: version for reference, (_, version) in pinned.versions.items()})
    return standard, plan or cache.plan_for(pinned.pool, specification, progress), stems


def _stems(store: Session, versions: dict[str, int]) -> dict[str, str]:
    import sqlalchemy as sa

    from qbank.storage.models import QuestionVersion
    from qbank.storage.queries.rows import rows

    asked = sa.select(QuestionVersion.id, QuestionVersion.stem).where(QuestionVersion.id.in_(versions.values()))
    by_key = dict(rows(store, asked))
    return {reference: by_key[key] for reference, key in versions.items()}


def _lines(plan: DrawPlan, references: tuple[str, ...], stems: dict[str, str]) -> tuple[AskedLine, ...]:
    pool = {entry.reference: entry for entry in plan.pool.candidates}
    order = plan.specification.ksbs
    return tuple(
        AskedLine(
            reference=reference,
            stem=stems[reference],
            ksbs=tuple(code for code in order if code in pool[reference].ksbs),
            seconds=pool[reference].seconds,
        )
        for reference in references
    )
