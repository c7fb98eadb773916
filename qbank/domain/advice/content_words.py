"""The words of a stem that carry what it asks: without the frame it stands in, in one form each.

"In your project, how did you find out …" and "For your project, how did you establish …" ask in the same frame; what is
left is what they ask about. Endings go, and a few words that authors use for one another count as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")

_FRAME: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "and",
        "or",
        "but",
        "nor",
        "so",
        "then",
        "than",
        "as",
        "if",
        "when",
        "while",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "what",
        "why",
        "how",
        "in",
        "on",
        "at",
        "of",
        "to",
        "for",
        "from",
        "by",
        "with",
        "about",
        "into",
        "onto",
        "over",
        "under",
        "between",
        "among",
        "through",
        "during",
        "before",
        "after",
        "up",
        "down",
        "out",
        "off",
        "again",
        "against",
        "upon",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "do",
        "does",
        "did",
        "done",
        "have",
        "has",
        "had",
        "having",
        "can",
        "could",
        "will",
        "would",
        "shall",
        "should",
        "may",
        "might",
        "must",
        "you",
        "your",
        "yours",
        "yourself",
        "i",
        "me",
        "my",
        "it",
        "its",
        "they",
        "them",
        "their",
        "he",
        "she",
        "his",
        "her",
        "we",
        "us",
        "our",
        "one",
        "some",
        "any",
        "no",
        "not",
        "none",
        "all",
        "both",
        "each",
        "every",
        "other",
        "another",
        "such",
        "same",
        "own",
        "just",
        "only",
        "very",
        "too",
        "more",
        "most",
        "less",
        "least",
        "also",
        "there",
        "here",
        "now",
        "today",
        "tell",
        "talk",
        "walk",
        "take",
        "show",
        "give",
        "describe",
        "explain",
        "choose",
        "please",
        "project",
        "evidence",
        "portfolio",
        "report",
        "watched",
        "watch",
        "work",
        "make",
        "made",
        "get",
        "got",
        "way",
        "ways",
        "thing",
        "things",
        "something",
        "anything",
        "nothing",
        "somebody",
        "anybody",
        "someone",
        "know",
        "use",
        "used",
        "using",
        "although",
        "though",
        "because",
        "once",
        "still",
        "ever",
        "never",
        "yet",
        "s",
        "t",
        "go",
        "went",
        "come",
        "came",
        "let",
        "put",
        "set",
    ]
)
"""Words without content, and those in which stems of every method begin."""

_ONE_WORD: Final = {
    word: group[0]
    for group in (
        ("find", "found", "establish", "discover", "learn", "learned", "identify"),
        ("decide", "judge", "determine"),
        ("cause", "causes"),
        ("persuade", "win", "convince"),
        ("customer", "client"),
        ("feedback", "comment"),
        ("complex", "complicated", "complicate", "complexity"),
        ("simple", "simplify", "simplicity"),
        ("large", "big"),
        ("team", "colleague"),
        ("affect", "influence", "shape"),
        ("challenge", "problem", "issue"),
        ("unhappy", "dissatisfied"),
        ("feel", "felt", "feeling"),
        ("keep", "kept"),
        ("think", "thought"),
        ("give", "gave", "given"),
        ("tell", "told"),
        ("law", "legal", "legislation", "regulation", "regulatory"),
        ("call", "telephone"),
        ("difficult", "hard"),
        ("rarely", "seldom"),
        ("help", "support"),
        ("type", "kind"),
        ("promise", "word"),
        ("figure", "number"),
        ("upcoming", "future"),
        ("respond", "react", "response", "reaction"),
        ("prepare", "ready", "preparation"),
        ("choose", "choice", "chose", "chosen"),
    )
    for word in group
}
_ENDINGS: Final = (("ies", "y"), ("ied", "y"), ("ings", ""), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""))


_ASKED_OF_ANYTHING: Final = [
    "find",
    "decide",
    "judge",
    "establish",
    "check",
    "explain",
    "sure",
    "set",
    "keep",
    "deal",
    "respond",
    "weigh",
    "notice",
    "see",
    "look",
    "leave",
]
_HALF: Final = 0.5


def content_words(stem: str) -> dict[str, tuple[int, int]]:
    """Each content word in its one form, with where it first stands in the stem."""
    found: dict[str, tuple[int, int]] = {}
    for word in _WORD.finditer(stem):
        written = word.group().lower()
        if written not in _FRAME:
            found.setdefault(_form(written), word.span())
    return found


def is_frame(word: str) -> bool:
    """Whether a word carries no content, however it is written."""
    return word.lower() in _FRAME


def weight_of(words: Iterable[str]) -> float:
    """How much these words, each in its one form, say of what is asked: a verb that fits any question counts half."""
    return sum(_HALF if word in _LIGHT else 1.0 for word in words)


def _form(word: str) -> str:
    if word in _ONE_WORD:
        return _trimmed(_ONE_WORD[word])
    trimmed = _trimmed(word)
    return _trimmed(_ONE_WORD.get(trimmed, _ONE_WORD.get(trimmed + "e", trimmed)))


def _trimmed(word: str) -> str:
    """The word without its ending, so that judge, judges, judged and judging are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004 - letters that a word keeps
            word = word.removesuffix(ending) + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeslz":  # noqa: PLR2004 - planned, plan
        word = word[:-1]
    return word.removesuffix("e")


_LIGHT: Final = frozenset(_form(word) for word in _ASKED_OF_ANYTHING)
