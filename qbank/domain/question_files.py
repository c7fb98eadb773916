"""The text form of a question: TOML between two lines of +++, then five headings in Markdown. One question a file.

`render` writes what `read` reads, to the letter: a question survives the round trip unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import plain
from qbank.domain.question_bodies import Body, read_body, render_body
from qbank.domain.questions import BankQuestion, Content, Provenance
from qbank.domain.references import is_reference
from qbank.domain.toml_files import read_toml
from qbank.domain.toml_lines import Path, TomlLines
from qbank.domain.toml_tables import Table

FENCE: Final = "+++"
_FRONT: Final = (
    "reference",
    "method",
    "primary",
    "secondary",
    "criteria",
    "demand",
    "minutes",
    "enemies",
    "clones",
    "provenance",
)
_A_HAIR: Final = 1e-6
"""Seconds by which 1.666… minutes may miss a whole second."""


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """A question and where in its file each part stands.

    Args:
        file: the name that faults carry.
        lines: line number, from 1, by key of the front matter or by heading.
    """

    file: str
    question: BankQuestion
    lines: Mapping[str, int]

    @classmethod
    def of(cls, question: BankQuestion) -> QuestionFile:
        """A question that comes from no file, as if written to one named by its reference."""
        return read(render(question), f"{question.reference}.md")

    def fault(self, part: str, what: str, remedy: str) -> Fault:
        """A fault at that part of the file."""
        return Fault(self.file, self.lines.get(part, 1), what, remedy)


def parse(text: str, file: str) -> BankQuestion:
    """The question that a file holds.

    Raises:
        Faults: every fault of its form, with line and remedy.
    """
    return read(text, file).question


def read(text: str, file: str) -> QuestionFile:
    """The question that a file holds, with the lines of its parts.

    Raises:
        Faults: every fault of its form, with line and remedy.
    """
    text = plain(text, file)
    front, body_starts = _front_matter(text, file)
    values = read_toml(front, file, first_line=2)
    toml_lines = TomlLines.of(front)
    faults: list[Fault] = []

    def note(path: Path, what: str, remedy: str) -> None:
        faults.append(Fault(file, toml_lines.where(path) + 1, what, remedy))

    body = read_body(text.split("\n")[body_starts:], body_starts, file)
    question = _question(Table(values, (), note), body)
    if faults or body.faults:
        raise Faults([*faults, *body.faults])
    keys = {str(path[-1]): line + 1 for path, line in toml_lines.lines.items() if path}
    return QuestionFile(file, question, {**keys, **body.lines})


def render(question: BankQuestion) -> str:
    """The question as the text of its file, ending in a line break."""
    content = question.content
    front = {
        "reference": question.reference,
        "method": content.method,
        "primary": content.primary,
        "secondary": content.secondary,
        "criteria": content.criteria,
        "demand": content.demand,
        "minutes": content.minutes,
        "enemies": question.enemies,
        "clones": question.clones,
    }
    origin = content.provenance
    provenance = {"author": origin.author, "source": origin.source, "employer_consulted": origin.employer_consulted}
    head = [FENCE, *_toml(front), "", "[provenance]", *_toml(provenance), FENCE, "", ""]
    return "\n".join(head) + render_body(content)


def _front_matter(text: str, file: str) -> tuple[str, int]:
    """The TOML between the fences, and the number of lines up to and with the second one."""
    lines = text.split("\n")
    if lines[0] != FENCE:
        raise Faults(
            [
                Fault(
                    file,
                    1,
                    "The file does not begin with +++.",
                    "Begin with the front matter between two lines of +++.",
                )
            ]
        )
    if FENCE not in lines[1:]:
        raise Faults([Fault(file, 1, "The front matter is not closed.", "Put a line of +++ after it.")])
    end = lines.index(FENCE, 1)
    return "\n".join(lines[1:end]), end + 1


def _question(front: Table, body: Body) -> BankQuestion:
    front.only(*_FRONT)
    provenance = front.table("provenance")
    provenance.only("author", "source", "employer_consulted")
    origin = Provenance(provenance.text("author"), provenance.text("source"), provenance.flag("employer_consulted"))
    content = Content(
        stem=body.text("Stem"),
        probes=body.probes,
        guidance=body.text("Guidance"),
        pass_evidence=body.text("Evidence for a pass"),
        distinction_evidence=body.text("Evidence for a distinction"),
        method=front.text("method"),
        primary=front.texts("primary"),
        secondary=front.texts("secondary"),
        criteria=front.texts("criteria"),
        demand=front.whole("demand"),
        seconds=_seconds(front),
        provenance=origin,
    )
    return BankQuestion(_reference(front), content, front.texts("enemies"), front.texts("clones"))


def _reference(front: Table) -> str:
    reference = front.text("reference")
    if reference and not is_reference(reference):
        front.note(
            ("reference",), f"{reference[:20]} is not a reference.", "Write Q, a hyphen and four to twelve digits."
        )
    return reference


def _seconds(front: Table) -> int:
    minutes = front.number("minutes")
    seconds = round(minutes * 60)
    if seconds < 0 or abs(minutes * 60 - seconds) > _A_HAIR:
        front.note(("minutes",), f"{minutes:g} minutes are not a whole number of seconds.", "Write 4.5 for 4:30.")
    return seconds


def _toml(values: Mapping[str, object]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)
