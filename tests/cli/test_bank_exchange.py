"""`qbank bank export` and `qbank bank import`: a bank goes out and comes back, as drafts or with its history."""

from __future__ import annotations

import pytest

from tests.cli.a_terminal import refused


@pytest.fixture
def author(bank):
    """The address of an author in a database with the small bank."""
    assert bank("people", "add", "ada@example.org", "--name", "Ada", "--role", "author").code == 0
    return "ada@example.org"


@pytest.mark.parametrize("kind", ["xlsx", "csv", "zip", "json"])
def test_what_was_exported_changes_nothing_when_it_comes_back(bank, author, tmp_path, kind):
    file = tmp_path / f"bank.{kind}"

    out = bank("bank", "export", str(file))
    back = bank("bank", "import", str(file), "--as", author)

    assert out.code == 0, out.err
    assert "14 questions" in out.words
    assert file.stat().st_mode & 0o777 == 0o600
    assert back.code == 0, back.words
    assert "0 new, 0 changed, 14 unchanged, 0 with problems; 0 submitted" in back.words


def test_a_row_with_a_problem_is_named_and_the_sound_ones_come_in(bank, author, tmp_path):
    file = tmp_path / "new.csv"
    file.write_text("Method,Stem,Primary KSB\ndialogue,What of the wick?,K1\ndialogue,What of oil?,K99\n")

    said = bank("bank", "import", str(file), "--as", author)

    assert said.code == 2
    assert "row 3" in said.words
    assert "K99 is no KSB of the dialogue" in said.words
    assert "1 new, 0 changed, 0 unchanged, 1 with problems" in said.words


def test_a_bank_is_restored_elsewhere_with_its_history_and_exports_the_same_bytes(bank, tmp_path, monkeypatch):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert bank("bank", "export", str(first)).code == 0

    monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "elsewhere"))
    assert bank("db", "upgrade").code == 0
    said = bank("bank", "import", str(first))

    assert "lamp-keeper-2: 14 questions with 14 versions" in said.words
    assert bank("bank", "export", str(second)).code == 0
    assert second.read_bytes() == first.read_bytes()
    refused(bank("bank", "import", str(first)), "into an empty bank only")


def test_an_unknown_format_person_and_file_are_refused(bank, author, tmp_path):
    file = tmp_path / "bank.csv"
    file.write_text("Method,Stem\n")

    refused(bank("bank", "export", str(tmp_path / "bank.doc")), "No format is called doc")
    refused(bank("bank", "import", str(file), "--as", "nobody@example.org"), "Nobody has the address")
    refused(bank("bank", "import", str(tmp_path / "none.csv"), "--as", author), "none.csv")
    refused(bank("bank", "import", str(file), "--as", author), "There is no question in the file")
