"""L10 over a whole run: nothing that a test, or a process that it started, printed or logged tells a question.

Whatever is captured of a test, read by it from a command, or written into the log of a server is held against every
text of the starter bank and of the tests' own banks. Six words in a row give a text away; so escaped marks and broken
lines hide little. Where something is told, the test fails, by the name of the channel and the question.
"""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BANKS = (ROOT / "seed_questions", ROOT / "tests" / "standards")
ROW = 6
CANARIES = ("quixostem", "quixoprobe", "quixoguidance", "quixopass", "quixodistinction", "quixosecret")
"""Of `tests/web/a_canary.py`: each stands for a confidential text, or for a password."""
LAMPS = ("in your logbook what did lamp", "your logbook what did lamp")
"""How every stem of `tests/services/a_bank.py` begins, for its sixty questions are alike."""

MAY_PRINT: Mapping[str, str] = {
    "qbank draw": "prints the set that it drew",
    "qbank bank check": "quotes what an author must mend",
    "qbank bank report": "names the stems that are nearly the same",
    "qbank standard show": "prints criteria, which the notes on evidence repeat",
    "pdftotext": "reads a pack, for the test that looks at it",
    "pg_dump": "gives the whole database, for the test that looks for what was erased",
}
"""Commands, and programs of the tests, whose standard output may hold questions; their standard error may tell none."""

_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\(?:[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4})|&#?\w+;")
"""Marks as a program's own notation, JSON and HTML write them."""
_CODES = re.compile(r"\([A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*\)")
"""Criteria in brackets, which a list of them prints after its last words as well."""
_watched: dict[Path, int] = {}
_heard: list[tuple[str, str]] = []
_command: list[str] = []


def watch(log: Path) -> None:
    """From now on, what is written into that file counts as told, after each test."""
    _watched.setdefault(log, log.stat().st_size if log.exists() else 0)


def last_words(folder: Path) -> None:
    """Keep for the judge what stands in the watched files of a folder that is about to go."""
    for file in [each for each in _watched if folder in each.parents]:
        _heard.extend(_new(file))


@contextmanager
def command(*arguments: str) -> Iterator[None]:
    """What is read of this test's own output in the block was printed by that command of ours."""
    _command.append(_named(("qbank", *arguments)))
    try:
        yield
    finally:
        _command.pop()


def told(text: str) -> str | None:
    """Which question the text tells, by its file; None where it tells none."""
    words = _words(text)
    for place, word in enumerate(words):
        if word in CANARIES:
            return "a canary of tests/web/a_canary.py"
        row = " ".join(words[place : place + ROW])
        if row.startswith(LAMPS):
            return "a question of tests/services/a_bank.py"
        if found := texts().get(row):
            return found
    return None


@cache
def texts() -> Mapping[str, str]:
    """Six words in a row of every text of every bank, and where they stand; none that a plan says as well."""
    published = [
        row for bank in BANKS for file in bank.rglob("*.toml") for row in _rows(file.read_text(encoding="utf-8"))
    ]
    found = {}
    for bank in BANKS:
        for file in bank.rglob("Q-*.md"):
            body = _CODES.sub("", file.read_text(encoding="utf-8").split("+++")[-1])
            found |= {row: str(file.relative_to(ROOT)) for part in body.split("##") for row in _rows(part)}
    for row in published:
        found.pop(row, None)
    return found


def _rows(text: str) -> Iterator[str]:
    words = _words(text)
    return (" ".join(words[place : place + ROW]) for place in range(len(words) - ROW + 1))


def _words(text: str) -> list[str]:
    return _WORD.findall(_ESCAPED.sub(" ", text.lower()))


