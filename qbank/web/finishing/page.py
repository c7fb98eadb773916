"""What the pages of a finish say: the grade explained, what is missing with its place, what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from qbank.domain.finishing import Missing, Sat, Where
from qbank.domain.grading import Grade, Graded
from qbank.domain.lifecycle import Sitting
from qbank.domain.standards import Criterion, Level, Plan
from qbank.storage.queries.assessments import Judged
from qbank.web.judged_lines import Line, grouped
from qbank.web.saying import counted


def explained(plan: Plan, method: str, given: Graded, sitting: Sitting) -> list[str]:
    """Why the grade is what it is, a sentence or two each.

    Source: assessment plan, rules R2, R3 and R5.
    """
    passes = len(plan.criteria_of(method, Level.PASS))
    distinctions = len(plan.criteria_of(method, Level.DISTINCTION))
    if given.derived is Grade.FAIL:
        lacking = f"{_of(given.unmet_pass, passes)} for a pass {_is(given.unmet_pass)} not met"
        said = [f"{lacking}: {_codes(given.unmet_pass)}. One is enough: a pass needs every one of them (rule R2)."]
    elif given.derived is Grade.PASS:
        unmet = given.unmet_distinction
        lacking = f"{_of(unmet, distinctions)} for a distinction {_is(unmet)} not met: {_codes(unmet)}."
        said = [
            f"All {passes} criteria for a pass are met (rule R2).",
            f"{lacking} A distinction needs every one of them (rule R3).",
        ]
    else:
        said = [f"All {passes} criteria for a pass and all {distinctions} for a distinction are met (rules R2 and R3)."]
    if given.capped:
        said.append(
            f"This is a {sitting}, whose grade is at most a {given.highest} (rule R5): what was shown is a "
            f"{given.derived}, what is given is a {given.grade}."
        )
    return said


def links(lacking: Sequence[Missing], public_id: str) -> list[dict[str, str]]:
    """What is missing as lines of an error summary, each leading to where it is mended."""
    finish, live = (url_for(name, public_id=public_id) for name in ("finishing.finish", "live.index"))
    return [
        {"text": each.sentence, "href": live if each.where is Where.SITTING else f"{finish}#{place_of(each)}"}
        for each in lacking
    ]


def place_of(each: Missing) -> str:
    """The name of the place on the page of the finish."""
    names = {Where.QUESTION: f"question-{each.of}", Where.CRITERION: f"criterion-{each.of}"}
    reasons = {Where.LENGTH: "reason-length", Where.QUESTIONING: "reason-questioning"}
    return (names | reasons).get(each.where, str(each.where))


def lines_of(sat: Sat) -> list[tuple[str, list[Line]]]:
    """What stands of every criterion, grouped by level; fail indicators only where they were seen."""
    said = {each.code: sat.judgement(each.code) for each in sat.plan.criteria_of(sat.method.code)}
    judged = {
        code: Judged(code, None if sat.plan.criterion(code).level is Level.FAIL else one.holds, one.sources, one.text)
        for code, one in said.items()
        if one is not None and (one.holds or sat.plan.criterion(code).level is not Level.FAIL)
    }
    return grouped(sat.plan, sat.method.code, judged)


def _of(unmet: Sequence[Criterion], whole: int) -> str:
    return f"{len(unmet)} of {counted(whole, 'criterion', 'criteria')}"


def _is(unmet: Sequence[Criterion]) -> str:
    return "is" if len(unmet) == 1 else "are"


def _codes(criteria: Sequence[Criterion]) -> str:
    return ", ".join(each.code for each in criteria)
