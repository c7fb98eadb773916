"""Whether a database is whole: revision, tables, triggers, audit trail, question sets."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.services import audit, kept_sets
from qbank.storage import db, grants, migrating, triggers, units
from qbank.storage.models import QuestionSet


def check_database(url: str) -> Iterator[str]:
    """A sentence for each thing that was found in order.

    Raises:
        NotReady: the first thing that is not; says what to do.
    """
    engine = db.engine(url)
    try:
        migrating.ensure_latest(engine)
        yield f"Revision {migrating.latest()}: the newest."
        with engine.connect() as connection:
            yield from _schema(connection)
        if engine.dialect.name != "sqlite":
            yield _role(engine)
        yield _trail(engine)
        yield _sets(engine)
        yield from _records(engine)
        advice = db.wal_advice() if engine.dialect.name == "sqlite" else None
        if advice is not None:
            yield advice
    finally:
        engine.dispose()


def _schema(connection: sa.Connection) -> Iterator[str]:
    differences = migrating.differences(connection)
    if differences:
        raise NotReady(
            f"The tables differ from this qbank in {len(differences)} places, first: {differences[0]}.",
            remedy="Somebody changed them by hand: restore the latest backup, or undo the change.",
        )
    yield f"Tables: {len(db.Base.metadata.tables)}, as this qbank knows them."
    wrong = migrating.wrong_triggers(connection)
    if wrong:
        raise NotReady(
            f"{len(wrong)} triggers are missing or not as this qbank made them, first: {wrong[0]}: "
            "history could be changed.",
            remedy="Find out who changed them; check the audit trail against an exported copy.",
            rule="L7",
        )
    yield f"Triggers: {len(triggers.names(connection))}, each word for word as this qbank made it."


def _role(engine: sa.Engine) -> str:
    """Whether more than the triggers stands between this role and the history; advice, and no refusal."""
    with engine.connect() as connection:
        found = grants.history_open_to_us(connection)
    if found:
        return (
            f"Role: it may change {len(found)} tables of the history if their triggers go; "
            "let qbank connect as another (qbank db grant)."
        )
    return "Role: it has no UPDATE, DELETE or TRUNCATE on history."


def _trail(engine: sa.Engine) -> str:
    with units.read_unit(engine) as store:
        broken = audit.first_broken(store)
        count = audit.length(store)
    if broken is not None:
        raise NotReady(
            f"The audit trail does not follow at entry {broken}.",
            remedy="Compare it with an exported copy: from this entry on, something was changed.",
            rule="L7",
        )
    return f"Audit trail: {count} entries, each follows the one before."


def _sets(engine: sa.Engine) -> str:
    with units.read_unit(engine) as store:
        wrong = next(kept_sets.differences(store), None)
        count = store.scalar(sa.select(sa.func.count()).select_from(QuestionSet)) or 0
    if wrong is not None:
        raise NotReady(
            f"The question set of {wrong.session} is not the one that was drawn: its {wrong.what} differs.",
            remedy="Compare it with a backup from before; the audit trail and the certificate say what was drawn.",
            rule="L7",
        )
    return f"Question sets: {count}, each as the audit trail and its certificate tell."


def _records(engine: sa.Engine) -> Iterator[str]:
    """What records say otherwise than the assessors did when a question was exchanged: nothing here is to be mended."""
    with units.read_unit(engine) as store:
        yield from kept_sets.disagreements(store)
