"""Which passwords are taken: long ones that nobody would guess early. No rules of composition: they make worse ones.

How early a password would be guessed is estimated by zxcvbn, from lists of leaked passwords, words, names, dates,
keyboard patterns and repetitions, to which we add what is known of the person and the place.

Source: Wheeler (2016), zxcvbn: low-budget password strength estimation, USENIX Security 25; NIST SP 800-63B, 3.1.1.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final, NewType

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from qbank.domain.errors import RuleBroken

HashedPassword = NewType("HashedPassword", str)
"""An Argon2 hash: made outside a write unit, for it takes as long as ten of them."""

LEAST_CHARACTERS: Final = 12
MOST_CHARACTERS: Final = 256
LEAST_GUESSES_LOG10: Final = 10.0
"""Ten thousand million guesses: zxcvbn's "very unguessable", also for whoever stole the hashes."""

CHARACTERS_JUDGED: Final = 72
"""The estimate's time grows with the square of the length; a good beginning is enough."""

MEMORY_KIBIBYTES: Final = 19_456
"""19 MiB, two passes, one lane: 44 ms, where the library's defaults took 348 ms and 64 MiB. Source: OWASP's minimum."""
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIBIBYTES, parallelism=1)

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS: Final = 4
GROUP_CHARACTERS: Final = 4

_EVERYBODY_KNOWS: Final = (
    "qbank",
    "question",
    "assessor",
    "assessment",
    "apprentice",
    "customer",
    "service",
    "password",
)
_WORD: Final = re.compile(r"\w+")


def hashed(password: str) -> HashedPassword:
    """The password as it is kept.

    Raises:
        RuleBroken: it is shorter than 12 characters, or longer than 256.
    """
    normal = _normal(password)
    if len(normal) < LEAST_CHARACTERS:
        raise RuleBroken("The password is too short.", remedy=f"Use at least {LEAST_CHARACTERS} characters.")
    if len(normal) > MOST_CHARACTERS:
        raise RuleBroken("The password is too long.", remedy=f"Use at most {MOST_CHARACTERS} characters.")
    return HashedPassword(_HASHER.hash(normal))


def chosen(password: str, *, known: Iterable[str]) -> HashedPassword:
    """A password that a person chose, as it is kept.

    Args:
        password: as it was typed.
        known: what others know of the person and the place: name, e-mail address, organisation.

    Raises:
        RuleBroken: it is too short, too long, or would be guessed early.
    """
    kept = hashed(password)
    if _guesses_log10(_normal(password), known) < LEAST_GUESSES_LOG10:
        raise RuleBroken(
            "The password would be guessed early.",
            remedy="Use several unrelated words, without names, dates or this organisation.",
        )
    return kept


def must_withstand(passphrase: str, *, known: Iterable[str]) -> None:
    """Refuse a passphrase that whoever holds what it protects could try out: as strong as a password, and not kept.

    Raises:
        RuleBroken: it is too short, too long, or would be guessed early.
    """
    normal = _normal(passphrase)
    if not LEAST_CHARACTERS <= len(normal) <= MOST_CHARACTERS:
        bounds = f"{LEAST_CHARACTERS} to {MOST_CHARACTERS}"
        raise RuleBroken("The passphrase has not the right length.", remedy=f"Use {bounds} characters.")
    if _guesses_log10(normal, known) < LEAST_GUESSES_LOG10:
        raise RuleBroken(
            "The passphrase would be guessed early.",
            remedy="Use several unrelated words, without names, dates or this organisation.",
        )


def generated() -> str:
    """Sixteen characters that nobody mistakes for one another, in groups: 79 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(GROUP_CHARACTERS)) for _ in range(GROUPS))
    return "-".join(groups)


def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password that is kept; costs the same when none is kept."""
    try:
        return _HASHER.verify(kept or _nobodys(), _normal(password)) and kept is not None
    except VerifyMismatchError:
        return False


def _guesses_log10(password: str, known: Iterable[str]) -> float:
    from zxcvbn import zxcvbn  # a quarter of a second, spared to whoever sets no password

    words = {word.lower() for text in known for word in (text, *_WORD.findall(text))} | set(_EVERYBODY_KNOWS)
    return float(zxcvbn(password[:CHARACTERS_JUDGED], user_inputs=sorted(words))["guesses_log10"])


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them; Flask-Security does so at sign-in."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> HashedPassword:
    return HashedPassword(_HASHER.hash("the password of nobody"))
