"""How far a review is, as people look at it: what is decided, who has what left, and for whom a question waits."""

from __future__ import annotations

import re

from tests.web.test_reviewing import REVIEW, decide, opened, panel, vote

__all__ = ["opened", "panel"]


def row_of(page, reference):
    """The cells of a question on the agenda, by their label."""
    for row in page.all("tr"):
        heads = ["".join(each.itertext()) for each in row.iter("th")]
        if any(reference in head for head in heads):
            return {each.get("data-label"): " ".join("".join(each.itertext()).split()) for each in row.iter("td")}
    raise AssertionError(f"no row of {reference}")


def picture_of(page):
    return re.search(r'<svg class="chart"[^>]*aria-label="([^"]*)"', page.response.text)[1]


def test_a_question_names_those_for_whose_vote_it_waits_and_tells_no_vote(opened, manager):
    before = row_of(manager.get(REVIEW), "Q-0001")
    vote(opened["omar"], choice="keep", reason="A reason that stays with Omar until the others have voted.")
    after = manager.get(REVIEW)

    assert before["Waits for"] == "Lena Fox, Omar Diaz, Ruth Vale"
    assert row_of(after, "Q-0001")["Waits for"] == "Lena Fox, Ruth Vale"
    assert "stays with Omar" not in after.main
    assert row_of(after, "Q-0001") == before | {"Waits for": "Lena Fox, Ruth Vale", "Votes": "1"}

    vote(opened["lena"])
    decide(opened["lena"])

    assert row_of(manager.get(REVIEW), "Q-0001")["Waits for"] == "–"


def test_the_picture_of_a_review_says_how_much_is_decided_and_who_has_most_left(opened, manager):
    of = len([path for path in opened["omar"].get(REVIEW).paths() if "/questions/" in path])
    first = picture_of(manager.get(REVIEW))
    for who in ("omar", "lena"):
        vote(opened[who])
    decide(opened["lena"])

    page = manager.get(REVIEW)

    assert first == f"0 of {of} questions are decided; Lena Fox and 2 more have most left to vote on: {of}."
    assert (
        picture_of(page) == f"1 of {of} questions are decided; Lena Fox and 2 more have most left to vote on: {of - 1}."
    )
    assert f"1 of {of} questions are decided" in page.main
