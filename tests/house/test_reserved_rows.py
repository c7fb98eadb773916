"""Rows that the database allows and nothing writes: a permitted repeat, another plan for an attempt (decision 83)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "qbank"


def calls(text: str, name: str) -> list[ast.Call]:
    """Where a row of the model is made, or a statement that inserts one."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [
        call
        for call in found
        if ast.unparse(call.func).split(".")[-1] == name
        or (ast.unparse(call.func).endswith("insert") and any(name in ast.unparse(each) for each in call.args))
    ]


def made(name: str) -> list[ast.Call]:
    files = [file for file in ROOT.rglob("*.py") if "migrations" not in file.parts]
    return [call for file in files for call in calls(file.read_text(encoding="utf-8"), name)]


def test_L2_nothing_in_the_application_permits_a_repeat():
    assert made("RepeatException") == []


def test_L5_nothing_in_the_application_gives_an_attempt_another_plan():
    numbers = [word.value for call in made("Commitment") for word in call.keywords if word.arg == "number"]

    assert [ast.unparse(number) for number in numbers] == ["1"]


@pytest.mark.parametrize("line", ["models.RepeatException(reason='')", "store.execute(sa.insert(RepeatException))"])
def test_a_service_that_wrote_one_would_be_found(line):
    assert len(calls(line, "RepeatException")) == 1
