"""A bank is checked whole: each fault has its file, its line and a remedy, and a lawful bank has none."""

from __future__ import annotations

import pytest

from qbank.domain.bank_check import WHOLE_BANK, check, check_files
from qbank.domain.question_checks import is_certainly_closed, words_in
from qbank.domain.question_files import read, render
from qbank.services.bank_folders import question_files_in
from tests.domain.a_question import STEM, a_question
from tests.domain.conftest import SMALL

LINE = {"method": 3, "primary": 4, "secondary": 5, "criteria": 6, "demand": 7, "minutes": 8, "enemies": 9, "clones": 10}
LINE |= {"reference": 2, "Stem": 18, "Probes": 22}


def found(plan, *questions):
    """The faults of these questions, those about KSBs that nobody carries left aside."""
    return [fault for fault in check(questions, plan) if fault.file != WHOLE_BANK]


ONE_QUESTION = {
    "an unknown method": ({"method": "viva"}, "method", "has no method viva", "observation, interview, discussion"),
    "an unknown KSB": ({"ksbs": "K99"}, "primary", "There is no KSB K99.", "K1, K3"),
    "a KSB of another method": (
        {"ksbs": "K1 K2"},
        "secondary",
        "K2 belongs to the discussion, not to the interview.",
        "K1",
    ),
    "no primary KSB": ({"primary": ()}, "primary", "There are 0 primary KSBs.", "Name one"),
    "two primary KSBs": ({"primary": ("K1", "K3")}, "primary", "There are 2 primary KSBs.", "Name one"),
    "more KSBs than can be true": ({"ksbs": "K1 K3 K4 K6"}, "secondary", "carries 4 KSBs", "normal good answer"),
    "a KSB twice": ({"ksbs": "K1 K1"}, "secondary", "K1 is named twice.", "once"),
    "an unknown criterion": ({"criteria": "WP99"}, "criteria", "There is no criterion WP99.", "WP1 to WD9"),
    "a criterion of another method": ({"criteria": "DP1"}, "criteria", "DP1 is a criterion of the discussion.", "WP1"),
    "a fail indicator": ({"criteria": "WF1"}, "criteria", "WF1 is a fail indicator", "WP1 to WD9"),
    "no criterion": ({"criteria": ""}, "criteria", "No criterion is named.", "WP1 to WD9"),
    "a criterion twice": ({"criteria": "WP1 WP1"}, "criteria", "WP1 is named twice.", "once"),
    "too many minutes": (
        {"seconds": 390},
        "minutes",
        "6.5 minutes do not fit the interview.",
        "4 to 6 in steps of 0.5",
    ),
    "too few minutes": ({"seconds": 210}, "minutes", "3.5 minutes", "4 to 6"),
    "minutes between two steps": ({"seconds": 285}, "minutes", "4.75 minutes", "steps of 0.5"),
    "demand off the scale": ({"demand": 4}, "demand", "A demand of 4 is not on the scale.", "1 to 3"),
    "one probe": ({"probes": ("Why?",)}, "Probes", "There is 1 probe.", "2 to 4"),
    "five probes": ({"probes": ("Why?",) * 5}, "Probes", "There are 5 probes.", "2 to 4"),
    "a stem too long": ({"stem": "What " + "and then " * 20}, "Stem", "The stem has 41 words", "40 words or fewer"),
    "a closed stem": ({"stem": "In your project, did you ask customers?"}, "Stem", "yes or no", "what, how, why"),
}


@pytest.mark.parametrize("case", ONE_QUESTION)
def test_a_question_that_does_not_fit_the_plan_is_reported_at_its_line(plan, case):
    changes, part, what, remedy = ONE_QUESTION[case]

    faults = found(plan, a_question("Q-0007", **changes))

    assert [(fault.file, fault.line) for fault in faults] == [("Q-0007.md", LINE[part])]
    assert what in faults[0].what
    assert remedy in faults[0].remedy


def test_a_lawful_question_has_no_fault(plan):
    assert found(plan, a_question()) == []


BESIDE = "Your report names a cost that surprised you: which was it?"
RELATIONS = {
    "an unknown enemy": ({"enemies": "Q-0404"}, "enemies", "There is no question Q-0404"),
    "an unknown clone": ({"clones": "Q-0404"}, "clones", "There is no question Q-0404"),
    "an enemy of oneself": ({"enemies": "Q-0002"}, "enemies", "names itself"),
}


