"""The methods of the benchmark, by the names that BENCH_METHODS knows, in the order of the table."""

from __future__ import annotations

from tests.benchmarks.peers.chance import PlainRandom, UniformLawful
from tests.benchmarks.peers.least_used import GreedyAmongFive, GreedyCoverage, LeastUsedFirst
from tests.benchmarks.peers.lottery import MinimaxLottery, SortitionPackage
from tests.benchmarks.peers.ours import Ours
from tests.benchmarks.peers.programs import ExposurePenalty, RandomCosts

METHODS = {
    "ours": ("qbank", Ours),
    "random": ("plain random", PlainRandom),
    "uniform": ("uniform over lawful sets", UniformLawful),
    "least-used": ("least used first", LeastUsedFirst),
    "greedy": ("greedy coverage, least exposed", GreedyCoverage),
    "greedy-five": ("the same, among the best five", GreedyAmongFive),
    "program-random": ("integer program, random costs", RandomCosts),
    "program-penalty": ("integer program, exposure penalty", ExposurePenalty),
    "lottery": ("fair lottery (own implementation)", MinimaxLottery),
    "sortition": ("sortition-algorithms, maximin", SortitionPackage),
}
