"""L12: backups of a running system restore, whole and verified, and say what they lack."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotReady, Refusal, RuleBroken
from qbank.services import backing_up, backup_files, checkpointing, proving, sealed_files
from qbank.services.checkpointing import Signer
from qbank.services.proving import TrailBroken
from qbank.services.recovering import Opening
from qbank.services.sealed_files import Lock
from qbank.storage import migrating, triggers, units
from qbank.storage.models import AuditEntry, QuestionVersion
from tests.databases import PostgresShelf, SqliteShelf, postgres_server
from tests.services.a_backup import SIGNER, Place, with_tools
from tests.services.a_bank import NOW, a_session, fill, opened, pulled, questions
from tests.storage.a_history import fill_history
from tests.storage.test_migrations import counted

CANARY = "canary-of-a-password"
PHRASE = "four words of some length"
LATER = NOW + timedelta(minutes=20)


@pytest.fixture
def place(shelf, tmp_path, monkeypatch) -> Place:
    with_tools(monkeypatch)
    return Place(tmp_path, shelf)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> SqliteShelf:
    return SqliteShelf(tmp_path_factory.mktemp("files"))


@pytest.fixture
def on_sqlite(tmp_path, files) -> Place:
    """For what is the same on both databases."""
    return Place(tmp_path, files)


@pytest.fixture
def small(on_sqlite):
    with opened(on_sqlite.shelf.copy("bank", fill)) as engine:
        yield engine


def test_L12_a_backup_restores_into_an_empty_place_with_every_row_trigger_and_checkpoint(shelf, place, tmp_path):
    url, target = shelf.copy("history", fill_history), place.empty_url()
    with opened(url) as engine:
        made = place.backed_up(engine)
    rows, names = counted(url)

    found = place.recovered(made.file, target, checkpoints=tmp_path / "new")

    after, names_after = counted(target)
    assert after == rows | {"audit_entries": rows["audit_entries"] + 1}
    assert names_after == names
    assert (found.lost, found.aside, found.verdict.entries) == (None, None, rows["audit_entries"])
    assert found.verdict.vouched == made.manifest.vouched == made.manifest.last
    with opened(target) as engine:
        migrating.ensure_latest(engine)
        assert proving.prove(engine, tmp_path / "new", key=SIGNER.public_key).vouched == rows["audit_entries"] + 1
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(".")) == []


def test_L12_a_restore_says_exactly_which_acts_are_lost_and_the_checkpoints_go_on(place, bank):
    made = place.backed_up(bank)
    with units.write_unit(bank) as store:
        a_session(store)
    checkpointing.write_checkpoints(bank, place.checkpoints, SIGNER, at=LATER)
    held, vouched = made.manifest.last, checkpointing.latest(place.checkpoints, SIGNER.public_key)
    target = place.empty_url()

    found = place.recovered(made.file, target, at=LATER)

    assert f"The trail ends at entry {held} of " in str(found.lost)
    assert f"vouches for {vouched.last}: {vouched.last - held} acts are lost." in str(found.lost)
    assert "09:20" in str(found.lost)
    assert max(file.name for file in found.aside.iterdir()) == "note.txt"
    with opened(target) as engine:
        assert proving.prove(engine, place.checkpoints, key=SIGNER.public_key).entries == held + 1
        with units.read_unit(engine) as store:
            entry = store.get_one(AuditEntry, held + 1)
            assert (entry.act, entry.subject) == ("database restored", "database")
            assert f'"lost":{vouched.last - held}' in entry.facts
            assert vouched.digest in entry.facts


def test_a_backup_of_an_older_revision_is_brought_to_the_newest_after_it_was_restored(place):
    before = migrating.revisions()[-2]
    old = place.shelf.copy("migrated", migrating.upgrade)
    migrating.downgrade(old, before)
    with opened(old) as engine:
        made = place.backed_up(engine)
    target = place.empty_url()

    place.recovered(made.file, target)

    assert made.manifest.revision == before
    with opened(target) as engine:
        migrating.ensure_latest(engine)


def test_a_database_that_has_rows_is_never_restored_over(place, bank, bank_url):
    made = place.backed_up(bank)

    other = place.empty_url()
    with opened(other) as engine, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE of_another_program (id INTEGER)")

    with pytest.raises(RuleBroken, match=r"a table that is not qbank's: of_another_program"):
        place.recovered(made.file, other)
    with pytest.raises(RuleBroken, match=r"not empty: its table \w+ has rows. Nothing was restored. Restore into an"):
        place.recovered(made.file, bank_url)


def test_a_log_that_a_database_left_behind_is_never_replayed_over_a_restored_one(on_sqlite, small):
    made = on_sqlite.backed_up(small)
    (on_sqlite.folder / "qbank.db-wal").write_bytes(b"the last acts")
    with pytest.raises(RuleBroken, match=r"qbank\.db-wal of another database lies where this one is to be"):
        on_sqlite.recovered(made.file, f"sqlite:///{on_sqlite.folder}/qbank.db")


def test_tables_without_a_row_make_room_for_a_backup_and_a_refused_one_leaves_nothing(place, bank, tmp_path):
    """Here the trail was rewritten before the backup: its checkpoints, which were kept elsewhere, tell."""
    checkpointing.write_checkpoints(bank, tmp_path / "elsewhere", SIGNER, at=NOW)
    with bank.begin() as connection:
        triggers.drop(connection)
        connection.execute(sa.update(AuditEntry).where(AuditEntry.seq == 2).values(subject="x"))
        triggers.create(connection)
    made = place.backed_up(bank)
    target = place.shelf.copy("migrated", migrating.upgrade)
    empty, _ = counted(target)

    with pytest.raises(TrailBroken, match="does not follow at entry 2"):
        place.recovered(made.file, target, checkpoints=tmp_path / "new", outside=tmp_path / "elsewhere")

    with opened(target) as engine, engine.connect() as connection:
        left = sa.inspect(connection).get_table_names()
    assert left == [] or counted(target)[0] == empty
    assert not (tmp_path / "new").exists()


def test_triggers_that_the_backup_lacks_are_made_again_and_named(on_sqlite, small):
    with small.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER history_audit_entries_delete")
    made, target = on_sqlite.backed_up(small), on_sqlite.empty_url()

    found = on_sqlite.recovered(made.file, target)

    assert found.mended == ("history_audit_entries_delete",)
    counted(target)


def test_a_database_that_was_put_into_a_backup_afterwards_is_refused(on_sqlite, small):
    made = on_sqlite.backed_up(small)

    with pytest.raises(Refusal, match=r"database\.sqlite is not what the manifest names"):
        on_sqlite.recovered(_changed(made.file, on_sqlite.folder), on_sqlite.empty_url())


def _changed(file: Path, folder: Path) -> Path:
    """The backup with another database in it, under the old manifest."""
    with zipfile.ZipFile(file) as source:
        source.extractall(folder / "parts")
    with closing(sqlite3.connect(folder / "parts" / "database.sqlite")) as connection:
        connection.execute("CREATE TABLE more (id INTEGER)")
    other = folder / "changed.zip"
    with zipfile.ZipFile(other, "w") as out:
        for name in ("manifest.json", "database.sqlite", "checkpoints.jsonl"):
            out.write(folder / "parts" / name, name)
    return other


@pytest.mark.parametrize("spoil", ["cut short", "other bytes", "no zip", "a byte more"])
def test_a_spoilt_backup_is_refused_and_nothing_is_there_afterwards(on_sqlite, small, spoil):
    made = on_sqlite.backed_up(small)
    data = bytearray(made.file.read_bytes())
    if spoil == "cut short":
        del data[len(data) // 2 :]
    elif spoil == "other bytes":
        data[len(data) // 3] ^= 0x55
    elif spoil == "no zip":
        data = bytearray(b"Minutes of a meeting")
    else:
        data = data[:40] + b"x" + data[40:]
    spoilt, target = on_sqlite.folder / "spoilt.zip", on_sqlite.folder / "there" / "qbank.db"
    spoilt.write_bytes(bytes(data))

    with pytest.raises(Refusal):
        on_sqlite.recovered(spoilt, f"sqlite:///{target}")

    assert not target.exists()
    assert list((on_sqlite.folder / "restoring").iterdir()) == []


def test_a_backup_of_the_other_database_of_another_installation_or_of_a_newer_qbank_is_refused(
    on_sqlite, small, monkeypatch
):
    made = on_sqlite.backed_up(small)
    target = on_sqlite.empty_url()

    with pytest.raises(RuleBroken, match="of a database of sqlite, and this installation's is of postgresql"):
        on_sqlite.recovered(made.file, "postgresql://nobody@127.0.0.1:1/x")
    with pytest.raises(NotReady, match="signed with another key"):
        on_sqlite.recovered(made.file, target, signer=Signer.from_secret("another secret, also long enough"))
    monkeypatch.setattr(migrating, "revisions", lambda: ["0001"])
    with pytest.raises(NotReady, match="which is newer than this"):
        on_sqlite.recovered(made.file, target)


def test_L10_an_encrypted_backup_shows_no_word_and_opens_for_its_key_alone(on_sqlite, small):
    key, other = on_sqlite.folder / "key.txt", on_sqlite.folder / "other.txt"
    public = sealed_files.new_identity(key)
    sealed_files.new_identity(other)
    made = on_sqlite.backed_up(small, lock=Lock(recipients=(public,)))
    target = on_sqlite.empty_url()

    assert made.file.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert questions()[0].content.stem.encode() not in made.file.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for opening in (Opening(), Opening(sealed_files.identities_in(other))):
        with pytest.raises(RuleBroken, match="cannot be opened with what was given"):
            on_sqlite.recovered(made.file, target, opening=opening)
    on_sqlite.recovered(made.file, target, opening=Opening(sealed_files.identities_in(key)))
    with opened(target) as engine, units.read_unit(engine) as store:
        assert store.scalar(sa.select(sa.func.count()).select_from(QuestionVersion)) == 60


def test_a_file_opens_with_the_passphrase_that_it_was_encrypted_with_and_no_other(tmp_path):
    plain, sealed, again = (tmp_path / name for name in ("plain", "sealed", "again"))
    plain.write_bytes(b"Forty questions")
    sealed_files.seal(plain, sealed, Lock(passphrase=PHRASE))

    assert sealed_files.is_sealed(sealed)
    with pytest.raises(RuleBroken, match="cannot be opened"):
        sealed_files.open_sealed(sealed, again, identities=[], ask=PHRASE.upper)
    assert not again.exists()
    sealed_files.open_sealed(sealed, again, identities=[], ask=lambda: PHRASE)
    assert again.read_bytes() == b"Forty questions"


def test_no_key_of_the_installation_is_in_a_backup(on_sqlite, small):
    """The plain backup holds what the database holds: seeds as they are encrypted there, never the key to them."""
    with units.write_unit(small) as store:
        a_session(store)
    made = on_sqlite.backed_up(small)
    secret = SIGNER.private.private_bytes_raw()

    with zipfile.ZipFile(made.file) as found:
        names, whole = found.namelist(), b"".join(found.read(name) for name in found.namelist())

    assert names == ["manifest.json", "database.sqlite", "checkpoints.jsonl"]
    assert secret not in whole
    assert secret.hex().encode() not in whole
    assert b"a secret of the tests" not in whole


@pytest.mark.parametrize(
    ("lock", "why"),
    [
        (Lock(recipients=("ssh-ed25519 nobody",)), "is no public key"),
        (Lock(passphrase=PHRASE[:11]), "too short"),
        (Lock(recipients=("age1nobody",), passphrase=PHRASE), "or with a passphrase"),
    ],
)
def test_a_key_that_is_none_and_a_passphrase_that_is_short_are_refused_before_anything_is_read(lock, why):
    with pytest.raises(RuleBroken, match=why):
        lock.must_fit()


def test_older_backups_go_only_after_the_new_one_was_read_again(on_sqlite, small, monkeypatch):
    made = [on_sqlite.backed_up(small, at=NOW + timedelta(minutes=minute)) for minute in range(3)]
    monkeypatch.setattr(backup_files, "put", lambda _made, place: place.write_bytes(b"half of it"))
    with pytest.raises(NotReady, match="does not hold what was written to it; older backups were kept"):
        on_sqlite.backed_up(small, keep=2, at=NOW + timedelta(minutes=3))
    monkeypatch.undo()

    last = on_sqlite.backed_up(small, keep=2, at=NOW + timedelta(minutes=4))

    assert all(not each.file.exists() for each in made)
    assert backup_files.kept_in(on_sqlite.folder) == [last.file, *last.file.parent.glob("*0903*")]
    with pytest.raises(RuleBroken, match="is there already"):
        on_sqlite.backed_up(small, at=NOW + timedelta(minutes=4))


def test_L12_copying_the_file_alone_loses_what_was_committed_and_a_backup_does_not(on_sqlite, small, tmp_path):
    """The naive way, judged alike: every check of its integrity passes, and rows are missing."""
    with units.write_unit(small) as store:
        a_session(store)  # committed, and in the file beside it
    copy = tmp_path / "copy.db"
    shutil.copy(str(small.url.database), copy)
    made, target = on_sqlite.backed_up(small), on_sqlite.empty_url()
    on_sqlite.recovered(made.file, target)

    with closing(sqlite3.connect(copy)) as naive:
        assert naive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert naive.execute("SELECT count(*) FROM assessment_sessions").fetchone() == (0,)
    with opened(target) as engine, engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM assessment_sessions")) == 1


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(on_sqlite, tmp_path):
    url = on_sqlite.shelf.copy("bank", fill)
    file = Path(url.removeprefix("sqlite:///"))
    data = bytearray(file.read_bytes())
    for page in range(len(data) // 4096 // 2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    file.write_bytes(bytes(data))

    with opened(url) as engine, pytest.raises(NotReady, match="damaged; no backup was made"):
        on_sqlite.backed_up(engine)

    assert backup_files.kept_in(tmp_path) == []


def test_a_backup_is_made_although_no_checkpoint_can_be_written_first(on_sqlite, small):
    made = on_sqlite.backed_up(small)
    with small.begin() as connection:
        triggers.drop(connection)
        connection.execute(sa.delete(AuditEntry).where(AuditEntry.seq == made.manifest.last))
        triggers.create(connection)

    second = on_sqlite.backed_up(small, at=LATER)

    assert made.advice is None
    assert "not the one that was vouched for" in second.advice


@pytest.mark.parametrize(
    ("minutes", "words"), [(None, "NONE in"), (3, "the newest is 3 minutes old;"), (9, "9 minutes old, OLDER than")]
)
def test_the_age_of_the_newest_backup_is_held_to_the_restore_point(tmp_path, minutes, words):
    if minutes is not None:
        made = NOW - timedelta(minutes=minutes)
        (tmp_path / backing_up.name_at(made, sealed=True)).touch()
        (tmp_path / backing_up.name_at(made - timedelta(hours=1), sealed=False)).touch()

    assert words in backing_up.how_old(tmp_path, at=NOW, most=timedelta(minutes=5))
    assert "not set" in backing_up.how_old(None, at=NOW, most=timedelta(minutes=5))


@pytest.mark.postgres
def test_postgresqls_tools_are_named_where_they_are_missing_or_old_and_never_told_a_password_openly(
    tmp_path, monkeypatch
):
    place = Place(tmp_path, PostgresShelf(postgres_server()))
    place.shelf.make("for_tools")
    migrating.upgrade(place.shelf.url("for_tools"))
    url = sa.make_url(place.shelf.url("for_tools")).set(password=CANARY).render_as_string(hide_password=False)
    tools, told = tmp_path / "tools", tmp_path / "told.txt"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))
    with opened(url) as engine:
        with pytest.raises(NotReady, match=r"pg_dump is not on this machine's PATH. Install PostgreSQL's client"):
            place.backed_up(engine)
        _tool(tools, "echo 'pg_dump (PostgreSQL) 9.6.24'")
        with pytest.raises(NotReady, match="older than the server"):
            place.backed_up(engine)
        _tool(
            tools,
            f"echo \"$*\" >> {told}; echo 'pg_dump (PostgreSQL) 99.0'; echo 'pg_dump: error: no room' >&2; "
            f'[ "$1" = --version ] || {{ echo "by environment: $PGPASSWORD" >> {told}; exit 1; }}',
        )
        with pytest.raises(NotReady, match="pg_dump failed: no room"):
            place.backed_up(engine)

    *commands, environment = told.read_text().splitlines()
    assert "canary" not in " ".join(commands)
    assert environment == f"by environment: {CANARY}"


def _tool(folder: Path, script: str) -> None:
    file = folder / "pg_dump"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_a_set_that_was_pulled_before_the_backup_is_the_same_after_it(place, bank):
    with units.write_unit(bank) as store:
        number = a_session(store).id
    before = pulled(bank, number)
    made, target = place.backed_up(bank), place.empty_url()

    place.recovered(made.file, target)

    with opened(target) as engine:
        assert pulled(engine, number) == before
