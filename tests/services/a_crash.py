"""Processes that pull sets, say each one on a line, and are killed; and the judge of what is there afterwards.

A set counts as shown from the moment at which it was said. Two naive variants are put before the same judge: one shows
a set before its commit returned, the other has no transaction around it.
"""

from __future__ import annotations

import resource
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, configure_mappers

from delivery.randomness import Stream
from qbank.domain.errors import NotReady
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, delivering, kept_sets
from qbank.storage import units
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.sets import set_of
from tests.a_line import PATIENCE_SECONDS, heard
from tests.a_server import Server
from tests.services.a_bank import CIPHER, NOW, Pulled, a_session, fill, opened, pulled

SESSIONS = 8
FULL_BYTES = 60_000
"""Less than the log grows by with one pull, and more than the index of the log has."""

LONGEST_WAIT_SECONDS = 0.1
"""About as long as two pulls take, so that a kill falls on every step of one."""

configure_mappers()  # here, so that a process which begins as a copy finds it done

Pull = Callable[[sa.Engine, int, Callable[[Pulled], None]], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A set that somebody saw.

    Args:
        logged: bytes of SQLite's write-ahead log by then.
    """

    session: int
    what: Pulled
    logged: int


def fill_booked(url: str) -> None:
    """The small bank with eight sessions of eight apprentices, none of them pulled."""
    fill(url)
    with opened(url) as engine, units.write_unit(engine) as store:
        for number in range(1, SESSIONS + 1):
            a_session(store, apprentice=number)


def booked(url: str) -> list[int]:
    with opened(url) as engine, units.read_unit(engine) as store:
        return list(store.scalars(sa.select(AssessmentSession.id).order_by(AssessmentSession.id)))


def ours(engine: sa.Engine, session: int, show: Callable[[Pulled], None]) -> None:
    show(pulled(engine, session))


def shown_early(engine: sa.Engine, session: int, show: Callable[[Pulled], None]) -> None:
    """Shows what it drew while its transaction is still open."""
    with units.write_unit(engine) as store:
        delivering.pull(store, _session(store, session), by=COMMAND_LINE, at=NOW, cipher=CIPHER)
        show(_said(store, session))


def without_a_transaction(engine: sa.Engine, session: int, show: Callable[[Pulled], None]) -> None:
    """Every row is kept for itself; of SQLite only."""
    bare = sa.create_engine(engine.url)
    event.listen(bare, "connect", lambda connection, _record: setattr(connection, "isolation_level", None))
    with Session(bare) as store:
        delivering.pull(store, _session(store, session), by=COMMAND_LINE, at=NOW, cipher=CIPHER)
        store.commit()
        show(_said(store, session))


def patient(engine: sa.Engine, session: int, show: Callable[[Pulled], None]) -> None:
    """Asks again while the database is away, as somebody who presses again; not for ever."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ours(engine, session, show)
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _on_a_full_disk(pull: Pull, engine: sa.Engine, session: int, show: Callable[[Pulled], None]) -> None:
    """Pulls while no file may grow beyond what the log has already; shows the refusal as if it were a set."""
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_BYTES, hard))
    try:
        pull(engine, session, show)
    except NotReady as refusal:
        show(Pulled("", (refusal.sentence,)))
    except OperationalError:
        show(Pulled("", ("accident",)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))


ours_on_a_full_disk = partial(_on_a_full_disk, ours)
shown_early_on_a_full_disk = partial(_on_a_full_disk, shown_early)


def _session(store: Session, session: int) -> AssessmentSession:
    return store.get_one(AssessmentSession, session)


def _said(store: Session, session: int) -> Pulled:
    kept = set_of(store, session)
    assert kept is not None
    return Pulled(kept.certificate_digest, tuple(question.reference for question in kept.questions))


def wal_of(url: str) -> Path | None:
    """SQLite's write-ahead log, or None for another database."""
    file = sa.make_url(url).database if url.startswith("sqlite") else None
    return None if file is None else Path(f"{file}-wal")


def one_after_another(url: str, sessions: Sequence[int], pull: Pull, line: Connection) -> None:
    """In a process of its own: pull each session and say so; says None once it is about to begin, and once at the end.

    Then it waits to be killed: a process that ends by itself would tidy its database up.
    """
    log = wal_of(url)
    with opened(url) as engine, engine.connect() as held:
        held.execute(sa.text("SELECT 1"))
        line.send(None)
        for session in sessions:

            def show(what: Pulled, session: int = session) -> None:
                line.send(Shown(session, what, log.stat().st_size if log is not None and log.exists() else 0))

            pull(engine, session, show)
        line.send(None)
        time.sleep(600)


