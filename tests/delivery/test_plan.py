"""The draw plan: content-addressed, the same wherever it is fitted, quick to read, and proof against damage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from dataclasses import replace

import pytest

from delivery.canonical import canonical
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import BadPlan
from delivery.plan import DrawPlan, fit
from delivery.pool import Pool
from tests.delivery.a_pool import a_bank, a_specification

SEED = bytes(32)


def test_a_plan_comes_back_from_its_bytes_with_its_digest(any_plan):
    back = DrawPlan.from_bytes(any_plan.to_bytes())

    assert back.digest == any_plan.digest
    assert back == any_plan
    assert draw(back, seed=SEED, eligibility=Eligibility()) == draw(any_plan, seed=SEED, eligibility=Eligibility())


def test_a_plan_comes_back_from_plain_json(any_plan):
    document = json.loads(json.dumps(any_plan.to_dict()))

    assert DrawPlan.from_dict(document).digest == any_plan.digest


def test_a_plan_of_a_large_bank_with_one_carrier_of_a_ksb_comes_back():
    pool = a_bank(questions=220)
    only = replace(pool.candidates[0], ksbs=frozenset({"K1", "B9"}))
    lone = Pool.of([only, *pool.candidates[1:]])
    plan = fit(lone, a_specification(length=10, required="K1 K2 K3 K4 K5 S1 S2 S3 B9"))

    assert min(map(float, plan.log_weights)) < -1000
    assert DrawPlan.from_bytes(plan.to_bytes()) == plan


def test_the_digest_is_that_of_the_canonical_content(any_plan):
    assert canonical(any_plan.to_dict()) == any_plan.content


def test_the_same_questions_in_another_order_give_the_same_plan(plain_plan):
    turned = Pool.of(reversed(plain_plan.pool.candidates))

    again = fit(turned, plain_plan.specification)

    assert again.digest == plain_plan.digest


def test_any_changed_fact_gives_another_digest(tiny_plan):
    changed = replace(tiny_plan, least_acceptance=tiny_plan.least_acceptance + 1, stored=b"")

    assert changed.digest != tiny_plan.digest


@pytest.mark.parametrize("at", [0, 10, 20, 40, 60, -1])
def test_a_byte_that_changed_is_noticed(tiny_plan, at):
    stored = bytearray(tiny_plan.to_bytes())
    stored[at] ^= 1

    with pytest.raises(BadPlan, match="draw plan"):
        DrawPlan.from_bytes(bytes(stored))


def test_a_plan_that_was_cut_short_is_noticed(tiny_plan):
    with pytest.raises(BadPlan, match="not the one"):
        DrawPlan.from_bytes(tiny_plan.to_bytes()[:-20])


def test_a_plan_of_another_format_says_so(tiny_plan):
    document = tiny_plan.to_dict() | {"format": "qbank draw plan 9"}

    with pytest.raises(BadPlan, match="of the format 'qbank draw plan 9'"):
        DrawPlan.from_dict(document)


@pytest.mark.parametrize("lacking", ["pool", "walk", "rehearsal", "specification", "figures"])
def test_a_plan_that_lacks_a_part_says_so(tiny_plan, lacking):
    document = tiny_plan.to_dict()
    del document[lacking]

    with pytest.raises(BadPlan, match=lacking):
        DrawPlan.from_dict(document)


def test_a_walk_with_broken_numbers_is_refused(tiny_plan):
    document = tiny_plan.to_dict()
    document["walk"][0]["upper"] = "not base64!"

    with pytest.raises(BadPlan, match="cannot be read"):
        DrawPlan.from_dict(document)


def test_a_compressed_bomb_is_not_unpacked(tiny_plan):
    opening = tiny_plan.to_bytes()[:50]
    bomb = zlib.compress(bytes(1 << 24), 9)

    with pytest.raises(BadPlan, match="not the one"):
        DrawPlan.from_bytes(opening + bomb)


def test_reading_a_plan_of_72_questions_and_drawing_from_it_loads_no_numerical_library(tmp_path):
    specification = a_specification(length=10, required="K1 K2 K3 K4 K5 S1 S2 S3", seconds=(2700, 3300))
    (tmp_path / "plan").write_bytes(fit(a_bank(questions=72), specification).to_bytes())
    script = (
        "import sys; from pathlib import Path\n"
        "from delivery.certificate import certify; from delivery.draw import draw\n"
        "from delivery.eligibility import Eligibility; from delivery.plan import DrawPlan\n"
        "plan = DrawPlan.from_bytes(Path(sys.argv[1]).read_bytes())\n"
        "drawn = draw(plan, seed=bytes(32), eligibility=Eligibility())\n"
        "certify(plan, drawn, Eligibility()).digest\n"
        "print([name for name in ('numpy', 'scipy', 'highspy') if name in sys.modules])\n"
    )

    begun = os.times()
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "plan"], capture_output=True, text=True, check=True, timeout=300
    )

    assert done.stdout.strip() == "[]"
    ended = os.times()
    used = ended.children_user + ended.children_system - begun.children_user - begun.children_system
    assert used < 0.5  # seconds of the processor; 0.07 here
