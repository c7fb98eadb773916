"""The figures that a plan reports of its law, measured a second time.

Where nothing is passed over they are exact: one pass over the states gives every exposure. Where enemies, bands or the
cap on a KSB make the engine pass sets over, it estimated them by simulation; here each is held against the plan's
recorded run, within six standard errors of the difference, and everything that follows from them is worked out anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from qbank.verify.holding import sides_of
from qbank.verify.reckoning import rate_interval
from qbank.verify.recorded import Recorded
from qbank.verify.walking import Step
from qbank.verify.weighing import Weighing
from qbank.verify.words import FULL

CLOSE: Final = 2e-6
"""Of one figure with six decimals."""
ERRORS: Final = 6
"""Standard errors between two estimates that are taken to agree: by chance they differ so once in 500 million."""


def passes_over(plan: Mapping[str, Any]) -> bool:
    """Whether sets of the plan's walk can be unlawful."""
    return not set(sides_of(plan)) <= set(plan.get("held", ()))


class Measuring:
    """The law of one plan's weights.

    Args:
        plan: the draw plan.
        steps: its walk.
        law: its weights, summed.
        recorded: its recorded run.
    """

    def __init__(self, plan: Mapping[str, Any], steps: Sequence[Step], law: Weighing, recorded: Recorded) -> None:
        self._plan, self._steps, self._law, self._recorded = plan, steps, law, recorded
        self._asked, self._pool = plan["specification"], plan["pool"]
        self._said: Mapping[str, Any] = plan["figures"]
        self._exposure = [float(self._said["exposure"][each["reference"]]) for each in self._pool]
        self._explored = [float(self._said["explored"][code]) for code in self._asked["optional"]]
        self._passes_over = passes_over(plan)

    def wrong(self) -> list[str]:
        """The names of the figures that do not agree."""
        figures = {
            "exact": self._said["exact"] is not self._passes_over
            and (self._said["simulated"] is None) is self._said["exact"],
            "states": self._said["states"] == sum(len(step.states) for step in self._steps),
        }
        rates = self._estimates() if self._passes_over else self._exact()
        for name, expected, margin in (*rates, *self._following()):
            text = self._said[name]
            agrees = text is None if expected is None else abs(float(text) - expected) <= margin
            figures[name] = figures.get(name, True) and agrees
        figures["exposure and explored"] = self._rates_agree()
        return [name for name, agrees in figures.items() if not agrees]

    def _following(self) -> Iterator[tuple[str, float | None, float]]:
        """What follows from the weights and from the exposures that the plan says."""
        length, count = sum(self._exposure), len(self._exposure)
        usual = math.ceil(float(self._said["length"]) - CLOSE)
        asked: int | None = self._asked["length"]
        carriers = [sum(code in each["ksbs"] for each in self._pool) for code in self._asked["required"]]
        yield "length", length, count * CLOSE
        yield "largest_exposure", max(self._exposure), CLOSE
        yield "best_guess", sum(sorted(self._exposure)[-usual:]), count * CLOSE
        yield "overlap", sum(rate * rate for rate in self._exposure), count * CLOSE
        yield "exposure_floor", max([(asked or 0) / count, *(1 / each for each in carriers)]), CLOSE
        yield "overlap_floor", (asked or 0) ** 2 / count, CLOSE
        yield "covering_sets_bits", self._law.log_number / math.log(2), 10 * CLOSE
        weights, rewards = ([float(text) for text in self._plan[key]] for key in ("log_weights", "log_rewards"))
        mean = sum(map(float.__mul__, weights, self._exposure)) + sum(map(float.__mul__, rewards, self._explored))
        share = self._said["simulated"]["lawful"] / self._said["simulated"]["sets"] if self._passes_over else 1.0
        margin = CLOSE * (10 + sum(map(abs, weights)) + sum(map(abs, rewards)))
        yield "entropy_bits", (self._law.log_total + math.log(share) - mean) / math.log(2), margin

    def _exact(self) -> Iterator[tuple[str, float | None, float]]:
        yield "largest_exposure_lowest", None, 0.0
        yield "largest_exposure_highest", None, 0.0

    def _estimates(self) -> Iterator[tuple[str, float | None, float]]:
        lawful = int(self._said["simulated"]["lawful"])
        lowest, highest = rate_interval(round(max(self._exposure) * lawful), lawful)
        yield "largest_exposure_lowest", float(lowest), 5 * CLOSE
        yield "largest_exposure_highest", float(highest), 5 * CLOSE

    def _rates_agree(self) -> bool:
        if not self._passes_over:
            exposure, explored = self._marginals()
            pairs = zip((*self._exposure, *self._explored), (*exposure, *explored), strict=True)
            return all(abs(one - other) <= CLOSE for one, other in pairs)
        sets, simulated = self._recorded.lawful, self._said["simulated"]
        tags = [set(each["ksbs"]) for each in self._pool]
        held = [sum(at in each for each in sets) for at in range(len(self._pool))]
        covered = [sum(any(code in tags[at] for at in each) for each in sets) for code in self._asked["optional"]]
        lawful, trials = len(sets), self._recorded.trials
        return _agree(simulated["lawful"] / simulated["sets"], simulated["sets"], lawful, trials) and all(
            _agree(rate, simulated["lawful"], count, lawful)
            for rate, count in zip((*self._exposure, *self._explored), (*held, *covered), strict=True)
        )

    def _marginals(self) -> tuple[list[float], list[float]]:
        """Every inclusion and covering probability, by one pass from the first step to the last."""
        exposure, explored = [0.0] * len(self._pool), [0.0] * len(self._explored)
        reached: dict[int, float] = {0: 1.0}
        for depth, step in enumerate(self._steps):
            waiting = [0.0] * (len(step.members) + 1)
            onward: dict[int, float] = {}
            for state, chance in reached.items():
                taken = 0.0
                for count, (share, then, _) in enumerate(self._law.terms(depth, state)):
                    if share and then is not None:
                        waiting[count] += chance * share
                        onward[then] = onward.get(then, 0.0) + chance * share
                        taken += chance * share * (count > 0)
                for place in self._law.newly_explored(depth, state):
                    explored[place] += taken
            _share_out(step, waiting, exposure)
            reached = onward
        return exposure, explored


def _share_out(step: Step, waiting: list[float], exposure: list[float]) -> None:
    """Add each question's inclusion probability, from how likely each number of the step's questions is."""
    for at, member in enumerate(step.members):
        left = len(step.members) - at
        for wanted in range(1, left + 1):
            sure = wanted == left
            share = waiting[wanted] * (1.0 if sure else _below(step, at, wanted))
            exposure[member] += share
            waiting[wanted] -= share
            waiting[wanted - 1] += share


def _below(step: Step, at: int, wanted: int) -> float:
    row = step.taking[at]
    return row[wanted - 1] / FULL if wanted <= len(row) else 0.0


def _agree(rate: float, trials: int, count: int, sets: int) -> bool:
    """Whether two estimates of one rate differ by no more than chance explains; small counts get Bernstein's term."""
    pooled = (rate * trials + count) / (trials + sets)
    error = math.sqrt(max(pooled * (1 - pooled), 0.0) * (1 / trials + 1 / sets))
    return 0 <= rate <= 1 and abs(rate - count / sets) <= ERRORS * error + ERRORS**2 / 3 / sets
