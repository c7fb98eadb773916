"""Years of an assessment organisation that never were: who comes when, from where, and when they sit.

Starts peak in September, January and April as the plan expects; employers and providers are of uneven size. Everything
follows from a seed. Nobody is assessed by these numbers: they fill a demonstration.

Source: assessment plan, "Scale"; sizes by Zipf's law, Newman (2005), Contemporary Physics 46(5), 323–351.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.leaping import Chance

Days = NDArray[np.datetime64]
"""Or moments: of days, or of seconds in UTC."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEARS: Final = 3
PEAKS: Final = {9: 3.0, 1: 2.4, 4: 2.2}
"""How many times as many apprentices come in these months as in another."""
LAST_GATEWAY_DAYS: Final = 120
"""The last gateway is so many days before the end, so that every method is sat by then."""
FIRST_SITTING, METHODS_WITHIN, SPREAD = 25, 60, 20
RE_SIT_AFTER, RE_SIT_SPREAD = 35, 55
EMPLOYERS, PROVIDERS, ASSESSORS = 400, 60, 60
EMPLOYER_EXPONENT, PROVIDER_EXPONENT = 0.8, 0.9
HOME_SHARE: Final = 0.8
"""Of an employer's apprentices, so many are with the one provider that it mostly works with."""
SATURDAY, SUNDAY = 5, 6
FIRST_HOUR, HOURS = 9, 7


@dataclass(frozen=True, slots=True)
class Cohort:
    """Apprentices, one place of each array for each.

    Attributes:
        gateway: the day on which the assessment started.
        employer, provider: numbers from 0, the largest first.
        ability: on the logit scale, 0 on average.
    """

    gateway: Days
    employer: Ints
    provider: Ints
    ability: Floats


def cohort(apprentices: int, *, end: date, chance: Chance) -> Cohort:
    """So many apprentices, whose assessments started in the three years before `end`."""
    days = np.array(
        [np.datetime64(end - timedelta(days=LAST_GATEWAY_DAYS + back), "D") for back in reversed(range(YEARS * 365))]
    )
    months = days.astype("datetime64[M]").astype(int) % 12 + 1
    season = np.array([PEAKS.get(int(month), 1.0) for month in months]) * (_weekday(days) < SATURDAY)
    employer = _chosen(_zipf(EMPLOYERS, EMPLOYER_EXPONENT), chance.numbers(apprentices))
    home = _chosen(_zipf(PROVIDERS, PROVIDER_EXPONENT), chance.numbers(EMPLOYERS))
    other = _chosen(_zipf(PROVIDERS, PROVIDER_EXPONENT), chance.numbers(apprentices))
    provider = np.where(chance.numbers(apprentices) < HOME_SHARE, home[employer], other)
    return Cohort(
        gateway=days[_chosen(season, chance.numbers(apprentices))],
        employer=employer,
        provider=provider,
        ability=normal(chance, apprentices),
    )


def first_sittings(gateway: Days, place: int, methods: int, chance: Chance) -> Days:
    """When each apprentice sits the method at that place of so many, in seconds UTC, on working days."""
    after = FIRST_SITTING + METHODS_WITHIN * place // methods
    return _moments(_later(gateway, after + SPREAD * chance.numbers(len(gateway))), chance)


def re_sittings(first: Days, chance: Chance) -> Days:
    """When those who failed at these times sit again."""
    days = first.astype("datetime64[D]")
    return _moments(_later(days, RE_SIT_AFTER + RE_SIT_SPREAD * chance.numbers(len(first))), chance)


def assessors(sittings: int, chance: Chance) -> Ints:
    """Who assesses each sitting: a number from 0, all of them about equally often."""
    return _chosen(np.ones(ASSESSORS), chance.numbers(sittings))


def normal(chance: Chance, count: int) -> Floats:
    """So many standard normal numbers.

    Source: Box and Muller (1958), Annals of Mathematical Statistics 29(2), 610–611.
    """
    found: Floats = np.sqrt(-2 * np.log(chance.numbers(count))) * np.cos(2 * np.pi * chance.numbers(count))
    return found


def _chosen(weights: Floats, numbers: Floats) -> Ints:
    upto = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(upto, numbers), len(weights) - 1)


def _zipf(count: int, exponent: float) -> Floats:
    return np.arange(1, count + 1, dtype=np.float64) ** -exponent


def _weekday(days: Days) -> Ints:
    """0 is Monday; 1 January 1970 was a Thursday."""
    found: Ints = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return found


def _later(days: Days, by: Floats) -> Days:
    found: Days = days + by.astype(np.int64).astype("timedelta64[D]")
    return found


def _moments(days: Days, chance: Chance) -> Days:
    """A whole hour of the working day on or after each of these days."""
    weekday = _weekday(days)
    onward = np.where(weekday == SATURDAY, 2, np.where(weekday == SUNDAY, 1, 0)).astype("timedelta64[D]")
    hours = (FIRST_HOUR + np.floor(HOURS * chance.numbers(len(days)))).astype(np.int64)
    found: Days = (days + onward).astype("datetime64[s]") + hours.astype("timedelta64[h]")
    return found
