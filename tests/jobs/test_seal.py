"""L10: no name of a file that somebody sent can be read in the file of jobs, whenever its process is killed."""

from __future__ import annotations

import pytest

from qbank.jobs.queue import Doing, State
from qbank.jobs.seal import Seal
from tests.jobs.conftest import Refused

NAME = "Quixoapprentice"
WORDS = {"file": "week.csv", "_text": f"Apprentice\n{NAME}\n"}


class Naive(Seal):
    """Seals nothing."""

    def sealed(self, text):
        return text

    def opened(self, kept):
        return kept


def seen_in_the_file(jobs) -> list[str]:
    """When the name could be read on the disk: every look is one at which the process might have been killed."""
    seen = []

    def look(when):
        if any(NAME.encode() in file.read_bytes() for file in jobs.file.parent.iterdir()):
            seen.append(when)

    def work(words, tell):
        tell("Half of it", 0.5)
        look("at work")
        raise Refused(f"Row 2: {words['_text']} is booked already.")

    jobs.offer("book", work)
    reference = jobs.ask("book", WORDS)
    look("asked for")
    jobs.work()
    look("refused")
    assert jobs.standing(reference).state is State.REFUSED
    assert NAME in jobs.standing(reference).refusal
    return seen


def test_L10_a_job_keeps_no_name_in_the_clear_and_the_judge_sees_one_that_does(jobs_in):
    assert seen_in_the_file(jobs_in(Doing.ELSEWHERE)) == []
    assert seen_in_the_file(jobs_in(Doing.ELSEWHERE, Naive(b""))) == ["asked for", "at work", "refused"]


@pytest.mark.parametrize("other", [Seal.from_secret("another secret"), Seal.from_secret("")])
def test_a_job_that_another_installation_sealed_is_no_job_here(jobs_in, other):
    here, there = jobs_in(Doing.ELSEWHERE), jobs_in(Doing.ELSEWHERE, other)
    here.offer("book", lambda _words, _tell: {})
    reference = here.ask("book", WORDS)
    there.work()

    assert there.standing(reference) is None
    assert here.standing(reference).state is State.WAITING
