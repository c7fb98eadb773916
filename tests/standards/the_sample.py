"""Which questions of the starter bank an audit reads: chosen by the bank itself, so that nobody chooses them.

    python -m tests.standards.the_sample

prints the digest of the bank's files and the two samples. The digest is the SHA-256 of a line for each file, sorted:
its path below `seed_questions/`, a blank, the SHA-256 of its bytes. Questions are then ordered by the SHA-256 of
digest, blank and reference; the first forty are the first sample, the next forty the second.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

BANK: Final = Path(__file__).parents[2] / "seed_questions"
SAMPLE: Final = 40


def digest_of(bank: Path = BANK) -> str:
    """The digest of the files of every standard in the bank."""
    files = sorted(file.relative_to(bank).as_posix() for file in bank.glob("*/**/*") if file.is_file())
    lines = (f"{name} {hashlib.sha256((bank / name).read_bytes()).hexdigest()}\n" for name in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def samples(digest: str, bank: Path = BANK) -> tuple[list[str], list[str]]:
    """The references of the two samples, in the order in which they are read."""
    references = [file.stem for file in bank.glob("*/*/Q-*.md")]
    chosen = sorted(references, key=lambda reference: hashlib.sha256(f"{digest} {reference}".encode()).hexdigest())
    return chosen[:SAMPLE], chosen[SAMPLE : 2 * SAMPLE]


if __name__ == "__main__":
    found = digest_of()
    first, second = samples(found)
    print(found, " ".join(first), " ".join(second), sep="\n")  # noqa: T201 - a command of its own
