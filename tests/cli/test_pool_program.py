"""`qbank pool` as the program that people start, and on files as other programs write them."""

from __future__ import annotations

import codecs
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan
from qbank.cli.pool import _drawn
from qbank.cli.refusals import is_refusal
from tests.cli.test_pool_commands import KSBS, a_bank_file, run

SETS = [
    ("Q-0001", "Q-0011", "Q-0010", "Q-0007"),
    ("Q-0006", "Q-0008", "Q-0010", "Q-0005"),
    ("Q-0010", "Q-0003", "Q-0000", "Q-0004"),
]
"""The first three of the published plan for the seed 5eed."""
PUBLISHED = Path(__file__).parents[1] / "delivery" / "vectors" / "draws.json"


def program(*arguments):
    command = [sys.executable, "-m", "qbank", "pool", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_program_refuses_with_2_and_begins_with_the_smallest_change(tmp_path):
    bank = a_bank_file(tmp_path, ksbs=[*KSBS, "K9"])

    ended = program("fit", bank, "--out", tmp_path / "plan.json")

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == ended.stderr.lstrip()
    assert "K9" in ended.stderr.splitlines()[0]
    assert "smallest change" in ended.stderr
    assert not (tmp_path / "plan.json").exists()


def test_off_a_terminal_the_program_writes_no_trace_of_its_progress(tmp_path):
    ended = program("fit", a_bank_file(tmp_path), "--out", tmp_path / "plan.json")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_byte_order_mark_before_a_bank_or_its_sets_is_no_fault(tmp_path):
    bank, plan, sets = a_bank_file(tmp_path), tmp_path / "plan.json", tmp_path / "sets"
    bank.write_bytes(codecs.BOM_UTF8 + bank.read_bytes())

    fitted = run("fit", bank, "--out", plan)
    run("draws", bank, "--plan", plan, "--count", 3, "--seed", "5eed", "--out", sets)
    sets.write_bytes(codecs.BOM_UTF8 + sets.read_bytes())
    steered = run("steer", bank, "--plan", plan, "--asked", sets, "--out", tmp_path / "steered.json")

    assert (fitted.exit_code, steered.exit_code) == (0, 0), (fitted.output, steered.output)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (
            {"questions": [{"id": "a", "ksbs": KSBS, "minutes": 4}] * 2},
            "Question 2 has the id a, as one before it: give each an id of its own.",
        ),
        (
            {"k": None, "time": None},
            "The bank has neither `k`, questions in a set, nor a band of `time`: give one of them.",
        ),
    ],
)
def test_a_strangers_file_is_refused_in_the_words_of_the_file(tmp_path, others, words):
    refused = run("fit", a_bank_file(tmp_path, **others), "--out", tmp_path / "plan.json")

    assert is_refusal(refused.exception)
    assert words in str(refused.exception)


def test_the_sets_of_a_seed_are_those_that_were_published_and_each_is_a_draw_of_its_own_seed():
    plan = DrawPlan.from_dict(json.loads(PUBLISHED.read_text(encoding="utf-8"))["plan"])

    sets = list(_drawn(plan, bytes.fromhex("5eed"), 3))

    fields = ([b"qbank pool draws 1", bytes.fromhex("5eed"), number.to_bytes(8, "big")] for number in range(3))
    texts = (b"".join(len(each).to_bytes(8, "big") + each for each in three) for three in fields)
    seeds = [hashlib.shake_256(text).digest(32) for text in texts]
    assert sets == [draw(plan, seed=seed, eligibility=Eligibility()).references for seed in seeds]
    assert sets == SETS
