"""One word for one thing, in code and on screens: the words table, as far as a machine can judge it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.house.the_project import ROOT, files, python_files, tree

# Words that the table forbids and that mean nothing else here: as a part of a name, and on a screen.
NEVER_IN_NAMES = {
    "candidate": "Candidate is a question eligible for a draw (delivery/pool.py) and never a person: say apprentice",
    "examiner": "say assessor",
    "student": "say apprentice",
    "tenant": "say organisation",
    "popularity": "say exposure rate or times asked",
    "topic": "say KSB",
    "leakage": "say predictability",
}
NEVER_ON_SCREENS = {
    "item": "question",
    "items": "questions",
    "student": "apprentice",
    "students": "apprentices",
    "candidate": "apprentice",
    "candidates": "apprentices",
    "examiner": "assessor",
    "examiners": "assessors",
    "tenant": "organisation",
    "username": "e-mail address",
    "calibration": "standardisation",
    "topic": "KSB",
    "topics": "KSBs",
}
THE_POOL_SPEAKS_OF_CANDIDATES = {"delivery", "review"}
AMERICAN = re.compile(
    r"\b(?:organi[z]\w*|behavi[o]rs?|analy[z]e\w*|recogni[z]e\w*|randomi[z]e\w*|standardi[z]\w*|authori[z]ed|fav[o]r\w*|neighb[o]r\w*)\b",
    re.IGNORECASE,
)
STATEMENT = "ANALYZE"
"""The databases' own word, in capitals as SQL is written here."""
TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<[^>]*>", re.DOTALL)


def names_given(path: Path) -> Iterator[str]:
    """Names of classes, functions, parameters and variables that a file chooses itself."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def parts(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+", name)}


def prose(path: Path) -> str:
    """What people read of a file: the whole of a Markdown page, comments and text in code, words between tags."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.suffix == ".html":
        return TAGS.sub(" ", text)
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return "\n".join(token.string for token in tokens if token.type in {tokenize.COMMENT, tokenize.STRING})
    return text


def test_no_name_in_the_code_uses_a_word_that_the_table_forbids():
    ours = [path for path in python_files() if path.parts[0] in {"qbank", "delivery", "review"}]

    found = {
        f"{path}: {name} ({NEVER_IN_NAMES[word]})"
        for path in ours
        for name in names_given(path)
        for word in parts(name) & set(NEVER_IN_NAMES)
        if not (word == "candidate" and path.parts[0] in THE_POOL_SPEAKS_OF_CANDIDATES)
    }

    assert found == set()


def test_no_screen_uses_a_word_that_the_table_forbids():
    pages = [path for path in files() if path.parts[0] == "templates" and path.suffix == ".html"]

    found = {
        f"{path} says {word!r}: say {NEVER_ON_SCREENS[word.lower()]!r}"
        for path in pages
        for word in re.findall(r"[A-Za-z]+", prose(path))
        if word.lower() in NEVER_ON_SCREENS
    }

    assert found == set()


def test_what_people_read_is_spelt_as_in_britain():
    read = [
        path for path in files() if path.suffix in {".md", ".html", ".py"} and not str(path).startswith("qbank/static")
    ]

    found = {f"{path}: {word}" for path in read for word in AMERICAN.findall(prose(path)) if word != STATEMENT}

    assert found == set()
