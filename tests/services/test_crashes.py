"""L3: what was shown is there, whatever is killed, torn or full; the full doses are in `tests/endurance`."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from delivery.randomness import Stream
from qbank.domain.errors import NotReady
from qbank.storage import units
from tests.databases import SqliteShelf
from tests.services.a_bank import opened, pulled
from tests.services.a_crash import (
    SESSIONS,
    Shown,
    a_log_to_tear,
    after_a_tear,
    booked,
    faults,
    fill_booked,
    killed_again_and_again,
    ours_on_a_full_disk,
    pulling,
    shown_early,
    shown_early_on_a_full_disk,
    told,
    without_a_transaction,
)

KILLS = 12
TEARS = 75
SEED = b"crashes"


@pytest.fixture
def fresh(shelf):
    """A database of its own each time, with sessions booked."""
    return lambda: shelf.copy("booked", fill_booked)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Databases in files, whatever the other tests run on."""
    return SqliteShelf(tmp_path_factory.mktemp("files"))


@pytest.fixture
def left_behind(files) -> tuple[str, list[Shown]]:
    """A database whose process was killed before it tidied up, and what that had shown."""
    return a_log_to_tear(files.copy("booked", fill_booked))


def test_L3_no_set_that_was_shown_is_lost_when_the_process_is_killed(fresh):
    after = killed_again_and_again(fresh, KILLS, SEED)

    assert (after.kills, after.faults) == (KILLS, [])
    assert after.shown > KILLS / 3


def test_the_same_judge_finds_the_sets_that_were_shown_before_their_commit(fresh):
    after = killed_again_and_again(fresh, 200, SEED, shown_early)

    assert after.faults[0].startswith("lost")


def test_L3_a_torn_log_loses_no_set_that_was_shown_before_it_and_leaves_none_half_there(left_behind, tmp_path):
    url, shown = left_behind

    found = [after_a_tear(url, shown, tmp_path, Stream(SEED, number, label="tear")) for number in range(TEARS)]

    assert [each for each in found if each] == []
    assert len(shown) == SESSIONS


@pytest.mark.parametrize(("pull", "fault"), [(shown_early, "lost"), (without_a_transaction, "half there")])
def test_the_same_judge_finds_what_a_torn_log_takes_from_a_naive_pull(files, tmp_path, pull, fault):
    url, shown = a_log_to_tear(files.copy("booked", fill_booked), pull)

    found = (after_a_tear(url, shown, tmp_path, Stream(SEED, number, label="tear")) for number in range(TEARS))

    assert any(each.startswith(fault) for faults_found in found for each in faults_found)


def test_L3_a_full_disk_is_a_refusal_with_nothing_half_done_and_the_next_pull_works(files):
    url = files.copy("booked", fill_booked)
    session, *_ = booked(url)

    with pulling(url, [session], ours_on_a_full_disk) as (_, line):
        (refused,) = told(line)
    nothing_kept = faults(url, [])
    with opened(url) as engine:
        after = pulled(engine, session)

    assert refused.what.references == (units.NO_SPACE,)
    assert nothing_kept == []
    assert faults(url, [Shown(session, after, 0)]) == []


def test_the_same_judge_finds_the_set_that_was_shown_before_the_disk_was_full(files):
    url = files.copy("booked", fill_booked)

    with pulling(url, booked(url)[:1], shown_early_on_a_full_disk) as (_, line):
        shown, accident = told(line)

    assert accident.what.references == ("accident",)
    assert faults(url, [shown])[0].startswith("lost")


def test_a_database_that_may_not_grow_refuses_in_the_same_words(files):
    url = files.copy("booked", fill_booked)
    with opened(url) as engine:
        event.listen(engine, "connect", lambda made, _record: made.execute("PRAGMA max_page_count=1"))

        with pytest.raises(NotReady, match=units.NO_SPACE):
            [pulled(engine, session) for session in booked(url)]  # the first may still find room in the pages there are

    assert faults(url, []) == []
