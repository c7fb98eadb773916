"""The long work of the running application: which jobs there are, who asked for one, and where its answer stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Flask, current_app

from delivery.errors import DeliveryRefusal
from qbank.domain.errors import NotFound, Refusal
from qbank.domain.people import Actor
from qbank.jobs.queue import Doing, Jobs, Standing
from qbank.jobs.seal import Seal
from qbank.settings import Settings
from qbank.web.bookings import booking_job
from qbank.web.clock import Clock
from qbank.web.gaps import worth_job
from qbank.web.importing import import_job
from qbank.web.plans import fitting_job
from qbank.web.reviews import health_job
from qbank.web.standard_sets import assembling_job

ADDRESSES: Final[dict[str, Callable[[Standing], str]]] = {
    fitting_job.NAME: fitting_job.address_of,
    booking_job.NAME: booking_job.address_of,
    assembling_job.NAME: assembling_job.address_of,
    import_job.NAME: import_job.address_of,
    worth_job.NAME: worth_job.address_of,
    health_job.NAME: health_job.address_of,
}
"""Where the answer of a job that is done stands, by the name of the job."""
_EXTENSION: Final = "qbank.jobs"


def set_up(app: Flask, settings: Settings, *, now: Clock, doing: Doing) -> None:
    """Give the application its queue, in a file beside the data, which every worker of the installation shares."""
    seal = Seal.from_secret(settings.secret_key.get_secret_value())
    made = Jobs(settings.data_folder / "jobs.db", seal, now, refusals=(Refusal, DeliveryRefusal), doing=doing)
    made.offer(fitting_job.NAME, fitting_job.work_of(settings, now))
    made.offer(booking_job.NAME, booking_job.work_of(settings, now))
    made.offer(assembling_job.NAME, assembling_job.work_of(settings, now))
    made.offer(import_job.NAME, import_job.work_of(settings, now))
    made.offer(worth_job.NAME, worth_job.work_of(settings))
    made.offer(health_job.NAME, health_job.work_of(settings, now))
    app.extensions[_EXTENSION] = made


def ask(name: str, *, title: str, by: Actor, **words: str) -> str:
    """Have a job done; its reference.

    Args:
        name: of the job.
        title: what is being done, for the page that tells how far it is.
        by: the person who asks; nobody else is told of the job.
        words: what the job needs to know.
    """
    return _jobs().ask(name, {**words, "title": title, "by": str(by.identifier)})


def standing_for(reference: str, person: Actor) -> Standing:
    """How far a job is that this person asked for.

    Raises:
        NotFound: there is no such job, or somebody else asked for it.
    """
    found = _jobs().standing(reference)
    if found is None or found.words["by"] != str(person.identifier):
        raise NotFound("No work of yours has this address.", remedy="Go back to the page where you asked for it.")
    return found


def cancel(reference: str, person: Actor) -> None:
    """Stop a job that this person asked for, whichever process has it.

    Raises:
        NotFound: there is no such job, or somebody else asked for it.
    """
    standing_for(reference, person)
    _jobs().cancel(reference)


def waiting() -> int:
    """How many jobs wait for their turn."""
    return _jobs().waiting()


def go_on(app: Flask) -> None:
    """Take up what an earlier process left in the queue."""
    made: Jobs = app.extensions[_EXTENSION]
    made.go_on()


def finish(app: Flask, seconds: float) -> bool:
    """Begin no other job, and wait for the one at work; whether it came to its end in time."""
    made: Jobs = app.extensions[_EXTENSION]
    return made.finish(seconds)


def _jobs() -> Jobs:
    made: Jobs = current_app.extensions[_EXTENSION]
    return made
