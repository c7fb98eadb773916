"""One-time codes: what a phone shows for thirty seconds, from a secret that it and we share.

Source: RFC 4226 and RFC 6238, as every authenticator app has them: SHA-1, six digits, steps of thirty seconds.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES: Final = 20
"""160 bits, the output of SHA-1: what RFC 4226 recommends."""

DIGITS: Final = 6
STEP_SECONDS: Final = 30
STEPS_AROUND: Final = 1
"""The code before and the one after are taken too: clocks differ, and people take time to type."""

GROUP: Final = 4
_CODE: Final = re.compile(rf"[0-9]{{{DIGITS}}}")


def new_secret() -> bytes:
    """160 bits from the operating system."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(typed: str, secret: bytes, *, at: datetime) -> int | None:
    """The time step that the code belongs to, if it is one of those around `at`; blanks in it do not matter.

    Returns:
        The number of steps of thirty seconds since 1970; None when the code is wrong.
    """
    code = "".join(typed.split())
    if not _CODE.fullmatch(code):
        return None
    codes = HOTP(secret, DIGITS, SHA1())  # noqa: S303 - a keyed hash; authenticator apps know no other
    now = int(at.timestamp()) // STEP_SECONDS
    return next((step for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1) if _is(codes, code, step)), None)


def code_at(secret: bytes, *, at: datetime) -> str:
    """The code that an app shows at that time."""
    return _totp(secret).generate(int(at.timestamp())).decode()


def in_groups(secret: bytes) -> str:
    """The secret as a person types it into an app: base 32, four by four."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """What a square code holds, so that an app knows secret, account and place (`otpauth://…`)."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as above


def _is(codes: HOTP, code: str, step: int) -> bool:
    try:
        codes.verify(code.encode(), step)
    except InvalidToken:
        return False
    return True
