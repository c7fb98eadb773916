"""Harvest: how much of a bank each person has met is counted, and nobody pulls more sets in a day than they may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event, Thread

import pytest

from qbank.domain.errors import RuleBroken
from qbank.domain.harvest import TooManyPulls, Way
from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import Interest
from qbank.domain.working_drafts import DraftText
from qbank.services import authoring, booking, delivering, preparing
from qbank.services.seeds import SeedCipher
from qbank.storage import draw_plans, units
from qbank.storage.locks import lock_pulls
from qbank.storage.models import AssessmentSession
from qbank.storage.queries import harvest, writing
from qbank.storage.queries.certainties import certainties
from qbank.storage.queries.sets import set_of
from review.certainty import Certainty
from tests.services.a_bank import CIPHER, METHOD, NOW, a_session, the_person, the_plan_version
from tests.services.a_sitting import a_drawn_session, asked, write
from tests.services.test_authoring import actor, decided, submitted

MOST = 2
LATER = NOW + timedelta(days=9)


def booked(bank, count):
    with units.write_unit(bank) as store:
        return [a_session(store, apprentice=number).id for number in range(1, count + 1)]


def pull(bank, session, *, at=NOW, most=MOST):
    with units.read_unit(bank) as store:
        by = the_person(store, "assessor").actor
    return delivering.see_to(bank, session, by=by, at=at, cipher=CIPHER, most_a_day=most)


def test_nobody_pulls_more_sets_in_a_day_than_they_may_and_opens_again_what_was_pulled(bank):
    first, second, third = booked(bank, 3)
    early = NOW - timedelta(hours=2)
    assert [pull(bank, each, at=early) for each in (first, second)] == [True, True]

    for _ in range(2):
        with pytest.raises(TooManyPulls, match="2 question sets within 24 hours"):
            pull(bank, third)

    assert pull(bank, first) is False
    with units.read_unit(bank) as store:
        assert set_of(store, third) is None
        (told,) = harvest.refused(store, since=NOW - timedelta(days=1))  # twice pressed, once told
        assert (told.person, told.at) == ("assessor", NOW)
        assert told.session == store.get_one(AssessmentSession, third).reference
        assert harvest.refused(store, since=NOW) == []
        much = harvest.pulled_much(store, since=NOW - timedelta(days=1), least=MOST)
        assert [(each.person, each.sets) for each in much] == [("assessor", 2)]
        assert harvest.pulled_much(store, since=NOW - timedelta(days=1), least=MOST + 1) == []
    assert pull(bank, third, at=early + timedelta(days=1)) is True
    with units.read_unit(bank) as store:
        assert harvest.pulled_since(store, the_person(store, "assessor").id, NOW) == 1


def test_what_a_person_met_is_counted_by_the_way_in_which_they_met_it(bank):
    session = booked(bank, 1)[0]
    pull(bank, session)
    with units.write_unit(bank) as store:
        drawn, row = set_of(store, session), the_plan_version(store)
        before = harvest.met_of_method(store, row.standard_id, METHOD)
        for _ in range(2):
            delivering.note_view(store, drawn, how="read", by=the_person(store, "assessor").actor, at=NOW)

        found = {each.person: each for each in harvest.met_of_method(store, row.standard_id, METHOD)}

        sure = {each.person: each for each in certainties(store, row, METHOD, found.values())}

    assert "assessor" not in {each.person for each in before}  # drawn and never opened is not met
    assert found["assessor"].ways[Way.SETS] == found["assessor"].whole == len(drawn.questions)
    assert found["assessor"].of == 60
    assert sure["assessor"].written == Certainty(0.0, 0.0, 0.0, 0.0, 0.0)
    assert 0 < sure["assessor"].met.lowest < sure["assessor"].met.any_of_them <= sure["assessor"].met.expected


def test_an_author_is_told_how_sure_they_are_of_a_question_that_they_wrote_and_nobody_without_a_plan(bank):
    """Q-0005 gets a new version from the author, who is known to know it; the assessor, who met nothing, is not."""
    with units.write_unit(bank) as store:
        row, author = the_plan_version(store), actor(store, "author")
        question = writing.question_by_reference(store, "Q-0005")
        draft = authoring.revise(store, question, by=author, at=NOW)
        words = replace(DraftText.from_kept(draft.words), guidance="Said anew.", seconds=300)
        authoring.save(store, draft, words, revision=1, by=author, at=NOW)
        decided(store, submitted(store, draft))
        plan = draw_plans.plan(store, draw_plans.adopted(store, row.id, METHOD).id)

        met = harvest.met_of_method(store, row.standard_id, METHOD)
        sure = {each.person: each for each in certainties(store, row, METHOD, met)}
        of_nobody = certainties(store, row, "no such method", met)

    chance = float(plan.figures["exposure"]["Q-0005"])
    assert sure["author"].written.expected == sure["author"].written.largest == chance > 0
    assert sure["author"].written.lowest <= chance <= sure["author"].written.highest
    assert sure["approver"].written.expected == 0
    assert sure["approver"].met == sure["author"].met
    assert "assessor" not in sure
    assert of_nobody is None


def test_what_was_pulled_and_never_conducted_is_told_a_day_later_and_what_was_recorded_is_not(bank):
    sat, never = a_drawn_session(bank), a_drawn_session(bank, apprentice=2)
    write(bank, sat, asked(bank, sat))

    with units.read_unit(bank) as store:
        told, count = harvest.never_sat(store, since=NOW - timedelta(days=90), at=LATER)
        soon = harvest.never_sat(store, since=NOW - timedelta(days=90), at=NOW)
        reference = set_of(store, never).session_reference

    assert ([each.reference for each in told], count) == ([reference], 1)
    assert soon == ([], 0)


def test_two_sets_that_one_person_pulls_at_the_same_moment_are_counted_each_once(bank):
    """The second has looked before the first is kept, and is refused after it."""
    first, second = booked(bank, 2)
    with units.read_unit(bank) as store:
        by = the_person(store, "assessor").actor
    looked, said = Event(), []

    def pull_second():
        try:
            said.append(
                delivering.see_to(bank, second, by=by, at=NOW, cipher=Looking(CIPHER.key, looked), most_a_day=1)
            )
        except RuleBroken as refused:
            said.append(refused.sentence)

    other = Thread(target=pull_second, daemon=True)
    with units.write_unit(bank) as store:
        lock_pulls(store, by.identifier)
        delivering.pull(store, store.get_one(AssessmentSession, first), by=by, at=NOW, cipher=CIPHER)
        other.start()
        assert looked.wait(20)
    other.join(20)

    assert said == ["You have pulled 1 question set within 24 hours, and no more can be pulled for now."]
    with units.read_unit(bank) as store:
        assert set_of(store, second) is None


@dataclass(frozen=True)
class Looking(SeedCipher):
    """Tells when the seed is opened: by then the sets of the day were counted."""

    looked: Event

    def opened(self, kept, *, attempt):
        self.looked.set()
        return super().opened(kept, attempt=attempt)


def test_two_people_of_one_name_are_not_counted_as_one(bank):
    first, second = booked(bank, 2)
    with units.write_unit(bank) as store:
        other = the_person(store, "other")
        other.name = "assessor"
        booking.reassign(store, store.get_one(AssessmentSession, second), other, by=COMMAND_LINE, at=NOW)
        preparing.declare(store, store.get_one(AssessmentSession, second), Interest.NONE, by=other.actor, at=NOW)
        by = other.actor
    pull(bank, first)
    delivering.see_to(bank, second, by=by, at=NOW, cipher=CIPHER, most_a_day=MOST)

    with units.read_unit(bank) as store:
        assert harvest.pulled_much(store, since=NOW - timedelta(days=1), least=2) == []
        assert len(harvest.pulled_much(store, since=NOW - timedelta(days=1), least=1)) == 2
