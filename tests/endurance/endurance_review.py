"""W8: the annual review, from its call to the proof of its certificate, over 24,000 apprentices and three years.

`make endurance` runs this, once on SQLite and once on a PostgreSQL server of its own; `ENDURANCE_OPTIONS='--rounds
500'` says how many apprentices instead of 24,000. The command lays the history; the journey is the one of every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from qbank.storage import db
from tests.a_server import a_server
from tests.endurance.a_long_history import STANDARD, LongDemo, looks
from tests.journeys.a_panel_at_work import DECIDED, METHOD, REVIEW, call_and_open, judged, proved, seat
from tests.journeys.an_own_demo import signed_in
from tests.journeys.conftest import browser_type_launch_args

__all__ = ["browser_type_launch_args", "signed_in"]

HEALTH_MILLISECONDS = 300
PAGES = {
    "health": f"/review/{METHOD}/health",
    "clock": "/review",
    "evidence": f"{REVIEW}/questions/{next(iter(DECIDED))}",
    "bank as a whole": f"{REVIEW}/bank",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the history goes: nowhere in particular, or a server that goes with the test."""
    if request.param == "sqlite":
        yield ""
    else:
        with a_server() as server:
            yield server.url


@pytest.fixture
def own(database: str, rounds: int, tmp_path: Path) -> Iterator[LongDemo]:
    demo = LongDemo(tmp_path, database=database, apprentices=rounds)
    yield demo
    demo.kill()


def size(url: str) -> str:
    """How many sittings there are, and megabytes of the database."""
    engine = db.engine(url)
    try:
        with engine.connect() as line:
            sets = line.scalar(sa.text("SELECT count(*) FROM question_sets"))
            asked = (
                "SELECT pg_database_size(current_database())"
                if engine.dialect.name == "postgresql"
                else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            )
            return f"{sets:,} sets, {line.scalar(sa.text(asked)) / 1e6:.0f} MB"
    finally:
        engine.dispose()


@pytest.mark.parametrize("rounds", [24_000], indirect=True)
def test_W8_the_journey_of_a_review_holds_over_three_years_and_the_health_page_is_quick(
    own: LongDemo, signed_in: Callable[..., Page], tmp_path: Path
) -> None:
    print(f"\n{own.url.partition(':')[0]}: laid in {own.laid_in:.0f} s; {size(own.url)}")  # noqa: T201 - a long run is read
    seat(own)
    own.run("review", "watch", STANDARD, **own.settings)
    manager = signed_in("manager")
    call_and_open(manager)
    panel = signed_in("panel")

    found = {name: looks(manager if name == "clock" else panel, own, path) for name, path in PAGES.items()}

    for name, (median, late) in found.items():
        print(f"{name}: {median:.0f} ms in the median, {late:.0f} at the 95th percentile")  # noqa: T201 - likewise
    proved(judged(signed_in), own, tmp_path)
    assert found["health"][1] < HEALTH_MILLISECONDS
