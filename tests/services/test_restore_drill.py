"""L6, the drill: sets that are lost with an older backup are drawn again, each the same, whatever has changed since."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.domain.people import COMMAND_LINE
from qbank.services import checkpointing, frozen_eligibility, keeping, proving, verifying
from qbank.services.checkpointing import Signer
from qbank.settings import Settings
from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry, Question
from tests.databases import SqliteShelf
from tests.services.a_backup import SECRET, SIGNER, Place, with_tools
from tests.services.a_bank import NOW, Pulled, a_session, fill, opened, pulled

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def place(shelf, tmp_path, monkeypatch) -> Place:
    with_tools(monkeypatch)
    return Place(tmp_path, shelf)


def booked(engine: sa.Engine) -> list[int]:
    with units.write_unit(engine) as store:
        return [a_session(store, apprentice=number).id for number in (1, 2, 3)]


def withdraw(engine: sa.Engine, references: set[str]) -> None:
    with units.write_unit(engine) as store:
        keeping.rest(store, references, because="a test", by=COMMAND_LINE, at=LATER)


def never_drawn(engine: sa.Engine, sets: list[Pulled]) -> str:
    with units.read_unit(engine) as store:
        everything = set(store.scalars(sa.select(Question.reference)))
    return min(everything - {reference for each in sets for reference in each.references})


def test_L6_sets_lost_with_an_older_backup_are_drawn_again_identical_and_verified(place, bank):
    """One set is pulled before the backup and two after it; then a question of a lost set and one of none rest."""
    sessions = booked(bank)
    before = [pulled(bank, sessions[0])]
    made = place.backed_up(bank)
    before += [pulled(bank, session) for session in sessions[1:]]
    checkpointing.write_checkpoints(bank, place.checkpoints, SIGNER, at=LATER)
    target = place.empty_url()

    found = place.recovered(made.file, target, at=LATER)

    assert (found.recalled, found.lost.vouched - found.lost.last) == (2, 2)
    with opened(target) as engine:
        withdraw(engine, {never_drawn(engine, before), before[1].references[0]})
        assert [pulled(engine, session, at=LATER) for session in sessions] == before
        with units.read_unit(engine) as store:
            for reference in store.scalars(sa.select(AssessmentSession.reference)):
                verified = verifying.verify_session(reference, Settings(database_url=target, seed_key=SECRET))
                assert verified.commitment is verifying.Committed.RECORDED
            facts = store.scalars(sa.select(AuditEntry.facts).where(AuditEntry.act == "question set drawn")).all()
        assert ['"restored":' in each for each in facts] == [False, True, True]
        assert proving.prove(engine, place.checkpoints, key=SIGNER.public_key)


@pytest.fixture
def on_sqlite(tmp_path, tmp_path_factory):
    place = Place(tmp_path, SqliteShelf(tmp_path_factory.mktemp("files")))
    with opened(place.shelf.copy("bank", fill)) as bank:
        yield place, bank


def test_without_what_left_with_a_checkpoint_the_same_judge_finds_another_certificate_and_another_set(on_sqlite):
    """The naive restore. What the stream alone holds: a question that was not drawn is withdrawn, the set stays."""
    place, bank = on_sqlite
    sessions = booked(bank)
    made = place.backed_up(bank)
    before = [pulled(bank, session) for session in sessions]
    target = place.empty_url()
    found = place.recovered(made.file, target, at=LATER)
    with opened(target) as engine:
        withdraw(engine, {never_drawn(engine, before)})
        first = pulled(engine, sessions[0], at=LATER)
        withdraw(engine, {before[1].references[0]})
        second = pulled(engine, sessions[1], at=LATER)

    assert (found.recalled, found.lost) == (0, None)
    assert first.references == before[0].references
    assert first.certificate != before[0].certificate
    assert second.references != before[1].references


def test_L6_what_was_lost_twice_with_the_same_backup_is_drawn_again_identical(on_sqlite):
    """Sets are pulled, lost, pulled again by one, and lost again: what the first restore put aside still counts."""
    place, bank = on_sqlite
    sessions = booked(bank)
    made = place.backed_up(bank)
    before = [pulled(bank, session) for session in sessions]
    checkpointing.write_checkpoints(bank, place.checkpoints, SIGNER, at=LATER)
    first = place.empty_url()
    place.recovered(made.file, first, at=LATER)
    with opened(first) as engine:
        assert pulled(engine, sessions[0], at=LATER) == before[0]
        checkpointing.write_checkpoints(engine, place.checkpoints, SIGNER, at=LATER + timedelta(minutes=1))
    second = place.empty_url()

    found = place.recovered(made.file, second, at=LATER + timedelta(minutes=2))

    assert found.recalled == 3
    with opened(second) as engine:
        withdraw(engine, {never_drawn(engine, before), before[1].references[0]})
        assert [pulled(engine, session, at=LATER + timedelta(minutes=3)) for session in sessions] == before


def test_L12_where_no_checkpoint_can_be_written_nothing_is_restored(on_sqlite, tmp_path):
    place, bank = on_sqlite
    made, target = place.backed_up(bank), place.empty_url()
    before = Path(target.removeprefix("sqlite:///")).read_bytes()
    (tmp_path / "in the way").write_text("no folder")

    with pytest.raises(NotReady, match="No checkpoint can be written into the folder in the way"):
        place.recovered(made.file, target, checkpoints=tmp_path / "in the way")

    assert Path(target.removeprefix("sqlite:///")).read_bytes() == before


def test_what_is_frozen_beside_a_checkpoint_is_read_with_the_installations_key_only(on_sqlite):
    place, bank = on_sqlite
    pulled(bank, booked(bank)[0])
    checkpointing.write_checkpoints(bank, place.checkpoints, SIGNER, at=LATER)
    (file,) = place.checkpoints.glob("frozen-*.json")

    (frozen,) = frozen_eligibility.kept_after(place.checkpoints, SIGNER.frozen_key, after=0)

    assert (frozen.attempt, frozen.ordinal) == ("AT-00001", 1)
    assert "AT-00001" not in file.read_text()
    assert frozen_eligibility.kept_after(place.checkpoints, SIGNER.frozen_key, after=10_000) == []
    other = Signer.from_secret("another secret, also long enough")
    with pytest.raises(NotReady, match="cannot be read with this installation's seed key"):
        frozen_eligibility.kept_after(place.checkpoints, other.frozen_key, after=0)
    file.write_text(file.read_text().replace('"last":', '"last":1'))
    with pytest.raises(NotReady, match="or was changed"):
        frozen_eligibility.kept_after(place.checkpoints, SIGNER.frozen_key, after=0)
