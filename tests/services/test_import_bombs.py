"""Files that are small to send and large to read are refused before they are read; `make endurance` measures them."""

from __future__ import annotations

import pytest

from qbank.domain.faults import Faults
from qbank.domain.question_csv import MOST_SEPARATORS
from qbank.services.import_files import read_rows
from qbank.services.starter import starter_plan
from qbank.storage.bank_documents import BYTES_OF_A_MARK, SMALL


@pytest.mark.parametrize(
    ("file", "data", "sentence"),
    [
        ("bank.csv", b"," * (MOST_SEPARATORS + 1), "more separators than words"),
        ("bank.csv", b"Stem;\tMethod" * (MOST_SEPARATORS // 2 + 1), "more separators than words"),
        ("bank.json", b"[" + b"[]," * SMALL + b"[]]", "more marks than words"),
        ("bank.json", b"[" + b'{"a": "%s"},' % (b"x" * BYTES_OF_A_MARK) * (SMALL + 1) + b"{}]", "should be an object"),
        ("bank.json", b"[" + b"[]," * (SMALL - 9) + b"[]]", "should be an object"),
    ],
    ids=["commas", "three separators", "lists", "objects with words", "few lists"],
)
def test_a_file_of_marks_without_words_is_refused_and_one_of_words_is_looked_into(file, data, sentence):
    with pytest.raises(Faults, match=sentence):
        read_rows(data, file, starter_plan("customer-service-specialist-3"), author="A")
