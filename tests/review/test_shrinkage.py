"""Demand told from severity: against a hand-worked table, by simulation, and never where the design falls apart."""

from __future__ import annotations

from dataclasses import replace
from math import cos, sin

import numpy as np
import pytest

from review.shrinkage import SOURCE, Cell, is_connected, shrunken

APART = (Cell(1, 1, 20, 40), Cell(2, 1, 20, 40), Cell(3, 2, 20, 40), Cell(4, 2, 20, 40))
BRIDGE = Cell(2, 2, 20, 40)


def crossed(rates, *, of):
    """Every question judged `of` times by every assessor, with these shares of criteria met."""
    return [
        Cell(question, assessor, round(rate * of), of)
        for question, row in enumerate(rates)
        for assessor, rate in enumerate(row)
    ]


def test_a_design_is_connected_once_one_assessor_judged_questions_of_both_parts():
    assert not is_connected(APART)
    assert is_connected((*APART, BRIDGE))
    assert not is_connected(())


def test_where_the_design_falls_apart_nothing_is_estimated():
    assert {each.value for each in shrunken(APART, least=1).values()} == {None}
    assert all(each.is_estimable for each in shrunken((*APART, BRIDGE), least=1).values())


@pytest.mark.parametrize("cells", [[Cell(1, 1, 9, 40), Cell(1, 2, 9, 40)], [Cell(1, 1, 9, 40), Cell(2, 1, 9, 40)]])
def test_one_question_or_one_assessor_leaves_nothing_to_tell_apart(cells):
    assert not any(each.is_estimable for each in shrunken(cells, least=1).values())


def test_single_judgements_leave_nothing_to_judge_chance_by():
    cells = [Cell(1, 1, 1, 1), Cell(2, 1, 0, 1), Cell(2, 2, 1, 1)]

    assert not any(each.is_estimable for each in shrunken(cells, least=1).values())


def test_two_questions_before_two_assessors_as_worked_by_hand():
    # 40 judgements a cell. Row means 0.65, 0.45 and column means 0.65, 0.45: R(q) = R(a) = 80 × 2 × 0.1² = 1.6.
    # Sum of squares about the columns: 88 − 52²/80 − 36²/80 = 38; single = (38 − 1.6) / 157 = 0.231847.
    # Weight of the rows: 160 − 2 × (40² + 40²)/80 = 80; among = (1.6 − 0.231847) / 80 = 0.017102.
    # Balanced, so the effect is ±0.1 × 80 among / (80 among + single) = ±0.085509.
    found = shrunken(crossed([[0.75, 0.55], [0.55, 0.35]], of=40), least=30)

    assert [found[0].value, found[1].value] == pytest.approx([0.55 + 0.085509, 0.55 - 0.085509], abs=1e-5)
    assert (found[0].of, found[0].source) == (80, SOURCE)


def test_questions_that_differ_by_their_assessors_alone_come_out_alike():
    # the first is judged by the severe assessor four times as often: raw shares 0.4 and 0.6
    cells = [Cell(1, 1, 48, 160), Cell(1, 2, 32, 40), Cell(2, 1, 12, 40), Cell(2, 2, 128, 160)]

    found = shrunken(cells, least=30)

    assert found[1].value == pytest.approx(found[2].value, abs=0.01)


@pytest.mark.parametrize(
    "hits", [(40, 40, 40, 40), (0, 0, 0, 0), (40, 40, 0, 0)], ids=["all met", "none met", "each question of one mind"]
)
def test_where_sittings_do_not_differ_nothing_is_estimated(hits):
    cells = [Cell(question, assessor, hits[2 * question + assessor], 40) for question in (0, 1) for assessor in (0, 1)]

    assert not any(each.is_estimable for each in shrunken(cells, least=30).values())


def test_shares_of_sittings_vary_less_than_yes_and_no():
    plain = crossed([[0.75, 0.55], [0.55, 0.35]], of=40)
    even = [replace(each, squares=each.hits * 0.7) for each in plain]

    wide, narrow = (shrunken(cells, least=30)[0].interval for cells in (plain, even))

    assert narrow.high - narrow.low < wide.high - wide.low


def test_from_fewer_than_the_least_judgements_nothing_is_shown():
    cells = [*crossed([[0.75, 0.55], [0.55, 0.35]], of=40), Cell(7, 0, 10, 29)]

    assert shrunken(cells, least=30)[7].value is None
    assert shrunken(cells, least=29)[7].is_estimable


