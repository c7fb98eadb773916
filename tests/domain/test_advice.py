"""Advice points at words, never blocks, and says of itself how often it is right."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbank.domain.advice.all_checks import CODES, HINTS, MOST_CHARACTERS, Written, advice
from qbank.domain.advice.likenesses import Other, likenesses
from qbank.domain.advice.one_breath import syllables
from qbank.domain.questions import Content
from tests.advice.labelled import labelled_sets
from tests.domain.a_question import a_question

PROBES = ("What came of it?",)
ANALYSES = "Analyses the kinds of customer served"
SOUND = "In your project, how did you find out which customers were worst served?"
POINTED_AT = {
    "closed-opener": ("In your project, did you ask customers about the new form?", "did you"),
    "two-questions": ("How did you find the cause, and what did you do about it?", "what did you"),
    "leading": ("You told the guest about the charge, didn't you? How?", "didn't you"),
    "names-organisation": ("How did you explain Tesco's refund to a customer?", "Tesco"),
    "protected-characteristic": ("How did you explain the bill to the elderly lady?", "elderly lady"),
    "jargon": ("How did you leverage what customers had told you?", "leverage"),
    "describe-for-analyse": ("Describe the customers that come to your desk.", "Describe"),
}


def remarks_on(stem, *, probes=PROBES, ksb="", plan_text="", others=()):
    return advice(Written(stem, probes, ksb, plan_text), others)


@pytest.mark.parametrize("code", POINTED_AT)
def test_a_remark_names_its_check_and_points_at_the_words(code):
    stem, words = POINTED_AT[code]

    (remark,) = [each for each in remarks_on(stem, ksb=ANALYSES) if each.code == code]

    assert (remark.words, stem[remark.start : remark.end], remark.part) == (words, words, "stem")
    assert remark.sentence.endswith(".")


def test_a_sound_question_gets_no_remark():
    assert remarks_on(SOUND, ksb=ANALYSES) == ()


def test_nothing_is_remarked_before_there_is_a_stem():
    assert remarks_on("  \n", probes=()) == ()


def test_a_question_without_a_probe_is_remarked_on_at_its_probes():
    (remark,) = remarks_on(SOUND, probes=())

    assert (remark.code, remark.part, remark.probe, remark.words) == ("no-probe", "probes", None, "")


def test_a_probe_that_is_a_placeholder_is_pointed_at():
    (remark,) = remarks_on(SOUND, probes=("TBC",))

    assert (remark.code, remark.probe, remark.words) == ("no-probe", 0, "TBC")


def test_what_others_said_is_not_what_the_question_asks():
    stem = "A customer asked, 'You don't care, do you?' How did you answer?"

    assert remarks_on(stem) == ()


def test_a_sentence_that_cannot_be_said_in_one_breath_is_pointed_at_whole():
    long = "How did you " + "explain to the customer whom you had met before and " * 5 + "leave it at that?"

    (remark,) = [each for each in remarks_on(f"Think of a case. {long}") if each.code == "one-breath"]

    assert remark.words == long.removesuffix("?")


@pytest.mark.parametrize(("word", "count"), [("make", 1), ("customer", 3), ("asked", 1), ("table", 2), ("the", 1)])
def test_syllables_are_counted_nearly_as_they_are_said(word, count):
    assert syllables(word) == count


def test_the_words_of_the_plan_are_nobodys_jargon():
    stem = "How did you benchmark your branch?"

    assert [each.words for each in remarks_on(stem)] == ["benchmark"]
    assert remarks_on(stem, plan_text="how to benchmark a service") == ()


def test_the_nearest_questions_are_named_first_with_the_words_in_common():
    stem = "How did you keep customers informed during a long delay?"
    others = [
        Other("Q-0003", "How did you keep customers informed at the counter?"),
        Other("Q-0002", "During a long delay, how did you keep the customers informed?", "retired"),
        Other("Q-0001", "How did you weigh the costs of two suppliers?"),
    ]

    ranked = likenesses(stem, others, least=0.3)

    assert [(each.other.reference, each.words) for each in ranked] == [
        ("Q-0002", ("keep", "customers", "informed", "long", "delay")),
        ("Q-0003", ("keep", "customers", "informed")),
    ]
    assert ranked[0].share == 1.0


def test_a_near_duplicate_is_remarked_on_with_its_reference_and_state_as_a_hint():
    other = Other("Q-0002", "During a long delay, how did you keep the customers informed?", "retired")

    (remark,) = remarks_on("How did you keep customers informed during a long delay?", others=[other])

    assert (remark.code, remark.other, remark.hint) == ("near-duplicate", "Q-0002", True)
    assert "Q-0002 (retired)" in remark.sentence


def test_a_question_is_advised_for_the_ksb_it_is_written_for(plan):
    content: Content = a_question(ksbs="S12 K1", stem="Describe the customers that come to your desk.").content

    codes = [each.code for each in advice(Written.of(content, plan))]

    assert codes == ["describe-for-analyse"]


def test_remarks_are_plain_data():
    (remark,) = remarks_on("How did you leverage what customers had told you?")

    told = json.loads(json.dumps(remark.to_dict()))

    assert (told["code"], told["start"], told["end"], told["hint"]) == ("jargon", 12, 20, False)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("aAdid how you, and why?'’“.;:-–—KS1&\n"), max_size=200), st.lists(st.text(max_size=20)))
def test_any_text_is_advised_on_and_every_remark_points_into_it(stem, probes):
    for remark in remarks_on(stem, probes=tuple(probes), ksb=ANALYSES, others=[Other("Q-0001", stem)]):
        text = stem if remark.part == "stem" else (*probes, "")[remark.probe or 0]
        assert remark.words == text[remark.start : remark.end] or (remark.probe is None and remark.part == "probes")


def test_a_stem_without_end_is_looked_at_from_its_beginning_only():
    remarks = remarks_on("how did you, " * 100_000)

    assert max(each.end for each in remarks) <= MOST_CHARACTERS


def test_every_check_has_its_labelled_set():
    assert set(CODES) == {each.code for each in labelled_sets()}
    assert set(CODES) >= HINTS
