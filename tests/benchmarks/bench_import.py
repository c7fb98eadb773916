"""How long files with questions take, in and out: printed; what is refused is held to its bound."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from qbank.documents.workbooks import written
from qbank.domain.access import Role
from qbank.domain.faults import Faults
from qbank.domain.people import COMMAND_LINE
from qbank.domain.question_tables import COLUMNS
from qbank.domain.working_drafts import DraftText
from qbank.services import exporting, people, seeding
from qbank.services.import_files import read_rows
from qbank.services.question_imports import NOTHING_FILED, Filed, Source, file_all, judge, take
from qbank.services.starter import starter_plan, starter_questions
from qbank.storage import db, migrating, units
from qbank.storage.queries import people as known
from qbank.storage.queries import standards

STANDARD = "customer-service-specialist-3"
PLAN = starter_plan(STANDARD)
QUESTIONS = tuple(starter_questions(STANDARD))
AT = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
LONGEST_REFUSAL_SECONDS = 1.0
MOST_REFUSAL_BYTES = 200_000_000


@contextmanager
def figure(what: str) -> Iterator[None]:
    """Print processor seconds: the machine may have others to serve."""
    begun = time.process_time()
    yield
    print(f"\n{what}: {time.process_time() - begun:.2f} s")  # noqa: T201 - a benchmark is read


def a_table(count: int) -> list[list[str]]:
    texts = (DraftText.of(QUESTIONS[number % len(QUESTIONS)].content) for number in range(count))
    return [list(COLUMNS), *(a_row(f"{number} of {count}", text) for number, text in enumerate(texts))]


def a_row(case: str, text: DraftText) -> list[str]:
    words = (text.probes, text.guidance, text.pass_evidence, text.distinction_evidence)
    codes = (text.primary, ", ".join(text.secondary), ", ".join(text.criteria))
    return [
        "",
        text.method,
        f"{text.stem} Of case {case}.",
        *words,
        *codes,
        str(text.demand),
        f"{text.seconds / 60:.4g}",
        text.author,
        text.source,
        "no",
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('import')}/bank.db"
    migrating.upgrade(url)
    made = db.engine(url)
    with units.write_unit(made) as store:
        seeding.load_standard(store, PLAN, by=COMMAND_LINE, at=AT)
        seeding.load_questions(store, PLAN, QUESTIONS, by=COMMAND_LINE, at=AT)
        people.create(
            store, name="Ada", email="ada@example.org", password=None, roles=[Role.AUTHOR], by=COMMAND_LINE, at=AT
        )
    yield made
    made.dispose()


def brought_in(store, rows, *, filed: Filed = NOTHING_FILED) -> None:
    by = known.by_email(store, "ada@example.org").actor
    take(
        store,
        standards.plan_version(store, STANDARD),
        rows,
        chosen={each.number for each in rows},
        source=Source("bank.xlsx", "XLSX", "0" * 64),
        submitted=filed,
        by=by,
        at=AT,
        tell=lambda *_: None,
    )


def test_five_hundred_and_ten_thousand_rows(engine):
    for count in (500, 10_000):
        data = written(a_table(count), PLAN)
        with figure(f"{count:,} rows of a workbook of {len(data) / 1e6:.1f} MB, read and checked"):
            rows = read_rows(data, "bank.xlsx", PLAN, author="Ada").rows
        with figure(f"{count:,} rows compared with the bank"), units.read_unit(engine) as store:
            judge(store, standards.plan_version(store, STANDARD), rows, by=COMMAND_LINE)
        with figure(f"{count:,} rows drafted in one unit"), units.write_unit(engine) as store:
            brought_in(store, rows)


def test_every_format_out(engine):
    for kind in exporting.FORMATS:
        with figure(f"{len(QUESTIONS)} questions as {kind}"), units.read_unit(engine) as store:
            made = exporting.as_file(store, standards.plan_version(store, STANDARD), kind)
        with figure("the entry of its export"), units.write_unit(engine) as store:
            exporting.record(store, made, by=COMMAND_LINE, at=AT)


def test_a_hundred_thousand_rows_are_refused_within_a_second_and_200_mb():
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * n) for n in range(1, 100_001))
    for name, data in (
        ("a.xlsx", with_sheet(rows)),
        ("a.csv", b"Method,Stem\n" + b"interview,What of it?\n" * 100_000),
    ):
        before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        with pytest.raises(Faults, match="more than 10,000 rows"):
            read_rows(data, name, PLAN, author="Ada")
        taken = time.process_time() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        print(f"\n{name}, refused: {taken:.2f} s, {grown / 1e6:.0f} MB more")  # noqa: T201 - a benchmark is read
        assert taken < LONGEST_REFUSAL_SECONDS
        assert grown < MOST_REFUSAL_BYTES


@pytest.mark.parametrize("count", [50, 500, 10_000])
def test_all_of_a_file_submitted_at_once(engine, count):
    table = [list(COLUMNS), *([*row[:2], f"{row[2]} Again?", *row[3:]] for row in a_table(count)[1:])]
    rows, chosen = read_rows(written(table, PLAN), "bank.xlsx", PLAN, author="Ada").rows, frozenset(range(count + 2))
    with units.read_unit(engine) as store:
        row = standards.plan_version(store, STANDARD)
    with figure(f"{count:,} rows judged whole, before the unit"):
        filed = file_all(row, PLAN, rows, chosen=chosen, tell=lambda *_: None)
    assert len(filed.contents) == count
    with figure(f"{count:,} rows drafted and submitted in one unit"), units.write_unit(engine) as store:
        brought_in(store, rows, filed=filed)


def with_sheet(rows: bytes) -> bytes:
    made, space = io.BytesIO(), b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = b'<worksheet xmlns="' + space + b'"><sheetData>' + rows + b"</sheetData></worksheet>"
    with zipfile.ZipFile(io.BytesIO(written([COLUMNS], PLAN))) as old, zipfile.ZipFile(made, "w", 8) as book:
        for name in old.namelist():
            book.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return made.getvalue()
