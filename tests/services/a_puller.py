"""Processes that pull the same sessions at the same moment: ours, and a naive one without the guards."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.draw import Eligibility, draw
from qbank.storage import draw_plans
from qbank.storage.models import DrawPlanRow
from tests.services.a_bank import NOW, opened, pulled

Pull = Callable[[str, Sequence[int], Barrier, Any], None]


def ours(url: str, sessions: Sequence[int], together: Barrier, answers: Any) -> None:
    with opened(url) as engine:
        for session in sessions:
            together.wait(timeout=60)
            answers.put((session, pulled(engine, session).references))


def naive(url: str, sessions: Sequence[int], together: Barrier, answers: Any) -> None:
    """Looks whether there is a set, and draws one if not: no lock, no constraint, a stock engine."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with Session(engine) as store:
        plan = draw_plans.plan(store, store.scalars(sa.select(DrawPlanRow.id).limit(1)).one())
    for session in sessions:
        together.wait(timeout=60)
        with engine.begin() as connection:
            found = connection.scalar(sa.text("SELECT body FROM naive_sets WHERE session = :key"), {"key": session})
            if found is None:
                drawn = draw(plan, seed=secrets.token_bytes(32), eligibility=Eligibility())
                found = json.dumps(drawn.references)
                keep = sa.text("INSERT INTO naive_sets (session, body) VALUES (:key, :body)")
                connection.execute(keep, {"key": session, "body": found})
        answers.put((session, tuple(json.loads(found))))
    engine.dispose()


def pulled_together(
    pull: Pull, url: str, sessions: Sequence[int], *, processes: int
) -> dict[int, list[tuple[str, ...]]]:
    """What every process was given, by session; each session is pulled by all of them at once."""
    context = get_context("spawn")
    together, answers = context.Barrier(processes), context.Queue()
    running = [
        context.Process(target=pull, args=(url, sessions, together, answers), daemon=True) for _ in range(processes)
    ]
    for process in running:
        process.start()
    found: dict[int, list[tuple[str, ...]]] = {session: [] for session in sessions}
    for _ in range(processes * len(sessions)):
        session, references = answers.get(timeout=120)
        found[session].append(references)
    for process in running:
        process.join(timeout=30)
        assert process.exitcode == 0
    return found


THREADS = 4
"""As many as a serving process has."""


def each_their_own(url: str, sessions: Sequence[int], together: Barrier, answers: Any, at: datetime) -> None:
    """In one of several processes: pull all of these at once; says how long each waited, and its set."""
    with opened(url) as engine, ThreadPoolExecutor(THREADS) as threads:
        threads.submit(engine.connect().close).result(timeout=120)
        together.wait(timeout=120)
        begun = time.monotonic()

        def pull(session: int) -> None:
            references = pulled(engine, session, at=at).references
            answers.put((session, (time.monotonic() - begun, references)))

        list(threads.map(pull, sessions))


def pulled_at_once(
    url: str, sessions: Sequence[int], *, processes: int, at: datetime = NOW
) -> dict[int, tuple[float, tuple[str, ...]]]:
    """Of every session the seconds from when all pressed to its answer, and its set; each is pulled by one press."""
    context = get_context("spawn")
    together, answers = context.Barrier(processes), context.Queue()
    shares = [list(sessions[number::processes]) for number in range(processes)]
    running = [
        context.Process(target=each_their_own, args=(url, each, together, answers, at), daemon=True) for each in shares
    ]
    for process in running:
        process.start()
    found = dict(answers.get(timeout=300) for _ in sessions)
    for process in running:
        process.join(timeout=30)
        assert process.exitcode == 0
    return found
