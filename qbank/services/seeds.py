"""Seeds at rest: encrypted with a key that the database does not hold, each bound to its attempt."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from qbank.domain.errors import NotReady

SEED_BYTES: Final = 32
NONCE_BYTES: Final = 12
PURPOSE: Final = b"qbank seeds 1"


@dataclass(frozen=True, slots=True, repr=False)
class SeedCipher:
    """Encrypts and opens seeds: AES-256 in Galois/Counter mode, the attempt's reference authenticated with it.

    Args:
        key: 32 bytes; `from_secret` derives them from the installation's seed key.
    """

    key: bytes

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """The cipher whose key follows from a secret text (HKDF with SHA-256)."""
        return cls(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))

    def sealed(self, seed: bytes, *, attempt: str) -> bytes:
        """The nonce and the encrypted seed, of that attempt only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, seed, attempt.encode())

    def opened(self, kept: bytes, *, attempt: str) -> bytes:
        """The seed.

        Raises:
            NotReady: this installation's key is not the one it was sealed with, or somebody changed it.
        """
        try:
            return AESGCM(self.key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], attempt.encode())
        except InvalidTag:
            raise NotReady(
                f"The seed of {attempt} cannot be opened.",
                remedy="Set QBANK_SEED_KEY to the key that was in use when the session was booked.",
                rule="L4",
            ) from None


def new_seed() -> bytes:
    """32 bytes from the operating system."""
    return secrets.token_bytes(SEED_BYTES)
