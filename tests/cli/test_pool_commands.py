"""`qbank pool`: the engine without a database."""

from __future__ import annotations

import json
import os
from itertools import pairwise

import pytest
from click.testing import CliRunner

from delivery.errors import TooRarelyLawful
from qbank.cli.pool import pool
from qbank.cli.pool_report import _agreed
from qbank.cli.refusals import is_refusal

KSBS = ["K1", "K2", "S1"]


def a_bank_file(folder, *, ksbs=KSBS, **others):
    content = {
        "k": 4,
        "ksbs": ksbs,
        "time": {"min": 17.0, "max": 18.0},
        "remark": "ignored",
        "questions": [
            {
                "id": f"q{at}",
                "ksbs": [KSBS[at % 3], KSBS[at // 3 % 3], "X9"],
                "minutes": 4 + at % 2,
                "difficulty": 2,
                "enemies": ["q1"] if at == 0 else [],
            }
            for at in range(12)
        ],
    }
    path = folder / "bank.json"
    path.write_text(json.dumps(content | others))
    return path


def run(*arguments):
    return CliRunner().invoke(pool, [str(each) for each in arguments])


def test_every_drawn_set_is_lawful_and_comes_again_from_the_same_seed(tmp_path):
    bank, out, again, weights = a_bank_file(tmp_path), tmp_path / "d", tmp_path / "e", tmp_path / "w"
    carried = {each["id"]: set(each["ksbs"]) for each in json.loads(bank.read_text())["questions"]}
    minutes = {each["id"]: each["minutes"] for each in json.loads(bank.read_text())["questions"]}

    first = run("draws", bank, "--count", 200, "--seed", "5eed", "--out", out, "--weights", weights)
    run("draws", bank, "--count", 200, "--seed", "5eed", "--out", again)

    assert first.exit_code == 0, first.output
    sets = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(sets) == 200
    assert out.read_text() == again.read_text()
    for each in sets:
        assert len(set(each)) == 4
        assert set().union(*(carried[name] for name in each)) >= set(KSBS)
        assert not {"q0", "q1"} <= set(each)
        assert 17 <= sum(minutes[name] for name in each) <= 18
    assert json.loads(weights.read_text()).keys() == carried.keys()


def test_another_seed_gives_other_sets(tmp_path):
    bank = a_bank_file(tmp_path)

    for name in ("aa", "bb"):
        run("draws", bank, "--count", 50, "--seed", name, "--out", tmp_path / name)

    assert (tmp_path / "aa").read_text() != (tmp_path / "bb").read_text()


def test_a_report_speaks_of_the_kept_plan_and_pools_what_thirty_sets_give_away(tmp_path):
    bank, plan = a_bank_file(tmp_path), tmp_path / "plan.json"
    run("fit", bank, "--out", plan)

    kept = run("report", bank, "--plan", plan, "--json")
    fitted = run("report", bank, "--json")

    found = json.loads(kept.stdout)
    assert found == json.loads(fitted.stdout)
    assert found["pooled_knowledge"] == sorted(found["pooled_knowledge"])
    assert found["pooled_knowledge"][0] == pytest.approx(found["overlap"], abs=1e-4)
    assert len(found["pooled_knowledge"]) == 30
    assert found["largest_exposure"] >= found["exposure_floor"] - 1e-6


def test_a_report_sets_the_law_beside_what_no_law_can_better(tmp_path):
    found = json.loads(run("report", a_bank_file(tmp_path), "--json").stdout)

    assert {each["what"] for each in found["ratios"]} == {"largest exposure", "best guess", "overlap"}
    assert all(each["ratio"] >= 0.99 for each in found["ratios"])
    assert found["second_program"]["holds"]
    assert found["worth"]["words"]
    attempts = found["attempts"]
    assert 1 <= min(attempts["reached_by_draws"]) <= max(attempts["reached_by_draws"]) <= attempts["most"] <= 3
    leaked = found["two_known"]
    assert leaked["named"] == 2
    assert 20 <= leaked["leaks"] <= 100
    assert 0 < leaked["standard_error"] < 0.1 < leaked["hits"] < 2


def test_people_read_the_floors_and_what_to_write(tmp_path):
    said = run("report", a_bank_file(tmp_path), "--target", 0.3)

    assert said.exit_code == 0, said.output
    assert "What no law on this bank can go below  certified; a second program agrees" in said.stdout
    assert "One apprentice can have" in said.stdout
    assert "One more question on" in said.stdout
    assert "Who knows two questions of the next set and the law names " in said.stdout


def test_certified_bounds_are_kept_in_a_file_that_anybody_can_check(tmp_path):
    bank, bounds = a_bank_file(tmp_path), tmp_path / "bounds.json"
    run("report", bank, "--bounds", bounds)

    checked = run("check", bank, bounds)
    document = json.loads(bounds.read_text())
    document["bounds"][0]["least"] += 1
    bounds.write_text(json.dumps(document))
    changed = run("check", bank, bounds)

    assert checked.exit_code == 0, checked.output
    assert "no law goes below" in checked.stdout
    assert is_refusal(changed.exception)


def test_a_bank_that_cannot_be_served_is_refused_with_the_smallest_change(tmp_path):
    bank, out = a_bank_file(tmp_path, ksbs=[*KSBS, "K9"]), tmp_path / "plan.json"

    refused = run("fit", bank, "--out", out)

    assert is_refusal(refused.exception)
    assert "K9" in str(refused.exception)
    assert "smallest change" in str(refused.exception)
    assert not out.exists()


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ({"questions": []}, "no questions"),
        ({"questions": [{"id": "a", "ksbs": [], "minutes": "four"}]}, "minutes of a"),
        ({"ksbs": "K1"}, "ksbs"),
        ({"k": 2.5}, "k must be a whole number"),
        ({"time": {"min": 10}}, "max of time"),
        ({"k": 10**30}, "k must be 2,147,483,647 at most"),
        ({"time": {"min": 0, "max": 1e300}}, "max of time must be 35,791,394 at most"),
        ({"demand": {"min": 0, "max": 10**400}}, "max of demand must be 2,147,483,647 at most"),
        ({"per_ksb_max": 1 << 31}, "per_ksb_max must be 2,147,483,647 at most"),
        ({"questions": [{"id": "a", "ksbs": [], "minutes": 1e9}]}, "minutes of a must be 35,791,394 at most"),
        ({"questions": [{"id": "\ud800", "ksbs": [], "minutes": 4}]}, "no text as its `id`"),
        ({"ksbs": ["K1", "\udc00"]}, "ksbs"),
    ],
)
def test_a_bad_bank_is_refused_by_the_name_of_what_is_wrong(tmp_path, others, named):
    refused = run("fit", a_bank_file(tmp_path, **others), "--out", tmp_path / "plan.json")

    assert is_refusal(refused.exception)
    assert named in str(refused.exception)


