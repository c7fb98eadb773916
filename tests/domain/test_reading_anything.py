"""Whatever bytes a file has, its reader gives a value or faults: never an accident, and never a fault without words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.archives import Archive
from qbank.domain.faults import Faults
from qbank.domain.plain_text import MOST_DOCUMENT_BYTES, MOST_QUESTION_BYTES, decoded
from qbank.domain.question_files import read, render
from qbank.domain.standard_files import read_plan
from qbank.domain.toml_files import read_toml
from qbank.domain.wording_files import read_wording
from tests.domain.a_question import a_question
from tests.domain.conftest import SMALL

PLANS = {file.name: file.read_bytes() for file in sorted(SMALL.glob("*.toml"))}
CSV = b'code,wording\nK1,"How, exactly,\nit shines"\nLP1,Explains\n'
JSON = b'[{"code": "K1", "wording": "Shines"},\n {"code": "K2", "wording": "Burns"}]'


def question(data: bytes) -> object:
    return read(decoded(data, "q.md", most_bytes=MOST_QUESTION_BYTES), "q.md")


def toml(data: bytes) -> object:
    return read_toml(decoded(data, "plan.toml", most_bytes=MOST_DOCUMENT_BYTES), "plan.toml")


def standard(data: bytes) -> object:
    others = {name: text.decode() for name, text in PLANS.items()}
    plan = read_plan({**others, "plan.toml": decoded(data, "plan.toml", most_bytes=MOST_DOCUMENT_BYTES)})
    return [plan.specification(method.code) for method in plan.methods]


def csv(data: bytes) -> object:
    return read_wording(data, "wording.csv")


def json(data: bytes) -> object:
    return read_wording(data, "wording.json")


def archive(data: bytes) -> object:
    found = Archive(data, "bank.zip", most_members=10)
    return [found.bytes_of(name) for name in found.members]


def packed(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in files.items():
            out.writestr(name, text * 20)
    return made.getvalue()


READERS = {
    question: render(a_question()).encode(),
    toml: PLANS["plan.toml"],
    standard: PLANS["plan.toml"],
    csv: CSV,
    json: JSON,
    archive: packed(question="Why? ", é="How? "),
}
AWKWARD = st.sampled_from(
    [
        *(b"inf", b"nan", b"-1", b"0", b"1e308", b"9" * 5_000, b"0x" + b"f" * 5_000, b"2020-01-01", b"true", b"null"),
        *(b"[" * 2_000, b"{a=" * 2_000, b'{"a":' * 2_000, b"[[a]]\n", b"[a.b]\n", b".".join([b"a"] * 300), b"[ + ]\n"),
        *(b"\x00", b"\x1b[31m", b"\r", b"\r\n", b"\xef\xbb\xbf", b"\xff", b"\\ud800", b"\\u0000", b"\xed\xa0\x80"),
        *(b'"', b"'", b'"""', b"+++\n", b"## Stem\n", b"- ", b",", b":", b"=", b"\n", b"\\", b"#", b"{}", b"[]", b'""'),
    ]
)


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    """A valid file with a few places replaced, by something awkward or by another piece of itself."""
    data = valid
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        elsewhere = draw(st.integers(0, len(valid)))
        piece = draw(AWKWARD | st.binary(max_size=4) | st.just(valid[elsewhere : elsewhere + 40]))
        data = data[:start] + piece + data[start + length :]
    return data


def gives_a_value_or_faults(reader: Callable[[bytes], object], data: bytes) -> None:
    try:
        reader(data)
    except Faults as refusal:
        for fault in refusal.faults:
            assert fault.file, fault
            assert fault.line >= 0, fault
            assert fault.what.endswith("."), fault
            assert fault.remedy, fault


@pytest.mark.parametrize("reader", READERS)
@given(data=st.data())
def test_a_mutated_file_gives_a_value_or_faults(reader, data):
    gives_a_value_or_faults(reader, data.draw(mutated(READERS[reader])))


@pytest.mark.parametrize("reader", READERS)
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_value_or_faults(reader, data):
    gives_a_value_or_faults(reader, data)


@pytest.mark.parametrize("reader", [question, toml, csv, json])
@given(text=st.text(st.characters(), max_size=100))
def test_any_characters_give_a_value_or_faults(reader, text):
    with suppress(UnicodeEncodeError):
        gives_a_value_or_faults(reader, text.encode())


@given(places=st.lists(st.tuples(st.integers(1, 200), st.integers(0, 255)), min_size=1, max_size=5))
def test_an_archive_that_was_changed_at_its_end_where_it_says_what_is_in_it_gives_files_or_faults(places):
    data = bytearray(READERS[archive])
    for place, value in places:
        data[-place] = value
    gives_a_value_or_faults(archive, bytes(data))


def test_a_file_without_a_name_in_an_archive_is_refused():
    """The library asks for the last letter of every name."""
    data = bytearray(packed(q="Why?"))
    lengths = data.find(b"PK\x01\x02") + 28
    data[lengths : lengths + 4] = b"\0\0\1\0"  # its one letter is said to be no name, but something beside

    with pytest.raises(Faults, match="has no name"):
        archive(bytes(data))


@pytest.mark.parametrize("reader", READERS)
def test_a_file_of_no_mutation_gives_a_value(reader):
    assert reader(READERS[reader])


@pytest.mark.parametrize(("reader", "most_bytes"), [(question, MOST_QUESTION_BYTES), (toml, MOST_DOCUMENT_BYTES)])
def test_a_file_beyond_its_bound_is_refused_before_it_is_read(reader, most_bytes):
    with pytest.raises(Faults, match=rf"The file has more than {most_bytes // 1_000_000} MB"):
        reader(b"#" * (most_bytes + 1))


def test_every_line_with_a_character_nobody_sees_is_named_up_to_twenty():
    with pytest.raises(Faults) as refusal:
        decoded(b"a\n\x00\x00\n\tb\n" + b"\x1b\n" * 50, "q.md", most_bytes=MOST_QUESTION_BYTES)

    assert [fault.line for fault in refusal.value.faults] == [2, *range(4, 23)]


@pytest.mark.parametrize("value", ["[" + " " * 50_000 + "]", '["""\n[ @ ]\n"""]'], ids=["blanks", "text like a table"])
def test_a_list_over_several_lines_is_not_taken_for_a_table(value):
    text = f"a = [\n{value}\n]\nb = nan\n"

    with pytest.raises(Faults) as refusal:
        read_toml(text, "plan.toml")

    assert [fault.line for fault in refusal.value.faults] == [text.count("\n")]
