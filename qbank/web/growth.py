"""How pages say that a question came into its set after the draw."""

from __future__ import annotations

from qbank.storage.queries.sets import AskedQuestion, DrawnSet, Grown


def came_later(drawn: DrawnSet, question: AskedQuestion) -> str:
    """Why a question came after the set was drawn, in a phrase; empty where it was there at first."""
    came = drawn.came_for(question.position)
    if came is None:
        return ""
    if came.replaced is None:
        return "drawn for what was left open"
    position = next(place for place, each in came.taken_out.items() if each.position == question.position)
    out = next(each for each in drawn.met if each.position == position)
    if position == came.exchanged:
        first = next(each for each in drawn.met if each.position == came.replaced)
        return f"in place of {out.reference}, not asked, exchanged together with {first.reference}"
    return f"in place of {out.reference}, {came.reason}"


def what_came(drawn: DrawnSet, came: Grown) -> str:
    """What was drawn in the place of what, in sentences; `drawn` is the set as it was before."""
    if came.exchanged is None:
        return "Another question was drawn in its place. Both count as met, and the set is lawful as before."
    (out, first), (gone, second) = (
        (next(each.reference for each in drawn.met if each.position == position), question.reference)
        for position, question in came.taken_out.items()
    )
    return (
        f"Two questions were replaced together: {first} came for {out}, and {second} for {gone}, which was not asked. "
        "All four count as met, and the set is lawful as before."
    )
