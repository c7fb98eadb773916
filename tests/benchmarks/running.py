"""Draws a run with one method: sets in order, how long each took, and what somebody with the same program foresees."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.adversaries import guessed, top
from tests.benchmarks.the_bank import rows_of, stacked, times_asked

REPLAYS = 12
REPLAY_SHARE = 0.5
AT_RANDOM = 0.25
"""Replays wait for a lot too: at regular distances they would fall on the same place of each cycle of sets."""
BLOCK = 2_000


@dataclass(frozen=True)
class Run:
    """What one method did.

    Attributes:
        sets: rows of positions, in order.
        seconds: of processor time that choosing them took, replays not counted.
        replayed: for each set of the second half, the hits of somebody who ran the same program on the same history a
            dozen times and named what came most often; NaN where nobody did.
        library: more independent sets of a memoryless method; the run itself of a remembering one.
    """

    sets: np.ndarray
    seconds: float
    replayed: np.ndarray
    library: np.ndarray


def run(peer, questions, *, draws, seconds, chance):
    """As many draws as wished, or as the seconds of processor time allow."""
    if peer.remembers:
        return _remembering(peer, questions, draws, seconds, chance)
    sets, took = _many(peer, draws, seconds, chance)
    more, _ = _many(peer, 10 * draws, seconds / 2, chance) if took < seconds / 2 else (sets, 0)
    return Run(sets, took, np.full(len(sets) - len(sets) // 2, np.nan), more)


def _many(peer, draws, seconds, chance):
    blocks, begun, drawn, size = [], time.process_time(), 0, 20
    while drawn < draws and time.process_time() - begun < seconds:
        blocks.append(peer.many(min(size, draws - drawn), chance))
        drawn += len(blocks[-1])
        size = min(2 * size, BLOCK)
    return stacked(blocks), time.process_time() - begun


def _remembering(peer, questions, draws, seconds, chance):
    sets, replayed = [], []
    spent = replaying = 0.0
    wanted = draws
    while len(sets) < wanted:
        if spent > seconds / 2 and wanted == draws:
            wanted = min(draws, 2 * len(sets))  # half the time is gone: the second half of the run begins here
        late = len(sets) >= wanted // 2
        proposals = None
        if late and replaying < REPLAY_SHARE * spent and chance.random() < AT_RANDOM:
            begun = time.process_time()
            proposals = rows_of([peer.one(chance) for _ in range(REPLAYS)])
            replaying += time.process_time() - begun
        begun = time.process_time()
        chosen = peer.one(chance)
        peer.remember(chosen)
        spent += time.process_time() - begun
        sets.append(chosen)
        replayed.append(np.nan if proposals is None else foreseen(proposals, chosen, questions, chance))
    rows = rows_of(sets)
    return Run(rows, spent, np.array(replayed[len(sets) // 2 :]), rows)


def foreseen(proposals, chosen, questions, chance):
    """Hits of naming what came most often when the same program was run again on the same history."""
    counts = times_asked(proposals, questions) + chance.random(questions) / 2
    return np.isin(chosen, top(counts, guessed(proposals))).sum()
