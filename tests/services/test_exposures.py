"""A question that is asked more often than its limit is named on the day on which that is sure."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import sqlalchemy as sa

from qbank.domain.lifecycle import State
from qbank.services import bank_health, budget_watching
from qbank.services.exposures import exposures_of
from qbank.settings import Settings
from qbank.storage import units
from qbank.storage.models import Move, Question, QuestionSet, SetQuestion
from qbank.storage.queries.health import HeardSets
from review.rates import wilson
from tests.services.a_bank import METHOD, a_plan
from tests.services.test_simulating import LATER, STANDARD, laid

__all__ = ["laid"]

LIMIT = a_plan().method(METHOD).exposure_most_rate


def heard(held, live_from=0):
    """So many sets as there are answers, each with the question or without it."""
    places = [(place, "Q-0001") for place, is_in in enumerate(held) if is_in]
    return HeardSets([1] * len(held), places, {"Q-0001": live_from})


def over(found, limit=0.3):
    return [each.reference for each in exposures_of(found, {"Q-0001": 0.1}, limit, least=12).over]


def test_it_is_named_from_the_set_on_with_which_its_whole_interval_lies_above():
    """Eleven of twenty: Wilson's interval begins at 0.342; ten of twenty: at 0.299."""
    sets = [place % 2 == 0 for place in range(20)]

    assert over(heard(sets)) == []
    assert over(heard([*sets[:-1], True])) == ["Q-0001"]


def test_sets_from_before_it_was_live_and_banks_without_a_limit_name_nothing():
    found = heard([False] * 20 + [True] * 11)

    assert over(found) == []
    assert over(heard([False] * 20 + [True] * 12, live_from=20)) == ["Q-0001"]
    assert over(heard([False] * 20 + [True] * 11, live_from=20)) == []  # eleven sets are too few to say
    assert over(heard([True] * 40), limit=None) == []


def named_by_hand(store, on):
    """What is surely above the limit in the year before a day, counted set by set; all went live in one moment."""
    (live,) = set(store.scalars(sa.select(Move.at).where(Move.to_state == State.LIVE)))
    since = max(live, on - bank_health.YEAR)
    sets = set(store.scalars(sa.select(QuestionSet.id).where(QuestionSet.drawn_at >= since)))
    asked = sa.select(Question.reference, SetQuestion.question_set_id).join(
        SetQuestion, SetQuestion.question_id == Question.id
    )
    times = Counter(reference for reference, key in store.execute(asked) if key in sets)
    return {each for each, count in times.items() if len(sets) >= 12 and wilson(count, len(sets)).low > LIMIT}


def test_the_watch_names_it_on_the_day_on_which_it_passes_its_limit_and_not_the_day_before(laid, tmp_path):
    """Days go by and sets leave the year: of what is left, a question has more and more."""
    settings = Settings(data_folder=tmp_path, cache_folder=tmp_path / "cache")
    with units.read_unit(laid) as store:
        days = [(LATER + timedelta(days=day), named_by_hand(store, LATER + timedelta(days=day))) for day in range(330)]
    before, day = next((before, day) for before, day in pairwise(days) if day[1] - before[1])

    def watched(at):
        return budget_watching.watch(laid, settings, STANDARD, METHOD, at=at, tell=lambda *_: None)

    earlier, later = watched(before[0]), watched(day[0])

    assert {each.reference for each in earlier.health.over} == before[1]
    assert {each.reference for each in later.health.over} == day[1]
    new = next(iter(day[1] - before[1]))
    assert new not in earlier.in_words
    assert "asked more often than the limit of 0.12: " in later.in_words
    assert new in later.in_words
    assert bank_health.KeptHealth.of(settings).of_method(STANDARD, METHOD) == later.health
