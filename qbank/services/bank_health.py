"""The health of a method's bank: worked out from a year of sets and the plan in use, and kept for whoever looks.

It takes a second or two, so that no page waits for it: a button and `qbank review health`, which a nightly job of the
machine can run, work it out; the page shows what was kept, and from when it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from delivery.bounds import BEST_GUESS, LARGEST_EXPOSURE, bounds_of
from delivery.plan import DrawPlan
from delivery.saying import count_of
from qbank.charts.prediction import Bearings
from qbank.domain.errors import NotReady
from qbank.domain.gaps import Gap
from qbank.domain.standards import Plan
from qbank.services import at_hand, eligibility
from qbank.services.exposures import Exposed, exposures_of, figure_from
from qbank.services.gaps import Tell, gaps_of_standard
from qbank.services.health_pictures import Shown, pictures_of
from qbank.services.kept_documents import KeptDocuments
from qbank.services.plan_adoption import version_of
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.queries import standards
from qbank.storage.queries.health import HeardSets, sets_heard
from review import wearing
from review.budget import KEPT_SETS
from review.days import day_in_uk
from review.predictability import Predicted, predicted
from review.rates import Figure

FORMAT: Final = 3
YEAR: Final = timedelta(days=365)
RE_SITS_OF: Final = 100
MOST_RE_SITS: Final = 12
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a bank's health.

    Attributes:
        at: when it was worked out.
        plan: digest of the draw plan in use.
        questions, length: of that plan's pool, and of its sets on average.
        guesses: how many questions an adversary names.
        sets, providers: in the year before.
        exposed: the questions that were in the largest shares of sets, the largest first.
        limit: the share of sets that may hold a question; None where the assessment plan sets none.
        over: the questions that are surely above it, the largest share first.
        largest, largest_floor: exposure of the plan, and the certified lowest.
        best_guess, guess_floor: likewise, what whoever knows the plan hits.
        predicted: what an adversary hit who kept the last sets of a provider.
        re_sits: by number from 1, the share of apprentices who can have so many.
        half_heard: sets after which half of the next was heard before, by the plan.
        wear: at the largest provider of the year, at the middle one, at the smallest.
        gaps: of each KSB, the one that misses most first.
        write_by: by when what is missing should be begun; None where the plan names no peak months.
        planned: (reference, exposure by the plan in use) of each question, the largest first.
        pictures: (sentence, SVG) by name: those that there are of depth, exposure, prediction, wear, re-sits.
    """

    at: datetime
    plan: str
    questions: int
    length: float
    guesses: int
    sets: int
    providers: int
    exposed: tuple[Exposed, ...]
    limit: float | None
    over: tuple[Exposed, ...]
    largest: float
    largest_floor: float
    best_guess: float
    guess_floor: float
    predicted: tuple[Predicted, ...]
    re_sits: tuple[Figure, ...]
    half_heard: int
    wear: tuple[wearing.Wear, ...]
    gaps: tuple[Gap, ...]
    write_by: date | None
    planned: tuple[tuple[str, float], ...]
    pictures: Mapping[str, tuple[str, str]]

    @property
    def in_words(self) -> str:
        """What it comes to, in a line."""
        missing = sum(each.missing for each in self.gaps)
        known = f"whoever knows the plan hits {self.best_guess:.2f} of {self.guesses}"
        return (
            f"{count_of(self.questions, 'question')}, {count_of(missing, 'question')} to write; {known}, "
            f"the bank allows {self.guess_floor:.2f}; {count_of(self.sets, 'set')} in the year"
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        days = {"at": self.at.isoformat(), "write_by": self.write_by and self.write_by.isoformat(), "format": FORMAT}
        wear = [asdict(each) | {"month": each.month and each.month.isoformat()} for each in self.wear]
        return asdict(self) | days | {"wear": wear}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Health:
        """What stands behind `to_dict`.

        Raises:
            KeyError, TypeError, ValueError: it is of another shape.
        """
        found = dict(data)
        if found.pop("format") != FORMAT:
            raise ValueError("of another format")
        return cls(
            **found
            | {
                "at": datetime.fromisoformat(found["at"]),
                "write_by": found["write_by"] and date.fromisoformat(found["write_by"]),
                "exposed": tuple(map(Exposed.from_dict, found["exposed"])),
                "over": tuple(map(Exposed.from_dict, found["over"])),
                "predicted": tuple(
                    Predicted(each["last"], figure_from(each["hits"]), figure_from(each["ninetieth"]))
                    for each in found["predicted"]
                ),
                "re_sits": tuple(map(figure_from, found["re_sits"])),
                "wear": tuple(
                    wearing.Wear(each["part"], each["sets_a_year"], each["month"] and date.fromisoformat(each["month"]))
                    for each in found["wear"]
                ),
                "planned": tuple((reference, rate) for reference, rate in found["planned"]),
                "gaps": tuple(Gap(**each) for each in found["gaps"]),
                "pictures": {name: (said, svg) for name, (said, svg) in found["pictures"].items()},
            }
        )


@dataclass(frozen=True, slots=True)
class KeptHealth:
    """What was worked out, on disk.

    Args:
        documents: where it is kept.
    """

    documents: KeptDocuments

    @classmethod
    def of(cls, settings: Settings) -> KeptHealth:
        """That of an installation."""
        return cls(KeptDocuments(settings.data_folder / "health"))

    def of_method(self, standard: str, method: str) -> Health | None:
        """What is kept for a method; None where nothing is, or it cannot be read."""
        try:
            return Health.from_dict(self.documents.of_plan(f"{standard}.{method}"))
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def keep(self, standard: str, method: str, health: Health) -> None:
        """Keep it, whole or not at all."""
        self.documents.keep(f"{standard}.{method}", health.to_dict())


def methods_of(engine: sa.Engine, standard: str) -> list[str]:
    """The methods of a standard for which a draw plan is in use.

    Raises:
        NotFound: no standard has that code.
    """
    with units.read_unit(engine) as store:
        given = standards.plan_of(store, standard)
        version = standards.plan_version(store, standard)
        if given is None or version is None:
            raise at_hand.no_such_standard(standard, standards.plans(store))
        return [each.code for each in given.methods if draw_plans.adopted(store, version.id, each.code)]


def work_out(engine: sa.Engine, settings: Settings, standard: str, method: str, *, at: datetime, tell: Tell) -> Health:
    """The health of a method's bank as it stands; kept for whoever looks next.

    Raises:
        NotFound: there is no such standard or method.
        NotReady: no draw plan is in use.
    """
    tell("Reading the sets of the year", 0.0)
    with units.read_unit(engine) as store:
        version = version_of(store, standard, method)
        row = draw_plans.adopted(store, version.id, method)
        if row is None:
            raise NotReady("No draw plan is in use.", remedy="Fit one under “Draw plans” and put it in use.")
        plan = draw_plans.plan(store, row.id)
        given = standards.plan(store, version.id)
        heard = sets_heard(store, version.standard_id, method, since=at - YEAR)
        excluded = eligibility.of_plan(store, row.id, version.id, at=at)
        gaps = next(each.gaps for each in gaps_of_standard(store, given) if each.method.code == method)
    found = _health(_Basis(plan, given, heard, gaps, frozenset(excluded)), at=at, tell=tell)
    return _keep(KeptHealth.of(settings), standard, method, found)


def _keep(documents: KeptHealth, standard: str, method: str, found: Health) -> Health:
    """Keep it, with the picture of the budget's looks that stands there: the next look makes another."""
    before = documents.of_method(standard, method)
    if before is not None and "budget" in before.pictures:
        found = replace(found, pictures={"budget": before.pictures["budget"], **found.pictures})
    documents.keep(standard, method, found)
    return found


@dataclass(frozen=True, slots=True)
class _Basis:
    """What health is worked out from.

    Args:
        plan: in use.
        given: the assessment plan.
        heard: the sets of the year.
        excluded: references of the plan's questions that nobody is given today.
    """

    plan: DrawPlan
    given: Plan
    heard: HeardSets
    gaps: tuple[Gap, ...]
    excluded: frozenset[str]

    @property
    def rates(self) -> Mapping[str, float]:
        """The exposure of each question by the plan."""
        return {each: float(rate) for each, rate in self.plan.figures["exposure"].items()}

    def predictions(self, guesses: int) -> tuple[Predicted, ...]:
        """What an adversary hits, by how many sets they have kept."""
        table, providers = _membership(self.heard), np.array(self.heard.providers, dtype=np.int64)
        least = self.given.estimable_from
        return tuple(predicted(table, providers, last=last, guesses=guesses, least=least) for last in KEPT_SETS)


def _health(basis: _Basis, *, at: datetime, tell: Tell) -> Health:
    plan, given, heard, rates, today = basis.plan, basis.given, basis.heard, basis.rates, day_in_uk(at)
    half = wearing.sets_until(list(rates.values()), HALF)
    shown = _shown(basis, half, today=today, tell=tell)
    limit = given.method(plan.specification.method).exposure_most_rate
    asked = exposures_of(heard, rates, limit, least=given.estimable_from)
    return Health(
        at=at,
        plan=plan.digest,
        questions=len(plan.pool),
        length=float(plan.figures["length"]),
        guesses=shown.beside.guesses,
        sets=len(heard.providers),
        providers=len(set(heard.providers)),
        exposed=asked.most,
        limit=limit,
        over=asked.over,
        largest=float(plan.figures["largest_exposure"]),
        largest_floor=shown.floor,
        best_guess=shown.beside.plan,
        guess_floor=shown.beside.floor,
        predicted=tuple(shown.hits),
        re_sits=tuple(shown.re_sits),
        half_heard=half,
        wear=tuple(shown.wear),
        gaps=basis.gaps,
        write_by=wearing.write_by(given.peak_months, today=today),
        planned=tuple(sorted(rates.items(), key=lambda each: (-each[1], each[0]))),
        pictures=pictures_of(shown),
    )


def _shown(basis: _Basis, half: int, *, today: date, tell: Tell) -> Shown:
    """What takes its time: the certified floors, what an adversary hits, who can sit again, how long the bank lasts."""
    plan, given, rates = basis.plan, basis.given, list(basis.rates.values())
    tell("Proving the bank’s floors", 0.2)
    bounds, at_length = bounds_of(plan), plan.specification.length is None
    guess = bounds.of(BEST_GUESS, at_length=at_length)
    tell("Naming the next set", 0.6)
    guesses = ceil(float(plan.figures["length"]) - 1e-9)
    hits = basis.predictions(guesses)
    tell("Looking for clean re-sits", 0.8)
    lasting = _lasting(given, basis.heard, rates, half, today=today)
    return Shown(
        gaps=basis.gaps,
        rates=rates,
        floor=float(bounds.of(LARGEST_EXPOSURE, at_length=at_length).value),
        hits=hits,
        beside=Bearings(float(plan.figures["best_guess"]), float(guess.value), guesses),
        re_sits=_re_sits(plan, basis.excluded, least=given.estimable_from),
        wear=lasting.wear,
        courses=lasting.courses,
    )


def _membership(heard: HeardSets) -> NDArray[np.bool_]:
    column = {reference: at for at, reference in enumerate(sorted({each for _, each in heard.held}))}
    found: NDArray[np.bool_] = np.zeros((len(heard.providers), len(column)), dtype=bool)
    for place, reference in heard.held:
        found[place, column[reference]] = True
    return found


def _re_sits(plan: DrawPlan, excluded: Collection[str], *, least: int) -> tuple[Figure, ...]:
    """For 1, 2, … re-sits the share of simulated apprentices who can have so many, as far as anybody can.

    Sets with a question that nobody is given today are left out.
    """
    out = sum(1 << plan.pool.places[reference] for reference in excluded)
    sets = plan.rehearsal.without(out)
    if not sets:
        return ()
    found = wearing.clean_re_sits(sets, _apart(plan), apprentices=RE_SITS_OF, most=MOST_RE_SITS)
    return tuple(wearing.at_least(found, each, least=least) for each in range(1, max(found, default=0) + 1))


def _apart(plan: DrawPlan) -> list[int]:
    """Of each question, as bits: itself and its enemies."""
    places = plan.pool.places
    return [
        (1 << at) | sum(1 << places[enemy] for enemy in each.enemies) for at, each in enumerate(plan.pool.candidates)
    ]


@dataclass(frozen=True, slots=True)
class _Lasting:
    """How long the bank lasts at the largest provider of the year, at the middle one and at the smallest."""

    wear: tuple[wearing.Wear, ...]
    courses: tuple[Sequence[tuple[date, float]], ...]


def _lasting(given: Plan, heard: HeardSets, rates: Sequence[float], half: int, *, today: date) -> _Lasting:
    """Nothing where the assessment plan expects no volumes, or no set was drawn."""
    starts = (given.starts_aged_16_to_18 or 0) + (given.starts_aged_19_and_over or 0)
    if not starts:
        return _Lasting((), ())
    volumes = wearing.monthly(starts, given.peak_months, peak=given.peak_month_weight)
    parts = [(count, count / len(heard.providers)) for count in _counts(heard)]
    return _Lasting(
        tuple(wearing.wears_out(half, part, volumes, so_far=count, today=today) for count, part in parts),
        tuple(wearing.course(rates, part, volumes, so_far=count, today=today) for count, part in parts),
    )


def _counts(heard: HeardSets) -> list[int]:
    """Of the year's sets, how many the largest provider heard, the middle one and the smallest."""
    counts = sorted(Counter(heard.providers).values(), reverse=True)
    return [counts[at] for at in (0, len(counts) // 2, -1)] if counts else []
