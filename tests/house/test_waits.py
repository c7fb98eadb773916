"""Every wait has an end: what never comes is told as a failure, with a name, and keeps nobody else waiting.

Looked at are the calls that would wait for ever unless they are told how long. A dose of endurance and a benchmark may
take their time, and the tests' own runs end after ten minutes each (`test_hangs.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.the_project import python_files, tree

BARE = {"wait", "communicate", "recv", "result", "accept", "join", "acquire", "get"}
"""Methods that wait for ever where nothing is between their brackets."""
PROGRAMS = {"subprocess.run", "subprocess.check_output", "subprocess.check_call", "subprocess.call"}
LINES = {"urlopen", "HTTPConnection", "HTTPSConnection", "create_connection"}
LOOKED_AT = BARE | LINES | {each.rpartition(".")[2] for each in PROGRAMS}
MAY = {
    ("tests/a_line.py", "line.recv"): "is asked for only what has come",
    ("tests/a_server.py", "self.entrance.accept"): "a thread that goes with its process",
    (
        "tests/web/a_second_process.py",
        "line.recv",
    ): "the other process lives as long as whoever asks it, and hears of its end",
    ("qbank/cli/demo.py", "webbrowser.get"): "is no wait",
}
"""By file and call, why one has no end."""


def endless(code: ast.Module) -> Iterator[str]:
    """Each call that would wait for ever."""
    for call in ast.walk(code):
        if not isinstance(call, ast.Call) or (last := _last(call.func)) not in LOOKED_AT:
            continue
        name, told = ast.unparse(call.func), {each.arg for each in call.keywords}
        is_bare = isinstance(call.func, ast.Attribute) and last in BARE and not call.args
        if (is_bare or name in PROGRAMS or last in LINES) and not told & {"timeout", "blocking"}:
            yield name


def _last(name: ast.expr) -> str:
    return name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""


def found() -> set[tuple[str, str]]:
    looked_at = [path for path in python_files() if not {"endurance", "benchmarks"} & set(path.parts)]
    return {(path.as_posix(), name) for path in looked_at for name in endless(tree(path))}


def test_every_wait_has_an_end_or_a_reason_to_have_none():
    assert found() == set(MAY), "Say how long (timeout=…), or why it may wait for ever."


@pytest.mark.parametrize(
    "call",
    ["done.wait()", "line.recv()", "thread.join()", "subprocess.run(x, check=True)", "urlopen(x)", "a.b.get()"],
)
def test_the_guard_itself_notices_a_wait_without_an_end(call):
    assert list(endless(ast.parse(call))) != []


@pytest.mark.parametrize(
    "call",
    [
        "done.wait(20)",
        "thread.join(timeout=2)",
        "lock.acquire(blocking=False)",
        "', '.join(x)",
        "urlopen(x, timeout=5)",
    ],
)
def test_a_wait_that_has_an_end_is_let_pass(call):
    assert list(endless(ast.parse(call))) == []
