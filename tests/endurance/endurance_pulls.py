"""L1 and L2, full dose: eight processes press "pull" in the same moment, over and over, and nobody sees a second set.

`make endurance` runs this; `--rounds 50` runs less. A round is one session, pulled by every process at once.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from qbank.domain.errors import NotReady
from qbank.domain.lifecycle import Sitting
from qbank.storage import units
from tests.services.a_bank import ENDED, NOW, a_session, opened, pulled

PROCESSES = 8
FULL_DOSE = 10_000
LONGEST_ROUND_SECONDS = 60
FIRST_APPRENTICE = 100


def press(url: str, sessions: Sequence[int], gate: Barrier, at: Any, answers: Any) -> None:
    """One process: wait for the others, pull, and say what was shown; None for an answer without a set."""
    shown: list[tuple[str, ...] | None] = []
    with opened(url) as engine:
        for session in sessions:
            gate.wait(LONGEST_ROUND_SECONDS)
            try:
                shown.append(pulled(engine, session, at=at).references)
            except NotReady:
                shown.append(None)
    answers.put(shown)


def all_at_once(url: str, sessions: Sequence[int], *, at: Any) -> list[list[tuple[str, ...] | None]]:
    """What each process was shown, a list of rounds for each."""
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(PROCESSES), context.Queue()
    pressing = [context.Process(target=press, args=(url, sessions, gate, at, answers)) for _ in range(PROCESSES)]
    for process in pressing:
        process.start()
    shown = [answers.get() for _ in pressing]
    for process in pressing:
        process.join()
    return shown


def booked(url: str, count: int, *, kind: Sitting = Sitting.FIRST, at: Any = None) -> list[int]:
    times = {} if at is None else {"at": at, "starts_at": at}
    with opened(url) as engine:
        made = []
        for number in range(FIRST_APPRENTICE, FIRST_APPRENTICE + count):
            with units.write_unit(engine) as store:
                made.append(a_session(store, apprentice=number, kind=kind, **times).id)
        return made


def different_sets(shown: list[list[tuple[str, ...] | None]]) -> list[int]:
    """Rounds in which two processes were shown different sets."""
    rounds = [{references for references in one if references} for one in zip(*shown, strict=True)]
    assert [number for number, sets in enumerate(rounds) if not sets] == [], "Nobody was served in these rounds."
    return [number for number, sets in enumerate(rounds) if len(sets) > 1]


@pytest.mark.parametrize("rounds", [FULL_DOSE], indirect=True)
def test_whoever_presses_when_sees_the_one_set_and_a_resit_shares_no_question_with_it(bank_url, rounds):
    first = booked(bank_url, rounds)
    shown = all_at_once(bank_url, first, at=NOW)

    assert different_sets(shown) == []
    again = all_at_once(bank_url, booked(bank_url, rounds, kind=Sitting.RE_SIT, at=ENDED), at=ENDED)
    assert different_sets(again) == []
    repeats = [set(one) & set(two) for one, two in zip(served(shown), served(again), strict=True)]
    assert [shared for shared in repeats if shared] == []


def served(shown: list[list[tuple[str, ...] | None]]) -> list[tuple[str, ...]]:
    """The set of each round."""
    return [next(references for references in one if references) for one in zip(*shown, strict=True)]