class SideDoors:
    """The plugin: each test is judged by what was told while it was set up, ran and was taken down."""

    def __init__(self) -> None:
        self.undo = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        from click.testing import CliRunner

        self.undo.setattr(subprocess.Popen, "__init__", _begins(subprocess.Popen.__init__))
        self.undo.setattr(subprocess.Popen, "communicate", _communicates(subprocess.Popen.communicate))
        self.undo.setattr(CliRunner, "invoke", _invokes(CliRunner.invoke))
        self.undo.setattr(pytest.CaptureFixture, "readouterr", _reads(pytest.CaptureFixture.readouterr))

    def pytest_sessionfinish(self) -> None:
        self.undo.undo()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        report = yield
        captured = [(name, text) for name, text in report.sections if name.endswith(f" {call.when}")]
        leaks = [f"{name}: {found}" for name, text in (*captured, *_since()) if (found := told(text))]
        if leaks:
            report.outcome = "failed"
            before = f"{report.longrepr}\n" if report.longrepr else ""
            report.longrepr = f"{before}{item.nodeid} tells question text (promise L10). " + "; ".join(leaks)
        return report


def _since() -> Iterator[tuple[str, str]]:
    """What was heard, and written into the files that are watched, since this was last asked."""
    yield from _heard
    _heard.clear()
    for file in list(_watched):
        yield from _new(file)


def _new(file: Path) -> Iterator[tuple[str, str]]:
    """What was written into a watched file since it was last read; one that is gone is watched no more."""
    if not file.exists():
        del _watched[file]
        return
    with file.open("rb") as log:
        log.seek(_watched[file])
        new = log.read()
    _watched[file] += len(new)
    if new:
        yield file.name, new.decode(errors="replace")


def _named(words: Sequence[str]) -> str:
    """The command of ours in a line of words, with its subcommands: "qbank bank report"; else the program's name."""
    starts = [place for place, word in enumerate(words) if Path(word).name == "qbank"]
    if not starts:
        return Path(words[0]).name
    return " ".join(["qbank", *(word for word in words[starts[0] + 1 :][:2] if not word.startswith("-"))])


def _hear(name: str, out: object, err: object) -> None:
    """Keep what was said for the judge, less the standard output of those that may print."""
    may = any(name == each or name.startswith(f"{each} ") for each in MAY_PRINT)
    for channel, said in (("standard output", None if may else out), ("standard error", err)):
        if said:
            words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
            _heard.append((f"{channel} of {name or 'this test'}", words))


def _begins(begin: Callable[..., None]) -> Callable[..., None]:
    """A process that writes into a file: the file is watched, unless it is the output of one that may print."""

    @functools.wraps(begin)
    def init(process: Any, args: Any, *more: Any, **options: Any) -> None:
        words = [str(each) for each in args] if isinstance(args, list | tuple) else [str(args)]
        process.told_as = _named(words)
        for stream in (options.get("stdout"), options.get("stderr")):
            if isinstance(name := getattr(stream, "name", None), str):
                watch(Path(name).absolute())
        begin(process, args, *more, **options)

    return init


def _communicates(communicate: Callable[..., tuple[Any, Any]]) -> Callable[..., tuple[Any, Any]]:
    @functools.wraps(communicate)
    def said(process: Any, *asked: Any, **options: Any) -> tuple[Any, Any]:
        out, err = communicate(process, *asked, **options)
        _hear(process.told_as, out, err)
        return out, err

    return said


def _invokes(invoke: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(invoke)
    def ran(runner: Any, cli: Any, args: Any = (), **options: Any) -> Any:
        result = invoke(runner, cli, args, **options)
        words = args.split() if isinstance(args, str) else [str(each) for each in args or ()]
        of_ours = words if cli.name == "qbank" else [cli.name, *words]
        _hear(_named(("qbank", *of_ours)), result.stdout, result.stderr)
        return result

    return ran


def _reads(read: Callable[..., Any]) -> Callable[..., Any]:
    """What a test reads of its own output is captured no more, and so is heard here."""

    @functools.wraps(read)
    def readouterr(capture: Any) -> Any:
        said = read(capture)
        _hear(_command[-1] if _command else "", said.out, said.err)
        return said

    return readouterr