@pytest.mark.parametrize("case", RELATIONS)
def test_a_relation_that_cannot_be_is_reported_at_its_line(plan, case):
    changes, part, what = RELATIONS[case]

    (fault,) = found(plan, a_question("Q-0001"), a_question("Q-0002", stem=BESIDE, **changes))

    assert (fault.file, fault.line) == ("Q-0002.md", LINE[part])
    assert what in fault.what


def test_an_enemy_of_another_method_is_reported(plan):
    other = a_question("Q-0002", stem=BESIDE, method="discussion", ksbs="K2", criteria="DP1", enemies="Q-0001")

    (fault,) = found(plan, a_question("Q-0001"), other)

    assert (fault.file, fault.line, "cannot meet" in fault.what) == ("Q-0002.md", LINE["enemies"], True)


def test_a_reference_that_is_not_the_files_name_is_reported(plan):
    entry = read(render(a_question("Q-0001")), "interview/Q-0002.md")

    (fault,) = [fault for fault in check_files([entry], plan) if fault.line]

    assert (fault.file, fault.line) == ("interview/Q-0002.md", LINE["reference"])
    assert "Rename it to Q-0001.md" in fault.remedy


def test_a_reference_used_twice_is_reported_at_the_second(plan):
    first = read(render(a_question("Q-0001")), "a/Q-0001.md")
    second = read(render(a_question("Q-0001", stem=BESIDE)), "b/Q-0001.md")

    (fault,) = [fault for fault in check_files([first, second], plan) if fault.line]

    assert (fault.file, fault.line) == ("b/Q-0001.md", LINE["reference"])
    assert "a/Q-0001.md" in fault.what


NEARLY = "In your project, what did you find out first and how?"


def test_two_stems_that_are_nearly_the_same_are_reported_at_the_second(plan):
    (fault,) = found(plan, a_question("Q-0001"), a_question("Q-0002", stem=NEARLY))

    assert (fault.file, fault.line) == ("Q-0002.md", LINE["Stem"])
    assert "Q-0001" in fault.what


@pytest.mark.parametrize("relation", ["enemies", "clones"])
def test_stems_that_are_nearly_the_same_may_stand_when_declared(plan, relation):
    assert found(plan, a_question("Q-0001"), a_question("Q-0002", stem=NEARLY, **{relation: "Q-0001"})) == []


def test_stems_are_compared_within_a_method_only(plan):
    other = a_question("Q-0002", stem=STEM, method="discussion", ksbs="K2", criteria="DP1")

    assert found(plan, a_question("Q-0001"), other) == []


def test_a_ksb_that_no_question_of_its_method_carries_is_reported(plan):
    faults = check([a_question("Q-0001", ksbs="K1 S16")], plan)

    missing = {fault.what for fault in faults if fault.file == WHOLE_BANK}
    assert "No question of the interview carries K3." in missing
    assert not any(" K1." in what or " S16." in what for what in missing)
    assert len(missing) == 47 - 2


def test_the_same_bank_is_judged_by_the_numbers_of_its_own_plan(small_plan, plan):
    faults: list[object] = []
    entries = list(question_files_in(SMALL, faults))

    assert faults == []
    assert check_files(entries, small_plan) == []
    assert {fault.what for fault in check_files(entries, plan) if fault.line} == {
        "Customer Service Specialist has no method dialogue."
    }


@pytest.mark.parametrize(
    "stem",
    [
        "Did you meet the deadline?",
        "In your project, did you ask customers?",
        "Is there a policy for this?",
        "With the customer you just helped, could you have done more?",
        "Your report names a risk. Was it real?",
    ],
)
def test_a_stem_that_yes_or_no_would_answer_is_closed(stem):
    assert is_certainly_closed(stem)


@pytest.mark.parametrize(
    "stem",
    [
        "Can you tell me how you found out?",
        "What did you do?",
        "In your project, which finding was it that surprised you?",
        "Talk me through a decision you had to make.",
        "The figures you chose: do they say why customers left?",
        "A moment ago you were silent.",
    ],
)
def test_a_stem_that_may_be_open_is_left_to_people(stem):
    assert not is_certainly_closed(stem)


@pytest.mark.parametrize(("text", "count"), [("What's new?", 2), ("end-to-end view", 2), ("one — two", 2), ("", 0)])
def test_words_are_counted_as_they_are_said(text, count):
    assert words_in(text) == count


def test_O4_a_question_of_the_observation_that_yes_or_no_answers_is_a_fault(plan):
    closed = a_question(
        "Q-1999", method="observation", ksbs="K11", criteria="OP1", seconds=90, stem="Did the customer leave content?"
    )

    (fault,) = [each for each in found(plan, closed) if each.line == LINE["Stem"]]

    assert "yes or no" in str(fault)
