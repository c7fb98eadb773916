"""What a bank is worth: its depth, what its draws open, which stems are most alike, and whether its size suffices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as from_zero
from itertools import islice
from pathlib import Path
from typing import Final

from delivery.attempts import most_attempts
from delivery.attempts import said as attempts_said
from delivery.bounds import BEST_GUESS, LARGEST_EXPOSURE, OVERLAP, bounds_of
from delivery.errors import DeliveryRefusal
from delivery.exposure import pooled_knowledge
from delivery.plan import DrawPlan
from delivery.randomness import Stream
from delivery.saying import count_of
from delivery.worth import in_words, worth_of
from qbank.domain.bank_check import near_identical
from qbank.domain.bank_depth import Depth, Spread, demands, depths
from qbank.domain.errors import Refusal
from qbank.domain.pools import pool_of
from qbank.domain.question_files import QuestionFile
from qbank.domain.standards import Level, Method, Plan
from qbank.services.bank_folders import BankFolder, read_banks
from qbank.services.plan_cache import PlanCache, Progress

LABEL: Final = "qbank bank report 1"
MOST_SETS_HEARD: Final = 1_000
_ALIKE_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Opening:
    """How often a set opens a criterion by a stem or a listed probe.

    Args:
        criterion: its code.
        level: pass or distinction.
        questions: how many name it.
        share: of the sets drawn, those that hold such a question, in [0, 1].
    """

    criterion: str
    level: str
    questions: int
    share: float


@dataclass(frozen=True, slots=True)
class Alike:
    """Two stems, how alike they are in [0, 1], and whether they are declared enemies or clones."""

    one: str
    other: str
    rate: float
    declared: bool


@dataclass(frozen=True, slots=True)
class Size:
    """Whether there are questions enough, as the fitted law says.

    Args:
        largest_exposure, exposure_floor: share of sets that hold the question asked most, and what no law goes below.
        because: what sets that floor, a phrase.
        best_guess, length: of the questions of a set, on average, how many the best guess names.
        best_guess_floor: what no law goes below.
        overlap, overlap_floor: questions that two sets share, expected, and what no law goes below.
        entropy_bits: of the law.
        half_known_after: after how many sets that a provider has heard, half of the next one is known to it; None when
            that takes more than a thousand.
        attempts: how many sets one apprentice can have without a question twice, as a sentence.
        writing: what to write next, in sentences.
    """

    largest_exposure: float
    exposure_floor: float
    because: str
    best_guess: float
    best_guess_floor: float
    length: float
    overlap: float
    overlap_floor: float
    entropy_bits: float
    half_known_after: int | None
    attempts: str
    writing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MethodReport:
    """What was found of one method.

    Args:
        draws: how many sets the openings were counted in; 0 where no plan can be fitted.
        size: None where no plan can be fitted; then `refusal` says why.
    """

    method: Method
    questions: int
    depths: tuple[Depth, ...]
    demands: dict[int, int]
    minutes: Spread
    ksbs_each: Spread
    alike: tuple[Alike, ...]
    draws: int
    openings: tuple[Opening, ...]
    size: Size | None
    refusal: DeliveryRefusal | None = None


@dataclass(frozen=True, slots=True)
class BankReport:
    """What was found of one standard's bank."""

    plan: Plan
    methods: tuple[MethodReport, ...]


def report(folder: Path, cache: PlanCache, *, draws: int, progress: Progress | None = None) -> list[BankReport]:
    """The report of every standard in a folder.

    Args:
        folder: as `qbank bank check` reads it.
        cache: where fitted plans are kept.
        draws: sets drawn of each method, to count the criteria they open.
        progress: is told how far it is.

    Raises:
        NotFound: there is no bank in the folder.
        Refusal: a bank has faults.
    """
    return [_report(bank, cache, draws, progress) for bank in read_banks(folder)]


def _report(bank: BankFolder, cache: PlanCache, draws: int, progress: Progress | None) -> BankReport:
    if bank.faults or bank.plan is None:
        remedy = f"See each with its line: qbank bank check {bank.folder} (mend them first)"
        raise Refusal(f"The bank in {bank.folder} has {count_of(len(bank.faults), 'fault')}.", remedy=remedy)
    plan = bank.plan
    entries = {
        method.code: [each for each in bank.entries if each.question.content.method == method.code]
        for method in plan.methods
    }
    found = [
        _of_method(plan, method, entries[method.code], cache, draws, progress)
        for method in plan.methods
        if entries[method.code]
    ]
    return BankReport(plan, tuple(found))