def test_over_many_questions_the_estimate_is_nearer_the_truth_than_the_raw_share_and_its_interval_holds_it():
    chance = np.random.default_rng(11)  # noqa: TID251 - a simulation
    raw, near, held = [], [], []
    for _ in range(20):
        truth, table = _simulated(chance)
        found = shrunken(_cells(table, truth, chance, raw, demand=truth.mean(1)), least=30)
        for key, figure in found.items():
            if figure.value is not None and figure.interval is not None:
                demand = truth[key].mean()
                near.append((figure.value - demand) ** 2)
                held.append(figure.interval.low <= demand <= figure.interval.high)

    assert np.mean(near) < 0.7 * np.mean(raw)  # 0.60 of it
    assert 0.93 < np.mean(held) < 0.97


def _simulated(chance):
    """True shares, shape (questions, assessors), and how often each assessor judged each question."""
    questions, assessors = chance.normal(0.6, 0.08, 60), chance.normal(0, 0.10, 25)
    truth = np.clip(questions[:, None] + assessors[None, :] - assessors.mean(), 0.02, 0.98)
    return truth, chance.poisson(chance.gamma(0.5, 6, size=truth.shape))


def _cells(table, truth, chance, raw, *, demand):
    """The judgements that came, the squared error of each question's raw share being noted."""
    hits = chance.binomial(table, truth)
    counted = table.sum(1) >= 30
    raw.extend((hits.sum(1) / table.sum(1) - demand)[counted] ** 2)
    return [
        Cell(row, column, int(hits[row, column]), int(table[row, column])) for row, column in np.argwhere(table > 0)
    ]


def squares_left(columns, cells):
    """What a regression on these columns leaves of the sum of squares."""
    weights, shares = np.array([each.of for each in cells]), np.array([each.hits / each.of for each in cells])
    fitted = columns @ np.linalg.lstsq(columns * np.sqrt(weights)[:, None], shares * np.sqrt(weights), rcond=1e-10)[0]
    return sum(each.squares for each in cells) - float((weights * fitted**2).sum())


def by_regressions(cells):
    """The same estimates from three regressions and the equations of all effects at once, slowly."""
    keys = [sorted({each.question for each in cells}), sorted({each.assessor for each in cells})]
    of_question = np.array([[each.question == key for key in keys[0]] for each in cells], dtype=float)
    of_assessor = np.array([[each.assessor == key for key in keys[1]] for each in cells], dtype=float)
    weights, counts = np.diag([float(each.of) for each in cells]), [len(each) for each in keys]
    both = squares_left(np.hstack([of_question, of_assessor]), cells)
    single = both / (weights.sum() - sum(counts) + 1)
    ratios = []
    for own, other, count in ((of_question, of_assessor, counts[0]), (of_assessor, of_question, counts[1])):
        table = own.T @ weights @ other
        weight = weights.sum() - (table**2 / table.sum(0)).sum()
        varies = (squares_left(other, cells) - both - (count - 1) * single) / weight
        ratios.append(single / varies if varies > 0 else weights.sum() * 1e9)
    every = np.hstack([np.ones((len(cells), 1)), of_question, of_assessor])
    held = np.diag([0.0, *[ratios[0]] * counts[0], *[ratios[1]] * counts[1]])
    found = np.linalg.solve(every.T @ weights @ every + held, every.T @ [each.hits for each in cells])
    return {key: min(1.0, max(0.0, found[0] + found[at])) for at, key in enumerate(keys[0], start=1)}


def test_the_estimates_are_those_of_regressions_on_designs_of_every_shape():
    random, compared = np.random.default_rng(1), 0  # noqa: TID251 - a simulation
    for trial in range(120):
        cells = []
        for question, assessor in np.ndindex(*random.integers(2, 30, 2)):
            leaning = 0.5 + (trial % 3 > 0) * 0.3 * sin(question) + (trial % 3 > 1) * 0.15 * cos(assessor)
            shares = random.binomial(5, leaning, random.poisson(0.8)) / 5
            if len(shares):
                cells.append(Cell(question, assessor, shares.sum(), len(shares), squares=(shares**2).sum()))
        shown = {key: each.value for key, each in shrunken(cells, least=1).items() if each.is_estimable}
        if shown:
            compared += 1
            assert shown == pytest.approx(by_regressions(cells), abs=1e-9)

    assert compared > 80
