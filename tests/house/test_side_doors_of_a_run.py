"""L10: a run of the tests fails where anything printed or logged tells a question; the guard itself, seen at work."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests import side_doors
from tests.house.the_project import ROOT

BEGINS = """
import logging, subprocess, sys
import pytest
from tests.side_doors import last_words, texts, watch
TOLD = next(row for row in texts())
"""
PROGRAM = """
@pytest.fixture
def program(tmp_path):
    def make(to):
        made = tmp_path / "qbank"
        made.write_text(f"#!/bin/sh\\necho {TOLD} {to}\\n")
        made.chmod(0o700)
        return made
    return make
"""
LEAKS = """
def test_standard_output(): print(TOLD)
def test_standard_error(): print(TOLD.upper(), file=sys.stderr)
def test_a_log(): logging.getLogger("any").warning("saved %s", TOLD)
def test_escaped_and_over_lines(): print(repr("\\n" + TOLD.replace(" ", "\\n")))
def test_a_canary(): print("stem=Quixostem")
def test_a_stem_of_the_small_bank(): print("In your logbook, what did lamp 9 teach you?")
def test_what_it_read_of_its_own_output(capsys):
    print(TOLD)
    assert capsys.readouterr().out
def test_the_output_of_another_program():
    assert subprocess.run(["echo", TOLD], capture_output=True).stdout
def test_a_command_that_may_print_on_standard_error(program):
    assert subprocess.run([program(">&2"), "draw"], capture_output=True).stderr
def test_a_command_that_may_not_print(program):
    assert subprocess.run([program(""), "people", "list"], capture_output=True).stdout
def test_the_log_of_a_server(tmp_path):
    with (tmp_path / "said.txt").open("wb") as log:
        subprocess.Popen(["echo", TOLD], stdout=log).wait()
def test_a_file_that_is_watched(tmp_path):
    watch(tmp_path / "pg.log")
    (tmp_path / "pg.log").write_text(TOLD)
def test_a_file_that_is_watched_and_goes(tmp_path):
    watch(tmp_path / "pg.log")
    (tmp_path / "pg.log").write_text(TOLD)
    last_words(tmp_path)
    (tmp_path / "pg.log").unlink()
@pytest.fixture
def prepared(): print(TOLD)
def test_what_is_set_up(prepared): pass
@pytest.fixture
def tidied():
    yield
    print(TOLD)
def test_what_is_taken_down(tidied): pass
"""
TELLS_NOTHING = """
def test_words(): print("Saved: Q-0001, 10 questions, nothing was told by the way.")
def test_five_words_of_a_question(): print(" ".join(TOLD.split()[:5]))
def test_what_may_be_printed(program):
    assert subprocess.run([program(""), "draw"], capture_output=True).stdout
"""
NAMES = re.findall(r"def (test_\w+)", LEAKS)


def run(folder, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text(BEGINS + PROGRAM + text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-q", "--show-capture=no", *options, str(folder)]
    bare = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False, timeout=300)


def caught(done: subprocess.CompletedProcess[str]) -> set[str]:
    return set(re.findall(r"::(test_\w+) tells question text \(promise L10\)", done.stdout))


@pytest.fixture(scope="module")
def leaking(tmp_path_factory):
    """A run of tests each of which tells a question by another door."""
    return run(tmp_path_factory.mktemp("leaking"), LEAKS)


@pytest.mark.parametrize("name", NAMES)
def test_L10_a_run_fails_in_which_a_question_is_told_by(name, leaking):
    assert leaking.returncode == 1
    assert name in caught(leaking)


def test_L10_such_a_run_fails_also_where_workers_share_it_and_names_test_channel_and_question(tmp_path):
    done = run(tmp_path, LEAKS, "-p", "xdist", "-n", "2")

    assert (done.returncode, caught(done)) == (1, set(NAMES))
    assert re.search(r"test_standard_error tells .*\. Captured stderr call: \S+/Q-\d+\.md", done.stdout)


def test_without_the_guard_the_same_run_passes(tmp_path):
    assert run(tmp_path, LEAKS, "-p", "no:side_doors").returncode == 0


def test_a_run_that_tells_nothing_passes(tmp_path):
    done = run(tmp_path, TELLS_NOTHING)

    assert (done.returncode, caught(done)) == (0, set())


def test_every_text_of_the_starter_bank_and_of_the_small_bank_is_known():
    known = set(side_doors.texts().values())

    assert known == {str(file.relative_to(ROOT)) for bank in side_doors.BANKS for file in bank.rglob("Q-*.md")}
