"""Where skips are refused, a test that would not run fails instead: the guard itself, seen at work."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.house.the_project import ROOT

WOULD_NOT_RUN = {
    "a mark": "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): pass\n",
    "a call": "import pytest\ndef test_it(): pytest.skip('no browser')\n",
    "a whole file": "import pytest\npytest.importorskip('no_such_library')\n",
}
RUNS = "def test_it(): pass\n"


def run(folder, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--refuse-skips", "-q", str(folder)]
    bare = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # quick, and the guard leans on no plugin
    return subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("name", WOULD_NOT_RUN)
def test_a_skip_is_refused_whether_by(name, tmp_path):
    done = run(tmp_path, WOULD_NOT_RUN[name])

    assert done.returncode != 0
    assert "Make it run, or take it out." in done.stdout


def test_a_test_that_runs_is_not_refused(tmp_path):
    assert run(tmp_path, RUNS).returncode == 0
