"""What may stand under a file's name, and that each is a fault with its file and remedy; nothing hangs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from qbank.domain.faults import Faults
from qbank.services.bank_folders import plan_in, read_banks
from qbank.services.files import bytes_of, files_in, text_of
from tests.domain.conftest import SMALL


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A copy of the small bank, to break."""
    return Path(shutil.copytree(SMALL, tmp_path / "bank"))


def a_question_of(bank: Path) -> Path:
    return bank / "dialogue" / "Q-9001.md"


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nothing")


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def a_link_to_what_cannot_be_read(path: Path) -> None:
    path.symlink_to("/proc/self/mem")  # a file whose first byte is an error, for whoever reads it


KINDS = {
    "a folder": (Path.mkdir, "This is a folder, not a file"),
    "a pipe": (os.mkfifo, "This is a pipe, not a file"),
    "a link to nothing": (a_link_to_nothing, "It cannot be read: no such file"),
    "a link to itself": (a_link_to_itself, "It cannot be read: too many levels"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "This is a device or a socket"),
    "unreadable": (a_link_to_what_cannot_be_read, "It cannot be read: input/output error"),
    "too large": (lambda path: path.write_bytes(b"#" * 10_000_001), "The file has more than"),
}


@pytest.mark.parametrize("name", ["dialogue/Q-9999.md", "more.toml"])
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_no_file_of_a_bank_is_a_fault_of_that_file(bank, kind, name):
    make, said = KINDS[kind]
    make(bank / name)

    (found,) = read_banks(bank)

    faults = [fault for fault in found.faults if fault.file == (bank / name).as_posix()]
    assert [fault.what.startswith(said) for fault in faults] == [True], found.faults
    assert all(fault.remedy for fault in faults)


def test_files_that_are_missing_are_all_told_at_once(tmp_path):
    from qbank import resources

    home = Path(shutil.copytree(resources.seed_questions() / "customer-service-specialist-3", tmp_path / "bank"))
    for name in ("ksbs.toml", "criteria.toml", "links.toml"):
        (home / name).unlink()

    with pytest.raises(Faults) as refusal:
        plan_in(home)

    said = [fault.what for fault in refusal.value.faults]
    assert said == ["The list ksbs is missing.", "The table criteria is missing.", "The table links is missing."]


def test_what_an_empty_plan_lacks_is_told_under_its_whole_name(bank):
    (bank / "plan.toml").write_text("", encoding="utf-8")

    with pytest.raises(Faults) as refusal:
        plan_in(bank)

    assert {fault.file for fault in refusal.value.faults} == {(bank / "plan.toml").as_posix()}


def test_an_ending_in_capitals_is_not_passed_over_in_silence(bank):
    a_question_of(bank).rename(a_question_of(bank).with_suffix(".MD"))
    (bank / "more.TOML").write_text("", encoding="utf-8")

    (found,) = read_banks(bank)

    said = {(Path(fault.file).name, fault.remedy) for fault in found.faults}
    assert {("Q-9001.MD", "Rename it to Q-9001.md."), ("more.TOML", "Rename it to more.toml.")} <= said


def test_a_name_that_is_no_text_is_shown_by_its_bytes(bank):
    (bank / "dialogue" / os.fsdecode(b"\xff\x1b.md")).write_text("x", encoding="utf-8")

    (found,) = read_banks(bank)

    assert any(fault.file.endswith("/\\udcff\\u001b.md") for fault in found.faults)
    assert all(fault.file.encode() for fault in found.faults)


def test_a_bank_in_a_folder_whose_name_is_no_text_is_read_like_any_other(tmp_path):
    folder = tmp_path / os.fsdecode(b"\xff")
    shutil.copytree(SMALL, folder)

    (found,) = read_banks(folder)

    assert found.faults == ()


def test_what_editors_add_unseen_is_no_fault_in_any_file_of_a_bank(bank):
    for file in (*bank.glob("*.toml"), *bank.rglob("*.md")):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    (found,) = read_banks(bank)

    assert found.faults == ()
    assert len(found.entries) == 14


def test_more_files_than_any_bank_has_are_refused_by_number(bank):
    with pytest.raises(Faults, match="There are more than 13 files"):
        files_in(bank, ".md", [], most=13, deep=True)


def test_a_file_is_read_no_further_than_its_bound(tmp_path):
    file = tmp_path / "giant.md"
    file.write_bytes(b"x" * 100)

    assert len(bytes_of(file, most_bytes=10)) == 11
    with pytest.raises(Faults, match="more than"):
        text_of(file, most_bytes=99)
