"""Flask-Security, set to what we want of it: sign in by e-mail and password, sign out. No mail, no registration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import Flask
from flask_security import Security

from qbank.settings import Settings
from qbank.web import fresh, second_factors, sign_ins, tries
from qbank.web.account.accounts import Accounts
from qbank.web.account.forms import WRONG, SignInForm

ARGON2: Final = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
"""19 MiB, two passes, one lane: 44 ms, where the library's defaults took 348 ms and 64 MiB. Source: OWASP's minimum."""

SIGNED_OUT: Final = "/sign-in?after=sign-out"
"""Where a sign-out leads: the page that says so."""


def set_up(app: Flask, settings: Settings) -> None:
    """Mount sign-in and sign-out, with our own pages."""
    app.config.update(_configuration(settings))
    sign_ins.set_up(app, settings)
    tries.set_up(app, settings)
    second_factors.set_up(app, settings)
    fresh.set_up(app, settings)
    security = Security(app, Accounts(), login_form=SignInForm)
    security.want_json(lambda _request: False)  # pages only: no tokens, no second way in


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": SIGNED_OUT,
        "SECURITY_LOGIN_USER_TEMPLATE": "account/sign_in.html",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_FRESHNESS": timedelta(
            minutes=-1
        ),  # `fresh` asks for the password again: no view of the library's is mounted
        "SECURITY_RETURN_GENERIC_RESPONSES": False,  # the form itself tells nobody which of the two was wrong
        "SECURITY_MSG_USER_DOES_NOT_EXIST": (WRONG, "error"),
        "SECURITY_MSG_INVALID_PASSWORD": (WRONG, "error"),
        "SECURITY_MSG_DISABLED_ACCOUNT": (
            "This account is closed: ask whoever runs qbank for your organisation",
            "error",
        ),
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],  # the same hash as the command line makes
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        "SECURITY_PASSWORD_SALT": settings.secret_key.get_secret_value(),
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    }
