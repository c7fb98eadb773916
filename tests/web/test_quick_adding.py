"""Many stems at once through the page: looked at with advice, then a draft for each; nothing typed is lost."""

from __future__ import annotations

import sqlalchemy as sa

from qbank.domain.working_drafts import DraftText
from qbank.services.starter import starter_plan
from qbank.storage.models import Question, QuestionVersion, WorkingDraft
from tests.web.an_organisation import STANDARD
from tests.web.test_bookings import in_database
from tests.web.test_writing import staff

__all__ = ["staff"]

LOOK = "Look at the drafts"
LINES = "How did you choose what to ask first?\nK4: Which law mattered most in your project, and why?"


def looked(client, lines=LINES, **typed):
    page = client.get("/questions/quick")
    return client.press(
        page, LOOK, **{"method": f"{STANDARD}/interview", "ksbs": "K3", "then": "look"} | typed, lines=lines
    )


def drafts(settings):
    def work(store):
        return [
            DraftText.from_kept(words)
            for words in store.scalars(sa.select(WorkingDraft.words).order_by(WorkingDraft.id))
        ]

    return in_database(settings, work)


def test_nothing_is_added_before_the_lines_were_looked_at(staff, settings):
    page = looked(staff["ada"])

    assert "2 lines" in page.main
    assert drafts(settings) == []
    page = staff["ada"].press(page, "Add 2 drafts", then="make")
    assert page.heading == "Questions"
    assert "2 drafts are yours" in page.main
    first, second = drafts(settings)
    assert (first.primary, second.primary, second.author) == ("K3", "K4", "Ada")


def test_lines_that_were_changed_after_the_look_are_looked_at_again(staff, settings):
    page = looked(staff["ada"])

    page = staff["ada"].press(page, "Add 2 drafts", then="make", lines=f"{LINES}\nWhat came next?")

    assert "You changed the lines" in page.main
    assert drafts(settings) == []
    assert "Add 3 drafts" in page.buttons()


def test_a_wrong_ksb_stops_them_all_and_what_was_typed_stays(staff, settings):
    page = looked(staff["ada"], lines=f"{LINES}\nK99: Why?")

    assert page.status == 400
    assert page.link("Line 3: K99 is no KSB of the interview; its codes are " + ", ".join(own()) + ".") == (
        "/questions/quick#line-3"
    )
    assert page.form(LOOK).fields["lines"].strip() == f"{LINES}\nK99: Why?"
    assert drafts(settings) == []


def own():
    return [ksb.code for ksb in starter_plan(STANDARD).ksbs_of("interview")]


def test_a_line_is_advised_and_set_beside_its_like_in_the_bank_and_above_it(staff, settings):
    stem = in_database(
        settings,
        lambda store: store.scalar(
            sa.select(QuestionVersion.stem)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.method == "interview")
            .order_by(Question.reference)
            .limit(1)
        ),
    )

    page = looked(staff["ada"], lines=f"Did you like it?\n{stem}\n{stem}")

    assert "it asks nearly what line 2 asks" in page.main
    assert page.link("Read Q-0001") == "/questions/Q-0001"


def test_without_a_method_or_a_line_the_page_says_so_at_the_field(staff):
    page = looked(staff["ada"], lines=" \n", method="")

    assert page.link("Select what the questions are for").endswith("#method-1")
    assert page.link("Enter at least one line").endswith("#lines")


def test_more_lines_than_anybody_reads_are_refused(staff):
    page = looked(staff["ada"], lines="\n".join(f"What of {number}?" for number in range(101)))

    assert "There are 101 lines. Enter 100 or fewer at once" in page.main
