"""W8: why each question is on the agenda that the system makes, and what called its review since a panel last met."""

from __future__ import annotations

from datetime import timedelta

from qbank.domain.reviewing import CallKind, Scope
from qbank.services import calling, convening
from qbank.services.convening import Convened
from qbank.storage import units
from qbank.storage.queries.review_flags import flags_of
from tests.services.a_bank import METHOD, NOW, the_person
from tests.services.a_review import PANEL, STANDARD, all_kept, kept, opened_review, seat_people, sign_off
from tests.services.test_review_clock import DUE_DAY, EARLY, LAST_DAY, bank

__all__ = ["bank"]


def call(bank, reference, kind=CallKind.APPEAL, *, at=NOW):
    def work(store):
        calling.call(store, [reference], kind=kind, reason="A test.", by=the_person(store, "author").actor, at=at)

    units.in_write_unit(bank, work)


def opened_at(bank, at, *, people_are_seated=False):
    def work(store):
        if not people_are_seated:
            seat_people(store)
        chair, members = the_person(store, "chair").id, frozenset(the_person(store, name).id for name in PANEL)
        asked = Convened(STANDARD, METHOD, Scope.DUE, chair, members, 2)
        return convening.open_review(store, asked, by=the_person(store, "author").actor, at=at)

    return kept(bank, units.in_write_unit(bank, work))


def why(found):
    return {line.reference: line.why for line in found.agenda}


def flags(bank, reference):
    found = kept(bank, reference)
    with units.read_unit(bank) as store:
        return {question: list(kinds) for question, kinds in flags_of(store, found).items()}


def test_W8_the_agenda_says_of_each_question_that_it_is_overdue_or_due_soon_or_called_early(bank):
    call(bank, EARLY[0])
    call(bank, "Q-0050")

    found = why(opened_at(bank, DUE_DAY))

    assert {found[each] for each in EARLY} == {"overdue"}, "what is overdue is overdue, whatever else called it"
    assert found["Q-0050"] == "called early"
    assert {found[f"Q-{number:04d}"] for number in range(5, 50)} == {"due soon"}
    assert len(found) == 60


def test_W8_the_day_before_it_falls_due_a_question_is_due_soon_on_the_agenda(bank):
    found = why(opened_at(bank, LAST_DAY))

    assert {found[each] for each in EARLY} == {"due soon"}


def test_an_agenda_names_what_called_each_question_once_and_in_the_order_in_which_it_happened(bank):
    call(bank, "Q-0020", CallKind.LEAK, at=NOW - timedelta(days=2))
    call(bank, "Q-0020", CallKind.PLAN_OR_LAW, at=NOW - timedelta(days=1))
    call(bank, "Q-0020", CallKind.LEAK, at=NOW - timedelta(hours=1))

    reference = opened_review(bank, called=("Q-0010",))

    assert flags(bank, reference) == {"Q-0010": [CallKind.APPEAL], "Q-0020": [CallKind.LEAK, CallKind.PLAN_OR_LAW]}


def test_what_an_earlier_panel_answered_is_no_flag_and_what_came_after_its_decision_is(bank):
    first = opened_review(bank, called=("Q-0010", "Q-0011"))
    all_kept(bank, first)
    call(bank, "Q-0011", CallKind.LEAK, at=NOW + timedelta(minutes=1))
    sign_off(bank, first, at=NOW + timedelta(minutes=2))
    call(bank, "Q-0010", CallKind.EXPOSURE, at=NOW + timedelta(minutes=3))

    second = opened_at(bank, NOW + timedelta(days=1), people_are_seated=True)

    assert flags(bank, second.reference) == {"Q-0010": [CallKind.EXPOSURE], "Q-0011": [CallKind.LEAK]}
    assert flags(bank, first) == {"Q-0010": [CallKind.APPEAL], "Q-0011": [CallKind.APPEAL, CallKind.LEAK]}
