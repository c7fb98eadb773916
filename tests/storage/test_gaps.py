"""The depth that is counted is the depth that is drawn from, on both databases."""

from __future__ import annotations

from collections import Counter

from qbank.domain.people import COMMAND_LINE
from qbank.services import keeping
from qbank.storage import units
from qbank.storage.pools import pool_of
from qbank.storage.queries import standards
from qbank.storage.queries.gaps import live_depths
from tests.services.a_bank import METHOD, NOW, a_plan


def test_questions_minutes_and_carriers_are_those_of_the_pool_and_what_rests_is_out_of_both(bank):
    with units.write_unit(bank) as store:
        keeping.rest(store, ["Q-0005", "Q-0007"], because="worn out", by=COMMAND_LINE, at=NOW)
        version = standards.plan_version(store, a_plan().standard)
        pool = pool_of(store, version, METHOD).pool
        found = live_depths(store, version)[METHOD]

    assert (found.questions, found.seconds) == (58, sum(each.seconds for each in pool.candidates))
    assert found.carriers == Counter(code for each in pool.candidates for code in each.ksbs)
