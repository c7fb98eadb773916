"""Whether a draft may be submitted: by the same checks as a question's file, each fault at its part of the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qbank.domain.faults import Fault, Faults
from qbank.domain.question_checks import check_question
from qbank.domain.question_files import FENCE, QuestionFile, read, render
from qbank.domain.questions import BankQuestion, Content
from qbank.domain.standards import Plan

_REFERENCE: Final = "Q-0000"
"""Stands for the reference that a new question gets when it is submitted."""

_FILE: Final = "the draft"
_PARTS: Final = {
    "Stem": "stem",
    "Probes": "probes",
    "Guidance": "guidance",
    "Evidence for a pass": "pass_evidence",
    "Evidence for a distinction": "distinction_evidence",
    "minutes": "seconds",
}
"""The part of the form, by heading or key of the file, where the two are named differently."""

_OF_ORIGIN: Final = {
    "author": ("The author is not named.", "Say who wrote it."),
    "source": ("The source is not named.", "Say what it was written from."),
}
"""A file has keys of a kind; a form has fields that are empty."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that keeps a draft from being submitted.

    Args:
        part: as in `working_drafts.LABELS`.
        what, remedy: sentences.
    """

    part: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}"


def lacks(content: Content, plan: Plan) -> tuple[Lack, ...]:
    """Everything that keeps the content from being submitted, in the order of the file; none when it may be."""
    question = BankQuestion(_REFERENCE, content)
    text = render(question)
    parts = _parts_by_line(text)
    first_lines = {part: line for line, part in sorted(parts.items(), reverse=True)}
    faults = [*_of_form(text), *check_question(QuestionFile(_FILE, question, first_lines), plan)]
    return tuple(dict.fromkeys(_lack(parts[each.line], each) for each in faults))


def as_filed(content: Content) -> Content:
    """The content as its file would give it back, so that what is submitted survives export and import unchanged.

    Raises:
        Faults: it lacks something; see `lacks`.
    """
    return read(render(BankQuestion(_REFERENCE, content)), _FILE).question.content


def as_filed_if_whole(content: Content, plan: Plan) -> Content | None:
    """As `as_filed`; None where something keeps the content from being submitted."""
    return None if lacks(content, plan) else as_filed(content)


def _lack(part: str, fault: Fault) -> Lack:
    what, remedy = _OF_ORIGIN.get(part, (fault.what, fault.remedy))
    return Lack(_PARTS.get(part, part), what, remedy)


def _of_form(text: str) -> tuple[Fault, ...]:
    try:
        read(text, _FILE)
    except Faults as refusal:
        return refusal.faults
    return ()


def _parts_by_line(text: str) -> dict[int, str]:
    """The key or heading that each line of a rendered file belongs to; what belongs to none is the stem's."""
    found, part, fences = {}, "Stem", 0
    for number, line in enumerate(text.split("\n"), start=1):
        fences += line == FENCE
        if fences == 1 and " = " in line:
            part = line.partition(" = ")[0]
        elif fences > 1 and line.startswith("## "):
            part = line.removeprefix("## ")
        elif line == FENCE:
            part = "Stem"
        found[number] = part
    return found | {0: "Stem"}
