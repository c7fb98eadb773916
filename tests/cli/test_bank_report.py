"""`qbank bank report`: the depth of a bank, what its draws open, and whether its size suffices."""

from __future__ import annotations

import shutil
from collections import Counter
from itertools import combinations
from math import exp, sqrt
from pathlib import Path

import pytest

from delivery.plan import fit
from qbank.domain.pools import pool_of
from qbank.services.bank_folders import read_banks
from tests.cli.a_terminal import refused
from tests.domain.conftest import SMALL

DRAWS = 2_000


@pytest.fixture
def contents():
    """The small bank's questions."""
    return [entry.question.content for entry in read_banks(SMALL)[0].entries]


@pytest.fixture
def told(qbank):
    """The report of the small bank's only method."""
    return qbank("bank", "report", str(SMALL), "--json", "--draws", str(DRAWS)).data[0]["methods"]["dialogue"]


def test_depth_is_that_of_the_questions(told, contents):
    carried = Counter(code for each in contents for code in each.ksbs)

    assert told["questions"] == len(contents)
    assert {code: each["carriers"] for code, each in told["depths"].items()} == carried
    assert sum(each["primary"] for each in told["depths"].values()) == sum(len(each.primary) for each in contents)
    assert sum(map(int, told["demands"].values())) == len(contents)


def test_openings_are_those_of_the_law(told):
    """The exact share of each criterion, from every lawful set of the small bank; 2,000 sets come within 5 sigma."""
    questions = [entry.question for entry in read_banks(SMALL)[0].entries]
    plan = fit(pool_of(questions), read_banks(SMALL)[0].plan.specification("dialogue"))
    criteria = {each.reference: set(each.content.criteria) for each in questions}
    law = {
        positions: exp(sum(float(plan.log_weights[at]) for at in positions))
        for positions in combinations(range(len(plan.pool)), plan.specification.length)
        if plan.lawfulness.breach(positions) is None
    }
    for code, each in told["openings"].items():
        held = {at for at, candidate in enumerate(plan.pool.candidates) if code in criteria[candidate.reference]}
        exact = sum(weight for positions, weight in law.items() if held & set(positions)) / sum(law.values())
        assert each["share"] == pytest.approx(exact, abs=5 * sqrt(max(exact * (1 - exact), 1e-9) / DRAWS)), code
    assert any(each["share"] < 1 for each in told["openings"].values()), "no criterion of the small bank hangs on luck"


def test_the_same_bank_gives_the_same_report(qbank, told):
    again = qbank("bank", "report", str(SMALL), "--json", "--draws", str(DRAWS)).data[0]["methods"]["dialogue"]

    assert again == told


def test_the_size_is_what_the_law_says(told):
    size = told["size"]

    assert size["exposure_floor"] <= size["largest_exposure"] <= 1
    assert size["best_guess_floor"] <= size["best_guess"] <= size["length"]
    assert size["overlap_floor"] <= size["overlap"]
    assert size["half_known_after"] >= 1


def test_people_read_it_by_method(qbank):
    said = qbank("bank", "report", str(SMALL), "--draws", "50")

    assert said.code == 0
    assert "A provider that remembers every question knows half of the next set after" in said.out
    assert "no law could keep it below" in said.out
    assert "One apprentice can have" in said.out
    assert "Opened in, of 50 sets" in said.out


def test_a_bank_that_cannot_be_drawn_from_says_what_is_missing_and_still_its_depth(qbank, tmp_path):
    folder = Path(shutil.copytree(SMALL, tmp_path / "bank"))
    for file in (folder / "dialogue").glob("*.md"):
        if file.stem not in {"Q-9002", "Q-9003", "Q-9005", "Q-9009", "Q-9010", "Q-9011"}:
            file.unlink()

    said = qbank("bank", "report", str(folder), "--json")

    assert said.code == 2
    assert said.data[0]["methods"]["dialogue"]["refusal"]
    assert said.data[0]["methods"]["dialogue"]["depths"]


def test_a_bank_with_faults_is_not_reported_on(qbank, tmp_path):
    folder = Path(shutil.copytree(SMALL, tmp_path / "bank"))
    (folder / "dialogue/Q-9003.md").write_text("no front matter")

    refused(qbank("bank", "report", str(folder)), "1 fault.", "qbank bank check")
