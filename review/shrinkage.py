"""What a question asks of people, told apart from how severely its assessors judge, where the design allows that.

A question that severe assessors happened to ask looks hard. Questions and assessors are told apart where they form one
connected design: from any question one comes to any other by way of assessors who judged both. Where they do not, the
two cannot be told apart by any method, and nothing is estimated.

Each question's share is drawn towards the mean of all, the more the fewer judgements it has: over many questions such
estimates are nearer the truth than the raw shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from review.rates import NORMAL, Figure, Interval

SOURCE: Final = (
    "two-way random effects, variances by the fitting of constants: C. R. Henderson, Estimation of variance and "
    "covariance components, Biometrics 9 (1953), 226–252; the estimates are best linear unbiased predictions: "
    "G. K. Robinson, That BLUP is a good thing, Statistical Science 6 (1991), 15–32"
)
_FEWEST: Final = 2
"""Questions, and assessors, without which nothing is there to tell apart."""
_NOTHING: Final = 1e-9
"""A variance of shares below this is rounding."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one assessor judged on one question.

    Args:
        question, assessor: keys.
        hits: sum of the sittings' shares of criteria that are held to be met; 0 to `of`.
        of: sittings; at least 1.
        squares: sum of the squares of those shares; None where each is 0 or 1, so that it is `hits`.
    """

    question: int
    assessor: int
    hits: float
    of: int
    squares: float | None = None


def is_connected(cells: Iterable[Cell]) -> bool:
    """Whether one comes from any question to any other by way of assessors who judged both; no cells are not.

    Source: connectedness of a two-way design: R. C. Bose (1949); Searle, Linear Models (1971), section 7.4.
    """
    beside: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)
    for each in cells:
        question, assessor = ("question", each.question), ("assessor", each.assessor)
        beside[question].add(assessor)
        beside[assessor].add(question)
    if not beside:
        return False
    reached, waiting = set(), [next(iter(beside))]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += beside[place] - reached
    return len(reached) == len(beside)


def shrunken(cells: Sequence[Cell], *, least: int) -> Mapping[int, Figure]:
    """The share of criteria met on each question before an assessor of average severity.

    Args:
        cells: at most one for each question and assessor.
        least: the fewest sittings of a question from which its figure is shown.

    Returns:
        By key of the question; hidden where the design is not connected, where there is nothing to tell apart (all
        sittings of every question and assessor agree among themselves), or where the question has fewer sittings than
        `least`. The interval is that of the prediction, within [0, 1].

    Source:
        Henderson (1953), method 3; Robinson (1991). A sitting counts once, however many criteria it judges.
    """
    counts: dict[int, int] = defaultdict(int)
    for each in cells:
        counts[each.question] += each.of
    found = _predicted(cells) if is_connected(cells) else {}
    nothing = (None, None)
    shown = {key: found.get(key, nothing) if of >= least else nothing for key, of in counts.items()}
    return {key: Figure(value, counts[key], interval, SOURCE) for key, (value, interval) in shown.items()}


@dataclass(frozen=True, slots=True)
class _Design:
    """Sums of a two-way table.

    Args:
        table: sittings; shape (questions, assessors).
        hits: sums of their shares; the same shape.
        squares: the sum of the squares of those shares.
    """

    table: Floats
    hits: Floats
    squares: float

    def reduction(self) -> float:
        """By how much assessors lower the sum of squares once questions are fitted, in a connected design.

        The effects are known but for one number that all may share, so the first assessor's is nought.
        """
        shares = self.table / self.table.sum(1)[:, None]
        left = np.diag(self.table.sum(0)) - _product(shares, self.table)
        right = self.hits.sum(0) - _product(shares, self.hits.sum(1)[:, None])[:, 0]
        return float(right[1:] @ np.linalg.solve(left[1:, 1:], right[1:]))

    def variances(self) -> tuple[float, float, float] | None:
        """Of a single sitting, of questions and of assessors; None where nothing is left over to judge by.

        Questions and assessors together lower the sum of squares by as much in whichever order they are fitted.
        """
        questions, assessors = self.table.shape
        rows, columns = self.table.sum(1), self.table.sum(0)
        left_over = float(self.table.sum()) - questions - assessors + 1
        if left_over <= 0:
            return None
        alone, others_alone = (float((self.hits.sum(axis) ** 2 / self.table.sum(axis)).sum()) for axis in (1, 0))
        by_assessor = self.reduction()
        by_question = alone + by_assessor - others_alone
        single = (self.squares - alone - by_assessor) / left_over
        if single <= _NOTHING:
            return None
        weight_of_questions = float(rows.sum() - (self.table**2 / columns).sum())
        weight_of_assessors = float(columns.sum() - (self.table**2 / rows[:, None]).sum())
        return (
            single,
            max(0.0, (by_question - (questions - 1) * single) / weight_of_questions),
            max(0.0, (by_assessor - (assessors - 1) * single) / weight_of_assessors),
        )


def _predicted(cells: Sequence[Cell]) -> Mapping[int, tuple[float, Interval]]:
    """The prediction of each question with its interval; none where nothing can be told apart."""
    questions, assessors = sorted({each.question for each in cells}), sorted({each.assessor for each in cells})
    if min(len(questions), len(assessors)) < _FEWEST:
        return {}
    squares = fsum(each.hits if each.squares is None else each.squares for each in cells)
    shape = (len(questions), len(assessors))
    design = _Design(np.zeros(shape), np.zeros(shape), squares)
    row, column = ({key: at for at, key in enumerate(keys)} for keys in (questions, assessors))
    for each in cells:
        design.table[row[each.question], column[each.assessor]] += each.of
        design.hits[row[each.question], column[each.assessor]] += each.hits
    variances = design.variances()
    if variances is None:
        return {}
    values, errors = _solved(design, *variances)
    return {
        key: (_within(value), Interval(_within(value - NORMAL * error), _within(value + NORMAL * error)))
        for key, value, error in zip(questions, values, errors, strict=True)
    }


def _solved(design: _Design, single: float, among: float, between: float) -> tuple[list[float], list[float]]:
    """The mixed-model equations: of each question, mean and effect together, and the standard error of that.

    An effect without variance is nought: it is held there by a weight that no count comes near. The equations of the
    questions bind none of them to another, so that they are put into those of the mean and the assessors.
    """
    by_question, by_assessor, every = design.table.sum(1), design.table.sum(0), design.table.sum()
    weight = every * 1e9
    held = [min(weight, single / each) if each > 0 else weight for each in (among, between)]
    own = by_question + held[0]
    beside = np.column_stack([by_question, design.table])
    left = np.diag(np.concatenate([[every], by_assessor + held[1]]))
    left[0, 1:] = left[1:, 0] = by_assessor
    shares = beside / own[:, None]
    inverse = np.linalg.inv(left - _product(shares, beside))
    right = np.concatenate([[design.hits.sum()], design.hits.sum(0)])
    found = inverse @ (right - _product(shares, design.hits.sum(1)[:, None])[:, 0])
    effects = design.hits.sum(1) / own - (shares * found).sum(1)
    carried = _product(shares.T, inverse)
    spread = inverse[0, 0] - 2 * carried[:, 0] + 1 / own + (carried * shares).sum(1)
    return [float(found[0] + each) for each in effects], [sqrt(max(0.0, single * each)) for each in spread]


def _product(turned: Floats, other: npt.NDArray[np.floating[Any]]) -> Floats:
    """The transpose of one table times another, on one core: threads cost a busy machine more than they spare."""
    found: Floats = np.einsum("ij,ik->jk", turned, other)
    return found


def _within(share: float) -> float:
    return min(1.0, max(0.0, float(share)))
