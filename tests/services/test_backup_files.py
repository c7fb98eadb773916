"""A backup's file: whatever bytes it has, it is read or refused; and what a killed one left behind goes in its time."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import zipfile
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qbank.domain.errors import Refusal
from qbank.services import backup_files
from qbank.services.backup_files import CHECKPOINTS, HELD_FOR, MANIFEST, Manifest, part_of

DAY_BEFORE = (datetime.now(UTC) - HELD_FOR).timestamp() - 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("backup")
    (folder / CHECKPOINTS).write_text('{"name": "1"}\n' * 30, encoding="utf-8")
    parts = (part_of(folder / CHECKPOINTS, CHECKPOINTS),)
    manifest = Manifest("1.0", "0001", "sqlite", "2026-06-04T09:00:00Z", 1, "0" * 64, 1, parts)
    backup_files.pack(folder, manifest, folder / "backup.zip")
    return (folder / "backup.zip").read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_backup_with_other_bytes_somewhere_is_what_it_was_or_is_refused(whole, tmp_path, places):
    data, file = bytearray(whole), tmp_path / "spoilt.zip"
    for place, value in places:
        data[-1 - place % len(data)] = value
    file.write_bytes(data)

    with suppress(Refusal):
        assert [part.name for part in backup_files.must_hold(file).parts] == [CHECKPOINTS]


@pytest.mark.parametrize("manifest", [b"[]", b"3", b"null", b"{}", b"\xff", b"[" * 30_000, b'{"kind": []}'])
def test_a_manifest_that_is_none_is_refused(tmp_path, manifest):
    file = tmp_path / "other.zip"
    with zipfile.ZipFile(file, "w") as out:
        out.writestr(MANIFEST, manifest)

    with pytest.raises(Refusal, match="no whole backup"):
        backup_files.manifest_of(file)


def test_a_part_that_is_missing_is_refused(tmp_path, whole):
    complete, file = tmp_path / "complete.zip", tmp_path / "other.zip"
    complete.write_bytes(whole)
    with zipfile.ZipFile(complete) as found, zipfile.ZipFile(file, "w") as out:
        out.writestr(MANIFEST, found.read(MANIFEST))

    assert json.loads(zipfile.ZipFile(file).read(MANIFEST))["parts"]
    with pytest.raises(Refusal, match="no whole backup"):
        backup_files.must_hold(file)


def test_an_error_of_ours_while_a_backup_is_read_is_no_fault_of_the_backup(tmp_path, whole):
    """A full disk, a folder that is gone: the backup is not called changed for it."""
    file = tmp_path / "backup.zip"
    file.write_bytes(whole)

    with pytest.raises(FileNotFoundError):
        backup_files.unpack(file, tmp_path / "gone")


def test_what_a_killed_backup_left_behind_goes_after_a_day_unless_a_process_holds_it(tmp_path):
    for name in (".qbank-old", ".qbank-new", "other-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "database.sqlite").write_bytes(b"Amira")
    with backup_files.working(tmp_path) as held:
        for old in (held, tmp_path / ".qbank-old", tmp_path / "other-old"):
            os.utime(old, (DAY_BEFORE, DAY_BEFORE))

        with backup_files.working(tmp_path):
            assert held.is_dir()

    assert sorted(each.name for each in tmp_path.iterdir()) == [".qbank-new", "other-old"]


def test_what_cannot_be_swept_away_is_no_reason_to_go_without_a_backup(tmp_path, monkeypatch):
    old = tmp_path / ".qbank-old"
    old.mkdir()
    os.utime(old, (DAY_BEFORE, DAY_BEFORE))

    def anothers(_folder):
        raise PermissionError

    with monkeypatch.context() as broken:
        broken.setattr(backup_files.shutil, "rmtree", anothers)
        making = backup_files.working(tmp_path)
        folder = making.__enter__()
    assert folder.is_dir()
    making.__exit__(None, None, None)
    assert old.is_dir()


def test_a_file_system_that_locks_no_folders_does(tmp_path, monkeypatch):
    def none(_handle, _how):
        raise OSError(errno.EBADF, "no locks here")

    monkeypatch.setattr(fcntl, "flock", none)

    with backup_files.working(tmp_path) as folder:
        assert folder.is_dir()
