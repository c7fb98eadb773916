"""`make bench BANKS=folder` on whatever lies in a folder: every file is measured or named, with why."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys

import pytest

from tests.benchmarks import banks

SMALL = {
    "k": 2,
    "ksbs": ["K1", "K2"],
    "questions": [{"id": f"q{at}", "ksbs": [f"K{1 + at % 2}"], "minutes": 4} for at in range(6)],
}


def bench(folder):
    doses = {"BENCH_METHODS": "random", "BENCH_DRAWS": "50", "BENCH_SECONDS": "1", "BENCH_WORKERS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.the_draw"],
        env=os.environ | doses | {"BANKS": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def lay(folder, name, *, mark=b"", **others):
    (folder / name).write_bytes(mark + json.dumps(SMALL | others, ensure_ascii=False).encode())


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """What the benchmark says of a folder of odd files."""
    folder = tmp_path_factory.mktemp("banks")
    lay(folder, "capital.JSON")
    lay(folder, "marked.json", mark=codecs.BOM_UTF8)
    lay(folder, "timed.json", k=None, time={"min": 0, "max": 10})
    lay(folder, "twice.json", questions=SMALL["questions"] * 2)
    lay(folder, "uncovered.json", ksbs=["K1", "K9"])
    lay(folder, "prüfung.json", questions=[each | {"id": f"Frage {each['id']} 例"} for each in SMALL["questions"]])
    lay(folder, "unsaid.json", k=None)
    (folder / "notes.txt").write_text("not a bank", encoding="utf-8")
    (folder / "older").mkdir()
    ended = bench(folder)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("name", ["capital.JSON", "marked", "timed", "prüfung"])
def test_a_bank_of_a_folder_is_measured_whatever_its_file_is_like(odd, name):
    after = odd.split(f"\n{name}\n")[1]
    assert "Floors (certified)" in after.split("\n\n")[0]
    assert "plain random" in after.split("\n\n")[1]


@pytest.mark.parametrize(
    ("name", "why"),
    [("twice", "give each an id of its own"), ("uncovered", "K9"), ("unsaid", "neither `k`")],
)
def test_a_bank_of_a_folder_that_cannot_be_measured_says_why(odd, name, why):
    assert why in odd.split(f"\n{name}: ")[1].split("\n\n")[0]


def test_what_else_lies_in_a_folder_is_named(odd):
    assert "files in .json alone are read: notes.txt, older/.\n" in odd


def test_a_folder_without_banks_is_refused(tmp_path):
    ended = bench(tmp_path)

    assert ended.returncode == 1
    assert "No file in" in ended.stderr


def test_files_of_one_name_in_capitals_and_not_are_two_banks(tmp_path):
    lay(tmp_path, "a.json")
    lay(tmp_path, "a.JSON")

    assert {each.name for each in banks.in_folder(tmp_path)} == {"a", "a.JSON"}
