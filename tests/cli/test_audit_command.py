"""`qbank audit`: what an organisation, and whoever inspects it, types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from qbank.services.checkpointing import Signer
from qbank.storage import triggers
from qbank.storage.models import AuditEntry
from tests.cli.a_terminal import SECRET, Terminal, refused
from tests.services.a_bank import opened

KEY = Signer.from_secret(SECRET).public_key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "checkpoints"


def tamper(tmp_path: Path, change: sa.Update | sa.Delete) -> None:
    with opened(f"sqlite:///{tmp_path / 'data' / 'qbank.db'}") as engine, engine.begin() as connection:
        triggers.drop(connection)
        connection.execute(change)
        triggers.create(connection)


def test_a_checkpoint_is_a_signed_file_outside_the_database_and_a_second_one_needs_something_new(bank, folder):
    first, second = bank("audit", "checkpoint"), bank("audit", "checkpoint")

    (file,) = folder.glob("checkpoint-*.json")
    assert first.out == f"Written: {file}\n"
    assert second.out == "Nothing new: the newest checkpoint vouches for every entry.\n"
    assert json.loads(file.read_text())["key"] == KEY


def test_a_checkpoint_is_copied_to_the_folder_that_is_set(bank, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("QBANK_CHECKPOINT_COPIES", str(tmp_path / "elsewhere"))

    said = bank("audit", "checkpoint")

    (copy,) = (tmp_path / "elsewhere").glob("checkpoint-*.json")
    assert f"Copied: {copy}\n" in said.out
    assert copy.read_bytes() == next(folder.glob("checkpoint-*.json")).read_bytes()


def test_verify_says_how_far_the_checkpoints_vouch(bank):
    before = bank("audit", "verify")
    bank("audit", "checkpoint")
    after = bank("audit", "verify")

    assert (before.code, after.code) == (0, 0)
    assert "No checkpoint vouches for them" in before.out
    assert "1 checkpoint vouches for the entries up to" in after.out


def test_verify_names_the_first_entry_that_does_not_follow(bank, tmp_path):
    tamper(tmp_path, sa.update(AuditEntry).where(AuditEntry.seq == 2).values(subject="x"))

    refused(bank("audit", "verify"), "does not follow at entry 2", "Rule L7")


def test_verify_notices_an_older_backup_by_the_checkpoints_that_were_written_since(bank, tmp_path):
    bank("audit", "checkpoint")
    tamper(tmp_path, sa.delete(AuditEntry).where(AuditEntry.seq >= 2))

    refused(bank("audit", "verify"), "does not follow at entry 2", "the trail ends")
    refused(bank("audit", "checkpoint"), "not the one that was vouched for")
    refused(bank("audit", "export", str(tmp_path / "trail.jsonl")), "not the one that was vouched for")


def test_an_export_proves_itself_without_the_database(bank, tmp_path, monkeypatch):
    file = tmp_path / "trail.jsonl"
    written = bank("audit", "export", str(file))
    monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "nowhere"))
    monkeypatch.setenv("QBANK_SEED_KEY", "another secret, of somebody else's machine")

    proved, with_key = bank("audit", "verify", "--export", str(file)), verify(bank, file, "--key", KEY)

    assert written.code == 0
    assert (proved.code, with_key.code) == (0, 0)
    assert f"Signed with: {KEY} (compare it with the published one)" in proved.out
    refused(verify(bank, file, "--key", "0" * 64), "signed with another key")


def verify(bank: Terminal, file: Path, *more: str):
    return bank("audit", "verify", "--export", str(file), *more)


@pytest.mark.parametrize("place", [0, 1, -1])
def test_an_export_that_lost_a_line_does_not_hold(bank, tmp_path, place):
    file = tmp_path / "trail.jsonl"
    bank("audit", "export", str(file))
    lines = file.read_text().splitlines(keepends=True)
    del lines[place]
    file.write_text("".join(lines))

    said = verify(bank, file)

    refused(said)
    assert any(words in said.err for words in ("is not an exported", "does not follow", "not well formed"))


def test_an_export_that_was_cut_short_together_with_its_checkpoints_is_found_by_one_that_was_kept(
    bank, folder, tmp_path
):
    bank("audit", "checkpoint")
    file = tmp_path / "trail.jsonl"
    bank("audit", "export", str(file))
    header, _checkpoint, first, *_ = file.read_text().splitlines()
    shorter = json.dumps({**json.loads(header), "checkpoints": 0, "entries": 1}, sort_keys=True, separators=(",", ":"))
    file.write_text(f"{shorter}\n{first}\n")

    assert verify(bank, file).code == 0
    refused(verify(bank, file, "--checkpoints", str(folder)), "does not follow at entry 2")


def test_a_file_that_is_no_export_and_one_that_is_not_there_are_refused(bank, tmp_path):
    (tmp_path / "notes.txt").write_bytes(b"\xff\x00 notes")

    refused(verify(bank, tmp_path / "notes.txt"), "is not an exported audit trail")
    refused(verify(bank, tmp_path / "missing.jsonl"), "There is no file")


def test_an_export_that_cannot_be_written_leaves_nothing_behind(bank, tmp_path):
    refused(bank("audit", "export", str(tmp_path / "nowhere" / "trail.jsonl")), "cannot be written")


def test_the_public_key_is_told(bank):
    assert bank("audit", "key").out == f"{KEY}\n"
