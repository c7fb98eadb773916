"""Questions as a ZIP archive of our own text files: a folder for each method, a file for each question."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from qbank.domain.archives import Archive
from qbank.domain.bank_rows import MOST_ROWS, BankRow, BankRows, Problem
from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import MOST_QUESTION_BYTES, decoded, visible
from qbank.domain.question_files import read, render
from qbank.domain.questions import BankQuestion
from qbank.domain.working_drafts import DraftText

_NOT_QUESTIONS: Final = frozenset({"README.md"})
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the same questions are always the same bytes."""


def packed(questions: Iterable[BankQuestion], folder: str) -> bytes:
    """The questions as an archive: the same questions in any order give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(questions, key=lambda one: (one.content.method, one.reference)):
            entry = zipfile.ZipInfo(f"{folder}/{each.content.method}/{each.reference}.md", _BEGINNING)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, render(each), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def rows_of_archive(data: bytes, file: str) -> BankRows:
    """The questions of an archive; one whose file has faults carries them as its problems.

    Raises:
        Faults: the archive itself cannot be used.
    """
    archive = Archive(data, file, most_members=MOST_ROWS + 100)
    names = sorted(name for name in archive.members if _is_question(name))
    others = len(archive.members) - len(names)
    notes = (f"{others:,} other files in it were passed over.",) if others else ()
    if not names:
        raise Faults([Fault(file, 0, "There is no question in it.", "Pack a folder with a Markdown file a question.")])
    return BankRows(tuple(_rows(archive, names)), notes)


def _rows(archive: Archive, names: list[str]) -> Iterator[BankRow]:
    for number, name in enumerate(names, start=1):
        shown = visible(PurePosixPath(name).name)
        if archive.members[name].file_size > MOST_QUESTION_BYTES:
            raise archive.refused(f"{shown} is far larger than a question.", "Take it out.")
        try:
            question = read(decoded(archive.bytes_of(name), shown, most_bytes=MOST_QUESTION_BYTES), shown).question
        except Faults as found:
            if any(fault.file != shown for fault in found.faults):
                raise
            said = (Problem(f"line {each.line}" if each.line else "", each.what, each.remedy) for each in found.faults)
            yield BankRow(number, shown, "", DraftText(""), tuple(said))
        else:
            yield row_of(question, number, shown)


def row_of(question: BankQuestion, number: int, place: str) -> BankRow:
    """A question of a file of ours as a row."""
    several = len(question.content.primary) > 1
    problems = (Problem("Primary KSB", "There are several primary KSBs.", "Name one."),) if several else ()
    return BankRow(number, place, question.reference, DraftText.of(question.content), problems)


def _is_question(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix == ".md" and path.name not in _NOT_QUESTIONS and not path.name.startswith((".", "_"))
