"""L7: checkpoints leave the machine, and the copies find out what is rewritten on it, key and checkpoints and all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.services import checkpointing, proving
from qbank.services.checkpoint_copies import copy_new
from qbank.storage.models import AuditEntry
from tests.services.a_tampering import CHECKPOINTS, SIGNER, START, a_trail, kept, rechained


@pytest.fixture
def folders(engine, tmp_path):
    """Seventy entries with three checkpoints, which were copied elsewhere; the triggers are gone."""
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    a_trail(engine, here)
    copy_new(here, elsewhere)
    return here, elsewhere


def rewrite(engine, folder, *, entry):
    """As whoever has root and every key: the trail from that entry on, and checkpoints that vouch for it."""
    rows = kept(engine)
    rows[entry - 1]["subject"] = "AS-99999"
    with engine.begin() as connection:
        connection.execute(sa.delete(AuditEntry))
        connection.execute(sa.insert(AuditEntry), rechained(rows, entry - 1))
    for file in folder.glob("*"):
        file.unlink()
    checkpointing.write_checkpoints(engine, folder, SIGNER, at=START)


def test_L7_copies_elsewhere_name_the_first_entry_that_was_rewritten_with_every_key_of_the_machine(engine, folders):
    here, elsewhere = folders
    rewrite(engine, here, entry=30)

    with pytest.raises(proving.TrailBroken, match="entry 30"):
        proving.prove(engine, elsewhere, key=SIGNER.public_key)


def test_L7_where_a_checkpoint_in_between_is_gone_it_is_said_how_early_the_fault_may_begin(engine, folders):
    here, elsewhere = folders
    sorted(elsewhere.glob(checkpointing.PATTERN))[1].unlink()
    rewrite(engine, here, entry=30)

    with pytest.raises(proving.TrailBroken) as broken:
        proving.prove(engine, elsewhere, key=SIGNER.public_key)

    first, last = (CHECKPOINTS[at] + 1 for at in (0, 1))
    told = (broken.value.verdict.broken.entry, broken.value.verdict.broken.earliest)
    assert told == (last, first)
    assert f"it may begin at entry {first}" in str(broken.value)


def test_L7_without_copies_the_same_rewriting_is_believed(engine, folders):
    """The naive variant: checkpoints that stay beside the database."""
    here, _ = folders
    rewrite(engine, here, entry=30)

    assert proving.prove(engine, here, key=SIGNER.public_key).holds


def test_each_is_copied_once_byte_for_byte_and_none_is_removed(folders):
    here, elsewhere = folders
    files = {file.name: file.read_bytes() for file in elsewhere.glob("*")}
    (next(here.glob("checkpoint-*"))).unlink()

    assert len(files) == len(CHECKPOINTS)
    assert copy_new(here, elsewhere) == []
    assert {file.name: file.read_bytes() for file in elsewhere.glob("*")} == files


def test_a_copy_that_says_something_else_is_refused_and_stays(folders):
    here, elsewhere = folders
    changed = max(elsewhere.glob("checkpoint-*"))
    changed.write_text("{}", encoding="utf-8")

    with pytest.raises(NotReady, match=f"The copy of {changed.name} says something else"):
        copy_new(here, elsewhere)
    assert changed.read_text(encoding="utf-8") == "{}"


def test_a_folder_that_takes_no_files_is_a_refusal_in_words(folders, tmp_path):
    here, _ = folders
    (tmp_path / "gone").write_text("a file where a folder should be", encoding="utf-8")

    with pytest.raises(NotReady, match="Checkpoints cannot be copied to the folder gone"):
        copy_new(here, tmp_path / "gone")
