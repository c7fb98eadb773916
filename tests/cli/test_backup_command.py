"""`qbank backup` and `qbank restore`, as an administrator types them."""

from __future__ import annotations

import pytest

from tests.cli.a_terminal import refused


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Goes to another machine: folders of its own, the same keys."""

    def go() -> None:
        monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "elsewhere"))

    return go


def test_a_backup_goes_to_another_machine_and_is_verified_there(bank, elsewhere, tmp_path):
    (tmp_path / "backups").mkdir()
    made = bank("backup", "--out", str(tmp_path / "backups"), "--keep", "3")
    (file,) = (tmp_path / "backups").iterdir()
    elsewhere()
    restored, again = bank("restore", str(file)), bank("restore", str(file))

    assert made.code == 0
    assert f"Written: {file}, " in made.out
    assert "checkpoints vouch for " in made.out
    assert "No key is in it" in made.out
    assert restored.code == 0, restored
    assert "Its audit trail holds: " in restored.out
    assert "No checkpoint at hand vouches for anything later." in restored.out
    refused(again, "is not empty")
    checked = bank("audit", "verify")
    assert "2 checkpoints vouch" in checked.out


def test_a_restore_from_last_nights_backup_says_what_is_lost(bank, elsewhere, tmp_path):
    file = tmp_path / "night.zip"
    bank("backup", "--out", str(file))
    bank("people", "add", "late@example.org", "--name", "Somebody late", "--role", "assessor")
    bank("audit", "checkpoint")
    elsewhere()

    said = bank("restore", str(file), "--checkpoints", str(tmp_path / "data" / "checkpoints"))

    assert "1 act is lost." in said.out


def test_an_encrypted_backup_needs_the_key_that_was_made_for_it(bank, elsewhere, tmp_path):
    key, file = tmp_path / "key.txt", tmp_path / "night.zip.age"
    public = bank("backup", "--new-key", str(key)).out.splitlines()[0].removeprefix("Public key: ")
    bank("backup", "--out", str(file), "--recipient", public)
    elsewhere()

    refused(bank("restore", str(file)), "cannot be opened with what was given")
    refused(bank("restore", str(file), "--identity", str(file)), "cannot be opened")
    refused(bank("restore", str(file), "--identity", str(tmp_path / "none.txt")), "There is no private key in")
    assert bank("restore", str(file), "--identity", str(key)).code == 0
    refused(bank("backup", "--new-key", str(key)), "cannot be made")


def test_where_a_backup_goes_is_said_once_and_how_old_the_newest_is_by_check(bank, tmp_path, monkeypatch):
    refused(bank("backup"), "Nobody said where the backup goes")
    assert "QBANK_BACKUP_FOLDER is not set" in bank("db", "check").out
    monkeypatch.setenv("QBANK_BACKUP_FOLDER", str(tmp_path / "backups"))
    assert "Backups: NONE" in bank("db", "check").out

    assert bank("backup").code == 0

    assert (
        "Backups: the newest is 0 minutes old; the restore point is meant to be 5 minutes." in bank("db", "check").out
    )
    refused(bank("backup", "--out", str(tmp_path / "nowhere" / "x.zip")), "cannot be written")


def test_a_backup_of_nothing_is_refused(qbank, tmp_path):
    refused(qbank("backup", "--out", str(tmp_path / "x.zip")), "There is no database yet")
    refused(qbank("restore", str(tmp_path / "x.zip")), "There is no file")
