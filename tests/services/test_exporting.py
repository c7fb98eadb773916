"""Out of the bank and back: tables, text files, and the document with its history, to the byte; each an audited act."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from qbank.domain.bank_rows import Kind
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.faults import Faults
from qbank.domain.lifecycle import State
from qbank.domain.question_files import parse
from qbank.services.import_files import read_rows
from qbank.services.question_imports import judge
from qbank.storage import migrating, units
from qbank.storage.bank_documents import read
from qbank.storage.models import AuditEntry, Move, QuestionVersion
from tests.services.a_bank import a_plan, opened, questions, the_person, the_plan_version
from tests.services.a_lived_bank import exported, live_on, restored


@pytest.fixture
def lived(bank):
    """A bank with approved, rejected and awaiting versions, a pair that was declared and one that was revoked."""
    with units.write_unit(bank) as store:
        live_on(store)
    return bank


def test_a_document_restored_into_an_empty_bank_and_exported_again_is_the_same_to_the_byte(lived, empty_url):
    first = exported(lived, "json")
    migrating.upgrade(empty_url)

    with opened(empty_url) as engine:
        done = restored(engine, read(first, "bank.json"))
        second = exported(engine, "json")
        with units.read_unit(engine) as store:
            newest = store.scalar(
                sa.select(QuestionVersion.guidance)
                .where(QuestionVersion.load_id.is_not(None))
                .order_by(QuestionVersion.number.desc(), QuestionVersion.question_id)
                .limit(1)
            )
            states = store.execute(sa.select(Move.to_state, sa.func.count()).group_by(Move.to_state)).all()
            acts = set(store.scalars(sa.select(AuditEntry.act)))

    assert second == first
    assert (done.questions, done.versions) == (len(questions()), len(questions()) + 4)
    assert newest == "Listen for oil."
    assert dict(states)[State.LIVE] == len(questions())
    assert dict(states)[State.RESTING] == 2
    assert {"standard loaded", "bank restored", "questions exported"} <= acts


def test_the_document_tells_who_wrote_and_who_decided_and_what_was_remarked(lived):
    document = read(exported(lived, "json"), "bank.json")

    version = next(each for each in document.questions if each.reference == "Q-0005").versions[1]
    assert (version.author, version.state) == ("author", State.LIVE)
    assert [(each.verdict, each.approver, each.change) for each in version.decisions] == [
        ("approved", "approver", "editorial")
    ]
    assert version.remarks[0].suggestion == "Look"
    assert [(pair.kind, pair.first, pair.second, pair.ended is None) for pair in document.pairs] == [
        ("clone", "Q-0003", "Q-0004", True),
        ("clone", "Q-0008", "Q-0009", True),
        ("enemy", "Q-0001", "Q-0002", False),
    ]


def test_a_history_is_restored_into_an_empty_bank_only(lived):
    document = read(exported(lived, "json"), "bank.json")

    with pytest.raises(RuleBroken, match="into an empty bank only"):
        restored(lived, document)


def test_a_document_that_was_changed_is_refused(lived):
    data = json.loads(exported(lived, "json"))
    data["questions"][0]["versions"][0]["content"]["stem"] = "Something else?"

    with pytest.raises(Faults, match="is not what its digest says"):
        read(json.dumps(data).encode(), "bank.json")
    with pytest.raises(Faults, match="Field required"):
        read(json.dumps(data | {"questions": [{"reference": "Q-0001"}]}).encode(), "bank.json")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip", "json"])
def test_what_was_exported_changes_nothing_when_it_is_imported(bank, kind):
    data = exported(bank, kind)

    with units.read_unit(bank) as store:
        row = the_plan_version(store)
        found = read_rows(data, f"bank.{kind}", a_plan(), author="Ada")
        assert {problem.column for each in found.rows for problem in each.problems} == {
            "Minutes"
        }  # never checked there
        plain = [type(each)(each.number, each.place, each.reference, each.text) for each in found.rows]
        judged = judge(store, row, plain, by=the_person(store, "author").actor)
    assert [each.kind for each in judged] == [Kind.UNCHANGED] * len(questions())


def parts_of(workbook: bytes) -> dict[str, bytes]:
    """The parts of a workbook, but for its properties, which tell when it was made."""
    book = zipfile.ZipFile(io.BytesIO(workbook))
    return {name: book.read(name) for name in book.namelist() if not name.startswith("docProps/")}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip", "json"])
def test_the_same_bank_is_always_the_same_bytes_but_for_a_workbooks_clock(bank, kind):
    first, second = exported(bank, kind), exported(bank, kind)

    if kind == "xlsx":
        first, second = parts_of(first), parts_of(second)
        assert "xl/worksheets/sheet1.xml" in first
    assert second == first


def test_text_files_are_those_that_a_load_reads_with_enemies_and_clones(bank):
    archive = zipfile.ZipFile(io.BytesIO(exported(bank, "zip")))

    found = {name: parse(archive.read(name).decode(), name) for name in archive.namelist()}
    first = found["lamp-keeper-2/dialogue/Q-0001.md"]
    assert first.content == questions()[0].content
    assert first.enemies == ("Q-0002",)
    assert found["lamp-keeper-2/dialogue/Q-0004.md"].clones == ("Q-0003",)


def test_an_export_may_be_of_some_questions_and_is_an_entry_of_the_audit_trail(bank):
    document = read(exported(bank, "json", among={"Q-0003", "Q-0004", "Q-0001"}), "bank.json")

    assert [each.reference for each in document.questions] == ["Q-0001", "Q-0003", "Q-0004"]
    assert [(pair.first, pair.second) for pair in document.pairs] == [("Q-0003", "Q-0004")]
    with units.read_unit(bank) as store:
        entry = store.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert (entry.act, json.loads(entry.facts)["questions"]) == ("questions exported", 3)


@pytest.mark.parametrize(
    "chosen", [{"kind": "doc"}, {"kind": "csv", "method": "exam"}, {"kind": "csv", "among": set()}]
)
def test_no_format_no_method_and_no_question_are_refused(bank, chosen):
    kind, rest = chosen["kind"], {name: value for name, value in chosen.items() if name != "kind"}

    with pytest.raises(NotFound):
        exported(bank, kind, **rest)
