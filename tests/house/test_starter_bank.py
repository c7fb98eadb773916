"""The bank that travels with the program is lawful: its own check finds nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.the_project import ROOT

STANDARDS = sorted(folder for folder in (ROOT / "seed_questions").iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", STANDARDS, ids=lambda folder: folder.name)
def test_the_starter_bank_has_no_fault(folder):
    command = [sys.executable, "-m", "qbank", "bank", "check", str(folder)]

    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=300)

    assert done.returncode == 0, done.stdout + done.stderr
