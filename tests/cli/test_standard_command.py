"""`qbank standard`: what it shows, and how published wording is imported: whole, or with every fault by its row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.a_terminal import STANDARD, refused

CODES = ("K1", "K2", "S1", "S2", "S3", "B1", "LF1", "LP1", "LP2", "LP3", "LD1")


@pytest.fixture
def a_file(tmp_path):
    def write(content: str | bytes, name: str = "wording.csv") -> str:
        path = Path(tmp_path / name)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def test_a_standard_is_shown_from_the_starter_bank_where_there_is_no_database(qbank):
    said = qbank("standard", "show", STANDARD)

    assert said.code == 0
    assert "10 questions, 14 KSBs" in said.words
    assert "nothing may be graded on them" in said.words


def test_every_standard_is_listed(qbank):
    assert STANDARD in qbank("standard", "show").words.replace(" ", "")


@pytest.mark.parametrize(
    ("option", "words"),
    [("--numbers", ("W6", "decision review-clock")), ("--criteria", ("WD9",)), ("--anomalies", ("A1", "K4 WD2", "no"))],
)
def test_the_parts_of_a_standard_are_shown_on_request(qbank, option, words):
    said = qbank("standard", "show", STANDARD, option)

    assert all(word in said.words for word in words)


def test_an_unknown_standard_is_refused_with_those_there_are(qbank):
    refused(qbank("standard", "show", "lamp-keeper-2"), "There is no standard lamp-keeper-2", STANDARD)


def test_wording_is_imported_from_csv_and_counted(bank, a_file):
    said = bank("standard", "import", a_file('code,wording\nK1,"How, exactly, it shines"\nLP1,Explains [b]all[/b]\n'))

    assert said.code == 0
    assert "2 statements added. Published now: 1 of 6 KSBs, 1 of 5 criteria." in said.words
    assert "How, exactly, it shines" in bank("standard", "show", "lamp-keeper-2").words
    assert "Explains [b]all[/b]" in bank("standard", "show", "lamp-keeper-2", "--criteria").words


def test_a_standard_whose_wording_is_all_published_no_longer_warns(bank, a_file):
    bank("standard", "import", a_file(json.dumps({code: f"The published {code}" for code in CODES}), "wording.json"))

    assert "nothing may be graded" not in bank("standard", "show", "lamp-keeper-2").words


@pytest.mark.parametrize(
    "content",
    [
        b'[{"code": "K1", "wording": "Shines"}]',
        b'{"K1": "Shines"}',
        b'\xef\xbb\xbf{"K1": "Shines"}',
        b'{\r\n"K1": "Shines"}\r\n',
        b'[{"wording": "Shines", "code": " K1 "}]',
    ],
)
def test_wording_is_imported_from_json_as_a_list_or_an_object(bank, a_file, content):
    said = bank("standard", "import", a_file(content, "wording.json"))

    assert "1 statement added. Published now: 1 of 6 KSBs, 0 of 5 criteria." in said.words


def test_the_same_wording_a_second_time_adds_nothing_and_another_replaces_it(bank, a_file):
    bank("standard", "import", a_file("code,wording\nK1,First\n"))

    again = bank("standard", "import", a_file("code,wording\nK1,First\n"))
    other = bank("standard", "import", a_file("wording,code\nSecond,K1\n"))

    assert "0 statements added." in again.words
    assert "1 statement added." in other.words
    assert "Second" in bank("standard", "show", "lamp-keeper-2").words


FAULTS = {
    "an unknown code": ("w.csv", b"code,wording\nK1,Good\nK9,Bad\n", 3, "no KSB or criterion K9"),
    "a duplicate": ("w.csv", b'code,wording\nK1,"Two\nlines"\nK1,Again\n', 4, "K1 is there twice: first in row 2"),
    "an empty wording": ("w.csv", b"code,wording\nK1,Good\nK2, \n", 3, "The wording of K2 is empty"),
    "no code": ("w.csv", b"code,wording\n,Good\n", 2, "without a code"),
    "a wrong encoding": ("w.csv", b"code,wording\nK1,Good\nK2,caf\xe9\n", 3, "not UTF-8"),
    "a comma unquoted": ("w.csv", b"code,wording\nK1,Good\nK2,well, no\n", 3, "The row has 3 cells"),
    "a quote unclosed": ("w.csv", b'code,wording\nK1,Good\nK2,"no\n', 3, "not CSV"),
    "no header": ("w.csv", b"K1,Good\n", 1, "does not name the columns"),
    "nothing": ("w.csv", b"", 1, "The file has no rows"),
    "only a header": ("w.csv", b"code,wording\n", 1, "The file has no rows"),
    "not JSON": ("w.json", b'{"K1": "Good",\n "K2" "Bad"}', 2, "not JSON"),
    "a JSON number": ("w.json", b"7", 1, "neither a list nor an object"),
    "a wording that is no text": ("w.json", b'{"K1": "Good",\n "K2": 7}', 2, "not text"),
    "an entry without its code": ("w.json", b'[{"wording": "Good"}]', 1, "lacks code or wording"),
    "an entry that is no object": ("w.json", b'["Good"]', 1, "lacks code or wording"),
    "a duplicate in JSON": ("w.json", b'{"K1": "Good",\n "K1": "Bad"}', 2, "K1 is there twice"),
    "a key twice in an entry": (
        "w.json",
        b'[{"code": "K1", "wording": "Good"},\n {"code": "K2", "wording": "x", "wording": "y"}]',
        2,
        "An entry names wording twice",
    ),
    "a column twice": ("w.csv", b"code,wording,code\nK1,Good,K2\n", 1, "The first row names code twice"),
    "a control character": ("w.csv", b"code,wording\nK1,Good\nK2,a\x00b\n", 3, "a control character, U+0000"),
    "an old line end": ("w.csv", b"code,wording\rK1,Good\r", 1, "a carriage return without a line feed"),
    "a control character in JSON": ("w.json", b'{"K1": "Good",\n "K2": "a\\u001bb"}', 2, "U+001B"),
    "half a character in JSON": ("w.json", b'{"K1": "Good",\n "K2": "\\ud800"}', 2, "U+D800"),
    "a number without end": ("w.json", b'{"K1": "Good", "K2": ' + b"9" * 5_000 + b"}", 1, "thousands of digits"),
    "nesting without end": ("w.json", b"[" * 100_000, 1, "nested too deeply"),
    "more than anybody writes": ("w.csv", b"code,wording\nK1,Good\nK2," + b"x" * 10_000_000, 0, "more than 10 MB"),
    "an unknown code in JSON": ("w.json", b'[{"code": "K1", "wording": "x"},\n {"code": "Z", "wording": "y"}]', 2, "Z"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_with_its_row_and_nothing_is_imported(bank, a_file, case):
    name, content, line, words = FAULTS[case]
    file = a_file(content, name)

    refused(bank("standard", "import", file), f"{file}:{line}:", words)

    assert "Good" not in bank("standard", "show", "lamp-keeper-2").words


def test_every_fault_of_a_file_is_named(bank, a_file):
    said = bank("standard", "import", a_file("code,wording\nK9,Bad\nK1,\nK1,Twice\n"))

    assert len(said.err.strip().splitlines()) == 3


def test_a_file_that_is_not_there_is_refused(bank, tmp_path):
    refused(bank("standard", "import", str(tmp_path / "none.csv")), "There is no file")


def test_importing_without_a_database_says_how_to_make_one(qbank, a_file):
    refused(qbank("standard", "import", a_file("code,wording\nK1,x\n")), "qbank db upgrade")


def test_importing_into_an_empty_database_says_how_to_load_a_standard(qbank, a_file):
    qbank("db", "upgrade")

    refused(qbank("standard", "import", a_file("code,wording\nK1,x\n")), "qbank bank load")


def test_a_standard_that_is_not_in_the_database_is_refused(bank, a_file):
    refused(bank("standard", "import", a_file("code,wording\nK1,x\n"), "--standard", STANDARD), STANDARD)
