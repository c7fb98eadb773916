"""Input, full dose: every hostile value in every field of every form and page, and drawn texts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.an_example import opened
from tests.web.a_hostile_visit import visited
from tests.web.a_hostile_visitor import HOSTILE
from tests.web.what_is_asked import Remembering

ROUNDS = 50


def test_L3_every_hostile_value_in_every_field(example, tmp_path, rounds_of):
    with opened(example, tmp_path) as app:
        app.request_class = Remembering
        attack = visited(
            app, tmp_path / "qbank.db", example, dose=min(rounds_of(len(HOSTILE)), len(HOSTILE)), groups=200
        )

    print(f"{attack.requests:,} requests to {len(attack.tried)} routes, {len(attack.faults)} faults")  # noqa: T201 - a long run is read
    assert [str(fault) for fault in attack.faults] == []


def test_L3_drawn_texts_in_every_field(example, tmp_path_factory, rounds_of):
    @settings(max_examples=rounds_of(ROUNDS), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(values=st.lists(st.text(st.characters(), max_size=300), min_size=5, max_size=5))
    def tried(values):
        folder = tmp_path_factory.mktemp("drawn")
        with opened(example, folder) as app:
            app.request_class = Remembering
            attack = visited(app, folder / "qbank.db", example, values=values)
        assert [str(fault) for fault in attack.faults] == []

    tried()


@pytest.fixture
def rounds_of(request):
    """So many rounds unless `--rounds` says otherwise."""
    asked = request.config.getoption("--rounds")
    return lambda full: full if asked is None else asked
