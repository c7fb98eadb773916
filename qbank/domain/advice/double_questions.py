"""Two questions in one: whoever answers the first forgets the second, and each is graded as if asked alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from qbank.domain.advice.remarks import Remark, on_stem
from qbank.domain.advice.spoken import AUXILIARY, OPEN_WORD, REQUEST, SUBJECT, Sentence, sentences

CODE: Final = "two-questions"

_SAYS: Final = "This asks a second question: keep the one that matters most, and make the other a probe."

_JOINED: Final = r"[,:–—]?\s(?:and|or|but|then)\s(?:then |also )?"
"""A comma alone joins nothing: When two people need your time, how do you choose is one question."""

_BEFORE: Final = r"(?:(?:to|with|for|by|from|at|in|over|of|on|about) )?"

_INVERTED: Final = re.compile(
    rf"{_JOINED}({_BEFORE}{OPEN_WORD}(?:\s+(?!you\b|they\b|it\b)[\w'’-]+){{0,3}}?\s+{AUXILIARY}\s+{SUBJECT}\b)",
    re.IGNORECASE,
)
"""A second direct question: its auxiliary verb stands before its subject, which that of an indirect one never does."""

_CLOSED: Final = re.compile(
    r"\s(?:and|or)\s((?:did|do|does|is|are|was|were|has|have|would|could)\s+"
    r"(?:you|it|they|that|the|your|there|this)\b)",
    re.IGNORECASE,
)
_HAPPENED: Final = re.compile(
    r",\s*(?:and |but )?((?:what|who|which)(?: of (?:them|these|those))? "
    r"(?:happened|came|followed|changed|mattered|worked|went|resulted|will|is|was|were|are|would)\b)",
    re.IGNORECASE,
)
_ELLIPSIS: Final = re.compile(
    r"(?:,\s*(?:and |or )?|\sand )((?:why|why not|how|how so|when|where|what for))\?"
    r"|,\s*(?:and |or )((?:to|with|for|from) (?:whom|what|where))\?",
    re.IGNORECASE,
)
_THEN_ASKS: Final = re.compile(
    rf"(?:,\s*|\s)(?:and|then|or)\s(?:then |also )?(say {OPEN_WORD}|explain|describe|tell (?:me|us)"
    rf"|give (?:me |us )?an?"
    r"|outline|compare|evaluate|discuss|state|summarise)\b",
    re.IGNORECASE,
)
_BESIDES: Final = re.compile(
    rf",?\s(?:including|as well as|plus|along with|together with)\s({OPEN_WORD})\b", re.IGNORECASE
)
_SPLICED: Final = re.compile(
    rf"^(?:[^,]*,\s)?(?:what|how|why|which"
    rf"|who)\b[^,]*\s{AUXILIARY}\s[^,]*,\s({OPEN_WORD}\s+{AUXILIARY}\s+{SUBJECT})\b",
    re.IGNORECASE,
)
_TOLD_AND_HOW: Final = re.compile(
    rf"\b(?:(?:tell (?:me|us)|explain|describe|outline)\s{OPEN_WORD}\b[^,.?]*?\sand"
    rf"|(?:tell (?:me|us) about|elaborate on|an example of)\b[^.?]*?\sand)\s({OPEN_WORD}\s(?:you|they|it|the|your))\b",
    re.IGNORECASE,
)
_DIRECT: Final = re.compile(rf"(?:^|[,:–—]\s*){_BEFORE}{OPEN_WORD}\b", re.IGNORECASE)
_REQUESTS: Final = re.compile(rf"(?:^|,\s*)(?:please )?{REQUEST}\b", re.IGNORECASE)
_REQUESTS_AN_ANSWER: Final = re.compile(
    rf"^(?:please )?(?:tell (?:me|us)(?: about)?|talk about|explain|describe|outline|say|compare|discuss)\s+"
    rf"(?:{OPEN_WORD}|the|your)\b",
    re.IGNORECASE,
)
"""A request for a certain thing is a question; for a time, or a case, it sets the scene of the next one."""


_HAS_A_VERB: Final = re.compile(rf"\b(?:{OPEN_WORD}|{AUXILIARY}|{REQUEST})\b", re.IGNORECASE)
"""Ten years? after In five years? asks nothing of its own."""


def two_questions(stem: str) -> tuple[Remark, ...]:
    """A remark on the first words with which the stem asks something more."""
    spoken = list(sentences(stem))
    for span in (*_in_two_sentences(spoken), *(span for each in spoken for span in _in_one(each))):
        return (on_stem(CODE, span, stem, _SAYS),)
    return ()


def _in_two_sentences(spoken: list[Sentence]) -> Iterator[tuple[int, int]]:
    asking = [
        each for each in spoken if (each.asks and _HAS_A_VERB.search(each.text)) or _REQUESTS_AN_ANSWER.match(each.text)
    ]
    for _, later in pairwise(asking):
        yield later.start, later.start + len(later.text)


def _in_one(sentence: Sentence) -> Iterator[tuple[int, int]]:
    text = sentence.text
    first = _DIRECT.search(text)
    request = _REQUESTS.search(text)
    begins = min((found.end() for found in (first, request) if found), default=None)
    if begins is None:
        return
    for pattern in (_INVERTED, _CLOSED, _HAPPENED, _ELLIPSIS, _BESIDES):
        if found := pattern.search(text, begins - 1):
            group = next(number for number, words in enumerate(found.groups(), start=1) if words)
            yield sentence.span(found, group)
    for pattern in (_SPLICED, _TOLD_AND_HOW):
        yield from (sentence.span(found, 1) for found in pattern.finditer(text))
    if request and request.end() <= (first.end() if first else len(text)):
        yield from (sentence.span(found, 1) for found in _THEN_ASKS.finditer(text, request.end()))
