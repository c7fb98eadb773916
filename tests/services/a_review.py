"""A review of the small bank: a chair, three members, somebody from outside, and what they do."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.domain.reviewing import CallKind, Scope
from qbank.services import bank_deciding, calling, convening, panel_deciding, people, signing_off
from qbank.services.bank_deciding import BankResolution, BankVote
from qbank.services.convening import Convened
from qbank.services.panel_deciding import Resolution
from qbank.storage import units
from qbank.storage.queries.reviews import KeptReview, review
from review.budget import Budget
from review.panel import Choice
from tests.services.a_bank import METHOD, NOW, a_plan, the_person

STANDARD = a_plan().standard
PANEL = ("chair", "first", "second")
CALLED = ("Q-0010", "Q-0011", "Q-0012", "Q-0013")


def seat_people(store: Session) -> None:
    """The chair and the members of a panel, and somebody from outside."""
    for name in (*PANEL, "outsider"):
        email, roles = f"{name}@example.org", [Role.PANEL_MEMBER]
        people.create(store, name=name, email=email, password=None, roles=roles, by=COMMAND_LINE, at=NOW)


def opened_review(bank: sa.Engine, *, quorum: int = 2, called: tuple[str, ...] = CALLED) -> str:
    """The reference of a review with these questions on its agenda; everybody has declared, and no interest."""

    def work(store: Session) -> str:
        seat_people(store)
        manager = the_person(store, "author").actor
        calling.call(store, called, kind=CallKind.APPEAL, reason="An appeal.", by=manager, at=NOW)
        members = frozenset(the_person(store, name).id for name in PANEL)
        chair = the_person(store, "chair").id
        asked = Convened(STANDARD, METHOD, Scope.DUE, chair, members, quorum)
        return convening.open_review(store, asked, by=manager, at=NOW)

    reference = units.in_write_unit(bank, work)
    for name in PANEL:
        declare(bank, reference, name)
    return reference


def kept(bank: sa.Engine, reference: str) -> KeptReview:
    with units.read_unit(bank) as store:
        found = review(store, reference)
    assert found is not None
    return found


def declare(bank: sa.Engine, reference: str, who: str, questions: tuple[str, ...] = (), *, at: datetime = NOW) -> None:
    found = kept(bank, reference)
    units.in_write_unit(
        bank,
        lambda store: convening.declare(store, found, questions, words="", by=the_person(store, who).actor, at=at),
    )


def vote(bank: sa.Engine, reference: str, who: str, question: str, choice: Choice = Choice.KEEP) -> None:
    found = kept(bank, reference)
    units.in_write_unit(
        bank,
        lambda store: panel_deciding.vote(
            store, found, question, choice, reason="It is sound.", by=the_person(store, who).actor, at=NOW
        ),
    )


def decide(
    bank: sa.Engine, reference: str, question: str, resolution: Resolution | None = None, *, who: str = "chair"
) -> None:
    found, made = kept(bank, reference), resolution or Resolution(Choice.KEEP, "It is sound.")
    units.in_write_unit(
        bank,
        lambda store: panel_deciding.decide(store, found, question, made, by=the_person(store, who).actor, at=NOW),
    )


def propose(bank: sa.Engine, reference: str, thousandths: int = 200, *, last: int = 10, who: str = "chair") -> None:
    found, asked, why = kept(bank, reference), Budget(thousandths, last), "What the year gave away."
    units.in_write_unit(
        bank,
        lambda store: bank_deciding.propose_budget(
            store, found, asked, reason=why, by=the_person(store, who).actor, at=NOW
        ),
    )


def vote_on_bank(
    bank: sa.Engine,
    reference: str,
    who: str,
    *,
    is_sufficient: bool = True,
    would_sign: int | None = None,
    reason: str = "A year of sets.",
) -> None:
    """On the budget that is proposed; where none is, the chair proposes one first."""
    if kept(bank, reference).proposal is None:
        propose(bank, reference)
    found = kept(bank, reference)
    assert found.proposal is not None
    said = BankVote(is_sufficient, found.proposal.number, would_sign, reason)
    units.in_write_unit(
        bank, lambda store: bank_deciding.vote_on_bank(store, found, said, by=the_person(store, who).actor, at=NOW)
    )


def decide_bank(
    bank: sa.Engine, reference: str, *, is_sufficient: bool = True, who: str = "chair", departs_because: str = ""
) -> None:
    found = kept(bank, reference)
    resolution = BankResolution(is_sufficient, "Enough questions.", departs_because)
    units.in_write_unit(
        bank,
        lambda store: bank_deciding.decide_bank(store, found, resolution, by=the_person(store, who).actor, at=NOW),
    )


def voted_on_bank(bank: sa.Engine, reference: str, *, is_sufficient: bool = True) -> None:
    """Two members vote alike on the bank, and so it is decided."""
    for who in ("chair", "first"):
        vote_on_bank(bank, reference, who, is_sufficient=is_sufficient)
    decide_bank(bank, reference, is_sufficient=is_sufficient)


def voted(bank: sa.Engine, reference: str, question: str, choice: Choice = Choice.KEEP) -> None:
    """Two members vote alike."""
    for who in ("chair", "first"):
        vote(bank, reference, who, question, choice)


def sign_off(bank: sa.Engine, reference: str, *, who: str = "chair", at: datetime = NOW) -> str:
    found = kept(bank, reference)
    return units.in_write_unit(
        bank, lambda store: signing_off.sign_off(store, found, by=the_person(store, who).actor, at=at)
    )


def all_kept(bank: sa.Engine, reference: str, *, with_the_bank: bool = True) -> None:
    """Every question that is not decided is voted on, and kept; the bank is found sufficient."""
    for line in kept(bank, reference).agenda:
        if line.decision is None:
            voted(bank, reference, line.reference)
            decide(bank, reference, line.reference)
    if with_the_bank:
        voted_on_bank(bank, reference)
