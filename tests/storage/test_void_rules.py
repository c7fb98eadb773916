"""L5, L8 of voids hold in the database, with every check of the application taken out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.voiding import Answered
from qbank.storage import triggers, units
from qbank.storage.models import QuestionSet, RecordEntry, SetView, SetVoid, VoidAnswer, VoidRequest, VoidRequestSet
from qbank.storage.queries import sessions
from tests.services import a_void
from tests.services.a_bank import NOW, the_person
from tests.storage.a_decision import a_drawn_session, added


@pytest.fixture
def refused(bank):
    """That the database refuses the last row that the work adds, and only that one."""

    def check(work, *, because):
        with pytest.raises(IntegrityError, match=because):
            units.in_write_unit(bank, lambda store: added(store, work(store, Sitting(store))))

    return check


class Sitting:
    """A session whose set is drawn, and rows about its void."""

    def __init__(self, store) -> None:
        self.session = a_drawn_session(store)
        drawn = sessions.standing_set(store, self.session.attempt_id)
        self.set_id = drawn.id
        self.store = store

    def request(self, by="manager"):
        return added(self.store, VoidRequest(reason="a test", at=NOW, by_id=self.key(by)))

    def asked(self, by="manager"):
        made = self.request(by)
        return added(self.store, VoidRequestSet(void_request_id=made.id, question_set_id=self.set_id))

    def answer(self, asked, by="quality", said=Answered.AGREED):
        names = {"void_request_id": asked.void_request_id, "question_set_id": asked.question_set_id}
        return VoidAnswer(**names, answer=said, reason="a test", at=NOW, by_id=self.key(by))

    def void(self, by="manager", second="quality"):
        return SetVoid(
            question_set_id=self.set_id, reason="a test", at=NOW, by_id=self.key(by), second_id=self.key(second)
        )

    def entry(self):
        row = {"salt": "00", "words": "{}", "commitment": "c" * 64, "device": "browser", "at_device": NOW, "at": NOW}
        return RecordEntry(
            assessment_session_id=self.session.id, entry="e" * 32, kind="note", by_id=self.key("assessor"), **row
        )

    def was_drawn_by(self, who):
        """Past the rule that a set never changes: for the length of this unit, which is undone."""
        names = [name for name in triggers.names(self.store.connection()) if name.startswith("history_question_sets_")]
        for name in names:
            of_sqlite = self.store.connection().dialect.name == "sqlite"
            self.store.execute(sa.text(f"DROP {f'TRIGGER {name}' if of_sqlite else f'FUNCTION {name}() CASCADE'}"))
        self.store.execute(sa.update(QuestionSet).values(drawn_by_id=self.key(who)))

    def key(self, who):
        return (a_void.decider if who in a_void.ROLES else the_person)(self.store, who).id


def test_L8_only_a_bank_manager_or_an_internal_quality_assurer_asks_and_answers(refused):
    refused(
        lambda _, sitting: VoidRequest(reason="a test", at=NOW, by_id=sitting.key("author")),
        because="L8: a bank manager or an internal quality assurer asks",
    )
    refused(
        lambda _, sitting: sitting.answer(sitting.asked(), by="author"),
        because="L8: a bank manager or an internal quality assurer answers",
    )


def test_L5_nobody_answers_what_they_asked(refused):
    refused(lambda _, sitting: sitting.answer(sitting.asked(), by="manager"), because="does not agree to it")


@pytest.mark.parametrize("how", ["assessor", "was assessor", "drew", "looked"])
def test_L8_whoever_had_a_hand_in_the_sitting_neither_asks_nor_answers(refused, how):
    def hand_in(store, sitting, who):
        if how == "assessor":
            a_void.given_to(store, sitting.session, sitting.key(who))
        elif how == "was assessor":
            a_void.given_to(store, sitting.session, sitting.key(who))
            a_void.given_to(store, sitting.session, sitting.key("other"))
        elif how == "drew":
            sitting.was_drawn_by(who)
        else:
            added(store, SetView(question_set_id=sitting.set_id, person_id=sitting.key(who), how="read", at=NOW))

    def asks(store, sitting):
        made = sitting.request()
        hand_in(store, sitting, "manager")
        return VoidRequestSet(void_request_id=made.id, question_set_id=sitting.set_id)

    def answers(store, sitting):
        made = sitting.asked()
        hand_in(store, sitting, "quality")
        return sitting.answer(made)

    refused(asks, because="does not ask for the void")
    refused(answers, because="does not answer for its set")


def test_L5_there_is_no_void_that_the_second_person_did_not_agree_to(refused):
    refused(lambda _, sitting: sitting.void(), because="asked for by one person and agreed by another")

    def after_a_refusal(store, sitting):
        added(store, sitting.answer(sitting.asked(), said=Answered.REFUSED))
        return sitting.void()

    def in_anothers_name(store, sitting):
        added(store, sitting.answer(sitting.asked()))
        return sitting.void(second="deputy")

    refused(after_a_refusal, because="asked for by one person and agreed by another")
    refused(in_anothers_name, because="asked for by one person and agreed by another")


def test_L5_what_began_is_neither_asked_for_nor_voided_and_a_voided_set_gets_no_record(refused):
    def asked_too_late(store, sitting):
        added(store, sitting.entry())
        made = sitting.request()
        return VoidRequestSet(void_request_id=made.id, question_set_id=sitting.set_id)

    def voided_too_late(store, sitting):
        made = sitting.asked()
        added(store, sitting.entry())
        added(store, sitting.answer(made))
        return sitting.void()

    def written_too_late(store, sitting):
        added(store, sitting.answer(sitting.asked()))
        added(store, sitting.void())
        return sitting.entry()

    refused(asked_too_late, because="only a set that stands and was not sat")
    refused(voided_too_late, because="whose record has begun is not voided")
    refused(written_too_late, because="a voided set is not asked")


def test_L5_one_request_at_a_time_and_nothing_is_added_to_an_answered_one(refused):
    def twice(_, sitting):
        sitting.asked()
        other = sitting.request("deputy")
        return VoidRequestSet(void_request_id=other.id, question_set_id=sitting.set_id)

    def another_beside_it(store, sitting):
        made = sitting.asked()
        added(store, sitting.answer(made, said=Answered.REFUSED))
        other = a_drawn_session(store, apprentice=3)
        key = store.query(QuestionSet.id).filter_by(attempt_id=other.attempt_id).scalar()
        return VoidRequestSet(void_request_id=made.void_request_id, question_set_id=key)

    refused(twice, because="waits for its answer")
    refused(another_beside_it, because="nothing is added to a request that was answered")


def test_L5_a_request_is_taken_back_by_whoever_asked_and_by_nobody_else(bank, refused):
    refused(
        lambda _, sitting: sitting.answer(sitting.asked(), said=Answered.WITHDRAWN),
        because="L5: whoever asks for a void does not agree to it, and nobody else takes it back",
    )

    def work(store):
        sitting = Sitting(store)
        added(store, sitting.answer(sitting.asked(), by="manager", said=Answered.WITHDRAWN))

    units.in_write_unit(bank, work)
