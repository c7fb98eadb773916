"""Draws every kept set again, with both programs, and holds each to the audit trail (L4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from delivery.errors import DeliveryRefusal, DoesNotReplay
from qbank.domain.errors import Refusal
from qbank.services import audit, kept_sets, simulated_seals
from qbank.services.anchoring import entries_of
from qbank.services.at_hand import open_engine
from qbank.services.kept_evidence import evidence_of_set
from qbank.services.seeds import SeedCipher
from qbank.services.verifying import Committed, verify_found
from qbank.settings import Settings
from qbank.storage.models import AssessmentSession, Attempt, QuestionSet
from qbank.storage.queries.rows import rows
from qbank.storage.units import read_unit
from qbank.verify import ExaminedPlans

Progress = Callable[[str, float], None]
UNREADABLE: Final = "What is kept of it cannot be read: it was changed after it was written."
STEP: Final = "Drawing every set again"
TRAIL: Final = "audit trail"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that does not hold: a session's reference, or what else it is about, and a sentence."""

    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking at every kept set.

    Args:
        sets: how many were drawn for people, voided ones too.
        held: how many of them both programs arrived at, and the trail tells of.
        simulated: sets of a simulated history, which follow from no seed: they are held to the seals of their batches.
        wrong: what does not hold, in the order of the sets, and then what is no set's.
    """

    sets: int
    held: int
    simulated: int
    wrong: tuple[Wrong, ...] = field(default=())


def verify_every(settings: Settings, tell: Progress | None = None) -> Looked:
    """Both programs' answer on every set that the database keeps; one that does not hold stops none of the others.

    Each set is read in a unit of its own, so that a long look keeps nobody waiting and no log from being emptied.
    What the second program finds in a plan alone is worked out once for the sets that were drawn from it.
    """
    cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
    with open_engine(settings) as engine:
        kept, simulated = _kept(engine)
        plans, wrong = ExaminedPlans(), list[Wrong]()
        for number, (key, session) in enumerate(kept, start=1):
            sentence = _wrong_with(engine, key, cipher, plans)
            if sentence is not None:
                wrong.append(Wrong(session, sentence))
            if tell is not None:
                tell(STEP, number / len(kept))
        return Looked(len(kept), len(kept) - len(wrong), simulated, (*wrong, *_beside(engine)))


def _kept(engine: sa.Engine) -> tuple[list[tuple[int, str]], int]:
    """Keys of the sets that were drawn, with the session of each, and how many were simulated."""
    asked = (
        sa.select(QuestionSet.id, AssessmentSession.reference, Attempt.reference)
        .join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
        .join(Attempt, Attempt.id == QuestionSet.attempt_id)
        .order_by(QuestionSet.id)
    )
    with read_unit(engine) as store:
        found = rows(store, asked)
    drawn = [(key, session) for key, session, attempt in found if not attempt.startswith(simulated_seals.MARK)]
    return drawn, len(found) - len(drawn)


def _wrong_with(engine: sa.Engine, key: int, cipher: SeedCipher, plans: ExaminedPlans) -> str | None:
    """What is wrong with a set, a sentence; None where it holds."""
    try:
        with read_unit(engine) as store:
            found = evidence_of_set(store, key, cipher)
            different = next(kept_sets.differences(store, key), None)
            if different is not None:
                raise DoesNotReplay(different.what, expected=different.told, found=different.kept)
            entries_of(store, found)
        if verify_found(found.to_dict(with_stems=False), plans).commitment is Committed.NONE:
            raise DoesNotReplay("commitment", expected=f"one for {found.session}", found="none")
    except (DeliveryRefusal, Refusal) as error:
        return str(error)
    except (ValueError, KeyError, TypeError, AttributeError):
        return UNREADABLE
    return None


def _beside(engine: sa.Engine) -> Iterator[Wrong]:
    """What is no kept set's: a trail that does not follow, sets that it tells of and that are gone, voids, seals."""
    with read_unit(engine) as store:
        broken = audit.first_broken(store)
        if broken is not None:
            yield Wrong(TRAIL, f"It does not follow at entry {broken:,}.")
        for each in kept_sets.beside_the_sets(store):
            yield Wrong(each.session, f"The {each.what}: {each.told} was told of, {each.kept} is kept.")
