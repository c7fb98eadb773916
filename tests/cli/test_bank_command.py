"""`qbank bank`: what it says of good and bad folders, and that loading is all or nothing and repeatable."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.a_terminal import refused
from tests.domain.conftest import SMALL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small bank, to break."""
    return Path(shutil.copytree(SMALL, tmp_path / "bank"))


def slip(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_lawful_bank_has_no_fault(qbank):
    said = qbank("bank", "check", str(SMALL))

    assert said.code == 0
    assert "lamp-keeper-2: 14 questions (14 dialogue), no fault." in said.out


def test_the_starter_bank_is_checked_when_no_folder_is_named(qbank):
    said = qbank("bank", "check", "--json")

    assert said.data["folders"][0].endswith("customer-service-specialist-3")
    assert said.data["questions"] >= 108


def test_faults_of_several_files_are_all_reported_with_line_and_remedy(qbank, folder):
    first = slip(folder, "dialogue/Q-9001.md", '["K1"]', '["K9"]')
    second = slip(folder, "dialogue/Q-9002.md", "demand = 2", "demand = = 2")
    (folder / "dialogue/Q-9003.md").write_bytes(b'+++\nreference = "Q-9003"\nmethod = "\xff"\n')

    said = qbank("bank", "check", str(folder), "--json")

    assert said.code == 2
    places = {(fault["file"], fault["line"]) for fault in said.data["faults"]}
    assert {(str(first), 4), (str(second), 7), (str(folder / "dialogue/Q-9003.md"), 3)} <= places
    assert all(fault["what"] and fault["remedy"] for fault in said.data["faults"])


def test_faults_are_shown_by_file(qbank, folder):
    slip(folder, "dialogue/Q-9001.md", '["K1"]', '["K9"]')

    said = qbank("bank", "check", str(folder))

    assert said.code == 2
    assert "Q-9001.md" in said.words
    assert "There is no KSB K9." in said.words
    assert "1 fault." in said.words


def test_a_standard_that_cannot_be_read_is_reported_with_its_questions(qbank, folder):
    plan = slip(folder, "plan.toml", "level = 2", 'level = "two"')
    question = slip(folder, "dialogue/Q-9002.md", "demand = 2", "demand = = 2")

    said = qbank("bank", "check", str(folder), "--json")

    assert said.code == 2
    assert {fault["file"] for fault in said.data["faults"]} == {str(plan), str(question)}


def test_a_question_in_the_folder_of_another_method_is_reported(qbank, folder):
    (folder / "monologue").mkdir()
    (folder / "dialogue/Q-9001.md").rename(folder / "monologue/Q-9001.md")

    (fault,) = qbank("bank", "check", str(folder), "--json").data["faults"]

    assert (fault["line"], "Move the file to dialogue/" in fault["remedy"]) == (3, True)


def test_text_that_looks_like_markup_is_shown_as_it_stands(qbank, folder):
    slip(folder, "dialogue/Q-9001.md", "demand = 1", 'demand = 1\n"[/x]" = 1')

    assert "[/x] is not known here." in qbank("bank", "check", str(folder)).words


def test_a_folder_that_is_not_there_is_refused(qbank, tmp_path):
    refused(qbank("bank", "check", str(tmp_path / "nowhere")), "There is no folder")


def test_a_folder_without_a_plan_is_refused(qbank, tmp_path):
    refused(qbank("bank", "check", str(tmp_path)), "holds no plan.toml")


def test_loading_without_a_database_says_how_to_make_one(qbank):
    refused(qbank("bank", "load", str(SMALL)), "There is no database yet.", "qbank db upgrade")


def test_loading_is_repeatable(qbank):
    qbank("db", "upgrade")

    first, second = qbank("bank", "load", str(SMALL)), qbank("bank", "load", str(SMALL))

    assert (first.code, second.code) == (0, 0)
    assert "14 new questions, 0 changed, 0 as they were; 1 new pair of enemies or clones." in first.words
    assert "0 new questions, 0 changed, 14 as they were; 0 new pairs of enemies or clones." in second.words


def test_loading_is_all_or_nothing(qbank, folder):
    qbank("db", "upgrade")
    broken = slip(folder, "dialogue/Q-9014.md", "demand = 2", "demand = 9")

    refused(qbank("bank", "load", str(folder)), f"{broken}:7:", "A demand of 9")

    refused(qbank("standard", "show", "lamp-keeper-2"), "There is no standard lamp-keeper-2 in the database.")


def test_after_a_load_bookings_follow_a_draw_plan_of_what_is_live(qbank):
    qbank("db", "upgrade")

    loaded = qbank("bank", "load", str(SMALL))

    assert "bookings follow a draw plan for 14 questions." in loaded.words


def test_a_bank_without_a_lawful_set_is_loaded_and_says_what_it_lacks(qbank, folder):
    qbank("db", "upgrade")
    slip(folder, "plan.toml", "length = { value = 7,", "length = { value = 15,")

    loaded = qbank("bank", "load", str(folder))

    assert loaded.code == 2
    assert "14 new questions" in loaded.words
    assert "no draws. No lawful question set exists" in loaded.words


def test_advice_is_given_and_refuses_nothing(qbank, folder):
    file = folder / "dialogue/Q-9001.md"
    stem = re.search(r"## Stem\n\n(.+)\n", file.read_text(encoding="utf-8")).group(1)
    slip(folder, "dialogue/Q-9001.md", stem, "How did you leverage the lamp you had been given?")

    said = qbank("bank", "check", str(folder))
    told = qbank("bank", "check", str(folder), "--json")

    assert (said.code, told.code) == (0, 0)
    assert "jargon" in said.words
    assert "refuses nothing" in said.words
    given = [(each["code"], each["words"]) for each in told.data["advice"] if each["reference"] == "Q-9001"]
    assert given == [("jargon", "leverage")]


def test_a_near_duplicate_is_advised_on_once_and_not_when_it_is_declared(qbank, folder):
    first, second = (folder / f"dialogue/Q-900{number}.md" for number in (1, 2))
    stem = re.search(r"## Stem\n\n(.+)\n", first.read_text(encoding="utf-8")).group(1)
    theirs = re.search(r"## Stem\n\n(.+)\n", second.read_text(encoding="utf-8")).group(1)
    slip(folder, "dialogue/Q-9001.md", stem, "How did you keep the sailors informed during a long fog?")
    slip(folder, "dialogue/Q-9002.md", theirs, "While a fog was long, in what way were sailors kept informed?")

    apart = qbank("bank", "check", str(folder), "--json")
    slip(folder, "dialogue/Q-9002.md", "enemies = []", 'enemies = ["Q-9001"]')
    declared = qbank("bank", "check", str(folder), "--json")

    pairs = [(each["reference"], each["other"]) for each in apart.data["advice"] if each["other"]]
    assert pairs == [("Q-9002", "Q-9001")]
    assert [each for each in declared.data["advice"] if each["other"]] == []


def test_the_starter_bank_gets_no_remark(qbank):
    assert qbank("bank", "check", "--json").data["advice"] == []
