"""What the guides tell people to type, typed: in the order in which it stands, in production, on a fresh database."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.domain.conftest import SMALL
from tests.house.the_project import ROOT

OURS = {"customer-service-specialist-3": "lamp-keeper-2", "interview": "dialogue", "FOLDER": str(SMALL)}
"""The small bank stands in for the starter bank: it is fitted in a second."""


@pytest.fixture
def production(qbank, tmp_path, monkeypatch):
    """The command on a machine where nothing was done yet, with settings as the README asks for."""
    for name, value in {
        "QBANK_MODE": "production",
        "QBANK_SECRET_KEY": "one secret of the tests, long enough",
        "QBANK_SEED_KEY": "another secret of the tests, long enough",
        "QBANK_DATABASE_URL": f"sqlite:///{tmp_path / 'qbank.db'}",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("qbank.cli.serve.listen", lambda *_arguments, **_settings: None)
    return qbank


def commands_of_the_readme() -> list[str]:
    steps = (ROOT / "README.md").read_text(encoding="utf-8").split("## In production")[1].split("\n## ")[0]
    return re.findall(r"`qbank ([^`]+)`", steps)


def commands_for_administrators() -> list[str]:
    guide = (ROOT / "docs" / "administrator.md").read_text(encoding="utf-8")
    return re.findall(r"^qbank (.+)$", "\n".join(re.findall(r"```\n(.*?)```", guide, re.DOTALL)), re.MULTILINE)


def typed(command: str, folder: Path) -> list[str]:
    """The words of a command, with names of our own where the guide has a placeholder."""
    file = folder / ("draw.json" if command.startswith("draw") else "wording.csv")
    backups, key = folder / "backups", folder / "key.txt"
    backups.mkdir(exist_ok=True)
    ours = {**OURS, "FILE": str(file), "BACKUPS": str(backups), "KEY.txt": str(key)}
    ours["FILE.json"] = str(folder / "bank.json")
    ours |= {"BACKUP": str(next(backups.iterdir(), backups))}
    ours |= {"PUBLIC-KEY": key.read_text(encoding="utf-8").split()[3]} if key.exists() else {}
    return [ours.get(word, word) for word in shlex.split(command)]


@pytest.mark.parametrize("commands", [commands_of_the_readme, commands_for_administrators])
def test_every_command_of_a_guide_works_in_the_order_in_which_it_stands(production, tmp_path, commands):
    (tmp_path / "wording.csv").write_text("code,wording\nK1,Shines\n", encoding="utf-8")

    for command in commands():
        if "verify FILE" in command:
            drawn = production("draw", "--standard", "lamp-keeper-2", "--method", "dialogue", "--json").out
            (tmp_path / "draw.json").write_text(drawn, encoding="utf-8")
        said = production(*typed(command, tmp_path))
        if "--session" in command:  # sessions are booked elsewhere, so there is none yet
            assert "There is no session AS-00042" in said.err
        elif command.startswith("db grant"):  # of PostgreSQL alone: tests/storage/test_grants.py
            assert "SQLite has no roles" in said.err
        else:
            assert said.code == 0, (command, said)


def test_the_guides_name_the_commands_that_a_fresh_machine_needs():
    named = [" ".join(command.split()[:2]) for command in commands_of_the_readme()]

    assert named == ["db upgrade", "bank load", "standard import", "people add", "serve"]
    assert len(commands_for_administrators()) >= 10
