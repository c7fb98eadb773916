"""What a second program finds in a draw plan alone: worked out once for the draws of the same plan, if anybody asks.

The plan is named by the digest of its content as it lies before us, so that whoever changed it gets no other's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from qbank.verify.measuring import Measuring, passes_over
from qbank.verify.recorded import Recorded
from qbank.verify.walking import Step, steps_of
from qbank.verify.weighing import Weighing
from qbank.verify.writing import digest_of

MOST_KEPT: Final = 4
"""Plans: those of an organisation's methods that are in use. A walk of many states fills tens of megabytes."""


class ExaminedPlan:
    """One plan; everything is worked out when it is first asked for.

    Args:
        plan: plain JSON data, which nobody changes.
    """

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan

    @cached_property
    def steps(self) -> list[Step]:
        """The walk."""
        return steps_of(self._plan["walk"])

    @cached_property
    def recorded(self) -> Recorded:
        """The recorded run, run again."""
        return Recorded.run(self._plan, self.steps)

    @cached_property
    def rehearsal_holds(self) -> bool:
        """Whether the plan keeps the sets that its run gives."""
        said = self._plan["rehearsal"]
        return bool(self.recorded.sets == said["sets"] and self.recorded.seed == said["seed"])

    @cached_property
    def law_holds(self) -> bool:
        """Whether the walk's whole numbers are those that the weights give."""
        return self._law.holds()

    @cached_property
    def wrong_figures(self) -> list[str]:
        """The names of the plan's figures that do not agree; `law_holds` comes first."""
        found = Measuring(self._plan, self.steps, self._law, self.recorded).wrong()
        del self._law  # the largest part of all that is worked out, and nobody asks for it again
        return found

    @cached_property
    def passes_over(self) -> bool:
        """Whether sets of the walk can be unlawful."""
        return passes_over(self._plan)

    @cached_property
    def _law(self) -> Weighing:
        return Weighing(self._plan, self.steps)


class ExaminedPlans:
    """The plans that were asked for last."""

    def __init__(self) -> None:
        self._kept: dict[str, ExaminedPlan] = {}

    def of(self, plan: Mapping[str, Any]) -> ExaminedPlan:
        """What is known of this plan."""
        digest = digest_of(plan)
        found = self._kept.pop(digest, None) or ExaminedPlan(plan)
        self._kept[digest] = found
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return found
