"""The minutes of a review as PDF, read back by another program: made of the frozen certificate and nothing else."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from qbank.documents.minutes import minutes_of, pdf
from tests.documents.a_certificate import a_certificate, a_decision
from tests.documents.a_reader import Reader, folded


def made(certificate):
    return pdf(minutes_of(certificate))


@pytest.fixture(scope="module")
def found():
    return Reader(made(a_certificate()))


def test_minutes_are_tagged_and_say_their_title_their_language_and_when_they_were_signed(found):
    assert found.catalogue["/MarkInfo"]["/Marked"].value
    assert found.catalogue["/Lang"] == "en-GB"
    assert found.catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert found.pdf.metadata.title == "Minutes and certificate of review RV-0007"
    assert found.pdf.metadata.creation_date == datetime(2026, 6, 4, 11, tzinfo=UTC)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in found.catalogue["/Metadata"].get_data()


def test_W8_what_is_read_aloud_tells_the_review_the_panel_the_bank_and_every_decision_in_order(found):
    aloud, at = found.text(), 0

    for words in (
        "Minutes and certificate of review RV-0007",
        "Customer Service Specialist",
        "Opened 1 June 2026 at 10:00 BST by Ewa Nowak",
        "Signed off 4 June 2026 at 12:00 BST by Lena Fox, who presided",
        "Lena Fox, chair the organisation 4 0",
        "Ada Poole Northgate Housing 0 1",
        "It is of sufficient size to prevent predictability (rule W7).",
        "25.0% of a set",
        "Votes: 1 that it is, 2 that it is not (Lena Fox, Omar Diaz, Ada Poole).",
        "Why the decision is not what most votes were for: Six questions went live on Monday.",
        "4 questions decided: 1 to retire, 1 to rest, 1 to revise, 1 to keep.",
        "Retired: never drawn again: 1 question",
        "Q-0004 version 4, called early 2 to retire Reason number 4.",
        "Resting until a day: 1 question",
        "1 to keep, 1 to rest Reason number 3. It is live again on 1 March 2027.",
        "Revised; in use meanwhile: 1 question",
        "Reason number 2. Nia Adeyemi revises it by 1 September 2026. Might not vote on it: Ada Poole",
        "Kept as they are: 1 question",
        "Q-0001 version 1",
        "qbank review verify RV-0007.json trail.jsonl",
    ):
        at = aloud.index(words, at)


def test_W7_the_minutes_say_who_signed_the_budget_what_it_rests_on_and_what_others_would_have_signed(found):
    aloud = found.text()

    assert "25.0% of a set, for whoever kept the last 10 sets of a provider" in aloud
    assert "It rests on: The year gave 12% away." in aloud
    assert "Others would have signed: Ada Poole 15.0%." in aloud
    assert "Signed by " in aloud


def test_the_digest_of_the_certificate_is_printed_and_names_it_on_every_sheet(found):
    digest = hashlib.sha256(a_certificate().encode()).hexdigest()

    assert digest in found.text().replace(" ", "")
    for number, words in enumerate(found.sheets, start=1):
        assert f"certificate {digest[:8]}" in words
        assert "Review RV-0007" in words
        assert f"Page {number} of {len(found.sheets)}" in words


def test_headings_go_down_one_level_at_a_time(found):
    levels = [int(one.role[1]) for one in found.headings(1, 2, 3)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_same_certificate_gives_the_same_bytes_and_another_one_others():
    other = a_certificate(quorum=3)

    assert made(a_certificate()) == made(a_certificate())
    assert made(a_certificate()) != made(other)


def test_a_long_review_loses_no_question_and_breaks_none_over_two_sheets():
    certificate = a_certificate(questions=[a_decision(number, "keep") for number in range(1, 121)])

    found = Reader(made(certificate))

    cells = [one for one in found.aloud if "Reason number" in one.text]
    assert [f"Reason number {number}." for number in range(1, 121)] == [one.text for one in cells]
    assert all(one.first_sheet == one.last_sheet for one in cells)
    assert len(found.sheets) > 3


def test_an_older_certificate_without_titles_names_and_votes_on_the_bank_is_set_with_what_it_tells():
    told = json.loads(a_certificate())
    older = {key: value for key, value in told.items() if key not in {"standard_title", "method_title", "others"}}
    older["bank"] = {"sufficient": True, "budget_thousandths": 250, "reason": "Enough questions."}

    aloud = Reader(made(json.dumps(older))).text()

    assert "Standard customer-service-specialist-3" in aloud
    assert "by person 8" in aloud
    assert "person 9 revises it by 1 September 2026" in aloud
    assert "2 votes on each question, of those who may vote on it" in aloud
    assert "Votes: 1" not in aloud
    assert "Signed by" not in aloud


@pytest.mark.parametrize("typed", ['#eval("panic()")', "= Not a heading", "$x^2$ *no* _no_", "<label> @reference"])
def test_what_people_wrote_is_set_as_words_and_never_as_source(typed):
    certificate = a_certificate(
        questions=[a_decision(1, "keep", reason=typed)],
        bank={"sufficient": False, "budget_thousandths": 0, "reason": typed},
    )

    found = Reader(made(certificate))

    assert found.text().count(folded(typed)) == 2
    assert len(found.headings(1)) == 1
