"""A review brought to its sign-off by services, where the pages of voting are not what a test is about."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from sqlalchemy.orm import Session

from qbank.domain.people import Actor
from qbank.services import bank_deciding, panel_deciding, signing_off
from qbank.services.bank_deciding import BankResolution, BankVote
from qbank.services.panel_deciding import Resolution
from qbank.storage.queries import people, reviews
from qbank.storage.queries.reviews import KeptReview
from qbank.web.transaction import transaction
from review.budget import Budget
from review.panel import Choice
from tests.web.an_organisation import NOW

CHAIR, OTHER = "lena", "omar"
WHY = "It is sound."


def actor(store: Session, name: str) -> Actor:
    found = people.by_email(store, f"{name}@example.org")
    assert found is not None
    return found.actor


def signed_off(app: Flask, reference: str, decided: Mapping[str, Resolution]) -> None:
    """Have the chair and another member decide so, keep everything else, and the chair sign it off."""

    def now(store: Session) -> KeptReview:
        found = reviews.review(store, reference)
        assert found is not None
        return found

    def work(store: Session) -> None:
        chair, other = actor(store, CHAIR), actor(store, OTHER)
        found = now(store)
        for line in found.agenda:
            made = decided.get(line.reference, Resolution(Choice.KEEP, WHY))
            for by in (chair, other):
                panel_deciding.vote(store, found, line.reference, made.choice, reason=WHY, by=by, at=NOW)
            panel_deciding.decide(store, found, line.reference, made, by=chair, at=NOW)
        bank_deciding.propose_budget(store, found, Budget(200, 10), reason=WHY, by=chair, at=NOW)
        for by in (chair, other):
            bank_deciding.vote_on_bank(store, now(store), BankVote(True, 1, None, WHY), by=by, at=NOW)  # noqa: FBT003
        bank_deciding.decide_bank(store, now(store), BankResolution(True, WHY), by=chair, at=NOW)  # noqa: FBT003
        signing_off.sign_off(store, now(store), by=chair, at=NOW)

    with app.app_context():
        transaction(work)
