"""A suspected leak: questions and their clones leave the draw at once, and a review decides what becomes of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.errors import RuleBroken
from qbank.domain.keeping import PairKind
from qbank.domain.lifecycle import State
from qbank.domain.people import COMMAND_LINE
from qbank.domain.reviewing import CallKind
from qbank.domain.working_drafts import DraftText
from qbank.services import authoring, delivering, eligibility, keeping, pairing, quarantining
from qbank.services.panel_deciding import Resolution
from qbank.storage import draw_plans, units
from qbank.storage.models import AuditEntry, EligibilitySnapshot
from qbank.storage.queries import leaks, review_clock, writing
from qbank.storage.queries.keeping import standings
from qbank.storage.queries.sets import set_of
from review.panel import Choice
from tests.services.a_bank import METHOD, NOW, pulled, the_person, the_plan_version
from tests.services.a_review import CALLED, decide, kept, opened_review, sign_off, vote, voted, voted_on_bank
from tests.services.a_sitting import a_drawn_session, asked, write
from tests.services.test_authoring import actor, decided, submitted
from tests.services.test_keeping import booked, would_be_drawn

WHY = "A message quotes it."


def quarantined(bank, *references, at=NOW):
    def work(store):
        by = the_person(store, "author").actor
        return quarantining.quarantine(store, references, because=WHY, by=by, at=at)

    return units.in_write_unit(bank, work)


def states(bank, *references):
    with units.read_unit(bank) as store:
        return {name: each.state for name, each in standings(store, references).items()}


def test_a_question_goes_with_its_clones_and_neither_is_drawn_from_then_on(bank):
    assert quarantined(bank, "Q-0003") == ("Q-0003", "Q-0004")

    with units.read_unit(bank) as store:
        row = the_plan_version(store)
        plan = draw_plans.adopted(store, row.id, METHOD)
        out = eligibility.of_plan(store, plan.id, row.id, at=NOW)
    assert out == {"Q-0003": State.QUARANTINED, "Q-0004": State.QUARANTINED}


def test_clones_of_clones_go_along_from_whichever_end_the_leak_is_seen(bank):
    with units.write_unit(bank) as store:
        one, other, third = (writing.question_by_reference(store, f"Q-000{number}") for number in (4, 5, 6))
        for pair in ((one, other), (other, third)):
            pairing.declare(store, PairKind.CLONE, *pair, because="The same lamp.", by=COMMAND_LINE, at=NOW)
    chain = ("Q-0003", "Q-0004", "Q-0005", "Q-0006")

    with units.read_unit(bank) as store:
        assert {quarantining.with_clones(store, [each]) for each in chain} == {chain}
    assert quarantined(bank, "Q-0006") == chain
    assert states(bank, *chain) == dict.fromkeys(chain, State.QUARANTINED)


def test_a_session_booked_before_the_quarantine_and_pulled_after_it_heeds_it(bank):
    session = booked(bank)
    before = would_be_drawn(bank, session)
    told = before[3]
    out = quarantined(bank, told)

    drawn = pulled(bank, session)

    assert len(drawn.references) == len(before)
    assert not set(out) & set(drawn.references)
    with units.read_unit(bank) as store:
        frozen = json.loads(store.scalars(sa.select(EligibilitySnapshot.body)).one())
    assert frozen["excluded"] == dict.fromkeys(out, "quarantined")


def test_their_review_is_called_and_the_trail_tells_the_act_without_a_text(bank):
    quarantined(bank, "Q-0010")

    with units.read_unit(bank) as store:
        key = writing.question_by_reference(store, "Q-0010").id
        (called,) = review_clock.calls_of(store, [key])
        entries = list(store.scalars(sa.select(AuditEntry.facts).where(AuditEntry.act == "question quarantined")))
    assert (called.kind, called.reason) == (CallKind.LEAK, WHY)
    assert len(entries) == 1
    assert WHY not in json.dumps(entries)
    assert "lamp" not in json.dumps(entries)


@pytest.mark.parametrize("because", ["", "  "])
def test_without_a_reason_nothing_is_quarantined(bank, because):
    with pytest.raises(RuleBroken, match="reason"), units.write_unit(bank) as store:
        quarantining.quarantine(store, ["Q-0010"], because=because, by=the_person(store, "author").actor, at=NOW)

    assert states(bank, "Q-0010") == {"Q-0010": State.LIVE}


def test_what_is_quarantined_already_stays_so_and_its_review_is_called_again(bank):
    quarantined(bank, "Q-0010")
    quarantined(bank, "Q-0010", at=NOW + timedelta(hours=1))

    with units.read_unit(bank) as store:
        key = writing.question_by_reference(store, "Q-0010").id
        assert len(review_clock.calls_of(store, [key])) == 2
    assert states(bank, "Q-0010") == {"Q-0010": State.QUARANTINED}


def test_only_what_is_quarantined_is_released(bank):
    with pytest.raises(RuleBroken, match="not quarantined"), units.write_unit(bank) as store:
        quarantining.release(store, "Q-0010", because="a test", by=COMMAND_LINE, at=NOW)


def test_the_sign_off_of_a_review_ends_the_quarantine_of_what_it_decided_on_meanwhile(bank):
    keep, rest, revise, late = CALLED
    quarantined(bank, keep, rest, revise)
    reference = opened_review(bank)
    with units.read_unit(bank) as store:
        author = the_person(store, "author").id
    for question, made in {
        keep: Resolution(Choice.KEEP, "It was not told."),
        rest: Resolution(Choice.REST, "It was.", rest_until=date(2027, 1, 1)),
        revise: Resolution(Choice.REVISE, "It was.", author=author, revised_by=date(2026, 9, 1)),
        late: Resolution(Choice.KEEP, "It is sound."),
    }.items():
        for who in ("chair", "first"):
            vote(bank, reference, who, question, made.choice)
        decide(bank, reference, question, made)
    quarantined(bank, late, at=NOW + timedelta(hours=1))
    _decide_on_the_rest(bank, reference)

    sign_off(bank, reference, at=NOW + timedelta(hours=2))

    assert states(bank, *CALLED) == {
        keep: State.LIVE,
        rest: State.RESTING,
        revise: State.QUARANTINED,
        late: State.QUARANTINED,
    }


def test_what_is_reported_again_after_the_panel_has_decided_stays_in_quarantine(bank):
    quarantined(bank, CALLED[0])
    reference = opened_review(bank)
    _decide_on_the_rest(bank, reference)
    quarantined(bank, CALLED[0], at=NOW + timedelta(hours=1))

    sign_off(bank, reference, at=NOW + timedelta(hours=2))

    assert states(bank, CALLED[0]) == {CALLED[0]: State.QUARANTINED}


def test_the_revision_that_a_panel_asked_for_takes_the_place_of_a_leaked_text_and_no_other_does(bank):
    asked_for, other = CALLED[0], CALLED[1]
    quarantined(bank, asked_for, other)
    reference = opened_review(bank)
    with units.read_unit(bank) as store:
        author = the_person(store, "author").id
    made = Resolution(Choice.REVISE, "It was told.", author=author, revised_by=date(2026, 9, 1))
    voted(bank, reference, asked_for, Choice.REVISE)
    decide(bank, reference, asked_for, made)
    _decide_on_the_rest(bank, reference)
    sign_off(bank, reference)
    quarantined(bank, other, at=NOW + timedelta(hours=1))

    with pytest.raises(RuleBroken, match="whose leak is suspected"):
        _revised(bank, asked_for, guidance="Of another lamp.")
    _revised(bank, asked_for, stem="In your logbook, what did the lamp on the north pier teach you?")
    with pytest.raises(RuleBroken, match="quarantined"):
        _revised(bank, other, stem="In your logbook, what did the lamp on the south pier teach you?")

    assert states(bank, asked_for, other) == {asked_for: State.LIVE, other: State.QUARANTINED}


def test_a_text_that_was_retired_out_of_quarantine_does_not_come_back(bank):
    quarantined(bank, "Q-0010")
    with units.write_unit(bank) as store:
        by = the_person(store, "author").actor
        keeping.retire(store, ["Q-0010"], because="It was told.", by=by, at=NOW)

    with pytest.raises(RuleBroken, match="whose leak is suspected"):
        _revised(bank, "Q-0010")
    _revised(bank, "Q-0010", stem="In your logbook, what did the lamp on the north pier teach you?")

    assert states(bank, "Q-0010") == {"Q-0010": State.LIVE}


@pytest.mark.parametrize("way", ["approved", "put back"])
def test_a_version_submitted_before_its_stem_was_told_does_not_come_back(bank, way):
    with units.write_unit(bank) as store:
        question, author = writing.question_by_reference(store, "Q-0010"), actor(store, "author")
        draft = authoring.revise(store, question, by=author, at=NOW)
        text = replace(DraftText.from_kept(draft.words), seconds=300, guidance="Of another lamp.")
        authoring.save(store, draft, text, revision=draft.revision, by=author, at=NOW)
        submitted(store, draft)
        if way == "put back":
            authoring.take_back(store, question, by=author, at=NOW)
    quarantined(bank, "Q-0010")
    with units.write_unit(bank) as store:
        keeping.retire(store, ["Q-0010"], because="It was told.", by=the_person(store, "author").actor, at=NOW)

    def comes_back(store):
        question = writing.question_by_reference(store, "Q-0010")
        if way == "put back":
            authoring.put_back(store, question, by=actor(store, "author"), at=NOW)
        else:
            decided(store, question)

    with pytest.raises(RuleBroken, match="whose leak is suspected"):
        units.in_write_unit(bank, comes_back)


def test_neither_a_comma_nor_another_question_brings_a_told_stem_back(bank):
    quarantined(bank, "Q-0010")
    with units.read_unit(bank) as store:
        question = writing.question_by_reference(store, "Q-0010")
        stem = writing.newest_version(store, question.id).stem

    for other in (stem.upper(), stem.replace(" ", ", ", 1), f"\u201c{stem}\u201d", stem.replace("o", "\u00f6", 1)):
        with pytest.raises(RuleBroken, match="that of version 1, whose leak"):
            _revised(bank, "Q-0010", stem=other)
    with pytest.raises(RuleBroken, match="that of Q-0010, whose leak"):
        _revised(bank, "Q-0011", stem=stem)


def _revised(bank, reference, **changes):
    """A next version, written by one person and approved by another."""

    def work(store):
        question, author = writing.question_by_reference(store, reference), actor(store, "author")
        draft = authoring.revise(store, question, by=author, at=NOW)
        text = replace(DraftText.from_kept(draft.words), seconds=300, **changes)
        authoring.save(store, draft, text, revision=draft.revision, by=author, at=NOW)
        decided(store, submitted(store, draft))

    units.in_write_unit(bank, work)


def _decide_on_the_rest(bank, reference):
    for line in kept(bank, reference).agenda:
        if line.decision is None:
            voted(bank, reference, line.reference)
            decide(bank, reference, line.reference)
    voted_on_bank(bank, reference)


def test_sessions_that_hold_it_are_told_apart_by_whether_they_sat(bank):
    sat, waiting = a_drawn_session(bank), a_drawn_session(bank, apprentice=2)
    write(bank, sat, asked(bank, sat))
    with units.read_unit(bank) as store:
        names = {key: [each.reference for each in set_of(store, key).asked] for key in (sat, waiting)}
        everything = sorted({*names[sat], *names[waiting]})

        found = [*leaks.sessions_waiting(store, everything), *leaks.sessions_sat(store, everything)[0]]
        one = leaks.sessions_waiting(store, names[waiting][:1])
        assert leaks.sessions_sat(store, everything)[1] == 1

    assert [each.sat for each in found] == [False, True]
    assert [len(each.holds) for each in found] == [len(names[waiting]), len(names[sat])]
    assert names[waiting][:1] == list(one[0].holds)


def test_copies_are_found_by_their_mark_and_by_what_their_set_holds(bank):
    session, other = a_drawn_session(bank), a_drawn_session(bank, apprentice=2)
    with units.write_unit(bank) as store:
        drawn, unlike = set_of(store, session), set_of(store, other)
        by = the_person(store, "assessor").actor
        delivering.note_view(store, drawn, how="printed", by=by, at=NOW, copy_mark="7F3K-Q2XM")
        delivering.note_view(store, unlike, how="printed", by=by, at=NOW, copy_mark="AAAA-BBBB")
        delivering.note_view(store, drawn, how="opened", by=by, at=NOW)

    with units.read_unit(bank) as store:
        marked = leaks.copies_marked(store, ["7F3K-Q2XM"])
        most, *_ = leaks.copies_holding(store, [each.reference for each in drawn.asked])
        told = leaks.versions_shown(store)

    assert [(each.mark, each.how, each.by, each.holds) for each in marked] == [("7F3K-Q2XM", "printed", "assessor", 0)]
    assert (most.mark, most.holds) == ("7F3K-Q2XM", len(drawn.asked))
    assert len(told) == 60
