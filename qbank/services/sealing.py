"""Texts sealed with a passphrase, so that a browser opens them without a network, and what it sealed is opened here.

PBKDF2 with SHA-256 makes a key from passphrase and salt; HKDF makes one key for the questions and another for the
notes; AES-256 in Galois/Counter mode seals, with the mark of the copy authenticated beside it. The parameters travel
with the file, so that they can grow; what comes back is opened with no others than ours.

Source: NIST SP 800-132 and SP 800-38D; 600,000 rounds: OWASP's least for PBKDF2 with SHA-256.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from qbank.domain.errors import RuleBroken

ROUNDS: Final = 600_000
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
QUESTIONS: Final = b"qbank offline questions 1"
NOTES: Final = b"qbank offline notes 1"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The two keys of one copy."""

    questions: bytes
    notes: bytes


def keys_of(passphrase: str, salt: bytes) -> Keys:
    """The keys that follow from a passphrase; takes a fraction of a second, on purpose."""
    normal = unicodedata.normalize("NFKC", passphrase).encode()
    stretched = PBKDF2HMAC(algorithm=SHA256(), length=KEY_BYTES, salt=salt, iterations=ROUNDS).derive(normal)
    return Keys(
        *(HKDF(SHA256(), length=KEY_BYTES, salt=None, info=use).derive(stretched) for use in (QUESTIONS, NOTES))
    )


def new_salt() -> bytes:
    """16 bytes from the operating system."""
    return secrets.token_bytes(SALT_BYTES)


def sealed(text: str, key: bytes, *, mark: str) -> dict[str, str]:
    """The text, encrypted for that copy: `nonce` and `data` in base64."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return {"nonce": in_base64(nonce), "data": in_base64(AESGCM(key).encrypt(nonce, text.encode(), mark.encode()))}


def opened(box: Mapping[str, Any], key: bytes, *, mark: str) -> str:
    """The text.

    Raises:
        RuleBroken: the passphrase is another, or the box was changed.
    """
    try:
        return AESGCM(key).decrypt(from_base64(box["nonce"]), from_base64(box["data"]), mark.encode()).decode()
    except (InvalidTag, KeyError, TypeError, ValueError):
        raise RuleBroken(
            "The notes cannot be opened with this passphrase.",
            remedy="Type the passphrase that the offline copy was made with.",
        ) from None


def in_base64(data: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(data).decode()


def from_base64(text: object) -> bytes:
    """The bytes of text.

    Raises:
        ValueError: it is no base64.
    """
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error:
        raise ValueError("This is no base64.") from None
