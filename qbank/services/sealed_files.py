"""Files encrypted in the age format, which the standard tool opens too: for public keys, or with a passphrase.

Source: the format's specification, age-encryption.org/v1. With public keys the machine that makes a file cannot open
it, which is what a backup wants; a passphrase is for people, and the whole file is then held in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyrage

from qbank.domain.errors import NotFound, RuleBroken

SUFFIX: Final = ".age"
MOST_IN_MEMORY: Final = 1 << 30
"""Bytes that are encrypted with a passphrase; a larger file takes a public key."""
LEAST_PASSPHRASE: Final = 12
_HEAD: Final = b"age-encryption.org/v1\n"
_WITH_PASSPHRASE: Final = b"-> scrypt "


@dataclass(frozen=True, slots=True, repr=False)
class Lock:
    """For whom a file is encrypted: public keys ("age1…"), or else a passphrase; neither: nobody."""

    recipients: tuple[str, ...] = ()
    passphrase: str = ""

    def __bool__(self) -> bool:
        return bool(self.recipients or self.passphrase)

    def must_fit(self) -> None:
        """Refuse keys that are none, and a passphrase that would be guessed.

        Raises:
            RuleBroken: says which.
        """
        if self.recipients and self.passphrase:
            raise RuleBroken("A file is encrypted for public keys or with a passphrase.", remedy="Choose one of them.")
        if self.passphrase and len(self.passphrase) < LEAST_PASSPHRASE:
            raise RuleBroken(
                f"The passphrase is too short: whoever has the file can try for years. It has fewer than "
                f"{LEAST_PASSPHRASE} characters.",
                remedy="Choose several words, and keep them where the backup is not.",
            )
        _readers(self.recipients)


def seal(source: Path, target: Path, lock: Lock) -> None:
    """Encrypt a file into another.

    Raises:
        RuleBroken: a key is none, or the file is too large for a passphrase.
    """
    if not lock.passphrase:
        with source.open("rb") as plain, target.open("wb") as out:
            pyrage.encrypt_io(plain, out, _readers(lock.recipients))
        return
    if source.stat().st_size > MOST_IN_MEMORY:
        raise RuleBroken(
            f"The backup has more than {MOST_IN_MEMORY >> 20} MB, too much for a passphrase.",
            remedy="Encrypt it for a public key: qbank backup --new-key FILE makes one.",
        )
    target.write_bytes(pyrage.passphrase.encrypt(source.read_bytes(), lock.passphrase))


def is_sealed(file: Path) -> bool:
    """Whether the file is in the age format, by its first line."""
    return _start(file).startswith(_HEAD)


def wants_passphrase(file: Path) -> bool:
    """Whether an encrypted file is opened with a passphrase."""
    return _start(file).removeprefix(_HEAD).startswith(_WITH_PASSPHRASE)


def open_sealed(source: Path, target: Path, *, identities: Sequence[str], ask: Callable[[], str]) -> None:
    """Decrypt a file into another.

    Args:
        source: in the age format.
        target: where the plain file is put.
        identities: private keys.
        ask: gives the passphrase, where it takes one.

    Raises:
        RuleBroken: none of the keys, or not the passphrase; or the file was changed.
    """
    try:
        if wants_passphrase(source):
            target.write_bytes(pyrage.passphrase.decrypt(source.read_bytes(), ask()))
            return
        with source.open("rb") as sealed, target.open("wb") as out:
            pyrage.decrypt_io(sealed, out, [_private(each) for each in identities])
    except (pyrage.DecryptError, ValueError, OSError) as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise RuleBroken(
            f"{source.name} cannot be opened with what was given, or was changed since it was made.",
            remedy="Name the file of the private key with --identity, or type the passphrase that it was made with.",
        ) from None


def identities_in(file: Path) -> list[str]:
    """The private keys in a file as `age-keygen` and `qbank backup --new-key` write it.

    Raises:
        NotFound: there is none.
    """
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise NotFound(f"There is no private key in {file}.", remedy="Name the file that the key was written to.")
    return found


def new_identity(file: Path) -> str:
    """Write a new private key to a new file that only its owner can read; returns the public key.

    Raises:
        RuleBroken: the file is there already.
    """
    made = pyrage.x25519.Identity.generate()
    public = str(made.to_public())
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise RuleBroken(
            f"{file} cannot be made: {(error.strerror or '').lower()}.", remedy="Name a file that is not there yet."
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(f"# public key: {public}\n{made}\n")
    return public


def _start(file: Path) -> bytes:
    with file.open("rb") as found:
        return found.read(len(_HEAD) + len(_WITH_PASSPHRASE))


def _readers(recipients: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    found = []
    for each in recipients:
        try:
            found.append(pyrage.x25519.Recipient.from_str(each.strip()))
        except (pyrage.RecipientError, ValueError):
            raise RuleBroken(
                f"{each[:20]} is no public key of an age identity.",
                remedy="It begins with age1; qbank backup --new-key FILE makes one.",
            ) from None
    return found


def _private(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        raise ValueError("no private key") from error
