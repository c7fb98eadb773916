"""Out of the bank and back: tables, text files, and the document with its history, to the byte; each an audited act."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from qbank.domain.approving import Decision, Verdict
from qbank.domain.bank_rows import Kind
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.faults import Faults
from qbank.domain.keeping import PairKind
from qbank.domain.lifecycle import Change, State
from qbank.domain.people import COMMAND_LINE
from qbank.domain.question_files import parse
from qbank.domain.working_drafts import DraftText
from qbank.services import approving, authoring, exporting, pairing, restoring
from qbank.services.import_files import read_rows
from qbank.services.question_imports import judge
from qbank.storage import migrating, units
from qbank.storage.bank_documents import read
from qbank.storage.models import AuditEntry, Move, QuestionVersion
from qbank.storage.queries import writing
from tests.services.a_bank import NOW, a_plan, opened, questions, the_person, the_plan_version

QUIET = lambda *_: None  # noqa: E731 - a voice that says nothing


def exported(engine, kind: str, **chosen) -> bytes:
    with units.write_unit(engine) as store:
        return exporting.export(store, the_plan_version(store), kind, **chosen, by=COMMAND_LINE, at=NOW).data


def revised(store, reference: str, guidance: str, verdict: Verdict | None) -> None:
    """A version that awaits approval, or that was decided on with a remark."""
    author, approver = (the_person(store, name).actor for name in ("author", "approver"))
    question = writing.question_by_reference(store, reference)
    draft = authoring.revise(store, question, by=author, at=NOW)
    text = DraftText.from_kept(draft.words)
    words = (
        DraftText.from_kept(draft.words)
        .with_words("guidance", guidance)
        .as_kept()
        .replace('"seconds":270', '"seconds":240')
    )
    revision = authoring.save(store, draft, DraftText.from_kept(words), revision=draft.revision, by=author, at=NOW)
    number = authoring.submit(store, draft, revision=revision, because="Clearer.", by=author, at=NOW).number
    if verdict is None:
        return
    said = {"part": "guidance", "passage": "Listen", "words": "Why?", "suggestion": "Look"}
    approving.remark(store, question, **said, number=number, by=approver, at=NOW)
    is_approved = verdict is Verdict.APPROVED
    decision = Decision(
        verdict,
        reason="It is so.",
        change=Change.EDITORIAL if is_approved else None,
        confirmed=frozenset({text.primary, *text.secondary}) if is_approved else frozenset(),
    )
    approving.decide(store, question, decision, number=number, by=approver, at=NOW)


@pytest.fixture
def lived(bank):
    """A bank with approved, rejected and awaiting versions, a pair that was declared and one that was revoked."""
    with units.write_unit(bank) as store:
        revised(store, "Q-0005", "Listen for oil.", Verdict.APPROVED)
        revised(store, "Q-0006", "Listen for wick.", Verdict.REJECTED)
        revised(store, "Q-0007", "Listen for glass.", None)
        one, other, third = (writing.question_by_reference(store, f"Q-000{number}") for number in (8, 9, 1))
        second = writing.question_by_reference(store, "Q-0002")
        pairing.declare(store, PairKind.CLONE, one, other, because="The same lamp.", by=COMMAND_LINE, at=NOW)
        pairing.revoke(store, PairKind.ENEMY, third, second, because="They may meet.", by=COMMAND_LINE, at=NOW)
    return bank


def test_a_document_restored_into_an_empty_bank_and_exported_again_is_the_same_to_the_byte(lived, empty_url):
    first = exported(lived, "json")
    migrating.upgrade(empty_url)

    with opened(empty_url) as engine:
        with units.write_unit(engine) as store:
            done = restoring.restore(store, read(first, "bank.json"), by=COMMAND_LINE, at=NOW, tell=QUIET)
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
    assert (done.questions, done.versions) == (len(questions()), len(questions()) + 3)
    assert newest == "Listen for oil."
    assert dict(states)[State.LIVE] == len(questions())
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

    with pytest.raises(RuleBroken, match="into an empty bank only"), units.write_unit(lived) as store:
        restoring.restore(store, document, by=COMMAND_LINE, at=NOW, tell=QUIET)


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


@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip", "json"])
def test_the_same_bank_is_always_the_same_bytes_but_for_a_workbooks_clock(bank, kind):
    if kind != "xlsx":
        assert exported(bank, kind) == exported(bank, kind)


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
