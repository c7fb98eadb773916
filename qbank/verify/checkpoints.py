"""Signed checkpoints of an audit trail: which entry had which digest, at what time, by whose key.

The signed bytes are the canonical JSON of `body`; the signature is Ed25519 (RFC 8032). See `docs/audit.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from qbank.verify.writing import written

KIND: Final = "qbank audit checkpoint 1"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class BadCheckpoint(Exception):  # noqa: N818 - names what is bad
    """A checkpoint that cannot be believed; the message says why.

    Args:
        name: the file that it came from, where that is known.
    """

    def __init__(self, sentence: str, name: str = "") -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What somebody vouched for.

    Args:
        at: when, UTC, as `2026-11-23T09:32:00.000000Z`.
        first: the number of the first entry in `digests`, from 1.
        digests: of that entry and those after it, in order; at least one.
    """

    at: str
    first: int
    digests: tuple[str, ...]

    @property
    def last(self) -> int:
        """The number of the newest entry that it vouches for."""
        return self.first + len(self.digests) - 1

    def body(self) -> dict[str, Any]:
        """As plain data: what is signed, in canonical form."""
        return {
            "kind": KIND,
            "at": self.at,
            "first": self.first,
            "last": self.last,
            "digests": list(self.digests),
        }


def signed_bytes(body: Mapping[str, Any]) -> bytes:
    """What the signature is of."""
    return written(body).encode()


def opened(sealed: Mapping[str, Any], *, key: str | None) -> Checkpoint:
    """The checkpoint behind its signature.

    Args:
        sealed: `body`, `key` and `signature` (the last two in hexadecimal), and `name` where it has one.
        key: the public key that must have signed, 64 hexadecimal digits; None believes the key that it names.

    Raises:
        BadCheckpoint: another key, a signature that does not fit, or something else that no checkpoint says.
    """
    name = str(sealed.get("name", ""))
    try:
        body, by = sealed["body"], sealed["key"]
        if key is not None and by != key:
            raise BadCheckpoint("it is signed with another key.", name)
        signature = bytes.fromhex(sealed["signature"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(by)).verify(signature, signed_bytes(body))
        return _read(body)
    except InvalidSignature:
        raise BadCheckpoint("its signature does not fit: it was changed, or somebody else made it.", name) from None
    except (KeyError, TypeError, ValueError):
        raise BadCheckpoint("it is not well formed.", name) from None


def _read(body: Mapping[str, Any]) -> Checkpoint:
    made = Checkpoint(str(body["at"]), int(body["first"]), tuple(body["digests"]))
    whole = made.first >= 1 and made.digests and all(_DIGEST.fullmatch(each) for each in made.digests)
    if not whole or made.body() != dict(body):
        raise ValueError("no checkpoint says this")
    return made
