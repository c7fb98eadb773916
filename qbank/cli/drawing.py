"""Brings a set to the terminal: of a session, or of a rehearsal; both as the evidence they leave."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qbank.domain.errors import NotFound, Refusal
from qbank.domain.evidence import Evidence, seed_in
from qbank.settings import Settings

if TYPE_CHECKING:
    from qbank.services.plan_cache import Progress

SEED_BYTES = 32


def rehearsal(standard: str, method: str, seed: str | None) -> Evidence:
    """A set drawn from the bank at hand, of which nothing is recorded."""
    from qbank.services.rehearsing import rehearse

    chosen = secrets.token_bytes(SEED_BYTES) if seed is None else seed_in(seed)
    with _progress() as progress:
        done = rehearse(standard, method, Settings.from_environ(), seed=chosen, progress=progress)
    return Evidence(
        standard=standard,
        method=method,
        session=None,
        attempt=None,
        questions=done.questions,
        certificate=done.certificate.to_dict(),
        certificate_digest=done.certificate.digest,
        eligibility=done.eligibility.to_dict(),
        seed=chosen,
        plan=done.draw_plan.to_dict(),
    )


def for_session(reference: str, standard: str | None, method: str | None) -> Evidence:
    """The set of a session, pulled now if it was not before; its seed stays secret.

    Raises:
        NotFound: no such session.
        Refusal: the session is of another standard or method than was named.
    """
    from datetime import UTC, datetime

    from qbank.domain.people import COMMAND_LINE
    from qbank.services.at_hand import open_engine
    from qbank.services.delivering import note_view, pull_once
    from qbank.services.kept_evidence import shown_evidence
    from qbank.services.seeds import SeedCipher
    from qbank.storage.queries.sessions import session_by_reference
    from qbank.storage.units import in_write_unit, read_unit

    settings, at = Settings.from_environ(), datetime.now(UTC)
    with open_engine(settings) as engine:
        with read_unit(engine) as store:
            line = session_by_reference(store, reference)
        if line is None:
            raise NotFound(f"There is no session {reference}.", remedy="Sessions look like AS-00042.")
        for named, is_so in ((standard, line.standard), (method, line.method)):
            if named is not None and named != is_so:
                raise Refusal(f"{reference} is a session of {is_so}, not {named}.", remedy="Correct one of the two.")
        cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
        drawn = pull_once(engine, line.id, by=COMMAND_LINE, at=at, cipher=cipher)
        in_write_unit(engine, lambda store: note_view(store, drawn, how="read", by=COMMAND_LINE, at=at))
        with read_unit(engine) as store:
            return shown_evidence(store, reference)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Where a fit says how far it is: a bar on standard error, which comes only when there is something to say."""
    from qbank.cli.terminal import progress_bar

    with progress_bar() as told:
        yield told
