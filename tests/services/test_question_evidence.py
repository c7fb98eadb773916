"""What is read of a question's year: its sets, its askings as they stand, what was decided on its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.lifecycle import Replaced
from qbank.domain.people import COMMAND_LINE
from qbank.services import extending
from qbank.services.replacing import Replacement
from qbank.storage import units
from qbank.storage.queries import question_evidence, review_clock, writing
from qbank.storage.queries.question_evidence import Span
from qbank.storage.queries.sets import set_of
from review.evidence import Asking, evidence
from tests.domain.an_entry import an_entry
from tests.services import a_void
from tests.services.a_bank import BOOKED, CIPHER, NOW, fill, opened, the_person
from tests.services.a_sitting import PASS, a_drawn_session, asked, judgements, submit, write

YEAR = Span(NOW - timedelta(days=365), NOW + timedelta(days=1))


@dataclass(frozen=True)
class Use:
    """The first question of the first sitting, the one that took its second one's place, and who was told."""

    engine: sa.Engine
    first: str
    second: str
    came: str
    drawn: tuple[frozenset[str], ...]


@pytest.fixture(scope="module")
def use(shelf):
    """Two sittings and a set that was voided; in the first a question is rephrased and another replaced."""
    with opened(shelf.copy("bank", fill)) as engine:
        session = a_drawn_session(engine)
        first, second = the_set(engine, session).asked[:2]
        wanted = Replacement(second.position, Replaced.FAULTY, "Two questions in one.")
        came = extending.extend(engine, session, wanted, by=COMMAND_LINE, at=NOW, cipher=CIPHER)
        how = an_entry("asked", position=first.position)
        again = an_entry(
            "asked", position=first.position, minutes=1, follows=how, how="rephrased", wording="Which lamp?"
        )
        own = [an_entry("supplementary", position=first.position) for _ in range(2)]
        taken_back = an_entry("supplementary", position=first.position, minutes=1, follows=own[0], text="")
        rest = [each for each in asked(engine, session) if each.position != first.position]
        said = judgements(PASS[:1])
        write(engine, session, [how, again, *own, taken_back, *rest, *said], at=NOW + timedelta(minutes=50))
        submit(engine, session, at=NOW + timedelta(minutes=50))
        other = a_drawn_session(engine, apprentice=2, assessor="other")
        voided = a_drawn_session(engine, apprentice=3)
        drawn = tuple(
            frozenset(each.reference for each in the_set(engine, key).met) for key in (session, other, voided)
        )
        a_void.voided(engine, voided)
        yield Use(engine, first.reference, second.reference, came.questions[0].reference, drawn)


def the_set(engine, session):
    with units.read_unit(engine) as store:
        return set_of(store, session)


def read(use, query, reference, *, of_key=True, **more):
    with units.read_unit(use.engine) as store:
        row = writing.question_by_reference(store, reference)
        return query(store, row.id if of_key else row, YEAR, **more)


def test_every_set_of_the_method_counts_and_says_whether_it_holds_the_question(use):
    found = read(use, question_evidence.sets_of_method, use.first, of_key=False)

    assert len(found) == 3
    assert sum(each.holds for each in found) == sum(use.first in each for each in use.drawn)
    assert len({each.assessor for each in found}) == 2
    assert {each.on for each in found} == {NOW.date()}


def test_an_asking_is_what_stands_of_its_entries_and_a_voided_set_was_never_asked(use):
    found = read(use, question_evidence.askings_of, use.first)

    assert Asking(put=True, rephrased=True, supplementary=1, on=NOW.date()) in found
    assert len(found) == sum(use.first in each for each in use.drawn[:2])


def test_a_question_that_was_replaced_says_so_and_the_one_that_came_was_asked(use):
    assert Asking(put=None, replaced=True) in read(use, question_evidence.askings_of, use.second)
    assert Asking(put=True, on=NOW.date()) in read(use, question_evidence.askings_of, use.came)


def test_what_was_decided_counts_for_the_question_that_the_judgement_names(use):
    found = read(use, question_evidence.outcomes_beside, use.first)

    with units.read_unit(use.engine) as store:
        key = writing.question_by_reference(store, use.first).id
        assessor = the_person(store, "assessor").id
    assert {each.question for each in found} == {key}  # every judgement names question 1
    seen = {(each.assessor, each.criterion, each.met) for each in found}
    assert (assessor, PASS[0], True) in seen
    assert (assessor, PASS[1], False) in seen


def test_the_place_of_a_question_that_was_replaced_is_that_of_the_one_that_came(use):
    with units.read_unit(use.engine) as store:
        keys = {name: writing.question_by_reference(store, name).id for name in (use.first, use.second, use.came)}
        sets = store.scalars(sa.text("SELECT question_set_id FROM set_extensions")).all()
        order = question_evidence.orders_of(store, sets)[sets[0]]

    assert order[:2] == [keys[use.first], keys[use.came]]
    assert keys[use.second] not in order


def test_outcomes_are_of_the_latest_sittings_alone(use):
    assert read(use, question_evidence.outcomes_beside, use.first, most=0) == []


def test_three_sets_take_as_many_queries_as_one(use):
    counts = []
    for span in (YEAR, Span(NOW, NOW + timedelta(days=1)), Span(NOW + timedelta(days=1), NOW + timedelta(days=2))):
        seen = []
        listen = (use.engine, "before_cursor_execute", lambda *_, seen=seen: seen.append(1))
        with units.read_unit(use.engine) as store:
            row = writing.question_by_reference(store, use.first)
            sa.event.listen(*listen)
            question_evidence.sets_of_method(store, row, span)
            question_evidence.askings_of(store, row.id, span)
            question_evidence.outcomes_beside(store, row.id, span)
            sa.event.remove(*listen)
        counts.append(len(seen))

    assert set(counts) == {8}


def test_a_text_is_live_since_its_first_version(use):
    with units.read_unit(use.engine) as store:
        row = writing.question_by_reference(store, use.first)

        assert review_clock.live_since(store, row.id, 1) == BOOKED.date()
        assert review_clock.live_since(store, 0, 1) is None


def test_a_question_was_asked_last_in_the_last_sitting_that_was_sat_whatever_was_drawn_since(shelf):
    """One set that was sat but for its first question, a later one that was not, and one that was voided."""
    with opened(shelf.copy("bank", fill)) as engine:
        sat = a_drawn_session(engine)
        unsat = a_drawn_session(engine, apprentice=2, assessor="other", at=NOW + timedelta(days=1))
        voided = a_drawn_session(engine, apprentice=3, at=NOW + timedelta(days=2))
        write(engine, sat, asked(engine, sat, not_asked=[1]), at=NOW + timedelta(minutes=50))
        left_out, *put = [each.reference for each in the_set(engine, sat).asked]
        drawn = {each.reference for key in (sat, unsat, voided) for each in the_set(engine, key).met}
        a_void.voided(engine, voided, at=NOW + timedelta(days=2))
        span = Span(NOW - timedelta(days=365), NOW + timedelta(days=9))

        with units.read_unit(engine) as store:
            keys = {name: writing.question_by_reference(store, name).id for name in drawn}
            askings = {name: question_evidence.askings_of(store, key, span) for name, key in keys.items()}
        last = {
            name: evidence(keys[name], drawn=(), askings=found, outcomes=(), least=1).last_asked
            for name, found in askings.items()
        }

    assert last == dict.fromkeys(drawn) | dict.fromkeys(put, NOW.date())
    assert Asking(put=False) in askings[left_out]
