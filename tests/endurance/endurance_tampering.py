"""L7, full dose: a thousand random tamperings with the audit trail on each database, each found and named."""

from __future__ import annotations

import pytest

from tests.services.a_tampering import a_trail, found, kept, tamperings, with_checkpoints

FULL_DOSE = 1_000


@pytest.mark.parametrize("rounds", [FULL_DOSE], indirect=True)
def test_L7_every_random_tampering_is_detected_and_its_first_bad_entry_named(engine, tmp_path, rounds):
    a_trail(engine, tmp_path)
    tried = tamperings(kept(engine), rounds, seed=b"endurance")

    named = [(each.kind, found(engine, each, with_checkpoints, tmp_path)) for each in tried]

    assert named == [(each.kind, each.expected) for each in tried]
