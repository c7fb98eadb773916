"""L2 and L4, full dose: ten thousand apprentices and their re-sits, pulled at once; nobody meets a question twice.

`make endurance` runs this; `ENDURANCE_OPTIONS='--rounds 100'` runs less. A round is an apprentice. Both processes press
for every session, so that each set is asked for twice in the same moment. In the end every set is drawn again by both
programs from what the database keeps.
"""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from delivery.draw import Eligibility, draw
from qbank.domain.lifecycle import Sitting
from qbank.services.verifying_sets import verify_every
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.models import DrawPlanRow, SetQuestion
from tests.services.a_bank import ENDED, NOW, SECRET, a_session, opened
from tests.services.a_puller import pulled_at_once

PROCESSES = 2
FULL_DOSE = 10_000
AGAIN_AT = NOW + timedelta(days=40)


def say(what):
    print(f"\n{what}")  # noqa: T201 - a long run is read


def booked(url, count, **facts):
    sessions = []
    with opened(url) as engine:
        for number in range(1, count + 1):
            with units.write_unit(engine) as store:
                sessions.append(a_session(store, apprentice=number, **facts).id)
    return sessions


def pressed_by_both(url, sessions, *, at):
    """The set of each session, which both processes ask for."""
    twice = [session for session in sessions for _ in range(PROCESSES)]
    found = pulled_at_once(url, twice, processes=PROCESSES, at=at)
    return {session: set(references) for session, (_, references) in found.items()}


def met_twice(url):
    """How many times the database says that an apprentice met a question of a method again."""
    key = (SetQuestion.apprentice_id, SetQuestion.method, SetQuestion.question_id)
    again = sa.select(SetQuestion.question_id).group_by(*key).having(sa.func.count() > 1).subquery()
    with opened(url) as engine, units.read_unit(engine) as store:
        return store.scalar(sa.select(sa.func.count()).select_from(again))


def without_what_was_met(url, count):
    """As many sets of the same plan, where nothing is kept out: the naive way."""
    with opened(url) as engine, units.read_unit(engine) as store:
        plan = draw_plans.plan(store, store.scalars(sa.select(DrawPlanRow.id).limit(1)).one())
    seeds = (number.to_bytes(32, "big") for number in range(1, count + 1))
    return [set(draw(plan, seed=seed, eligibility=Eligibility()).references) for seed in seeds]


def repeats(first, again):
    return sum(not one.isdisjoint(other) for one, other in zip(first, again, strict=True))


@pytest.mark.parametrize("rounds", [FULL_DOSE], indirect=True)
def test_L2_no_apprentice_meets_a_question_twice_though_all_re_sit_at_once(bank_url, tmp_path, rounds):
    begun = time.monotonic()
    first = pressed_by_both(bank_url, booked(bank_url, rounds), at=NOW)
    again_at = {"kind": Sitting.RE_SIT, "starts_at": AGAIN_AT, "at": ENDED}
    again = pressed_by_both(bank_url, booked(bank_url, rounds, **again_at), at=AGAIN_AT)
    took = time.monotonic() - begun
    in_order = [first[key] for key in sorted(first)], [again[key] for key in sorted(again)]
    by_chance = repeats(in_order[0], without_what_was_met(bank_url, rounds))

    begun = time.monotonic()
    looked = verify_every(Settings(data_folder=tmp_path, database_url=bank_url, seed_key=SecretStr(SECRET)))

    say(f"{rounds:,} apprentices and re-sits in {took:.0f} s; the naive way {by_chance:,} would have met one again")
    say(f"{looked.held:,} of {looked.sets:,} sets drawn again by both programs in {time.monotonic() - begun:.0f} s")
    assert (repeats(*in_order), met_twice(bank_url), by_chance > 0) == (0, 0, True)
    assert (looked.sets, looked.held, looked.wrong) == (2 * rounds, 2 * rounds, ())
