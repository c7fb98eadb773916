"""The queue of jobs, and how far each is.

A job is a name and a few words; what it leaves is in the database or on disk by the time it is done, so a job that is
lost with its process costs a press of the button. Queue and standings are huey's storage, a SQLite file that every
process of an installation shares; a thread works while there is something in the queue, and ends. Of huey only the
storage is used: its tasks travel pickled, and here nothing but a reference has to travel. Every standing is sealed in
that file: of a process that is killed, nobody is left who could wipe what a job was asked for with.

A job waits for the one before it as long as that takes: a thread cannot be ended, so no time limit cuts it. What a job
waits for itself must have an end.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final

import structlog

from qbank.jobs.seal import Seal

Tell = Callable[[str, float], None]
Work = Callable[[Mapping[str, str], Tell], Mapping[str, str]]
"""What a job does: it gets its words and a function to tell how far it is, and returns the words of its outcome."""

SILENT_FOR: Final = timedelta(minutes=5)
"""A job of which nothing was heard for so long went down with its process."""

BUSY_SECONDS: Final = 30
"""Whoever writes to the queue waits so long for another who does."""

ON: Final = b"begun"
OFF: Final = b"cancelled"
"""Whose turn it is: whoever begins a job and whoever cancels it write the same row, and the first one has it."""

PASSING: Final = "_"
"""Words whose name begins so are forgotten when the job is over: a file that somebody sent holds names."""

log = structlog.get_logger("qbank.jobs")


class Doing(StrEnum):
    """Who does what is asked for."""

    BESIDE = "a thread of this process, beside its requests"
    AT_ONCE = "whoever asks, before the answer: for tests, and where a process lives for one job"
    ELSEWHERE = "another process"


class State(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Cancelled(Exception):  # noqa: N818 - what happened, and no fault of anybody
    """Raised where a job tells how far it is, once somebody has cancelled it: what it was writing is undone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a job is.

    Args:
        name: which kind of job.
        words: what it was asked for with.
        step: what is being done.
        share: how much of it, 0 to 1.
        outcome: what it gave, once it is done.
        refusal: why it could not be done, in sentences for people.
        told: when this was last heard of, ISO 8601.
        stopping: whether it was cancelled and has not come to a place where it can stop.
    """

    name: str
    words: dict[str, str]
    told: str
    state: State = State.WAITING
    step: str = "Waiting for its turn"
    share: float = 0.0
    outcome: dict[str, str] | None = None
    refusal: str = ""
    stopping: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in {State.WAITING, State.WORKING}


@dataclass
class Jobs:
    """The jobs of one installation, as one process sees them.

    Args:
        file: the queue's SQLite file, made when the first job is asked for.
        seal: of what stands in it.
        now: the clock.
        refusals: exceptions that are answers for people; any other is a failure, which is logged.
        doing: who does what is asked for here.
    """

    file: Path
    seal: Seal
    now: Callable[[], datetime]
    refusals: tuple[type[Exception], ...]
    doing: Doing = Doing.BESIDE

    def __post_init__(self) -> None:
        self._works: dict[str, Work] = {}
        self._opened: Any = None
        self._worker: Thread | None = None
        self._ending, self._at_work = False, ""
        self._opening, self._staffing = Lock(), Lock()

    def offer(self, name: str, work: Work) -> None:
        """Say what a job of that name does. Every process that works offers the same names."""
        self._works[name] = work

    def ask(self, name: str, words: Mapping[str, str]) -> str:
        """Have a job done; its reference, under which `standing` tells how far it is.

        Raises:
            KeyError: no job of that name is offered.
        """
        if name not in self._works:
            raise KeyError(name)
        reference = secrets.token_urlsafe(12)
        self._keep(reference, Standing(name, dict(words), self._moment()))
        self._storage().enqueue(reference.encode())
        if self.doing is Doing.AT_ONCE:
            self.work()
        elif self.doing is Doing.BESIDE:
            self._see_to_it()
        return reference

    def work(self) -> None:
        """Do what is in the queue, until it is empty or this process is to end."""
        while not self._ending and (reference := self._storage().dequeue()):
            self._do(bytes(reference).decode())

    def go_on(self) -> None:
        """Take up what an earlier process left in the queue."""
        if self.doing is Doing.BESIDE and self.waiting():
            self._see_to_it()

    def waiting(self) -> int:
        """How many jobs nobody has begun."""
        return int(self._storage().queue_size()) if self.file.exists() else 0

    def cancel(self, reference: str) -> None:
        """Stop a job, whichever process has it: one that waits is not begun, one at work stops when it next tells.

        A job that comes to its end before it tells again keeps its result; one that is over stays as it is.
        """
        found = self.standing(reference)
        if found is None or found.is_over:
            return
        if self._storage().put_if_empty(_turn(reference), OFF):
            self._end(reference, found, State.CANCELLED)
        else:
            self._storage().put_data(_turn(reference), OFF)

    def finish(self, seconds: float) -> bool:
        """Begin no other job and wait for the one at work; whether it ended in time. One that did not has failed.

        What waits stays in the queue, for another process or the next.
        """
        self._ending = True
        if self.wait(seconds):
            return True
        found = self.standing(self._at_work)
        if found is not None and not found.is_over:
            self._end(self._at_work, found, State.FAILED)
        return False

    def standing(self, reference: str) -> Standing | None:
        """How far a job is; None when none is that this installation sealed. One fallen silent at work has failed."""
        raw = self._storage().peek_data(reference)
        opened = self.seal.opened(raw) if isinstance(raw, bytes) else None
        if opened is None:
            return None
        data = json.loads(opened)
        found = Standing(**{**data, "state": State(data["state"])})
        found = replace(found, stopping=found.state is State.WORKING and self._is_off(reference))
        silent = self.now() - datetime.fromisoformat(found.told) > SILENT_FOR
        return replace(found, state=State.FAILED) if silent and found.state is State.WORKING else found

    def _do(self, reference: str) -> None:
        found = self.standing(reference)
        if found is None or found.state is not State.WAITING or not self._storage().put_if_empty(_turn(reference), ON):
            return
        at_work, self._at_work = replace(found, state=State.WORKING), reference

        def tell(step: str, share: float) -> None:
            if self._is_off(reference):
                raise Cancelled
            self._keep(reference, replace(at_work, step=step, share=round(share, 3), told=self._moment()))

        try:
            tell("Starting", 0.0)
            outcome = self._works[found.name](found.words, tell)
        except Cancelled:
            self._end(reference, at_work, State.CANCELLED)
        except self.refusals as refusal:
            self._end(reference, at_work, State.REFUSED, refusal=str(refusal))
        except Exception:
            log.exception("job failed", job=found.name)
            self._end(reference, at_work, State.FAILED)
        else:
            self._end(reference, at_work, State.DONE, outcome=dict(outcome))

    def _end(self, reference: str, found: Standing, state: State, **more: Any) -> None:
        kept = {name: word for name, word in found.words.items() if not name.startswith(PASSING)}
        over = replace(found, words=kept, state=state, step="", share=1.0, told=self._moment(), stopping=False, **more)
        self._keep(reference, over)

    def wait(self, seconds: float) -> bool:
        """Wait until this process has nothing to do any more; whether that came in time."""
        worker = self._worker
        if worker is not None:
            worker.join(seconds)
        return worker is None or not worker.is_alive()

    def _see_to_it(self) -> None:
        with self._staffing:
            if self._worker is None:
                self._worker = Thread(target=self._work_and_end, name="jobs", daemon=True)
                self._worker.start()

    def _work_and_end(self) -> None:
        """Ends also where the queue itself fails; the next that is asked for begins anew, and finds what waits."""
        try:
            self._work_until_empty()
        except Exception:
            log.exception("queue failed")
            with self._staffing:
                self._worker = None

    def _work_until_empty(self) -> None:
        while True:
            self.work()
            with self._staffing:  # nobody asks between the last look and the end
                if self._ending or not self._storage().queue_size():
                    self._worker = None
                    return

    def _keep(self, reference: str, standing: Standing) -> None:
        self._storage().put_data(reference, self.seal.sealed(json.dumps(asdict(standing)).encode()))

    def _is_off(self, reference: str) -> bool:
        return bool(self._storage().peek_data(_turn(reference)) == OFF)

    def _moment(self) -> str:
        return self.now().isoformat()

    def _storage(self) -> Any:
        from huey.storage import SqliteStorage

        with self._opening:
            if self._opened is None:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self._opened = SqliteStorage("qbank", filename=str(self.file), timeout=BUSY_SECONDS)
            return self._opened


def _turn(reference: str) -> str:
    """The row that says whether a job was begun, or cancelled."""
    return f"{reference}.turn"
