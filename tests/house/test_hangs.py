"""A test that waits for what never comes ends, is named, and keeps no other waiting: the guard itself, seen at work."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.the_project import ROOT

HANGS = """
from multiprocessing import Pipe
def test_that_waits():
    ours, theirs = Pipe()
    ours.recv()
def test_after_it(): pass
"""
LONG = """
import time
def test_that_takes_its_time(): time.sleep(3)
"""
GUARD = ("-p", "pytest_timeout", "-o", "timeout=2", "-o", "timeout_func_only=true")


def run(folder, text: str, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\npython_files = *.py\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", *options, "-q", str(folder)]
    bare = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False, timeout=120)


def test_each_test_of_this_run_has_an_end(pytestconfig):
    assert 0 < float(pytestconfig.getini("timeout")) <= 600


def test_one_that_hangs_is_named_with_the_line_at_which_it_waits_and_the_next_runs(tmp_path):
    done = run(tmp_path, HANGS, "test_one.py", *GUARD)

    assert "1 failed, 1 passed" in done.stdout
    assert "ours.recv()" in done.stdout
    assert "Timeout (>2.0s)" in done.stdout


def test_a_long_dose_and_a_benchmark_may_take_their_time(tmp_path):
    assert "1 passed" in run(tmp_path, LONG, "endurance_one.py", *GUARD).stdout
    assert "1 failed" in run(tmp_path, LONG, "test_one.py", *GUARD).stdout
