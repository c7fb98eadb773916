"""The queue: each job is done once, everybody sees how far it is, and a lost one does not pretend to go on."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta

import pytest

from qbank.jobs.queue import SILENT_FOR, Doing, State
from tests.jobs.conftest import Refused

WORDS = {"method": "interview"}


def test_a_job_gives_its_outcome(jobs_in):
    jobs = jobs_in()
    jobs.offer("count", lambda words, _tell: {"letters": str(len(words["method"]))})

    found = jobs.standing(jobs.ask("count", WORDS))

    assert (found.state, found.outcome, found.words) == (State.DONE, {"letters": "9"}, WORDS)
    assert found.is_over


def test_another_process_sees_how_far_a_job_is(jobs_in):
    here, there = jobs_in(Doing.BESIDE), jobs_in()
    told, go_on = threading.Event(), threading.Event()

    def work(_words, tell):
        tell("Half of it", 0.5)
        told.set()
        go_on.wait(20)
        return {}

    here.offer("halves", work)
    reference = here.ask("halves", WORDS)
    assert told.wait(20)

    midway = there.standing(reference)
    assert (midway.state, midway.step, midway.share) == (State.WORKING, "Half of it", 0.5)

    go_on.set()
    assert here.wait(20)
    assert there.standing(reference).state is State.DONE


def test_jobs_are_done_one_after_another_and_each_once(jobs_in):
    jobs, done = jobs_in(Doing.BESIDE), []
    jobs.offer("note", lambda words, _tell: done.append(words["number"]) or {})

    for number in range(20):
        jobs.ask("note", {"number": str(number)})
    assert jobs.wait(20)

    assert done == [str(number) for number in range(20)]


def test_two_workers_never_do_the_same_job(jobs_in):
    done: list[str] = []
    workers = [jobs_in(Doing.ELSEWHERE) for _ in range(2)]
    for each in workers:
        each.offer("note", lambda words, _tell: done.append(words["number"]) or {})
    for number in range(60):
        workers[0].ask("note", {"number": str(number)})

    threads = [threading.Thread(target=each.work, daemon=True) for each in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(done, key=int) == [str(number) for number in range(60)]


def test_a_refusal_is_kept_for_people_and_a_failure_is_not_explained(jobs_in):
    jobs = jobs_in()

    def refuse(_words, _tell):
        raise Refused("No set can be drawn. Write two questions on K3.")

    def fail(_words, _tell):
        raise ZeroDivisionError("secret of the inside")

    jobs.offer("refuse", refuse)
    jobs.offer("fail", fail)

    refused, failed = (jobs.standing(jobs.ask(name, WORDS)) for name in ("refuse", "fail"))
    assert (refused.state, refused.refusal) == (State.REFUSED, "No set can be drawn. Write two questions on K3.")
    assert (failed.state, failed.refusal) == (State.FAILED, "")


def test_a_job_that_fell_silent_has_failed(jobs_in, clock):
    """The process that took it is gone: nobody will ever end it."""
    jobs = jobs_in(Doing.ELSEWHERE)

    def be_killed(_words, _tell):
        raise SystemExit

    jobs.offer("note", be_killed)
    reference = jobs.ask("note", WORDS)
    with pytest.raises(SystemExit):
        jobs.work()

    clock.at += SILENT_FOR - timedelta(seconds=1)
    assert jobs.standing(reference).state is State.WORKING
    clock.at += timedelta(seconds=2)
    assert jobs.standing(reference).state is State.FAILED


def test_a_job_that_waited_behind_a_long_one_is_done_all_the_same(jobs_in, clock):
    jobs, done = jobs_in(Doing.ELSEWHERE), []
    jobs.offer("note", lambda words, _tell: done.append(words) or {})
    reference = jobs.ask("note", WORDS)

    clock.at += 3 * SILENT_FOR
    assert jobs.standing(reference).state is State.WAITING
    jobs.work()

    assert (jobs.standing(reference).state, done) == (State.DONE, [WORDS])


def test_what_nobody_asked_for_has_no_standing_and_what_nobody_offers_is_not_taken(jobs_in):
    jobs = jobs_in()

    assert jobs.standing("A" * 16) is None
    with pytest.raises(KeyError):
        jobs.ask("unknown", {})


def test_a_passing_word_reaches_the_work_and_is_forgotten_when_it_is_over(jobs_in):
    jobs, met = jobs_in(), []
    jobs.offer("read", lambda words, _tell: met.append(words["_file"]) or {})

    reference = jobs.ask("read", {"_file": "Robin Hale", "by": "1"})

    assert met == ["Robin Hale"]
    assert jobs.standing(reference).words == {"by": "1"}
    assert b"Robin Hale" not in jobs.file.read_bytes()


def test_what_waits_when_a_process_ends_is_done_by_the_next(jobs_in):
    ending, done = jobs_in(Doing.BESIDE), []
    begun, go_on = threading.Event(), threading.Event()
    ending.offer("note", lambda words, _tell: begun.set() or (go_on.wait(20) and done.append(words["number"])) or {})
    for number in range(2):
        ending.ask("note", {"number": str(number)})
    assert begun.wait(20)

    threading.Timer(0.1, go_on.set).start()
    assert ending.finish(20)
    assert (done, ending.waiting()) == (["0"], 1)

    following = jobs_in(Doing.BESIDE)
    following.offer("note", lambda words, _tell: done.append(words["number"]) or {})
    following.go_on()
    assert following.wait(20)
    assert (done, following.waiting()) == (["0", "1"], 0)


def test_after_a_failure_of_the_queue_itself_the_next_that_is_asked_for_takes_what_waits_along(jobs_in, monkeypatch):
    jobs, done = jobs_in(Doing.BESIDE), []
    jobs.offer("note", lambda words, _tell: done.append(words["number"]) or {})
    jobs.ask("note", {"number": "0"})
    assert jobs.wait(20)

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "work", fails)
        jobs.ask("note", {"number": "1"})
        assert jobs.wait(20)
    jobs.ask("note", {"number": "2"})
    assert jobs.wait(20)

    assert done == ["0", "1", "2"]


def fails():
    raise sqlite3.OperationalError("database is locked")


def test_a_job_that_outlasts_its_process_has_failed(jobs_in):
    jobs, begun, go_on = jobs_in(Doing.BESIDE), threading.Event(), threading.Event()
    jobs.offer("long", lambda _words, _tell: begun.set() or (go_on.wait(20) and {}))
    reference = jobs.ask("long", WORDS)
    assert begun.wait(20)

    assert not jobs.finish(0.01)
    assert jobs.standing(reference).state is State.FAILED
    go_on.set()
    assert jobs.wait(20)
