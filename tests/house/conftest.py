"""A wheel of this project, built once, and an environment far from the checkout into which it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.the_project import ROOT


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An environment whose `qbank` comes from the wheel, and a folder to work in that is not the checkout."""

    wheel: Path
    python: Path
    folder: Path

    def run(self, *arguments: str, data: str = "no-data-yet") -> str:
        """What a command of the environment prints, with that folder for its data.

        Raises:
            AssertionError: it refused or broke; the message is all it said.
        """
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QBANK"))}
        environment |= {
            "QBANK_DATA_FOLDER": str(self.folder / data),
            "QBANK_CACHE_FOLDER": str(self.folder / "cache"),
            "QBANK_MODE": "demo",
        }
        command = [str(self.python.parent / arguments[0]), *arguments[1:]]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with what the lock holds: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """The wheel installed; the libraries it needs are those of this environment, lent by a path file."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    python = folder / "venv" / "bin" / "python"
    packages = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    run(sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "-q", str(wheel))
    Path(packages, "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    (folder / "work").mkdir()
    return Elsewhere(wheel, python, folder / "work")


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
