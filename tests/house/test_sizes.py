"""Nothing grows past the size at which it can be read in one sitting. A file that grows is split by noun."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.the_project import BUILT, ROOT, files, python_files, tree

FILE_LINES = 400
CONFTEST_LINES = 150
FUNCTION_LINES = 40
TEST_FUNCTION_LINES = 60
LISTS_OF_TABLES = (
    "qbank/storage/migrations/versions/"  # a migration's functions list columns; split, they hide the order
)
WRITTEN_BY_HAND = frozenset({".py", ".html", ".css", ".scss", ".js", ".toml"})


def written_by_hand() -> list[Path]:
    built = (f"{BUILT}/css/", f"{BUILT}/vendor/", f"{BUILT}/js/vendor/")
    return [path for path in files() if path.suffix in WRITTEN_BY_HAND and not str(path).startswith(built)]


def lines_of(path: Path) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length of each function: from `def` to its last line, its docstring not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1 - docstring_lines(node)


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return node.body[0].end_lineno - node.body[0].lineno + 1


def test_no_file_is_longer_than_400_lines():
    too_long = {str(path): lines_of(path) for path in written_by_hand() if lines_of(path) > FILE_LINES}

    assert too_long == {}, "Split these by noun."


def test_no_conftest_is_longer_than_150_lines():
    conftests = [path for path in python_files() if path.name == "conftest.py"]

    assert {str(path): lines_of(path) for path in conftests if lines_of(path) > CONFTEST_LINES} == {}


@pytest.mark.parametrize(("in_tests", "most"), [(False, FUNCTION_LINES), (True, TEST_FUNCTION_LINES)])
def test_no_function_is_longer_than_40_lines_and_in_tests_60(in_tests: bool, most: int):  # noqa: FBT001 - a parameter
    chosen = [
        path
        for path in python_files()
        if (path.parts[0] == "tests") is in_tests and not str(path).startswith(LISTS_OF_TABLES)
    ]

    too_long = {name: lines for path in chosen for name, lines in functions(path) if lines > most}

    assert too_long == {}, "Give the parts of these names of their own."
