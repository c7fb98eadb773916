"""The `qbank` command in this process, with folders of its own."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from qbank.domain.standards import Plan
from qbank.services.at_hand import load_folder
from qbank.services.starter import starter_plan
from qbank.settings import Settings
from qbank.storage import migrating
from tests import side_doors
from tests.cli.a_terminal import SECRET, STANDARD, Said, Terminal
from tests.domain.conftest import SMALL
from tests.shared_plans import shared_cache


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fitted once for all tests of the run."""
    return shared_cache(tmp_path_factory)


@pytest.fixture
def qbank(
    tmp_path: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """`qbank("draw", "--help")`: what the command said and its exit code; no database until one is made."""
    for name, value in {
        "QBANK_DATA_FOLDER": str(tmp_path / "data"),
        "QBANK_CACHE_FOLDER": str(cache_folder),
        "QBANK_DATABASE_URL": "",
        "QBANK_SEED_KEY": SECRET,
        "COLUMNS": "120",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, typed: str | bytes = "") -> Said:
        from qbank.cli import main

        monkeypatch.setattr(
            "sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode() if isinstance(typed, str) else typed))
        )
        capsys.readouterr()
        with side_doors.command(*arguments):
            with pytest.raises(SystemExit) as ended:
                main(arguments)
            printed = capsys.readouterr()
        return Said(ended.value.code or 0, printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def small_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the small bank, to copy; closed, so that the one file is all of it."""
    settings = Settings(data_folder=tmp_path_factory.mktemp("template"), database_url="")
    migrating.upgrade(settings.database)
    load_folder(SMALL, settings)
    return settings.data_folder / "qbank.db"


@pytest.fixture
def bank(qbank: Terminal, small_database: Path, tmp_path: Path) -> Terminal:
    """The command, with a database that holds the small bank of fourteen questions."""
    (tmp_path / "data").mkdir()
    shutil.copy(small_database, tmp_path / "data" / "qbank.db")
    return qbank


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The Customer Service Specialist."""
    return starter_plan(STANDARD)
