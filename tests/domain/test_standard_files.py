"""Every slip in a standard's files is reported with its file, its line and what to do."""

from __future__ import annotations

import pytest

from qbank.domain.faults import Faults
from qbank.domain.standard_files import read_plan
from tests.domain.conftest import SMALL

FILES = {name: (SMALL / name).read_text(encoding="utf-8") for name in ("plan.toml", "kept.toml")}


def faults_after(file: str, old: str, new: str) -> list[tuple[str, int, str]]:
    """What is reported when, in one file, `old` (which is there once) is replaced by `new`."""
    assert FILES[file].count(old) == 1, old
    with pytest.raises(Faults) as refusal:
        read_plan(FILES | {file: FILES[file].replace(old, new)})
    return [(fault.file, fault.line, f"{fault.what} {fault.remedy}") for fault in refusal.value.faults]


def line_of(file: str, text: str) -> int:
    return FILES[file][: FILES[file].index(text)].count("\n") + 1


SLIPS: dict[str, tuple[str, str, str, str, str]] = {
    "a line that is not TOML": ("plan.toml", "level = 2", "level == 2", "level = 2", "not TOML"),
    "a number written as text": ("plan.toml", "level = 2", 'level = "two"', "level = 2", "level is not a whole number"),
    "a date that is none": ("plan.toml", "dated = 2026-02-03", 'dated = "soon"', "dated =", "dated is not a date"),
    "a missing title": ("plan.toml", 'title = "Lamp Keeper"\n', "", "[standard]", "title is missing"),
    "an unknown key": ("plan.toml", "level = 2", "level = 2\nlevle = 2", "version", "levle is not known here"),
    "an unknown figure": (
        "plan.toml",
        "release_hours",
        "release_ours",
        "release_hours",
        "No figure is called release_ours",
    ),
    "a figure without its source": (
        "plan.toml",
        'unit = "minutes", rule = "T7"',
        'unit = "minutes"',
        "minutes = {",
        "minutes does not say where it comes from",
    ),
    "a figure with an unknown decision": (
        "plan.toml",
        '12, unit = "answers", decision = "slow-harbour"',
        '12, unit = "answers", decision = "fast-harbour"',
        "estimable_from",
        "unknown decision, fast-harbour",
    ),
    "a share above one": ("plan.toml", "value = 0.9,", "value = 90,", "similarity_most_rate", "Write 15% as 0.15"),
    "a negative number": ("plan.toml", "value = 45,", "value = -45,", "minutes = {", "minutes is negative"),
    "a figure of another kind": ("plan.toml", "value = 45,", "value = 45.5,", "minutes = {", "Give a whole number"),
    "true where a number belongs": ("plan.toml", "value = 45,", "value = true,", "minutes = {", "Give a whole number"),
    "least above most": ("plan.toml", "value = 28,", "value = 39,", "planned_least", "above planned_most_minutes"),
    "a required KSB that is not there": ("plan.toml", '"B1"]', '"B9"]', "required =", "requires B9"),
    "an unknown kind of KSB": (
        "kept.toml",
        'kind = "behaviour"',
        'kind = "habit"',
        'kind = "behaviour"',
        "kind is not one of",
    ),
    "a KSB of an unknown method": (
        "kept.toml",
        'method = "dialogue"\nstatement = "Keeps the log"',
        'method = "monologue"\nstatement = "Keeps the log"',
        'method = "dialogue"\nstatement = "Keeps the log"',
        "S2 names an unknown method, monologue",
    ),
    "a KSB that is there twice": ("kept.toml", 'code = "S2"', 'code = "S1"', 'code = "S2"', "S1 is there twice"),
    "a criterion whose code does not fit": (
        "kept.toml",
        "LP3 = ",
        "LD3 = ",
        "LP3 = ",
        "does not fit its method and level",
    ),
    "criteria of an unknown method": (
        "kept.toml",
        "[criteria.dialogue.distinction]",
        "[criteria.monologue.distinction]",
        "[criteria.dialogue.distinction]",
        "There is no method monologue",
    ),
    "an unknown level": (
        "kept.toml",
        "[criteria.dialogue.fail]",
        "[criteria.dialogue.merit]",
        "[criteria.dialogue.fail]",
        "merit",
    ),
    "a link to an unknown criterion": (
        "kept.toml",
        'K1 = ["LP1"]',
        'K1 = ["LP1", "LP9"]',
        "K1 = [",
        "no criterion LP9",
    ),
    "a link of an unknown KSB": (
        "kept.toml",
        'K2 = ["LP1"]',
        'K2 = ["LP1"]\nK7 = ["LP1"]',
        "S1 = [",
        "There is no KSB K7",
    ),
    "a KSB without a link": ("kept.toml", 'K2 = ["LP1"]\n', "", 'code = "K2"', "K2 is linked to no criterion"),
    "a criterion without a link": (
        "kept.toml",
        'S1 = ["LP2"]\nS2 = ["LP2", "LD1"]',
        'S1 = ["LD1"]\nS2 = ["LD1"]',
        "LP2 =",
        "LP2",
    ),
    "an anomaly about nothing": ("kept.toml", '"B1", "LP3"]', '"B1", "LP7"]', "about =", "no KSB or criterion LP7"),
    "a list that is none": ("kept.toml", '["LP1"]\nK2', '"LP1"\nK2', "K1 =", "a list of texts"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_reported_at_its_line(slip):
    file, old, new, at, said = SLIPS[slip]

    found = faults_after(file, old, new)

    assert {line for name, line, message in found if name == file and said in message} == {line_of(file, at)}, found


def test_every_slip_of_every_file_is_reported_at_once():
    files = {name: text.replace('statement = "Keeps the log"', "") for name, text in FILES.items()}
    files["plan.toml"] = files["plan.toml"].replace("level = 2", 'level = "two"')

    with pytest.raises(Faults) as refusal:
        read_plan(files)

    assert {fault.file for fault in refusal.value.faults} == {"plan.toml", "kept.toml"}


def test_a_table_that_stands_in_two_files_is_refused():
    with pytest.raises(Faults) as refusal:
        read_plan(FILES | {"more.toml": '[standard]\ncode = "x"\n'})

    (fault,) = refusal.value.faults
    assert (fault.file, fault.line) == ("plan.toml", line_of("plan.toml", "[standard]"))
    assert "more.toml" in fault.what


def test_a_standard_without_a_needed_table_says_which():
    with pytest.raises(Faults) as refusal:
        read_plan({"plan.toml": '[standard]\ncode = "x"\n'})

    said = " ".join(fault.what for fault in refusal.value.faults)
    assert all(name in said for name in ("title", "figures", "methods", "criteria", "links"))


def test_no_file_at_all_is_a_fault_of_the_plan():
    with pytest.raises(Faults) as refusal:
        read_plan({})

    assert refusal.value.faults[0].file == "plan.toml"


def test_the_order_of_the_files_does_not_matter():
    backwards = dict(reversed(FILES.items()))

    assert read_plan(backwards) == read_plan(FILES)