@pytest.mark.parametrize("target", ["nan", "1e-320", "0", "1.5"])
def test_a_target_that_is_no_share_of_sets_is_refused(tmp_path, target):
    refused = run("report", a_bank_file(tmp_path), "--target", target)

    assert is_refusal(refused.exception)
    assert "no share of sets" in str(refused.exception)


def test_nothing_half_written_stays_where_drawing_is_refused(tmp_path, monkeypatch):
    def refusing(_plan, _seed, _count):
        yield ("q1",)
        raise TooRarelyLawful(20_000)

    monkeypatch.setattr("qbank.cli.pool._drawn", refusing)

    refused = run("draws", a_bank_file(tmp_path), "--count", 2, "--seed", "00", "--out", tmp_path / "d")

    assert is_refusal(refused.exception)
    assert [each.name for each in tmp_path.iterdir()] == ["bank.json"]


@pytest.mark.parametrize("seed", ["", "5g", "aa bb", "0x5"])
def test_a_seed_of_other_signs_is_refused(tmp_path, seed):
    refused = run("draws", a_bank_file(tmp_path), "--count", 1, "--seed", seed, "--out", tmp_path / "d")

    assert is_refusal(refused.exception)
    assert "not hexadecimal" in str(refused.exception)


def test_a_seed_may_have_an_odd_number_of_digits(tmp_path):
    bank = a_bank_file(tmp_path)

    for name in ("5", "05"):
        assert run("draws", bank, "--count", 5, "--seed", name, "--out", tmp_path / name).exit_code == 0

    assert (tmp_path / "5").read_text() == (tmp_path / "05").read_text()


