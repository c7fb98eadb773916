"""Cancelled work: what waits is not begun, what is at work stops where it next tells, and what is done stays done."""

from __future__ import annotations

import threading

from qbank.jobs.queue import Doing, State

WORDS = {"method": "interview", "_file": "Robin Hale"}


def in_steps(done, *, before_the_second=lambda: None):
    """Work of two steps; what happens between them is the test's."""

    def work(_words, tell):
        tell("First", 0.1)
        done.append("first")
        before_the_second()
        tell("Second", 0.5)
        done.append("second")
        return {"done": "yes"}

    return work


def test_what_waits_is_not_begun_and_what_it_was_asked_for_with_is_forgotten(jobs_in):
    jobs, done = jobs_in(Doing.ELSEWHERE), []
    jobs.offer("steps", in_steps(done))
    reference = jobs.ask("steps", WORDS)

    jobs.cancel(reference)
    found = jobs.standing(reference)
    jobs.work()

    assert (found.state, found.is_over, found.words) == (State.CANCELLED, True, {"method": "interview"})
    assert jobs.standing(reference) == found
    assert done == []


def test_what_is_at_work_stops_at_its_next_step_whichever_process_cancels_it(jobs_in):
    here, there, done = jobs_in(Doing.BESIDE), jobs_in(Doing.ELSEWHERE), []
    begun, go_on = threading.Event(), threading.Event()
    here.offer("steps", in_steps(done, before_the_second=lambda: begun.set() or go_on.wait(20)))
    reference = here.ask("steps", WORDS)
    assert begun.wait(20)

    there.cancel(reference)
    between = there.standing(reference)
    go_on.set()
    assert here.wait(20)

    assert (between.state, between.stopping) == (State.WORKING, True)
    after = there.standing(reference)
    assert (after.state, after.stopping, after.outcome) == (State.CANCELLED, False, None)
    assert after.words == {"method": "interview"}
    assert done == ["first"]


def test_the_jobs_behind_a_cancelled_one_are_done(jobs_in):
    jobs, done = jobs_in(Doing.ELSEWHERE), []
    jobs.offer("steps", in_steps(done, before_the_second=lambda: jobs.cancel(first)))
    jobs.offer("note", lambda words, _tell: done.append(words["number"]) or {})
    first = jobs.ask("steps", WORDS)
    second = jobs.ask("note", {"number": "2"})

    jobs.work()

    assert done == ["first", "2"]
    assert (jobs.standing(first).state, jobs.standing(second).state) == (State.CANCELLED, State.DONE)


def test_a_job_that_comes_to_its_end_first_keeps_its_result(jobs_in):
    jobs = jobs_in(Doing.ELSEWHERE)

    def work(_words, tell):
        tell("The last thing that it tells", 0.9)
        jobs.cancel(reference)
        return {"done": "yes"}

    jobs.offer("ends", work)
    reference = jobs.ask("ends", WORDS)
    jobs.work()
    jobs.cancel(reference)

    found = jobs.standing(reference)
    assert (found.state, found.outcome, found.stopping) == (State.DONE, {"done": "yes"}, False)


def test_a_job_is_either_begun_or_cancelled_however_close_both_come(jobs_in):
    """Whoever cancels before the work begins is told so at once, and then nothing of it is done."""
    asks, done = jobs_in(Doing.ELSEWHERE), []
    worker = jobs_in(Doing.ELSEWHERE)
    for each in (asks, worker):
        each.offer("note", lambda words, tell: tell("Noting", 0.5) or done.append(words["number"]) or {})
    references = [asks.ask("note", {"number": str(number)}) for number in range(60)]

    thread = threading.Thread(target=worker.work, daemon=True)
    thread.start()
    for reference in reversed(references):
        asks.cancel(reference)
    thread.join(60)

    states = {str(number): asks.standing(reference).state for number, reference in enumerate(references)}
    assert set(states.values()) <= {State.DONE, State.CANCELLED}
    assert sorted(done) == sorted(number for number, state in states.items() if state is State.DONE)


def test_what_nobody_asked_for_is_not_cancelled(jobs_in):
    jobs_in().cancel("A" * 16)
