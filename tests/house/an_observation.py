"""Standard sets in the example organisation, for doors that need some."""

from __future__ import annotations

from sqlalchemy.orm import Session

from delivery.standard_sets import Parallel, StandardSets
from qbank.services import assembling
from qbank.services.assembling import Wanted
from qbank.storage import draw_plans
from qbank.storage.queries.people import by_email
from qbank.storage.queries.standards import plan_version
from tests.an_example import MORNING, STANDARD

OBSERVATION = {"standard": STANDARD, "method": "observation"}


def standard_sets_of_an_observation(store: Session) -> tuple[str, str]:
    """The key of two standard sets, and a question of the first."""
    version, manager = plan_version(store, STANDARD), by_email(store, "manager@example.org")
    assert version is not None
    assert manager is not None
    fitted = draw_plans.adopted(store, version.id, "observation")
    assert fitted is not None
    names = draw_plans.plan(store, fitted.id).pool.references
    found = StandardSets((names[:4], names[4:8]), Parallel(0, 0, 0, 0, 0), proven=True, gap=0.0, most_apart=2)
    key = assembling.keep(store, Wanted(**OBSERVATION), fitted.id, found, by=manager.actor, at=MORNING)
    return str(key), names[0]
