"""L12: a backup that is made while another process writes holds one moment whole, and what came later is not in it."""

from __future__ import annotations

from qbank.services import audit, proving
from qbank.storage import units
from tests.a_line import heard
from tests.services.a_backup import SIGNER, Place, with_tools
from tests.services.a_bank import opened
from tests.services.a_crash import faults
from tests.services.a_writer import a_writer, bookings_in, sessions_in

BACKUPS = 2


def trail_of(engine):
    with units.read_unit(engine) as store:
        return [entry["digest"] for entry in audit.published(store)]


def test_L12_a_backup_made_while_another_process_writes_is_a_prefix_of_the_trail_and_verifies(
    shelf, bank, bank_url, tmp_path, monkeypatch
):
    with_tools(monkeypatch)
    place, made = Place(tmp_path, shelf), []
    with a_writer(bank_url):
        for number in range(BACKUPS):
            before = len(trail_of(bank))
            backup = place.backed_up(bank, out=tmp_path / f"{number}.zip")
            made.append((before, backup, len(trail_of(bank))))
    whole = trail_of(bank)

    for before, backup, after in made:
        target = place.empty_url()
        place.recovered(backup.file, target, checkpoints=tmp_path / f"checkpoints of {backup.file.stem}")

        held = backup.manifest.last
        assert before <= held <= after
        assert before < after, "Nothing was written meanwhile, so that nothing is shown."
        with opened(target) as engine:
            assert trail_of(engine)[:held] == whole[:held]
            verdict = proving.prove(engine, tmp_path / f"checkpoints of {backup.file.stem}", key=SIGNER.public_key)
            assert verdict.entries == held + 1  # and that it was restored
            with engine.connect() as connection:
                assert sessions_in(connection) == bookings_in(connection) > 0
        assert faults(target, []) == []


def test_rows_that_are_read_while_another_process_writes_are_of_two_moments(bank, bank_url):
    """The naive way, judged alike: table after table, as a copy by hand reads them."""
    with a_writer(bank_url) as line:
        with bank.connect() as connection:
            sessions = sessions_in(connection)
        told = 0
        while told <= sessions:
            told = heard(line)
        with bank.connect() as connection:
            bookings = bookings_in(connection)

    assert bookings > sessions
