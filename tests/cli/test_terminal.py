"""What a screen of 80 columns and a pipe are given."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from qbank.cli.terminal import progress_bar
from tests.cli.a_terminal import STANDARD
from tests.domain.conftest import SMALL

SCREENS = [(), (STANDARD,), (STANDARD, "--numbers"), (STANDARD, "--criteria"), (STANDARD, "--anomalies")]


@pytest.fixture
def screen(qbank, monkeypatch):
    """The command on a terminal of 80 columns."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")

    def shown(*arguments: str) -> list[str]:
        return re.sub(r"\x1b\[[0-9;]*m", "", qbank(*arguments).out).splitlines()

    return shown


def test_no_code_is_broken_on_a_screen_of_80_columns(screen, plan):
    codes = {each.code for each in (*plan.ksbs, *plan.criteria)} | {STANDARD}
    codes |= {figure.decision for figure in plan.figures if figure.decision}

    words = {word for arguments in SCREENS for line in screen("standard", "show", *arguments) for word in line.split()}

    assert codes - {word.strip(",.;:()") for word in words} == set()


@pytest.mark.parametrize("arguments", SCREENS)
def test_a_screen_of_80_columns_is_not_overrun(screen, arguments):
    tables = [line for line in screen("standard", "show", *arguments) if line.startswith(" ")]

    assert tables
    assert max(map(len, tables)) <= 80


@pytest.mark.parametrize("arguments", SCREENS)
def test_what_is_no_terminal_is_given_whole_rows_without_blanks_at_their_ends(qbank, plan, arguments):
    lines = qbank("standard", "show", *arguments).out.splitlines()

    assert [line for line in lines if line != line.rstrip()] == []
    if not arguments:
        assert any(STANDARD in line and "observation, interview, discussion" in line for line in lines)
    elif "--criteria" in arguments:
        assert all(any(each.text in line for line in lines) for each in plan.criteria)


def test_a_fault_is_one_line_where_no_terminal_reads_it(qbank, tmp_path):
    folder = Path(shutil.copytree(SMALL, tmp_path / "bank"))
    broken = folder / "dialogue" / "Q-9001.md"
    broken.write_text(broken.read_text(encoding="utf-8").replace('["K1"]', '["K9"]', 1), encoding="utf-8")
    (fault, *_) = qbank("bank", "check", str(folder), "--json").data["faults"]

    lines = qbank("bank", "check", str(folder)).out.splitlines()

    assert any(fault["what"] in line and fault["remedy"] in line for line in lines)
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_terminal_sees_how_far_long_work_is(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal

    with progress_bar() as tell:
        tell("Fitting", 0.25)

    shown = capsys.readouterr()
    assert "Fitting" in shown.err
    assert "25%" in shown.err
    assert shown.out == ""


def test_where_no_terminal_shows_it_long_work_writes_nothing(monkeypatch, capsys):
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    with progress_bar() as tell:
        tell("Fitting", 0.25)

    assert capsys.readouterr() == ("", "")
