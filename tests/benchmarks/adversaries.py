"""Somebody who saw every earlier set of a run, and names as many questions as the next set has: how many are right?

Each strategy guesses from what stood in the sets before, never from the set itself. A strategy that learns does so in
the first half of the run; which strategy is best is chosen in the third quarter and its hits are counted in the last,
so that choosing among several flatters nobody.
"""

from __future__ import annotations

import math

import numpy as np

from tests.benchmarks.the_bank import NOBODY, times_asked

NEVER = -(10**9)
MOST_ROWS = 400_000
MOST_SCORED = 1_000_000
"""Questions that the strategy that learns looks at in one run: with many it guesses before some sets only."""
STEPS = 12
RIDGE = 1e-3
HISTORY = ("most used", "least used", "least recent", "most recent", "fitted on history")
STATIC = "static"


class History:
    """What is known before a set: how often and when last each question was asked."""

    def __init__(self, questions):
        self.sets = 0
        self.asked = np.zeros(questions)
        self.last = np.full(questions, float(NEVER))

    def add(self, chosen):
        self.asked[chosen] += 1
        self.last[chosen] = self.sets
        self.sets += 1

    def features(self, rates):
        """Of each question: its rate, its count against what the rate expects, its age in expected uses, its ranks."""
        age = np.minimum(self.sets - self.last, self.sets + 1)
        due = np.minimum(rates * age, 8.0)
        excess = (self.asked - rates * self.sets) / np.sqrt(np.maximum(rates * self.sets, 1.0))
        by_count = _ranks(self.asked)
        level = (np.ones_like(rates), np.log(rates))
        return np.stack([*level, excess, due, due**2, age <= 1, by_count, by_count**2, _ranks(age)], axis=1)


def _ranks(values):
    """Ranks in [0, 1], ties at their mean."""
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    return ((many.cumsum() - (many + 1) / 2) / len(values))[place]


def hits_of(sets, questions, known_rates=None, *, scored=MOST_SCORED):
    """Hits by strategy, one for each set of the second half of a run.

    Args:
        sets: rows of positions, in the order in which they were drawn.
        questions: in the pool.
        known_rates: the exposure that everybody may know beforehand; without it, what the first half suggests.
        scored: questions that the strategy that learns may look at.

    Returns:
        A dictionary of arrays; NaN where a strategy did not guess.
    """
    half = len(sets) // 2
    length = guessed(sets)
    seen = (times_asked(sets[:half], questions) + 0.5) / (half + 1)
    rates = seen if known_rates is None else np.maximum(np.asarray(known_rates, dtype=float), 1e-9)
    weights = fitted(sets[:half], questions, seen)
    history = History(questions)
    for row in sets[:half]:
        history.add(row[row != NOBODY])
    static = top(rates, length)
    hits = {name: np.full(len(sets) - half, np.nan) for name in (STATIC, *HISTORY)}
    in_the_set = np.zeros(questions, dtype=bool)
    stride = math.ceil(questions * (len(sets) - half) / scored)
    for at, row in enumerate(sets[half:]):
        chosen = row[row != NOBODY]
        guesses = {
            STATIC: static,
            "most used": top(history.asked, length),
            "least used": top(-history.asked, length),
            "least recent": top(-history.last, length),
            "most recent": top(history.last, length),
        }
        if at % stride == 0:
            guesses["fitted on history"] = top(history.features(seen) @ weights, length)
        in_the_set[chosen] = True
        for name, guess in guesses.items():
            hits[name][at] = np.count_nonzero(in_the_set[guess])
        in_the_set[chosen] = False
        history.add(chosen)
    return hits


def guessed(sets):
    """How many questions are named: as many as a set has on average, rounded up."""
    return int(np.ceil((sets != NOBODY).sum(axis=1).mean() - 1e-9)) if len(sets) else 0


def top(scores, count):
    """Positions of the highest scores."""
    return np.argpartition(-scores, count - 1)[:count] if count < len(scores) else np.arange(len(scores))


def fitted(sets, questions, rates):
    """Weights of a logistic regression of "is in the next set" on what the history says, from the second half of these.

    Newton's steps with a small ridge; some sets spread over the run, so that no more than 400,000 rows are looked at.
    """
    begin = len(sets) // 2
    wanted = max(1, min(len(sets) - begin, MOST_ROWS // questions))
    chosen_times = set(np.linspace(begin, len(sets) - 1, wanted).astype(int).tolist()) if len(sets) else set()
    history = History(questions)
    features, outcomes = [np.zeros((1, 9))], [np.zeros(1)]
    for at, row in enumerate(sets):
        chosen = row[row != NOBODY]
        if at in chosen_times:
            features.append(history.features(rates))
            outcome = np.zeros(questions)
            outcome[chosen] = 1
            outcomes.append(outcome)
        history.add(chosen)
    return _logistic(np.concatenate(features), np.concatenate(outcomes))


def _logistic(features, outcomes):
    spread = np.maximum(features.std(axis=0), 1e-9)
    spread[0] = 1.0
    scaled = features / spread
    weights = np.zeros(features.shape[1])
    ridge = RIDGE * len(outcomes) * np.eye(len(weights))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        slope = scaled.T @ (chance - outcomes) + ridge @ weights
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + ridge
        weights -= np.linalg.solve(curve, slope)
    return weights / spread


def best(hits, threshold):
    """The best strategy, its mean hits and standard error, and the highest share of sets with many hits.

    Args:
        hits: by strategy, an array in the order of time; NaN where a strategy did not guess.
        threshold: what "many" is.

    Returns:
        Name, mean, standard error, share; chosen in the first half of each array, counted in the second.
    """
    halves = {name: _halves(each) for name, each in hits.items()}
    usable = {name: pair for name, pair in halves.items() if min(map(len, pair)) >= min(30, len(hits[STATIC]) // 2)}
    name = max(usable, key=lambda each: usable[each][0].mean())
    often = max(usable, key=lambda each: (usable[each][0] >= threshold).mean())
    last = usable[name][1]
    error = last.std() / np.sqrt(max(1, len(last)))
    return name, float(last.mean()), float(error), float((usable[often][1] >= threshold).mean())


def _halves(values):
    middle = len(values) // 2
    return tuple(part[~np.isnan(part)] for part in (values[:middle].astype(float), values[middle:].astype(float)))
