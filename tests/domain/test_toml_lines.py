"""The line of every value: what a fault points at."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.faults import Fault, Faults
from qbank.domain.toml_lines import TomlLines

TEXT = '''# a comment

[one]
a = 1  # [not a table]
"b c" = "x = 1"

[[many]]
a = """
[two]
a = 2
"""
d.e = 3

[[many]]
a = \'\'\'one line\'\'\'
list = [
  1,
]

[many.inner]
deep = 4

[three.four]
five = 5
'''


def test_tables_keys_lists_of_tables_and_strings_of_many_lines_are_told_apart():
    lines = TomlLines.of(TEXT)

    assert lines.where(("one",)) == 3
    assert lines.where(("one", "b c")) == 5
    assert lines.where(("many", 0)) == 7
    assert lines.where(("many", 0, "d", "e")) == 12
    assert lines.where(("many", 1, "a")) == 15
    assert lines.where(("many", 1, "list")) == 16
    assert lines.where(("many", 1, "inner", "deep")) == 21
    assert lines.where(("three",)) == 23
    assert ("two",) not in lines.lines


def test_a_value_without_a_line_has_that_of_the_table_around_it():
    lines = TomlLines.of(TEXT)

    assert lines.where(("many", 1, "missing", "deeper")) == 14
    assert lines.where(("nowhere",)) == 1


KEYS = st.from_regex(r"[a-z]{1,4}", fullmatch=True)
TABLES = st.dictionaries(KEYS, st.dictionaries(KEYS, st.integers(0, 99), min_size=1), min_size=1)


@given(TABLES)
def test_every_key_is_found_on_the_line_that_holds_it(tables: dict[str, Any]):
    text = "\n".join(
        f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in table.items()) for name, table in tables.items()
    )
    lines = TomlLines.of(text)

    for name, table in tomllib.loads(text).items():
        for key, value in table.items():
            assert text.split("\n")[lines.where((name, key)) - 1] == f"{key} = {value}"


def test_faults_are_told_in_the_order_of_files_and_lines():
    one, two, three = (Fault(file, line, "x.", "y.") for file, line in (("b", 1), ("a", 10), ("a", 9)))

    refusal = Faults([one, two, three])

    assert refusal.faults == (three, two, one)
    assert str(three) == "a:9: x. y."
    assert str(refusal) == "a:9: x. y. There are 2 more faults."
