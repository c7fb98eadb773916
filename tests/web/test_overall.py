"""The page of the overall grade: what is missing, what follows, and who signs it (R9)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbank.domain.grading import Grade, overall
from qbank.services import combining
from qbank.services.combining import Combination
from qbank.services.starter import starter_plan
from qbank.storage.queries.overall_grades import Part, Signed
from tests.web.an_organisation import NOW, STANDARD, public_id

PLAN = starter_plan(STANDARD)
GRACE, TOM = 1, 2


@pytest.fixture
def address(settings) -> str:
    return f"/sessions/{public_id(settings, 'AS-00001')}/overall"


def a_part(method: str, grade: Grade, *, by: int = GRACE) -> Part:
    return Part(method, "first sitting", "AS-00001", grade, by, "Grace Mensah", 1, NOW)


def combined(monkeypatch, *grades: Grade, signed: Signed | None = None, by: int = GRACE) -> None:
    """Let the apprentice's methods have these confirmed grades."""
    parts = {each.code: a_part(each.code, grade, by=by) for each, grade in zip(PLAN.methods, grades, strict=True)}
    grade = overall(PLAN, {method: part.grade for method, part in parts.items()})
    found = Combination(PLAN, parts, grade, signed)
    monkeypatch.setattr(combining, "combination_of", lambda _store, _apprentice: found)


def test_R9_before_every_method_is_confirmed_the_page_says_what_is_missing_and_nothing_is_signed(assessor, address):
    page = assessor.get(address)

    assert page.heading == "Overall grade of AP-0001"
    assert "There is no overall grade yet: 3 methods have no confirmed grade." in page.main
    assert "Sign the overall grade" not in page.buttons()


@pytest.mark.parametrize(
    ("grades", "said"),
    [
        (
            (Grade.PASS, Grade.DISTINCTION, Grade.DISTINCTION),
            "Pass Every method is passed (rule R2), with a pass in",
        ),
        ((Grade.FAIL, Grade.PASS, Grade.FAIL), "Fail Failed: observation and discussion. A fail in any method"),
        ((Grade.DISTINCTION,) * 3, "Distinction Every method has a distinction (rule R3)."),
    ],
)
def test_R1_R2_R3_the_page_explains_the_grade_that_follows(assessor, address, monkeypatch, grades, said):
    combined(monkeypatch, *grades)

    page = assessor.get(address)

    assert said in page.main
    assert "Sign the overall grade" in page.buttons()


def test_R9_somebody_who_assessed_none_of_them_is_told_who_signs(assessor, address, monkeypatch):
    combined(monkeypatch, *(Grade.PASS,) * 3, by=TOM)

    page = assessor.get(address)

    assert "signed by an assessor who assessed one of the methods" in page.main
    assert "Sign the overall grade" not in page.buttons()


def test_R9_a_signature_is_shown_and_an_earlier_one_named_as_such(assessor, address, monkeypatch):
    signed = Signed(1, Grade.PASS, "Grace Mensah", NOW, frozenset({1}))
    combined(monkeypatch, *(Grade.PASS,) * 3, signed=signed)
    assert "Signed by Grace Mensah, today at midday." in assessor.get(address).main

    combined(monkeypatch, *(Grade.PASS,) * 3, signed=replace(signed, confirmations=frozenset({9})))
    assert "Signed before, of what stood then: pass, by Grace Mensah" in assessor.get(address).main
