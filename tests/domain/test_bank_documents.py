"""What a bank's document may not say, and that a row of one is refused rather than an accident of the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbank.domain.bank_document_checks import contradictions, latest_time, strange
from qbank.domain.bank_documents import FORMAT, BankDocument, EndSaid, MoveSaid, PairSaid, QuestionSaid, VersionSaid
from qbank.domain.bank_rows import checked
from qbank.domain.lifecycle import State
from qbank.domain.question_archives import row_of
from qbank.domain.references import is_reference
from tests.domain.a_question import a_question
from tests.services.a_bank import a_plan

AT = "2026-06-04T09:00:00+00:00"


def a_version(**facts) -> VersionSaid:
    content = replace(a_question("Q-0001", ksbs="K1", criteria="LP1", method="dialogue").content, **facts)
    moves = (MoveSaid(State.DRAFT, AT, "", ""), MoveSaid(State.LIVE, AT, "", ""))
    return VersionSaid(1, content, content.digest, "Ada", (), AT, (), "material", moves)


def a_document(version: VersionSaid | None = None, *, reference="Q-0001", pairs=()) -> BankDocument:
    shown = version or a_version()
    questions = tuple(
        QuestionSaid(name, shown.content.method, AT, (shown,)) for name in (reference, "Q-0002", "Q-0003")
    )
    return BankDocument(FORMAT, a_plan().standard, a_plan().version, "{}", questions, pairs)


def a_pair(first="Q-0001", second="Q-0002", ended=None, at=AT, reason="") -> PairSaid:
    return PairSaid("enemy", first, second, at, "", reason, ended)


def test_a_whole_document_is_neither_contradictory_nor_strange():
    document = a_document(pairs=(a_pair(ended=EndSaid(AT, "", "")), a_pair()))

    assert contradictions(document, "bank.json") == []
    assert strange(document, a_plan(), "bank.json") == []
    assert latest_time(document).isoformat() == AT


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (a_document(reference="Q-x"), "is not a reference"),
        (a_document(reference="Q-\u0660\u0661\u0662\u0663"), "is not a reference"),
        (a_document(reference="Q-" + "1" * 13), "is not a reference"),
        (replace(a_document(), questions=()), "no question"),
        (a_document(a_version(seconds=10**400)), "out of range"),
        (a_document(a_version(demand=0)), "out of range"),
        (a_document(replace(a_version(), change="great")), "neither an editorial"),
        (a_document(a_version(secondary=("K1",))), "twice"),
        (a_document(replace(a_version(), moves=(MoveSaid(State.RESTING, AT, "", "", "soon"),))), "ends on no day"),
        (a_document(pairs=(a_pair("Q-0002"),)), "paired with itself"),
        (a_document(pairs=(a_pair(), a_pair("Q-0002", "Q-0001"))), "there twice"),
        (a_document(pairs=(a_pair(at="yesterday"),)), "none in UTC"),
    ],
)
def test_what_no_export_says_is_told(document, said):
    assert any(said in fault.what for fault in contradictions(document, "bank.json"))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (a_document(a_version(method="seance")), "the method 'seance', which the plan has not"),
        (a_document(a_version(primary=("K99",))), "Q-0001 names 'K99', which the dialogue has not"),
        (a_document(a_version(criteria=("XX1",))), "names 'XX1'"),
        (a_document(a_version(stem="What\0?")), "no database keeps"),
        (a_document(pairs=(a_pair(reason="\0"),)), "no database keeps"),
    ],
)
def test_what_the_plan_has_not_and_no_database_keeps_is_told(document, said):
    assert any(said in fault.what for fault in strange(document, a_plan(), "bank.json"))


def test_a_row_with_characters_that_no_database_keeps_is_a_row_with_problems_that_one_keeps():
    question = a_question("Q-0001", ksbs="K1", criteria="LP1", method="dia\0logue")
    odd = replace(question, content=replace(question.content, stem="x" * 100_000, secondary=("K\0",)))

    (row,) = checked([row_of(odd, 1, "Q-0001")], a_plan())

    said = " ".join(str(each) for each in row.problems)
    assert "more than" in said
    assert "\0" not in said


@pytest.mark.parametrize(
    ("word", "holds"), [("Q-0001", True), ("q-0001", False), ("Q-001", False), ("Q-0001\n", False)]
)
def test_a_reference_is_a_letter_a_hyphen_and_digits(word, holds):
    assert is_reference(word) is holds
