"""The body of a question's file: five headings, in order, with the text under each; probes are a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qbank.domain.faults import Fault
from qbank.domain.questions import Content

HEADINGS: Final = ("Stem", "Probes", "Guidance", "Evidence for a pass", "Evidence for a distinction")
_MARK: Final = "## "
_BULLET: Final = "- "
_ESCAPED: Final = re.compile(r"^\\(?=\\*## )", re.MULTILINE)
_TO_ESCAPE: Final = re.compile(r"^(?=\\*## )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Body:
    """What stands under each heading.

    Args:
        texts: text by heading, without blank lines at its ends.
        probes: the entries of the list under Probes.
        lines: line number in the file, from 1, by heading.
        faults: what is wrong with the body.
    """

    texts: Mapping[str, str]
    probes: tuple[str, ...]
    lines: Mapping[str, int]
    faults: tuple[Fault, ...]

    def text(self, heading: str) -> str:
        """The text under a heading; empty when the heading is missing, which is a fault already noted."""
        return self.texts.get(heading, "")


def read_body(lines: list[str], before: int, file: str) -> Body:
    """The body that these lines make.

    Args:
        lines: every line after the front matter.
        before: how many lines of the file come before them.
        file: the name that faults carry.
    """
    found: dict[str, list[str]] = {}
    starts: dict[str, int] = {}
    faults: list[Fault] = []
    under: list[str] | None = None
    for number, line in enumerate(lines, start=before + 1):
        if line.startswith(_MARK):
            heading = line.removeprefix(_MARK)
            faults += _heading_faults(heading, found, file, number)
            starts.setdefault(heading, number)
            under = found.setdefault(heading, [])
        elif under is not None:
            under.append(line)
        elif line.strip():
            faults.append(Fault(file, number, "There is text before the first heading.", "Move it under ## Stem."))
    last = before + len(lines) - (not lines[-1]) if lines else before
    faults += _order_faults(found, starts, file, last)
    probes, probe_faults = _probes(found.get("Probes", []), file, starts.get("Probes", 0) + 1)
    texts = {heading: _ESCAPED.sub("", "\n".join(text).strip("\n")) for heading, text in found.items()}
    empty = [heading for heading in texts if heading in HEADINGS and not texts[heading].strip()]
    faults += [Fault(file, starts[each], f"{each} is empty.", "Write it: approval needs it.") for each in empty]
    return Body(texts, probes, starts, (*faults, *probe_faults))


def render_body(content: Content) -> str:
    """The five headings with the content's words; a line that looks like a heading is marked with a backslash."""
    probes = "\n".join(_BULLET + probe for probe in content.probes)
    texts = (content.stem, probes, content.guidance, content.pass_evidence, content.distinction_evidence)
    parts = zip(HEADINGS, texts, strict=True)
    return "\n".join(f"{_MARK}{heading}\n\n{_TO_ESCAPE.sub(chr(92) * 2, text)}\n" for heading, text in parts)


def _heading_faults(heading: str, found: Mapping[str, list[str]], file: str, number: int) -> list[Fault]:
    if heading in found:
        return [Fault(file, number, f"The heading {heading} is there twice.", "Join the two texts under one.")]
    if heading not in HEADINGS:
        remedy = f"Use these, in this order: {', '.join(HEADINGS)}."
        return [Fault(file, number, f"The heading {heading} is not known.", remedy)]
    return []


def _order_faults(found: Mapping[str, list[str]], starts: Mapping[str, int], file: str, last: int) -> list[Fault]:
    there = [heading for heading in found if heading in HEADINGS]
    absent = [heading for heading in HEADINGS if heading not in found]
    faults = [Fault(file, last, f"The heading {heading} is missing.", f"Add ## {heading}.") for heading in absent]
    wanted = [heading for heading in HEADINGS if heading in found]
    astray = [heading for heading, right in zip(there, wanted, strict=True) if heading != right]
    if astray:
        remedy = f"Keep this order: {', '.join(HEADINGS)}."
        faults.append(Fault(file, starts[astray[0]], f"The heading {astray[0]} is out of order.", remedy))
    return faults


def _probes(lines: list[str], file: str, first_line: int) -> tuple[tuple[str, ...], list[Fault]]:
    probes, faults = [], []
    for number, line in enumerate(lines, start=first_line):
        if line.startswith(_BULLET) and line.removeprefix(_BULLET).strip():
            probes.append(line.removeprefix(_BULLET))
        elif line.strip():
            faults.append(Fault(file, number, "This is not a probe.", "Begin each probe with '- ', one on a line."))
    return tuple(probes), faults
