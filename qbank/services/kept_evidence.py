"""What the database keeps of a session's draw, brought together: everything that the set followed from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound
from qbank.domain.evidence import AskedLine, Evidence
from qbank.services import simulated_seals
from qbank.services.at_hand import open_engine
from qbank.services.seeds import SeedCipher
from qbank.settings import Settings
from qbank.storage import draw_plans
from qbank.storage.models import EligibilitySnapshot, QuestionSet, Seed, SeedReveal
from qbank.storage.queries.sessions import SessionLine, session_by_reference
from qbank.storage.queries.sets import AskedQuestion, DrawnSet, set_by_key, set_of
from qbank.storage.units import read_unit


def evidence_of_session(reference: str, settings: Settings) -> Evidence:
    """Everything that the set of a session followed from, its seed and its plan included.

    Raises:
        NotFound: no such session, or nothing was drawn for it.
        NotReady: the database is missing, or the seed is secret and this installation's key does not open it.
    """
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
    with open_engine(settings) as engine, read_unit(engine) as store:
        line = _line(store, reference)
        return _with_its_seed(store, line, _drawn(store, line), cipher)


def evidence_of_set(store: Session, question_set_id: int, cipher: SeedCipher) -> Evidence:
    """Everything that a kept set followed from, voided or not, its seed and its plan included.

    Raises:
        NotFound: there is no such set, or it is simulated.
        NotReady: the key does not open its seed.
    """
    drawn = set_by_key(store, question_set_id)
    if drawn is None:
        raise NotFound("There is no such question set.")
    line = _line(store, drawn.session_reference)
    return _with_its_seed(store, line, _not_simulated(drawn, line), cipher)


def whole_evidence(store: Session, reference: str) -> Evidence:
    """Everything that the set of a session followed from, its plan included; its seed where that was revealed.

    Raises:
        NotFound: no such session, or nothing was drawn for it.
    """
    line = _line(store, reference)
    return _whole(store, line, _drawn(store, line))


def _with_its_seed(store: Session, line: SessionLine, drawn: DrawnSet, cipher: SeedCipher) -> Evidence:
    found = _whole(store, line, drawn)
    if found.seed is not None:
        return found
    kept = store.get_one(Seed, store.get_one(QuestionSet, drawn.id).attempt_id).ciphertext
    return replace(found, seed=cipher.opened(kept, attempt=str(found.attempt)))


def _whole(store: Session, line: SessionLine, drawn: DrawnSet) -> Evidence:
    sets = draw_plans.standard_sets(store, drawn.draw_plan_id)
    revealed = store.get(SeedReveal, store.get_one(QuestionSet, drawn.id).attempt_id)
    return replace(
        _shown(store, line, drawn),
        seed=None if revealed is None else revealed.seed,
        plan=draw_plans.plan(store, drawn.draw_plan_id).to_dict(),
        sets=None if sets is None else sets.to_dict(),
    )


def shown_evidence(store: Session, reference: str) -> Evidence:
    """What may be shown of a session's set: all but the seed, which is secret until results, and the plan.

    Raises:
        NotFound: no such session, or nothing was drawn for it.
    """
    line = _line(store, reference)
    return _shown(store, line, _drawn(store, line))


def _shown(store: Session, line: SessionLine, drawn: DrawnSet) -> Evidence:
    asked = sa.select(EligibilitySnapshot.body).join(QuestionSet, QuestionSet.snapshot_id == EligibilitySnapshot.id)
    return Evidence(
        standard=line.standard,
        method=line.method,
        session=line.reference,
        attempt=drawn.attempt,
        questions=_lines(drawn.questions),
        certificate=drawn.certificate,
        certificate_digest=drawn.certificate_digest,
        eligibility=json.loads(store.scalars(asked.where(QuestionSet.id == drawn.id)).one()),
        seed=None,
        extensions=[
            {"certificate": dict(each.certificate), "certificate_digest": each.certificate_digest}
            for each in drawn.grown
        ],
    )


def _line(store: Session, reference: str) -> SessionLine:
    line = session_by_reference(store, reference)
    if line is None:
        raise NotFound(f"There is no session {reference}.", remedy="Sessions look like AS-00042.")
    return line


def _drawn(store: Session, line: SessionLine) -> DrawnSet:
    drawn = set_of(store, line.id)
    if drawn is None:
        raise NotFound(f"Nothing was drawn for {line.reference} yet.", remedy="Draw it first: qbank draw --session.")
    return _not_simulated(drawn, line)


def _not_simulated(drawn: DrawnSet, line: SessionLine) -> DrawnSet:
    if simulated_seals.is_simulated(drawn.certificate):
        raise NotFound(f"Nothing was drawn for {line.reference}: its set is simulated.", remedy="Name another session.")
    return drawn


def _lines(questions: Iterable[AskedQuestion]) -> tuple[AskedLine, ...]:
    """The questions of a kept set as the terminal shows them."""
    return tuple(AskedLine(each.reference, each.stem, each.ksbs, each.seconds) for each in questions)
