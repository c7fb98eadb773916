"""What a bank's document may not say: where it contradicts itself, and what the plan that it carries does not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from qbank.domain.bank_documents import BankDocument, PairSaid, QuestionSaid, VersionSaid
from qbank.domain.faults import Fault
from qbank.domain.lifecycle import IN_SERVICE, Change
from qbank.domain.questions import Content
from qbank.domain.references import is_reference
from qbank.domain.standards import Level, Plan

_REMEDY: Final = "Export the bank anew; this file was changed."
_MOST_NUMBER: Final = 1_000_000
"""Of a demand, or of seconds: far more than any plan allows, and no more than every database holds."""
_SHOWN: Final = 20
_NUL: Final = "\0"


def contradictions(document: BankDocument, file: str) -> list[Fault]:
    """Where a document contradicts itself: digests, numbers, references, times."""
    said: list[str] = []
    references = [each.reference for each in document.questions]
    if not references:
        said.append("There is no question in the file.")
    if references != sorted(set(references), key=lambda one: (len(one), one)):
        said.append("The questions are not in the order of their references, each once.")
    for question in document.questions:
        said += _of_question(question)
    said += _of_pairs(document)
    return [Fault(file, 0, what, _REMEDY) for what in said]


def strange(document: BankDocument, plan: Plan, file: str) -> list[Fault]:
    """What of a document has no place in a bank of that plan: methods, KSBs and criteria that it has not; NULs."""
    said: list[str] = []
    methods = {each.code for each in plan.methods}
    for question in document.questions:
        name = question.reference
        if question.method not in methods:
            said.append(f"{name} is of the method {question.method[:_SHOWN]!r}, which the plan has not.")
            continue
        own = {each.code for each in plan.ksbs_of(question.method)} | {
            each.code for each in plan.criteria_of(question.method, Level.PASS, Level.DISTINCTION)
        }
        for version in question.versions:
            codes = sorted({*version.content.ksbs, *version.content.criteria} - own)
            said += [f"{name} names {code[:_SHOWN]!r}, which the {question.method} has not." for code in codes]
            if any(_NUL in words for words in _words(version.content)):
                said.append(f"Version {version.number} of {name} holds a character that no database keeps.")
    for pair in document.pairs:
        if _NUL in pair.reason or (pair.ended is not None and _NUL in pair.ended.reason):
            said.append(f"The pair of {pair.first} and {pair.second} holds a character that no database keeps.")
    return [Fault(file, 0, what, _REMEDY) for what in said]


def latest_time(document: BankDocument) -> datetime:
    """The latest time in a document that does not contradict itself."""
    said = [
        *(moment for question in document.questions for moment in _times(question)),
        *(moment for pair in document.pairs for moment in _times_of_pair(pair)),
    ]
    return max(datetime.fromisoformat(moment) for moment in said)


def _of_question(question: QuestionSaid) -> Iterator[str]:
    name = question.reference[:_SHOWN]
    if not is_reference(question.reference):
        yield f"{name!r} is not a reference."
    numbers = [each.number for each in question.versions]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        yield f"The versions of {name} are not numbered from 1."
    if sum(each.state in IN_SERVICE for each in question.versions if each.moves) > 1:
        yield f"Two versions of {name} are in service."
    if not all(_is_time(moment) for moment in _times(question)):
        yield f"A time of {name} is none in UTC."
    for each in question.versions:
        if not each.moves or each.digest != each.content.digest or each.content.method != question.method:
            yield f"Version {each.number} of {name} is not what its digest says."
        yield from _of_version(each, name)


def _of_version(version: VersionSaid, name: str) -> Iterator[str]:
    content = version.content
    if not all(1 <= number <= _MOST_NUMBER for number in (content.demand, content.seconds)):
        yield f"The demand or the minutes of version {version.number} of {name} are out of range."
    if version.change not in set(Change):
        yield f"Version {version.number} of {name} is neither an editorial nor a material change."
    if any(len(set(codes)) < len(codes) for codes in (content.ksbs, content.criteria)):
        yield f"Version {version.number} of {name} names a KSB or a criterion twice."
    if not all(_is_day(move.until) for move in version.moves):
        yield f"A rest of {name} ends on no day."


def _of_pairs(document: BankDocument) -> Iterator[str]:
    strange_names = {name for pair in document.pairs for name in (pair.first, pair.second)}
    strange_names -= {each.reference for each in document.questions}
    if strange_names:
        yield f"Pairs name {', '.join(repr(name[:_SHOWN]) for name in sorted(strange_names)[:5])}, which it has not."
    if any(pair.first == pair.second for pair in document.pairs):
        yield "A question is paired with itself."
    holding = Counter((pair.kind, *sorted((pair.first, pair.second))) for pair in document.pairs if pair.ended is None)
    if any(count > 1 for count in holding.values()):
        yield "A pair that holds is there twice."
    if not all(_is_time(moment) for pair in document.pairs for moment in _times_of_pair(pair)):
        yield "A time of a pair is none in UTC."


def _words(content: Content) -> Iterator[str]:
    yield from (content.stem, content.guidance, content.pass_evidence, content.distinction_evidence, *content.probes)
    yield from (content.provenance.author, content.provenance.source)


def _times(question: QuestionSaid) -> Iterator[str]:
    yield question.created_at
    for version in question.versions:
        yield version.created_at
        for kind in (version.moves, version.decisions, version.remarks):
            yield from (each.at for each in kind)


def _times_of_pair(pair: PairSaid) -> Iterator[str]:
    yield pair.at
    if pair.ended is not None:
        yield pair.ended.at


def _is_time(said: str) -> bool:
    """Whether a time is said as an export says it."""
    try:
        return datetime.fromisoformat(said).astimezone(UTC).isoformat() == said
    except (ValueError, OverflowError):
        return False


def _is_day(said: str | None) -> bool:
    """Whether the day on which a rest ends is none, or said as an export says it."""
    try:
        return said is None or date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False
