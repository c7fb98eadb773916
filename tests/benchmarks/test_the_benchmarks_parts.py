"""The benchmark judges the draw, so its own parts are judged here, on banks small enough to know the answer."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from tests.benchmarks import banks
from tests.benchmarks.adversaries import STATIC, best, hits_of
from tests.benchmarks.leaking import hits_with_two_known
from tests.benchmarks.measures import busiest, measured, overlap
from tests.benchmarks.methods import METHODS
from tests.benchmarks.peers.chance import PlainRandom, UniformLawful
from tests.benchmarks.peers.least_used import GreedyCoverage, LeastUsedFirst
from tests.benchmarks.peers.lottery import MinimaxLottery, SortitionPackage
from tests.benchmarks.peers.ours import Ours
from tests.benchmarks.peers.peer import CannotServe
from tests.benchmarks.peers.programs import ExposurePenalty, RandomCosts
from tests.benchmarks.running import foreseen, run
from tests.benchmarks.table import HEADINGS, as_markdown, as_text, cells_of, heading_of
from tests.benchmarks.the_bank import Bank, rows_of, times_asked
from tests.delivery.a_pool import a_bank, a_pool, a_specification
from tests.delivery.checker import faults
from tests.delivery.enumeration import sets_of

KSBS = "K1 K2 K3 S1 S2"


def chance(seed=1):
    return np.random.default_rng(seed)  # noqa: TID251 - a simulation: no set is given to anybody


@pytest.fixture(scope="module")
def bank():
    """24 questions with enemies and bands, 5 asked."""
    pool = a_bank(questions=24, ksbs=KSBS, number=9, enemies=4)
    asked = a_specification(length=5, required=KSBS, seconds=(1320, 1680), demand=(8, 12), most_per_ksb=3)
    return Bank("small", pool, asked)


@pytest.fixture(scope="module")
def plain_bank():
    """20 questions, 5 asked, nothing but coverage."""
    return Bank("plain", a_bank(questions=20, ksbs=KSBS, number=4), a_specification(length=5, required=KSBS))


def lawful(bank, row):
    references = [bank.pool.references[at] for at in row if at >= 0]
    return not faults(references, bank.pool, bank.specification)


def test_sets_are_judged_at_once_as_the_checker_judges_them_one_by_one(bank):
    sets = PlainRandom(bank).many(3_000, chance())

    at_once = bank.covers(sets) & bank.in_bands(sets)

    assert at_once.tolist() == [lawful(bank, row) for row in sets]
    assert 0 < at_once.sum() < len(sets)


@pytest.mark.parametrize("kind", [UniformLawful, RandomCosts, ExposurePenalty, MinimaxLottery])
def test_methods_that_look_at_the_rules_break_none(bank, kind):
    found = run(kind(bank), len(bank), draws=60, seconds=2, chance=chance())

    assert [row.tolist() for row in found.sets if not lawful(bank, row)] == []


def test_our_draw_breaks_none_by_either_of_its_doors(plain_bank):
    ours = Ours(plain_bank)

    sets = [*ours.many(500, chance()).tolist(), *(ours.one(chance(seed)) for seed in range(50))]

    assert [row for row in sets if not lawful(plain_bank, row)] == []


def test_greedy_sets_cover_every_ksb_and_hold_no_enemies(bank):
    found = run(GreedyCoverage(bank), len(bank), draws=60, seconds=20, chance=chance())

    assert bank.covers(found.sets).all()
    assert not [row for row in found.sets for at in row if bank.enemies[at] & set(row.tolist())]


def test_uniform_sets_are_uniform_over_all_lawful_ones(bank):
    every = sets_of(bank.pool, bank.specification)
    sets = UniformLawful(bank).many(20 * len(every), chance())

    counts = Counter(tuple(sorted(row.tolist())) for row in sets)

    assert len(counts) == len(every)
    squares = sum((counts[each] - 20) ** 2 / 20 for each in counts)
    assert abs(squares - len(every)) < 4.5 * np.sqrt(2 * len(every))  # chi-squared: mean n - 1, variance 2 (n - 1)


def test_the_lottery_has_the_smallest_largest_exposure(plain_bank):
    rates = MinimaxLottery(plain_bank).exact_rates()

    scarcest = 1 / plain_bank.required.sum(axis=0).min()
    assert rates.max() == pytest.approx(max(5 / 20, scarcest), rel=1e-5)


@pytest.mark.parametrize("kind", [Ours, PlainRandom, UniformLawful, MinimaxLottery])
def test_exposure_that_is_worked_out_is_that_of_the_sets(plain_bank, kind):
    method = kind(plain_bank)
    sets = method.many(40_000, chance())

    rates = method.exact_rates()

    noise = np.sqrt(np.maximum(rates * (1 - rates), 1e-12) / len(sets))
    assert np.abs((times_asked(sets, 20) / len(sets) - rates) / noise).max() < 4.5
    assert overlap(sets, 20) == pytest.approx((rates**2).sum(), rel=0.02)


def test_least_used_first_gives_its_next_set_away_and_plain_random_does_not(plain_bank):
    static, historical = {}, {}
    for kind in (LeastUsedFirst, PlainRandom):
        found = run(kind(plain_bank), 20, draws=2_000, seconds=20, chance=chance())
        hits = hits_of(found.sets, 20)
        static[kind], historical[kind] = hits[STATIC].mean(), best(hits, 4)[1]

    # Four sets to a cycle: given what is left of it, 5 (1/4 + 1/3 + 1/2 + 1) / 4 = 2.60 are named; by lot 5 × 5 / 20.
    assert historical[LeastUsedFirst] == pytest.approx(2.60, abs=0.1)
    assert historical[PlainRandom] == pytest.approx(1.25, abs=0.12)
    assert static[PlainRandom] == pytest.approx(1.25, abs=0.12)


def test_somebody_with_the_same_program_foresees_a_method_without_chance():
    four = LeastUsedFirst(Bank("four", a_pool(A="K1", B="K1", C="K1", D="K1"), a_specification(length=2)))
    four.remember([0, 1])

    proposals = rows_of([four.one(chance(seed)) for seed in range(12)])

    assert foreseen(proposals, [2, 3], 4, chance()) == 2


def test_two_leaked_questions_give_the_rest_of_a_lottery_away():
    library = rows_of([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]] * 50)

    hits, _ = hits_with_two_known(library, library[:30], 12, chance())

    assert hits == 2


def test_two_leaked_questions_of_plain_random_sets_give_nothing_away():
    every = Bank("forty", a_bank(questions=40, ksbs=KSBS), a_specification(length=6, required=""))
    sets = PlainRandom(every).many(20_000, chance())

    hits, error = hits_with_two_known(sets[1_000:], sets[:1_000], 40, chance())

    assert hits == pytest.approx(4 * 4 / 38, abs=4.5 * error)


def test_overlap_and_the_busiest_question_are_those_of_the_sets():
    sets = rows_of([[0, 1], [0, 2], [0, 1], [0, 3]])

    assert overlap(sets, 4) == pytest.approx((1 + 2 + 1 + 1 + 1 + 1) / 6)
    assert busiest(sets, 4)[0] == 1


def test_a_generated_bank_is_always_the_same():
    assert banks.generated("strict-60").pool.digest.startswith("b1bfd9810ec83f31")


@pytest.mark.parametrize("kind", banks.KINDS)
def test_every_kind_of_bank_has_lawful_sets(kind):
    bank = banks.generated(f"{kind}-60")

    chosen, _ = RandomCosts(bank).program.cheapest(np.zeros(60))

    assert lawful(bank, chosen)


def test_banks_that_cannot_be_read_are_named_and_stop_nothing(tmp_path):
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"k": 10, "ksbs": [], "questions": "none"}), encoding="utf-8")
    (tmp_path / "c.json").write_text(json.dumps(banks.document("roomy-60")), encoding="utf-8")
    (tmp_path / "d.json").write_bytes(b"\xff\xfe")

    found = {each.name: each for each in banks.in_folder(tmp_path)}

    assert list(found) == ["a", "b", "c", "d"]
    assert [name for name, each in found.items() if isinstance(each, banks.Unusable)] == ["a", "b", "d"]


def test_a_package_that_is_not_there_is_called_not_installed(bank, monkeypatch):
    monkeypatch.delenv("BENCH_SORTITION", raising=False)

    with pytest.raises(CannotServe, match="not installed"):
        SortitionPackage(bank)


def test_a_table_holds_a_line_for_each_method(plain_bank):
    found = run(PlainRandom(plain_bank), 20, draws=200, seconds=5, chance=chance())
    row = measured(plain_bank, PlainRandom(plain_bank), found, chance())
    row |= {"set_up": 0.0, "memory": 1.0, "a_second": 9.0, "single": None, "version": None}
    floors = {"exposure": 0.25, "overlap": 1.25, "hits": 1.25, "certified": False}

    lines = [cells_of("random", row, floors), cells_of("sortition", {"cannot": "not installed"}, floors)]

    title, about = heading_of(plain_bank, floors)
    assert len(lines[0]) == len(HEADINGS)
    assert "not installed" in as_text(title, about, lines)
    assert as_markdown(title, about, lines).count("\n| ") == 3
    assert set(METHODS) >= {"random", "sortition"}
