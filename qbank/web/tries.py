"""Tries to sign in, counted for the sign-in page: the same for accounts that exist and accounts that do not."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from qbank.services import sign_in_tries
from qbank.services.sign_in_tries import Most
from qbank.settings import Settings
from qbank.web.clock import now
from qbank.web.transaction import transaction

_EXTENSION: Final = "qbank.sign_in_tries"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its thresholds."""
    most = Most(of_account=settings.sign_in_failures, overall=settings.sign_in_failures_overall)
    app.extensions[_EXTENSION] = most


def admit(email: str) -> int:
    """Count a try before the password is looked at; its number.

    Raises:
        TooManyTries: there were too many; says when to try again.
    """
    most: Most = current_app.extensions[_EXTENSION]
    return transaction(lambda store: sign_in_tries.admit(store, email, at=now(), most=most))


def succeeded(number: int) -> None:
    """Take the try back."""
    transaction(lambda store: sign_in_tries.succeeded(store, number))


def failed(email: str) -> None:
    """Tell the audit trail."""
    transaction(lambda store: sign_in_tries.failed(store, email, at=now()))
