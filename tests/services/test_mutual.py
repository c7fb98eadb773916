"""Approvals between two people as they are kept, on both databases; the counting itself is in tests/review."""

from __future__ import annotations

from datetime import timedelta

from qbank.domain.approving import Verdict
from qbank.services import authoring
from qbank.storage import units
from qbank.storage.queries.mutual import Turn, mutual_since
from tests.services.a_bank import NOW, the_person
from tests.services.test_authoring import a_draft, a_text, actor, decided, submitted

EARLIER = NOW - timedelta(days=365)


def each_of_the_other(store, count: int, *, verdict: Verdict = Verdict.APPROVED) -> None:
    for number in range(count):
        for author, approver in (("author", "approver"), ("approver", "author")):
            draft = a_draft(store, by=author, stem=f"In your logbook, what is entry {number} of {author} about?")
            decided(store, submitted(store, draft, by=author), verdict, by=approver)


def test_two_who_approve_only_one_another_are_told_of_both_ways(bank):
    with units.write_unit(bank) as store:
        each_of_the_other(store, 5)

        found = mutual_since(store, EARLIER)

    assert sorted(found, key=lambda each: each.author) == [
        Turn("author", "approver", 5, 5),
        Turn("approver", "author", 5, 5),
    ]


def test_four_each_other_say_nothing_and_neither_do_refusals_nor_what_is_a_year_old(bank):
    with units.write_unit(bank) as store:
        each_of_the_other(store, 4)
        each_of_the_other(store, 1, verdict=Verdict.REJECTED)

        assert mutual_since(store, EARLIER) == []

        each_of_the_other(store, 1)

        assert len(mutual_since(store, EARLIER)) == 2
        assert mutual_since(store, NOW) == []


def test_a_co_author_is_one_whose_question_was_approved(bank):
    with units.write_unit(bank) as store:
        each_of_the_other(store, 4)
        draft = a_draft(store, by="author", stem="In your logbook, who wrote the last entry?")
        decided(store, submitted(store, draft, by="author"), by="approver")
        other = a_draft(store, by="other", stem="In your logbook, who wrote the first entry?")
        authoring.save(store, other, a_text(guidance="By two."), revision=2, by=actor(store, "approver"), at=NOW)
        decided(store, submitted(store, other, by="other"), by="author")

        names = {(each.approver, each.author) for each in mutual_since(store, EARLIER)}

    assert names == {("author", "approver"), ("approver", "author")}
    with units.read_unit(bank) as store:
        assert the_person(store, "other").name not in {name for pair in names for name in pair}
