"""How pages say that a question came into its set after the draw."""

from __future__ import annotations

from qbank.storage.queries.sets import AskedQuestion, DrawnSet


def came_later(drawn: DrawnSet, question: AskedQuestion) -> str:
    """Why a question came after the set was drawn, in a phrase; empty where it was there at first."""
    came = drawn.came_for(question.position)
    if came is None:
        return ""
    if came.replaced is None:
        return "drawn for what was left open"
    out = next(each for each in drawn.met if each.position == came.replaced)
    return f"in place of {out.reference}, {came.reason}"
