"""One reason for the voids of several apprentices: the erasure of one leaves it to the others, unless it names them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.errors import RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.domain.voiding import Answered, names
from qbank.services import erasing, voiding
from qbank.storage import units
from qbank.storage.models import ApprenticeDetails, AssessmentSession, SetVoid, VoidAnswer, VoidRequest
from tests.services.a_bank import NOW
from tests.services.a_sitting import a_drawn_session
from tests.services.a_void import decider

LATER = NOW + timedelta(days=400)
PLAIN = "A forum quotes the questions."


def voided_together(bank, reason, said) -> list[str]:
    """References of two apprentices whose sets were voided by one request."""
    keys = [a_drawn_session(bank, apprentice=number) for number in (1, 2)]
    with units.write_unit(bank) as store:
        sessions = [store.get_one(AssessmentSession, key) for key in keys]
        request = voiding.ask(store, sessions, reason=reason, by=decider(store, "manager").actor, at=NOW)
        sets = store.scalars(sa.text("SELECT question_set_id FROM void_request_sets")).all()
        facts = {"said": Answered.AGREED, "reason": said, "by": decider(store, "quality").actor, "at": NOW}
        voiding.answer(store, request.id, sets, **facts)
        names_of = sa.update(ApprenticeDetails).where(ApprenticeDetails.apprentice_id == sessions[0].apprentice_id)
        store.execute(names_of.values(name="Zebedee Canary"))
        return [f"AP-{session.apprentice_id:04d}" for session in sessions]


def erase(bank, reference):
    with units.write_unit(bank) as store:
        erasing.erase_due(store, [reference], years=0, by=COMMAND_LINE, at=LATER)


def reasons(bank) -> list[list[str]]:
    """Of the request, of the voids, and of the answers, in the order of the sets."""
    with units.read_unit(bank) as store:
        return [
            list(store.scalars(sa.select(VoidRequest.reason))),
            list(store.scalars(sa.select(SetVoid.reason).order_by(SetVoid.question_set_id))),
            list(store.scalars(sa.select(VoidAnswer.reason).order_by(VoidAnswer.question_set_id))),
        ]


def test_the_reason_of_a_void_stays_with_the_others_until_the_last_is_erased(bank):
    one, other = voided_together(bank, PLAIN, "So it does.")

    erase(bank, one)
    assert reasons(bank) == [[PLAIN], ["erased", PLAIN], ["erased", "So it does."]]

    erase(bank, other)
    assert reasons(bank) == [["erased"], ["erased"] * 2, ["erased"] * 2]


def test_a_shared_reason_that_names_the_apprentice_goes_everywhere(bank):
    one, _ = voided_together(bank, "ZEBEDEE'S employer quotes the questions.", "I read it, as-00001 too.")

    erase(bank, one)

    assert reasons(bank) == [["erased"], ["erased"] * 2, ["erased"] * 2]


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Jo was told.", True),
        ("told by jo-anne", True),
        ("AP-0001 was told", True),
        ("Bell's employer", True),
        ("Smith was told", True),
        ("Joan was told", False),
        ("AP-00011 was told", False),
        ("", False),
        ("Rene\u0301e's employer", True),
        ("Ren\u00e9e's employer", True),
        ("Renee's employer", True),
    ],
)
def test_a_text_names_somebody_by_a_whole_word_of_their_name_or_a_reference(text, is_named):
    assert names(text, ["Jo Bell-Smith", "Rene\u0301e", "AP-0001"]) is is_named


def test_nobody_is_erased_while_the_void_of_their_set_waits_for_an_answer(bank):
    """Else the request could neither be answered nor withdrawn, for nothing is written of who was erased."""
    key = a_drawn_session(bank, apprentice=1)
    with units.write_unit(bank) as store:
        session = store.get_one(AssessmentSession, key)
        reference = f"AP-{session.apprentice_id:04d}"
        request = voiding.ask(store, [session], reason=PLAIN, by=decider(store, "manager").actor, at=NOW).id

    with pytest.raises(RuleBroken, match=r"the void of the set of AS-00001 waits for an answer"):
        erase(bank, reference)

    with units.write_unit(bank) as store:
        voiding.withdraw(store, request, reason="Asked twice.", by=decider(store, "manager").actor, at=NOW)
    erase(bank, reference)
    assert reasons(bank)[0] == ["erased"]
