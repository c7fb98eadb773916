"""Standings at rest: sealed, for a file that somebody sent holds names, and a process may be killed at any moment."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final, Self

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE: Final = b"qbank jobs 1"


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """Seals and opens what the file of jobs keeps; every process of an installation has the same.

    Args:
        key: 32 bytes; `from_secret` derives them from the installation's secret.
    """

    key: bytes

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """The seal whose key follows from a secret text (HKDF with SHA-256)."""
        return cls(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))

    def sealed(self, text: bytes) -> bytes:
        """The text for this installation's eyes only."""
        return self._box().encrypt(text)

    def opened(self, kept: bytes) -> bytes | None:
        """The text; None where it was sealed with another key, or was changed."""
        try:
            return self._box().decrypt(kept)
        except InvalidToken:
            return None

    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.key))