def test_what_is_no_file_is_written_into_and_a_link_stays_a_link(tmp_path):
    kept, link, pipe = tmp_path / "kept", tmp_path / "link", tmp_path / "pipe"
    kept.write_text("old")
    link.symlink_to(kept)
    os.mkfifo(pipe)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as end:  # noqa: PTH123 - a descriptor, which waits for no writer
        piped = run("draws", a_bank_file(tmp_path), "--count", 3, "--seed", "5e", "--out", pipe)
        read = end.read()
    linked = run("draws", a_bank_file(tmp_path), "--count", 3, "--seed", "5e", "--out", link)

    assert (piped.exit_code, linked.exit_code) == (0, 0)
    assert read == kept.read_text()
    assert link.is_symlink()
    assert pipe.is_fifo()


def test_an_enemy_that_is_no_question_is_told_of_and_a_ksb_in_brackets_keeps_them(tmp_path):
    questions = [
        {"id": f"q{at}", "ksbs": ["K1 [core]"] if at < 2 else [], "minutes": 5, "enemies": ["Q-07"]} for at in range(6)
    ]
    bank = a_bank_file(tmp_path, k=2, ksbs=["K1 [core]"], time=None, questions=questions)

    said = run("report", bank)

    assert said.exit_code == 0, said.output
    assert "'Q-07', an enemy of q0, is no question of this bank, and so are 5 more" in said.stderr
    assert "K1 [core]" in said.stdout


def test_a_bound_that_the_second_program_did_not_settle_is_not_said_to_be_agreed_to():
    findings = [
        {"what": "best guess", "holds": True, "verified": False, "sentence": ""},
        {"what": "overlap", "holds": True, "verified": True, "sentence": ""},
    ]

    assert _agreed({"holds": True, "findings": findings}).endswith("could not settle best guess")


def test_which_cohort_factor_serves_is_measured_before_and_after(tmp_path):
    bank = a_bank_file(tmp_path)

    found = json.loads(run("cohort", bank, "--sessions", 3, "--json").stdout)
    said = run("cohort", bank, "--sessions", 3)

    off, *others = found["measured"]
    assert off["factor"] == "1.000000"
    assert all(one["heard"] > other["heard"] for one, other in pairwise(found["measured"]))
    assert all(each["best_guess"] <= 1.1 * off["best_guess"] for each in others if each["factor"] == found["factor"])
    assert "of its next set" in said.stdout


def test_a_plan_is_fitted_again_so_that_what_came_too_often_comes_less_often(tmp_path):
    bank, plan, sets, out = a_bank_file(tmp_path), tmp_path / "plan", tmp_path / "sets", tmp_path / "steered"
    run("fit", bank, "--out", plan)
    run("draws", bank, "--plan", plan, "--count", 40, "--seed", "5e", "--out", sets)
    often = json.loads(sets.read_text().splitlines()[0])
    sets.write_text(sets.read_text() + f"{json.dumps(often)}\n" * 40)

    said = run("steer", bank, "--plan", plan, "--asked", sets, "--out", out)

    assert said.exit_code == 0, said.output
    before, after = (json.loads(each.read_text())["figures"]["exposure"] for each in (plan, out))
    assert sum(float(after[each]) - float(before[each]) for each in often) < 0
    assert 0 < float(json.loads(out.read_text())["figures"]["steered"]) <= 0.2
    assert run("draws", bank, "--plan", out, "--count", 2, "--seed", "5e", "--out", sets).exit_code == 0


@pytest.mark.parametrize("line", ["7", '["q99"]', "[", '{"q1": 1}'])
def test_sets_of_another_bank_do_not_steer(tmp_path, line):
    bank, plan, sets = a_bank_file(tmp_path), tmp_path / "plan", tmp_path / "sets"
    run("fit", bank, "--out", plan)
    sets.write_text(f"{line}\n")

    refused = run("steer", bank, "--plan", plan, "--asked", sets, "--out", tmp_path / "out")

    assert is_refusal(refused.exception)
    assert not (tmp_path / "out").exists()
