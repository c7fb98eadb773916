"""The documentation tells the truth: links lead somewhere, commands exist, each promise names its tests."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from qbank.cli import qbank as program
from tests.house.the_project import ROOT, files, python_files

LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*$", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)\b")
COMMAND = re.compile(r"\bqbank ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TEST_NAME = re.compile(r"`(?P<name>test_\w+)`")


def pages() -> list[Path]:
    return [
        path for path in files() if path.suffix == ".md" and path.parts[0] not in {"seed_questions", "qbank", "tests"}
    ]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    plain = (re.sub(r"[`*]", "", heading).lower() for heading in HEADING.findall(read(path)))
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


def code_in(path: Path) -> str:
    return "\n".join(CODE.findall(read(path)))


@pytest.mark.parametrize("document", pages(), ids=str)
def test_every_link_leads_somewhere(document: Path):
    broken = []
    for target in LINK.findall(read(document)):
        if "://" in target:
            continue
        place, _, anchor = target.partition("#")
        file = (ROOT / document).parent / place if place else ROOT / document
        if not file.exists() or (anchor and anchor not in anchors(file.relative_to(ROOT) if place else document)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("document", pages(), ids=str)
def test_every_make_target_that_is_named_exists(document: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(MAKE.findall(code_in(document))) - targets == set()


@pytest.mark.parametrize("document", pages(), ids=str)
def test_every_qbank_command_that_is_named_exists(document: Path):
    unknown = {words for words in COMMAND.findall(code_in(document)) if not is_command(words.split())}

    assert unknown == set()


def is_command(words: list[str]) -> bool:
    command: click.Command | None = program
    for word in words:
        if not isinstance(command, click.Group):
            return True  # what follows a command is its argument
        command = command.get_command(click.Context(command), word)
        if command is None:
            return False
    return True


def test_every_test_that_a_page_calls_as_witness_exists():
    called = {name for page in pages() for name in TEST_NAME.findall(read(page))}
    defined = {name for path in python_files() for name in re.findall(r"^\s*def (test_\w+)", read(path), re.MULTILINE)}

    assert called - defined == set()


def test_the_readme_gives_the_state_of_every_promise():
    rows = re.findall(r"^\| (L\d+) \|.*\| (held|in part|not yet)\b.* \|$", read(Path("README.md")), re.MULTILINE)

    assert [number for number, _ in rows] == [f"L{number}" for number in range(1, 13)]


def test_a_promise_called_held_names_the_tests_that_hold_it():
    rows = re.findall(r"^\| (L\d+) \|.*\| held\b(.*) \|$", read(Path("README.md")), re.MULTILINE)

    assert [number for number, evidence in rows if not TEST_NAME.search(evidence)] == []


def test_every_decision_that_is_data_has_a_page_with_its_reasons():
    pages_of_decisions = "\n".join(read(page) for page in pages() if "decisions" in page.parts)
    codes = {
        decision["code"]
        for file in sorted((ROOT / "seed_questions").glob("*/decisions.toml"))
        for decision in tomllib.loads(file.read_text(encoding="utf-8"))["decisions"]
    }

    assert codes - set(re.findall(r"^Data: `([a-z-]+)`", pages_of_decisions, re.MULTILINE)) == set()


@pytest.mark.parametrize("document", [page for page in pages() if re.match(r"docs/decisions/\d", str(page))], ids=str)
def test_a_decision_gives_context_consequences_and_what_was_rejected(document: Path):
    text = read(document)

    assert [part for part in ("Context", "Decision", "Consequences", "Rejected") if f"**{part}.**" not in text] == []
    assert f"]({document.name})" in read(Path("docs/decisions/README.md")), "docs/decisions/README.md lists every page."


def test_every_rule_that_the_data_names_is_on_the_page_of_rules():
    listed = set(re.findall(r"^\| ([A-Z]\d+) \|", read(Path("docs/rules.md")), re.MULTILINE))
    data = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "seed_questions").glob("*/*.toml")))

    assert set(re.findall(r'rule = "([A-Z]\d+)"', data)) - listed == set()
