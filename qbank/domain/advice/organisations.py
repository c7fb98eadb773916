"""Names of organisations: a question in a shared bank fits every employer and gives none away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qbank.domain.advice.content_words import is_frame
from qbank.domain.advice.names import (
    ALWAYS_NAMES,
    ENDS_A_LAW,
    ENDS_A_NAME,
    EVERYDAY_INITIALS,
    KNOWN_INITIALS,
    NOT_A_NAME,
    TITLES,
)
from qbank.domain.advice.remarks import Remark, on_stem

CODE: Final = "names-organisation"

_SAYS: Final = (
    "This names an organisation, a brand or a product: say what kind it is, so that the question fits everybody."
)

_WORD: Final = re.compile(r"[^\W\d_][\w'’.&-]*[\w]|[^\W\d_]|&|\d{4}")
_CAPITAL: Final = re.compile(r"[A-Z]|[a-z]+[A-Z]")
_INITIALS: Final = re.compile(r"[A-Z][A-Z&\d-]+s?")
_BETWEEN: Final = frozenset({"of", "and", "&", "the", "for"})
_STARTS: Final = re.compile(r"(?:^|[.?!:;]\s+|['\"“\u2018(]\s*)$")


def names_organisation(stem: str) -> tuple[Remark, ...]:
    """A remark on each name, in the order of the stem."""
    return tuple(on_stem(CODE, span, stem, _SAYS) for span in _names(stem))


def _names(stem: str) -> Iterator[tuple[int, int]]:
    for run in _runs(list(_WORD.finditer(stem))):
        kept = _after_titles(run)
        if kept and _is_name(kept, opens=bool(_STARTS.search(stem[: kept[0].start()]))):
            yield kept[0].start(), kept[-1].end() - len(_possessive(kept[-1].group()))


def _runs(words: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Capitalised words that belong together, small words between them included; and single words always names."""
    run: list[re.Match[str]] = []
    small: list[re.Match[str]] = []
    for word in words:
        near = not run or word.start() - (small or run)[-1].end() == 1
        if near and (_CAPITAL.match(word.group()) or _bare(word.group()).lower() in ALWAYS_NAMES):
            run, small = [*run, *small, word], []
        elif near and run and word.group() in _BETWEEN and not small:
            small = [word]
        else:
            if run:
                yield run
            capital = _CAPITAL.match(word.group()) or _bare(word.group()).lower() in ALWAYS_NAMES
            run, small = ([word] if capital else []), []
    if run:
        yield run


def _after_titles(run: list[re.Match[str]]) -> list[re.Match[str]]:
    """The run without a person's title and the one name after it, and without a law or a document of the house."""
    texts = [_bare(word.group()) for word in run]
    for at, text in enumerate(texts):
        if text in TITLES:
            return run[at + 2 :]
    laws = [at for at, text in enumerate(texts) if text in ENDS_A_LAW]
    return run[laws[-1] + 1 :] if laws else run


def _is_name(run: list[re.Match[str]], *, opens: bool) -> bool:
    """Whether a run of capitals names an organisation; the first word of a sentence is a capital for its place."""
    texts = [_bare(word.group()) for word in run]
    if any(text.lower() in ALWAYS_NAMES or text in KNOWN_INITIALS for text in texts):
        return True
    if opens:
        texts = texts[1:]
    if not texts:
        return bool(re.match(r"[a-z]+[A-Z]", run[0].group()))
    odd = [text for text in texts if not _explained(text)]
    return bool(odd) or (len(texts) > 1 and texts[-1] in ENDS_A_NAME and texts[0] not in NOT_A_NAME)


def _explained(text: str) -> bool:
    """Whether a capital has another reason; initials that nobody knows are left to the check for jargon."""
    first = text.split("-", maxsplit=1)[0]
    plain = text in NOT_A_NAME or first in NOT_A_NAME or text in _BETWEEN or text in EVERYDAY_INITIALS or is_frame(text)
    return plain or bool(_INITIALS.fullmatch(text)) or text[0].isdigit()


def _bare(word: str) -> str:
    return word.removesuffix(_possessive(word)) if _possessive(word) else word


def _possessive(word: str) -> str:
    found = re.search(r"['’]s$|['’]$", word)
    return found.group() if found and word.lower() not in ALWAYS_NAMES else ""
