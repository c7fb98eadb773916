"""Words about an apprentice, kept so that they can be erased: with a salt, and a commitment that stays."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from delivery.canonical import canonical
from qbank.services.recording import commitment_of

SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """Words as a row keeps them; `commitment` is the SHA-256 of the salt's bytes and the words."""

    words: str
    salt: str
    commitment: str


def sealed(text: str) -> Sealed:
    """The text with a fresh salt: without it nobody can tell from the commitment what the words were."""
    words, salt = canonical(text.strip()).decode(), secrets.token_hex(SALT_BYTES)
    return Sealed(words, salt, commitment_of(salt, words))