@cache
def _forking() -> Any:
    """Processes that begin as copies of one which has loaded everything and opened nothing."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.services.a_crash"])
    return context


@contextmanager
def pulling(url: str, sessions: Sequence[int], pull: Pull = ours) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process that pulls, ready to begin, and the line on which it tells; killed at the end in any case."""
    hears, tells = _forking().Pipe(duplex=False)
    process = _forking().Process(target=one_after_another, args=(url, sessions, pull, tells), daemon=True)
    process.start()
    tells.close()
    try:
        assert heard(hears) is None
        yield process, hears
    finally:
        process.kill()
        process.join(timeout=30)
        hears.close()


def told(line: Connection) -> list[Shown]:
    """All that was said before the line went dead, or up to the end."""
    shown: list[Shown] = []
    with suppress(EOFError):
        while (each := heard(line)) is not None:
            shown.append(each)
    return shown


def killed_at_some_moment(url: str, sessions: Sequence[int], chance: Stream, pull: Pull = ours) -> list[Shown]:
    """What a process showed that was killed with SIGKILL: in half of the rounds in the moment of showing a set."""
    with pulling(url, sessions, pull) as (process, line):
        first = [heard(line) for _ in range(min(chance.below(3), len(sessions)))]
        if not first or chance.below(2):
            time.sleep(LONGEST_WAIT_SECONDS * chance.below(1000) / 1000)
        process.kill()
        process.join(timeout=30)
        return first + told(line)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What some kills left behind: how often was killed, how many sets had been shown, and what is wrong."""

    kills: int
    shown: int
    faults: list[str]


def killed_again_and_again(fresh: Callable[[], str], kills: int, seed: bytes, pull: Pull = ours) -> Outcome:
    """So many kills; the next process goes on with what the last one left, until a database is used up.

    Ends early where something is wrong.
    """
    done = shown = 0
    while done < kills:
        url = fresh()
        left, seen = booked(url), []
        while left and done < kills:
            heard = killed_at_some_moment(url, left, Stream(seed, done, label="kill"), pull)
            done, seen = done + 1, seen + heard
            left = [session for session in left if session not in {each.session for each in seen}]
        shown += len(seen)
        if found := faults(url, seen):
            return Outcome(done, shown, found)
    return Outcome(done, shown, [])


def faults(url: str, shown: Sequence[Shown]) -> list[str]:
    """What is wrong with a database that was opened again, and with the sets that had been shown."""
    found = []
    with opened(url) as engine, units.read_unit(engine) as store:
        if engine.dialect.name == "sqlite":
            found += [
                f"integrity: {each}" for (each,) in store.execute(sa.text("PRAGMA integrity_check")) if each != "ok"
            ]
            found += [f"key: {each}" for each in store.execute(sa.text("PRAGMA foreign_key_check"))]
        broken = audit.first_broken(store)
        found += [] if broken is None else [f"trail: entry {broken} does not follow"]
        found += [f"half there: {each}" for each in kept_sets.differences(store)]
        for each in shown:
            kept = set_of(store, each.session)
            if kept is None:
                found.append(f"lost: the set of session {each.session}")
            elif _said(store, each.session) != each.what:
                found.append(f"another: the set of session {each.session}")
    return found


def torn(url: str, into: Path, chance: Stream) -> tuple[str, int]:
    """A copy whose write-ahead log lost its tail, or holds noise there; its address, and the bytes that are whole.

    The database must have nobody at work in it.
    """
    log, file = wal_of(url), Path(str(sa.make_url(url).database))
    assert log is not None
    whole, copy = log.read_bytes(), into / "torn.db"
    for old in into.glob("torn.db*"):
        old.unlink()
    shutil.copy(file, copy)
    at = chance.below(len(whole))
    tails = (b"", bytes(len(whole) - at), chance.word().to_bytes(8, "big") * ((len(whole) - at) // 8 + 1))
    changed = bytes([whole[at] ^ 1 << chance.below(8)]) + whole[at + 1 :]
    wal_of(f"sqlite:///{copy}").write_bytes(whole[:at] + (*tails, changed)[chance.below(4)])  # type: ignore[union-attr]
    return f"sqlite:///{copy}", at


def a_log_to_tear(url: str, pull: Pull = ours) -> tuple[str, list[Shown]]:
    """A database whose process was killed before it tidied its log up, and the sets that it had shown."""
    with opened(url) as engine, engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with pulling(url, booked(url), pull) as (_, line):
        shown = told(line)
    return url, shown


def after_a_tear(url: str, shown: Sequence[Shown], into: Path, chance: Stream) -> list[str]:
    """The faults of a copy whose log was torn: what was said to be shown before the tear must be there."""
    copy, whole = torn(url, into, chance)
    return faults(copy, [each for each in shown if each.logged <= whole])


def stopped_and_started(server: Server, url: str, times: int, chance: Stream) -> list[Shown]:
    """What was shown while the server was stopped without notice, and started again, so many times."""
    with pulling(url, booked(url), patient) as (_, line):
        shown = []
        for _ in range(times):
            shown.append(heard(line))
            time.sleep(LONGEST_WAIT_SECONDS * chance.below(1000) / 1000)
            server.stop_at_once()
            server.start()
        return shown + told(line)
