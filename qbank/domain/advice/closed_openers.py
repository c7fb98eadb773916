"""Closed openers: a question that yes, no, one of two, or a number would answer."""

from __future__ import annotations

import re
from typing import Final

from qbank.domain.advice.remarks import Remark, on_stem
from qbank.domain.advice.spoken import AUXILIARY, OPEN_WORD, POLITE, REQUEST, SUBJECT, Sentence, sentences

CODE: Final = "closed-opener"

_SAYS: Final = "Yes or no would answer this: ask what, how, why or which, or begin with Tell me about."
_COUNTS: Final = "A number or a name would answer this: ask how it came about, or what followed from it."

_OPENS_CLOSED: Final = re.compile(
    rf"^(?:(?:so|and|but|now|then|well|right|okay),?\s+)*({AUXILIARY})\s+\S+", re.IGNORECASE
)
_AFTER_A_LEAD: Final = re.compile(
    rf"[,:–—]\s+({AUXILIARY}\s+{SUBJECT}|(?:did|do|does)(?:n['’]t)?\s+(?!so\b|not\b|{OPEN_WORD}\b)\w+)\b", re.IGNORECASE
)
_CONDITION: Final = re.compile(rf"^(?:had|were|should)\b[^,]*,\s*(?:{OPEN_WORD})\b", re.IGNORECASE)
_OPEN_LEAD: Final = re.compile(
    rf"^(?:what|how|why|which|who|whom|whose|{REQUEST})\b|^(?:when|where)\s+{AUXILIARY}\s", re.IGNORECASE
)
_OPEN_LATER: Final = re.compile(
    rf"(?:[,:–—]\s*(?:and\s+|but\s+|then\s+)?|\s(?:and|or)\s)(?:{OPEN_WORD}\b|in (?:what|which)\b|{REQUEST}\b)",
    re.IGNORECASE,
)
_SCALES: Final = (
    "satisfied|happy|likely|helpful|useful|easy|pleased|confident|comfortable|active|important|aware|familiar"
)
_UNITS: Final = "day|week|month|year|shift|branch|percentage|proportion|share|number|date|time|score|grade|age"
_COUNT: Final = re.compile(
    rf"(?:^|[,:–—]\s*)(how (?:many|much|often|long|old|frequently|{_SCALES})\b[^,?]*?\s{AUXILIARY}\s"
    rf"|(?:what|which) (?:{_UNITS})\b[^,?]*"
    r"|who (?:dealt|paid|rang|called|took|gave|told|helped|was|were|is|are|did|has|had|made|\w+ed)\b|who['’]s\b"
    r"|what (?:is|was|are|were) (?:the|your) (?:name|title|date|address|price|number|favou?rite|last \w+)\b"
    r"|when (?:was|were|is) the \w+ \w+(?:ed|en)\b"
    r"|when was the (?:last|first) time|when did you (?:start|join|begin|last|first|leave|stop)\b)",
    re.IGNORECASE,
)


def closed_opener(stem: str) -> tuple[Remark, ...]:
    """A remark when the last thing that the stem asks is closed; the sentences before it only set the scene."""
    asked = [each for each in sentences(stem) if each.asks or _OPEN_LEAD.match(each.text)]
    if not asked:
        return ()
    last = asked[-1]
    for found, sentence in ((_closed(last), _SAYS), (_counted(last), _COUNTS)):
        if found is not None:
            return (on_stem(CODE, last.span(found, 1), stem, sentence),)
    return ()


def _closed(sentence: Sentence) -> re.Match[str] | None:
    """Where it asks by an auxiliary verb, at its start or after a lead-in that asks nothing itself."""
    text = sentence.text
    if POLITE.match(text) or _CONDITION.match(text):
        return None
    if found := _OPENS_CLOSED.match(text):
        return found
    found = _AFTER_A_LEAD.search(text)
    if found is None or _OPEN_LEAD.match(text) or _OPEN_LATER.search(text[: found.start()]):
        return None
    return None if POLITE.match(text[found.start(1) :]) else found


def _counted(sentence: Sentence) -> re.Match[str] | None:
    found = _COUNT.search(sentence.text)
    return found if found and not _OPEN_LATER.search(sentence.text[found.end() :]) else None
