"""What the database keeps of a session's draw, brought together: everything that the set followed from."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound
from qbank.domain.evidence import AskedLine, Evidence
from qbank.services.at_hand import open_engine
from qbank.services.seeds import SeedCipher
from qbank.settings import Settings
from qbank.storage import draw_plans
from qbank.storage.models import EligibilitySnapshot, QuestionSet, Seed
from qbank.storage.queries.sessions import session_by_reference
from qbank.storage.queries.sets import AskedQuestion, set_of
from qbank.storage.units import read_unit


def evidence_of_session(reference: str, settings: Settings) -> Evidence:
    """Everything that the set of a session followed from, its seed and its plan included.

    Raises:
        NotFound: no such session, or nothing was drawn for it.
        NotReady: the database is missing, or the seed cannot be opened with this installation's key.
    """
    with open_engine(settings) as engine, read_unit(engine) as store:
        return _kept_evidence(store, reference, settings)


def _kept_evidence(store: Session, reference: str, settings: Settings) -> Evidence:
    line = session_by_reference(store, reference)
    if line is None:
        raise NotFound(f"There is no session {reference}.", remedy="Sessions look like AS-00042.")
    drawn = set_of(store, line.id)
    if drawn is None:
        raise NotFound(f"Nothing was drawn for {reference} yet.", remedy="Draw it first: qbank draw --session.")
    row = store.get_one(QuestionSet, drawn.id)
    body = store.scalars(sa.select(EligibilitySnapshot.body).where(EligibilitySnapshot.id == row.snapshot_id)).one()
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
    return Evidence(
        standard=line.standard,
        method=line.method,
        session=reference,
        attempt=drawn.attempt,
        questions=_lines(drawn.questions),
        certificate=drawn.certificate,
        certificate_digest=drawn.certificate_digest,
        eligibility=json.loads(body),
        seed=cipher.opened(store.get_one(Seed, row.attempt_id).ciphertext, attempt=drawn.attempt),
        plan=draw_plans.plan(store, drawn.draw_plan_id).to_dict(),
    )


def _lines(questions: Iterable[AskedQuestion]) -> tuple[AskedLine, ...]:
    """The questions of a kept set as the terminal shows them."""
    return tuple(AskedLine(each.reference, each.stem, each.ksbs, each.seconds) for each in questions)