def _of_method(
    plan: Plan,
    method: Method,
    entries: Sequence[QuestionFile],
    cache: PlanCache,
    draws: int,
    progress: Progress | None,
) -> MethodReport:
    contents = [entry.question.content for entry in entries]
    fitted = refusal = None
    try:
        pool = pool_of(entry.question for entry in entries)
        fitted = cache.plan_for(pool, plan.specification(method.code), progress)
    except DeliveryRefusal as refused:
        refusal = refused
    return MethodReport(
        method=method,
        questions=len(entries),
        depths=depths(contents, (ksb.code for ksb in plan.ksbs_of(method.code))),
        demands=demands(contents),
        minutes=Spread.of([each.minutes for each in contents]),
        ksbs_each=Spread.of([len(each.ksbs) for each in contents]),
        alike=_most_alike(entries, plan.similarity_most_rate),
        draws=draws if fitted else 0,
        openings=_openings(plan, method, entries, fitted, draws, progress) if fitted else (),
        size=_size(fitted, progress) if fitted else None,
        refusal=refusal,
    )


def _most_alike(entries: Sequence[QuestionFile], most_rate: float) -> tuple[Alike, ...]:
    """Every pair above the plan's rate, and the ten most alike below it."""
    declared = {
        frozenset((entry.question.reference, other))
        for entry in entries
        for other in (*entry.question.enemies, *entry.question.clones)
    }
    found = [
        Alike(one.question.reference, other.question.reference, rate, _pair(one, other) in declared)
        for one, other, rate in near_identical(entries, most_rate / 2)
    ]
    found.sort(key=lambda each: (-each.rate, each.one, each.other))
    above = sum(each.rate > most_rate for each in found)
    return tuple(found[: above + _ALIKE_SHOWN])


def _pair(one: QuestionFile, other: QuestionFile) -> frozenset[str]:
    return frozenset((one.question.reference, other.question.reference))


def lawful_sets(plan: DrawPlan) -> Iterator[tuple[int, ...]]:
    """Sets of the plan's law without end, as positions in its pool; the same ones every time."""
    seed = bytes.fromhex(plan.digest)
    for number in from_zero():
        positions = plan.walk.drawn(Stream(seed, number, label=LABEL))
        if plan.lawfulness.breach(positions) is None:
            yield positions


def _openings(
    plan: Plan,
    method: Method,
    entries: Sequence[QuestionFile],
    fitted: DrawPlan,
    draws: int,
    progress: Progress | None,
) -> tuple[Opening, ...]:
    named = {entry.question.reference: frozenset(entry.question.content.criteria) for entry in entries}
    opened = dict.fromkeys((each.code for each in plan.criteria_of(method.code)), 0)
    by_position = [named[reference] for reference in fitted.pool.references]
    for number, positions in enumerate(islice(lawful_sets(fitted), draws)):
        for code in frozenset().union(*(by_position[at] for at in positions)):
            opened[code] += 1
        if progress is not None and number % 500 == 0:
            progress(f"Drawing for the {method.short_title}", number / draws)
    return tuple(
        Opening(each.code, each.level, sum(each.code in of for of in named.values()), opened[each.code] / draws)
        for each in plan.criteria_of(method.code, Level.PASS, Level.DISTINCTION)
    )


def _size(plan: DrawPlan, progress: Progress | None) -> Size:
    """The law's figures beside certified floors: where the time decides, those of laws of the same mean length."""
    tell = progress or (lambda _step, _share: None)
    figures = plan.figures
    rates = [float(rate) for rate in figures["exposure"].values()]
    length = float(figures["length"])
    heard = (sets for sets in range(1, MOST_SETS_HEARD + 1) if pooled_knowledge(rates, sets) >= length / 2)
    bounds = bounds_of(plan, tell)
    floors = {what: bounds.of(what, at_length=True) for what in (LARGEST_EXPOSURE, BEST_GUESS, OVERLAP)}
    attempts = most_attempts(plan.pool, plan.specification)
    return Size(
        largest_exposure=float(figures["largest_exposure"]),
        exposure_floor=float(floors[LARGEST_EXPOSURE].printed),
        because=floors[LARGEST_EXPOSURE].because(plan.pool, plan.specification),
        best_guess=float(figures["best_guess"]),
        best_guess_floor=float(floors[BEST_GUESS].printed),
        length=length,
        overlap=float(figures["overlap"]),
        overlap_floor=float(floors[OVERLAP].printed),
        entropy_bits=float(figures["entropy_bits"]),
        half_known_after=next(heard, None),
        attempts=attempts_said(len(attempts.found), attempts.most, attempts.limit),
        writing=tuple(in_words(worth_of(plan, bounds, progress=tell))),
    )
