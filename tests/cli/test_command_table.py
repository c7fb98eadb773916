"""The command as a whole: everything on the list exists, nothing heavy is loaded unasked, nobody meets a traceback."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import click
import pytest

from qbank.cli import COMMANDS
from qbank.cli import qbank as program
from tests.cli.a_terminal import STANDARD


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there_with_its_help(qbank, name):
    said = qbank(name, "--help")

    assert said.code == 0
    assert isinstance(program.get_command(click.Context(program), name), click.Command)


def test_the_list_of_commands_names_them_all(qbank):
    said = qbank("--help")

    assert all(name in said.out for name in COMMANDS)


@pytest.mark.parametrize("arguments", [("no-such-command",), ("draw", "--no-such-option"), ("bank", "no-such")])
def test_a_slip_of_the_pen_ends_with_2_and_no_traceback(qbank, arguments):
    said = qbank(*arguments)

    assert said.code == 2
    assert "No such" in said.err


def test_an_accident_is_a_sentence_that_repeats_no_text_of_a_question(qbank, monkeypatch):
    def break_down(*_: object) -> None:
        raise RuntimeError("In your project, what did you find?")

    monkeypatch.setattr("qbank.services.bank_folders.read_banks", break_down)

    said = qbank("bank", "check")

    assert (said.code, said.out) == (1, "")
    assert "RuntimeError" in said.err
    assert "project" not in said.err


def test_a_bad_setting_is_a_sentence_that_names_it(qbank, monkeypatch):
    monkeypatch.setenv("QBANK_MODE", "party")

    said = qbank("standard", "show")

    assert said.code == 2
    assert "QBANK_MODE" in said.err


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {"flask", "sqlalchemy", "numpy", "rich", "pydantic", "qbank.domain"}),
        (["draw", "--help"], {"flask", "sqlalchemy", "numpy", "scipy", "pydantic"}),
        (["standard", "show", STANDARD], {"flask", "sqlalchemy", "numpy", "scipy", "rapidfuzz"}),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments, unwanted, tmp_path):
    code = (
        "import sys\nfrom qbank.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    environment = {"QBANK_DATA_FOLDER": str(tmp_path), "QBANK_CACHE_FOLDER": str(tmp_path), "PATH": ""}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True, timeout=300
    )

    assert set(done.stderr.split()) & unwanted == set()


def test_every_module_of_the_table_bears_its_name():
    for name in COMMANDS:
        assert getattr(import_module(f"qbank.cli.{name}"), name).name == name
