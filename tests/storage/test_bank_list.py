"""The list of questions: each filter, each order, the words; as many queries for ten questions as for two hundred."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qbank.domain.access import Role
from qbank.domain.approving import Decision, Verdict
from qbank.domain.bank_list import Review, Sort, Used, Wanted, latest_start
from qbank.domain.lifecycle import Change, State
from qbank.domain.people import COMMAND_LINE
from qbank.domain.working_drafts import DraftText
from qbank.services import approving, authoring, keeping, people, seeding
from qbank.storage import migrating, search, units
from qbank.storage.models import QuestionVersion
from qbank.storage.queries import review_clock, versions, writing
from qbank.storage.queries.bank_list import Listed, listed, references
from qbank.storage.queries.keeping import standings
from review.days import months_after
from tests.services.a_bank import (
    BOOKED,
    METHOD,
    NOW,
    a_plan,
    a_session,
    fill,
    opened,
    pulled,
    questions,
    the_person,
    the_plan_version,
)
from tests.storage.a_review import review_once

SMALL, LARGE = 10, 200


@pytest.fixture(scope="module")
def used(shelf):
    """The small bank after a set was drawn; a question rests, one is retired, one has words that await approval."""
    with opened(shelf.copy("bank", fill)) as engine:
        with units.write_unit(engine) as store:
            session = a_session(store).id
        drawn = pulled(engine, session).references
        out = [each.reference for each in questions() if each.reference not in drawn][:3]
        with units.write_unit(engine) as store:
            done = {"because": "a test", "by": COMMAND_LINE, "at": NOW}
            keeping.rest(store, out[:1], until=date(2026, 7, 1), **done)
            keeping.retire(store, out[1:2], **done)
            author, question = the_person(store, "author").actor, writing.question_by_reference(store, out[2])
            live = versions.versions_of(store, question)[0].content
            draft = authoring.revise(store, question, by=author, at=NOW)
            stem = "In your logbook, which buoy did you paint at the café, and why? Pr'oof"
            words = replace(DraftText.of(live), stem=stem, seconds=300)
            authoring.save(store, draft, words, revision=1, by=author, at=NOW)
            authoring.submit(store, draft, revision=2, by=author, at=NOW)
        yield engine, drawn, out


def view(engine, *, at: datetime = NOW, **wanted: object) -> Listed:
    with units.read_unit(engine) as store:
        return listed(store, Wanted(**wanted), at=at)


def names(found: Listed) -> list[str]:
    return [each.reference for each in found.lines]


def test_pages_are_of_fifty_in_the_order_of_the_references_and_a_page_beyond_the_last_is_the_last(used):
    engine, *_ = used
    first, second, beyond = (view(engine, page=number) for number in (1, 2, 9))

    assert (first.found, first.of, len(first.lines), len(second.lines)) == (60, 60, 50, 10)
    assert names(first) + names(second) == [each.reference for each in questions()]
    assert names(beyond) == names(second)
    live = [view(engine, state=State.LIVE, page=number) for number in (1, 2, 9)]
    assert [(each.found, len(each.lines)) for each in live] == [(58, 50), (58, 8), (58, 8)]
    assert names(live[2]) == names(live[1])
    assert view(engine, method="no such", page=9) == Listed((), 0, 60)


def test_states_are_told_apart_and_what_awaits_approval_is_found_though_its_live_version_stays(used):
    engine, _, (resting, retired, awaiting) = used

    assert names(view(engine, state=State.RESTING)) == [resting]
    assert names(view(engine, state=State.RETIRED)) == [retired]
    assert names(view(engine, state=State.AWAITING_APPROVAL)) == [awaiting]
    assert view(engine, state=State.LIVE).found == 58
    (line,) = view(engine, state=State.RESTING).lines
    assert (line.until, line.awaits) == (date(2026, 7, 1), False)
    (line,) = view(engine, state=State.AWAITING_APPROVAL).lines
    assert (line.state, line.awaits) == (State.LIVE, True)
    assert {each.due is None for each in view(engine, state=State.RETIRED).lines} == {True}


def test_filters_by_method_ksb_criterion_and_author_narrow_together(used):
    engine, *_ = used
    code = a_plan().ksbs[0].code
    carriers = [each.reference for each in questions() if code in each.content.ksbs]

    assert names(view(engine, ksb=code)) == carriers
    out = names(view(engine, state=State.RESTING)) + names(view(engine, state=State.RETIRED))
    together = names(view(engine, ksb=code, state=State.LIVE, method="dialogue", criterion="LP1"))
    assert together == [each for each in carriers if each not in out]
    assert (view(engine, method="no such").found, view(engine, criterion="XX").found) == (0, 0)
    author = questions()[0].content.provenance.author
    assert view(engine, author=author[:4].upper()).found == 60
    assert view(engine, author="100%").found == 0


def test_when_a_question_was_asked_last_is_filtered_and_sorted_and_those_never_asked_come_last(used):
    engine, drawn, _ = used

    assert set(names(view(engine, used=Used.MONTH))) == set(drawn) == set(names(view(engine, used=Used.YEAR)))
    assert view(engine, used=Used.NEVER).found == 60 - len(drawn)
    assert view(engine, used=Used.EARLIER).found == 0
    later = NOW + timedelta(days=400)
    assert set(names(view(engine, used=Used.EARLIER, at=later))) == set(drawn)
    for sort in (Sort.USED, Sort.ASKED):
        assert set(names(view(engine, sort=sort, down=True))[: len(drawn)]) == set(drawn)
    assert set(names(view(engine, sort=Sort.USED))[: len(drawn)]) == set(drawn)
    assert {(each.asked, each.last) for each in view(engine, used=Used.MONTH).lines} == {(1, NOW.date())}


def test_W8_what_is_overdue_for_its_review_is_found_from_the_day_it_falls_due(used):
    engine, *_ = used
    due = months_after(BOOKED.date(), a_plan().review_months)
    midday = datetime(due.year, due.month, due.day, 12, tzinfo=UTC)

    assert view(engine, review=Review.OVERDUE, at=midday - timedelta(days=1)).found == 0
    assert view(engine, review=Review.SOON, at=midday - timedelta(days=1)).found == 59
    assert view(engine, review=Review.OVERDUE, at=midday).found == 59
    assert view(engine, review=Review.LATER).found == 59
    assert view(engine).lines[0].due == due


def is_overdue(store, reference: str, day: date) -> bool:
    """As the filter says, which reckons for all questions at once what a line reckons for its own."""
    midday = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return reference in references(store, Wanted(review=Review.OVERDUE), at=midday)


def test_W8_the_day_in_the_list_is_that_of_the_clock_whatever_the_changes_were(bank):
    days = {}
    for month, change in enumerate((Change.EDITORIAL, Change.MATERIAL, Change.EDITORIAL), start=1):
        with units.write_unit(bank) as store:
            at, author = NOW + timedelta(days=30 * month), the_person(store, "author").actor
            question = writing.question_by_reference(store, "Q-0010")
            live = versions.versions_of(store, question)[0].content
            draft = authoring.revise(store, question, by=author, at=at)
            words = replace(DraftText.of(live), guidance=f"Text {month}.", seconds=300)
            authoring.save(store, draft, words, revision=1, by=author, at=at)
            version = authoring.submit(store, draft, revision=2, by=author, at=at)
            approver = the_person(store, "approver").actor
            decision = Decision(Verdict.APPROVED, change=change, confirmed=frozenset(live.ksbs))
            approving.decide(store, question, decision, number=version.number, by=approver, at=at)
            clock = review_clock.clock_of(store, question.id, version.number, review_clock.rhythm_of(a_plan()))
            days[change, month] = clock.due_on
            assert {each.reference: each.due for each in listed(store, Wanted(), at=at).lines}["Q-0010"] == clock.due_on
            assert is_overdue(store, "Q-0010", clock.due_on)
            assert not is_overdue(store, "Q-0010", clock.due_on - timedelta(days=1))

    assert len(set(days.values())) == 2
    assert names(view(bank, sort=Sort.REVIEW, down=True))[0] == "Q-0010"
    assert "Q-0010" not in names(view(bank, sort=Sort.REVIEW))


def test_W8_what_a_panel_decided_on_a_text_that_was_replaced_counts_neither_in_the_list_nor_on_the_clock(bank):
    replaced, at = BOOKED + timedelta(days=1), NOW + timedelta(days=1)
    with units.write_unit(bank) as store:
        facts = {"name": "Checker", "email": "checker@example.org", "password": None, "roles": [Role.APPROVER]}
        approver = people.create(store, **facts, by=COMMAND_LINE, at=BOOKED).actor  # who has no seat on the panel
        author, question = the_person(store, "author").actor, writing.question_by_reference(store, "Q-0001")
        live = versions.versions_of(store, question)[0].content
        draft = authoring.revise(store, question, by=author, at=replaced)
        words = replace(DraftText.of(live), guidance="Another text.", seconds=300)
        authoring.save(store, draft, words, revision=1, by=author, at=replaced)
        authoring.submit(store, draft, revision=2, by=author, at=replaced)
        decision = Decision(Verdict.APPROVED, change=Change.MATERIAL, confirmed=frozenset(live.ksbs))
        approving.decide(store, question, decision, number=2, by=approver, at=replaced)
        review_once(store)  # of the first version, signed off after the second went live

        clock = review_clock.clock_of(store, question.id, 2, review_clock.rhythm_of(a_plan()))
        days = {each.reference: each.due for each in listed(store, Wanted(), at=at).lines}
        overdue = [is_overdue(store, "Q-0001", clock.due_on - timedelta(days=before)) for before in (0, 1)]

    assert overdue == [True, False]
    assert clock.counted_from == replaced.date()
    assert days["Q-0001"] == clock.due_on


def test_a_reference_that_no_database_keeps_is_of_no_question(used):
    engine, *_ = used
    with units.read_unit(engine) as store:
        assert writing.question_by_reference(store, "Q-0001\0") is None
        assert list(standings(store, ["\0", "Q-0001"])) == ["Q-0001"]


def test_an_author_is_found_by_small_letters_and_great_ones_of_any_alphabet(bank):
    with units.write_unit(bank) as store:
        facts = {"name": "Émile Ødegård", "email": "e@example.org", "password": None, "roles": [Role.AUTHOR]}
        author = people.create(store, **facts, by=COMMAND_LINE, at=NOW).actor
        draft = authoring.begin(store, the_plan_version(store), METHOD, by=author, at=NOW)
        stem = "In your logbook, what did the lamp on the north pier teach you?"
        text = replace(DraftText.of(questions()[6].content), stem=stem, seconds=300)
        authoring.save(store, draft, text, revision=1, by=author, at=NOW)
        authoring.submit(store, draft, revision=2, by=author, at=NOW)

    for typed in ("émi", "ÉMILE ø", "Ødegård"):
        assert names(view(bank, author=typed)) == ["Q-0061"]
    assert names(view(bank, author="emile")) == []


def test_each_of_the_authors_that_files_name_is_found_by_a_part_of_the_name(bank):
    told = {"Q-0002": "Bo Ek", "Q-0003": "Zoë Ek", "Q-0004": "an Ek"}
    named = [
        replace(each, content=replace(each.content, provenance=replace(each.content.provenance, author=name)))
        for each in questions()
        if (name := told.get(each.reference))
    ]
    with units.write_unit(bank) as store:
        seeding.load_questions(store, a_plan(), named, by=COMMAND_LINE, at=NOW)

    assert names(view(bank, author="ek")) == [*told]
    assert names(view(bank, author="ZOË")) == ["Q-0003"]
    assert view(bank, author="an author").found == 57


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("down", [False, True])
def test_every_order_lists_every_question_once(used, sort, down):
    engine, *_ = used

    found = [*names(view(engine, sort=sort, down=down)), *names(view(engine, sort=sort, down=down, page=2))]

    assert sorted(found) == [each.reference for each in questions()]
    with units.read_unit(engine) as store:
        assert references(store, Wanted(sort=sort, down=down), at=NOW) == found


def test_words_are_found_by_their_beginnings_in_live_text_and_in_what_awaits_approval(used):
    engine, _, (*_, awaiting) = used

    assert names(view(engine, words="LAMP 17 teach")) == ["Q-0017"]
    assert names(view(engine, words="buo pai")) == [awaiting]
    assert names(view(engine, words="pr'oof")) == [awaiting]
    assert names(view(engine, words="CAFÉ")) == [awaiting]
    assert names(view(engine, words="cafe")) == []
    assert awaiting in names(view(engine, words=f"lamp {int(awaiting[2:])}"))
    assert view(engine, words="logbook").found == 60
    assert view(engine, words="aught").found == 0
    probe = questions()[0].content.probes[0].split()[0]
    assert view(engine, words=probe).found == 60


def test_words_of_a_version_that_was_replaced_are_not_found(bank):
    changed = replace(questions(10)[9], content=replace(questions(10)[9].content, stem="What did the fog teach you?"))
    with units.write_unit(bank) as store:
        seeding.load_questions(store, a_plan(), [changed], by=COMMAND_LINE, at=NOW)

    assert names(view(bank, words="fog")) == ["Q-0010"]
    assert names(view(bank, words="lamp 10 teach")) == []


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    typed=st.text(max_size=60) | st.sampled_from(['"', "a* OR b", "NEAR(a b)", "rowid:1", "' & !x", "-lamp", "lamp^2"])
)
def test_whatever_is_typed_searches_and_never_breaks_the_syntax_of_a_search(used, typed):
    engine, *_ = used

    assert 0 <= view(engine, words=typed).found <= 60
    assert 0 <= view(engine, author=typed.replace("\0", "")).found <= 60


def test_every_version_that_is_kept_can_be_searched_however_it_came(used):
    engine, *_ = used
    with units.read_unit(engine) as store:
        everything = set(store.scalars(sa.select(QuestionVersion.id)))
        found = set(store.scalars(search.holding(["in", "logbook"], engine.dialect.name)))

    assert found == everything


def counted_queries(engine) -> int:
    seen = []
    listen = (engine, "before_cursor_execute", lambda *_: seen.append(1))
    sa.event.listen(*listen)
    try:
        view(engine, words="logbook", state=State.LIVE, sort=Sort.USED, review=Review.LATER, used=Used.NEVER)
    finally:
        sa.event.remove(*listen)
    return len(seen)


def test_two_hundred_questions_take_as_many_queries_as_ten(shelf):
    found = []
    for many in (SMALL, LARGE):

        def fill_so(url: str, many: int = many) -> None:
            migrating.upgrade(url)
            with opened(url) as engine, units.write_unit(engine) as store:
                seeding.load_standard(store, a_plan(), by=COMMAND_LINE, at=NOW)
                seeding.load_questions(store, a_plan(), questions(many), by=COMMAND_LINE, at=NOW)

        with opened(shelf.copy(f"of_{many}", fill_so)) as engine:
            view(engine)  # what is kept in memory is there by now
            found.append(counted_queries(engine))

    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2026, 6, 4), date(2025, 6, 4)),
        (date(2025, 2, 28), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2024, 2, 28), date(2023, 2, 28)),
    ],
)
def test_the_latest_day_from_which_a_year_has_passed_counts_leap_days(today, start):
    assert latest_start(today, 12) == start
    assert months_after(start, 12) <= today < months_after(start + timedelta(days=1), 12)
