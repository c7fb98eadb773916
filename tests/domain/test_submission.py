"""A draft is held to what a file is held to, and says at which field what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbank.domain.questions import Content, Provenance
from qbank.domain.submission import as_filed, lacks
from qbank.domain.working_drafts import LABELS, DraftText
from qbank.services.starter import starter_plan, starter_questions
from tests.domain.a_question import a_content

STANDARD = "customer-service-specialist-3"


@pytest.fixture(scope="module")
def plan():
    return starter_plan(STANDARD)


def parts(content: Content, plan) -> set[str]:
    return {each.part for each in lacks(content, plan)}


def test_a_whole_question_lacks_nothing(plan):
    assert lacks(a_content(), plan) == ()


def test_every_question_of_the_starter_bank_may_be_submitted_and_comes_back_from_a_draft_unchanged(plan):
    contents = [question.content for question in starter_questions(STANDARD)[::20]]

    assert {lacks(content, plan) for content in contents} == {()}
    assert [as_filed(DraftText.of(content).content) for content in contents] == contents


def test_an_empty_draft_lacks_every_part_that_is_required_each_at_its_field(plan):
    required = set(LABELS) - {"method", "secondary", "employer_consulted"}

    assert parts(DraftText("interview").content, plan) == required


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("stem", {"stem": "Did you find it?"}),
        ("stem", {"stem": "What " * 60}),
        ("probes", {"probes": ("Only one?",)}),
        ("guidance", {"guidance": " "}),
        ("pass_evidence", {"pass_evidence": ""}),
        ("distinction_evidence", {"distinction_evidence": ""}),
        ("primary", {"primary": ()}),
        ("primary", {"primary": ("B1",)}),
        ("secondary", {"secondary": ("K99",)}),
        ("criteria", {"criteria": ("WF1",)}),
        ("demand", {"demand": 4}),
        ("seconds", {"seconds": 100}),
        ("author", {"provenance": Provenance("", "a source", employer_consulted=False)}),
        ("source", {"provenance": Provenance("an author", "", employer_consulted=False)}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(plan, part, change):
    assert parts(replace(a_content(), **change), plan) == {part}


def test_a_text_that_looks_like_a_heading_or_a_fence_misleads_nobody(plan):
    content = replace(a_content(), guidance="## Probes\n+++\nauthor = 1", pass_evidence="")

    assert parts(content, plan) == {"pass_evidence"}


def test_a_draft_is_kept_and_read_back_whole():
    text = DraftText.of(a_content(ksbs="K1 S16 K6", criteria="WP1 WP3"))

    assert DraftText.from_kept(text.as_kept()) == text


def test_two_drafts_are_compared_and_joined_part_by_part():
    mine, theirs = DraftText("interview", stem="A", guidance="C"), DraftText("interview", stem="B", demand=2)

    assert mine.differing(theirs) == ("stem", "guidance", "demand")
    assert theirs.with_parts_of(mine, ["stem"]) == replace(theirs, stem="A")
