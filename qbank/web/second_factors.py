"""Whose roles ask for a second factor, and the key that opens its secrets: said once for the running application."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from qbank.domain.access import Role
from qbank.domain.people import Actor
from qbank.services import second_factors
from qbank.services.second_factors import SecretCipher
from qbank.settings import BadSettings, Settings
from qbank.web.transaction import reading

_ROLES: Final = "qbank.second_factors.roles"
_CIPHER: Final = "qbank.second_factors.cipher"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its roles and its cipher.

    Raises:
        BadSettings: a word among the roles is none.
    """
    unknown = sorted(settings.second_factor_roles - set(Role))
    if unknown:
        raise BadSettings(f"QBANK_SECOND_FACTOR_FOR: there is no role {unknown[0]!r}. Choose from: {', '.join(Role)}.")
    app.extensions[_ROLES] = frozenset(Role(word) for word in settings.second_factor_roles)
    app.extensions[_CIPHER] = SecretCipher.from_secret(settings.seed_key.get_secret_value())


def cipher() -> SecretCipher:
    """The cipher of the running application."""
    made: SecretCipher = current_app.extensions[_CIPHER]
    return made


def asked_of(person: Actor) -> bool:
    """Whether a role of the person asks for a second factor."""
    roles: frozenset[Role] = current_app.extensions[_ROLES]
    return not roles.isdisjoint(person.roles)


def must_enrol(person: Actor) -> bool:
    """Whether the person must set up a second factor before anything else."""
    if not asked_of(person) or person.identifier is None:
        return False
    return second_factors.of(reading(), person.identifier) is None
