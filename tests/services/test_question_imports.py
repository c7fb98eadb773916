"""Questions from a file beside a bank: new, changed or unchanged; drafts, all or none; the report that stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.bank_rows import BankRow, Kind, checked
from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.domain.working_drafts import DraftText
from qbank.services import audit, authoring, question_imports
from qbank.services.question_imports import Source, file_all, judge, take
from qbank.storage import units
from qbank.storage.models import (
    AuditEntry,
    Question,
    QuestionImport,
    QuestionImportLine,
    QuestionVersion,
    WorkingDraft,
    WorkingDraftAuthor,
)
from qbank.storage.queries import writing
from tests.services.a_bank import METHOD, NOW, a_plan, questions, the_person, the_plan_version

LAWFUL = {"seconds": 240}
SOURCE = Source("bank.csv", "CSV", "0" * 64)


def a_row(number: int, reference: str = "", **changes: object) -> BankRow:
    text = DraftText.of(questions()[0].content)
    return BankRow(
        number, f"row {number}", reference, replace(text, **LAWFUL | {"stem": f"What of lamp {number}?"} | changes)
    )


def known_row(number: int, **changes: object) -> BankRow:
    """The row of a question of the bank: Q-0001 is the first. The bank's own minutes were never checked."""
    question = questions()[number - 1]
    changes = LAWFUL | changes if changes else {}
    return BankRow(number, f"row {number}", question.reference, replace(DraftText.of(question.content), **changes))


def kinds(store, *rows: BankRow, by: str = "author") -> list[Kind]:
    row = the_plan_version(store)
    return [each.kind for each in judge(store, row, rows, by=the_person(store, by).actor)]


def imported(engine, *rows: BankRow, chosen=None, submits=False, by="author", at=NOW, tell=lambda *_: None) -> str:
    numbers = {each.number for each in rows} if chosen is None else chosen
    filed = question_imports.NOTHING_FILED
    if submits:
        with units.read_unit(engine) as store:
            filed = file_all(the_plan_version(store), a_plan(), rows, chosen=numbers, tell=tell)

    def work(store):
        return take(
            store,
            the_plan_version(store),
            rows,
            chosen=numbers,
            source=SOURCE,
            submitted=filed,
            by=the_person(store, by).actor,
            at=at,
            tell=tell,
        ).public_id

    return units.in_write_unit(engine, work)


def test_a_row_is_known_by_its_reference_and_by_what_it_says(bank):
    with units.read_unit(bank) as store:
        found = kinds(
            store,
            known_row(1),
            known_row(2, guidance="Listen for something else."),
            replace(known_row(3), reference=""),
            a_row(4),
            a_row(5, "Q-9999"),
        )

    assert found == [Kind.UNCHANGED, Kind.CHANGED, Kind.UNCHANGED, Kind.NEW, Kind.NEW]


def test_what_comes_in_is_a_draft_of_the_importer_and_nothing_is_live(bank):
    imported(bank, a_row(1), known_row(2, guidance="Listen for something else."))

    with units.read_unit(bank) as store:
        drafts = store.scalars(sa.select(WorkingDraft).order_by(WorkingDraft.id)).all()
        authors = set(store.scalars(sa.select(WorkingDraftAuthor.person_id)))
        assert [DraftText.from_kept(each.words).stem for each in drafts] == [
            "What of lamp 1?",
            questions()[1].content.stem,
        ]
        assert drafts[0].question_id is None
        assert store.get_one(Question, drafts[1].question_id).reference == "Q-0002"
        assert authors == {the_person(store, "author").id}
        assert store.scalar(sa.select(sa.func.count()).select_from(QuestionVersion)) == len(questions())


def test_the_same_file_again_does_nothing(bank):
    rows = (a_row(1), known_row(2, guidance="Listen for something else."))
    imported(bank, *rows)

    with units.read_unit(bank) as store:
        assert kinds(store, *rows) == [Kind.UNCHANGED, Kind.UNCHANGED]
    with pytest.raises(RuleBroken, match="cannot come in any more"):
        imported(bank, *rows)


def test_a_corrected_file_is_saved_over_the_importers_own_draft_and_over_nobody_elses(bank):
    imported(bank, known_row(2, guidance="Listen for something else."))
    again = known_row(2, guidance="Listen for a third thing.")

    with units.read_unit(bank) as store:
        assert kinds(store, again, by="approver") == [Kind.WRONG]
    imported(bank, again)

    with units.read_unit(bank) as store:
        (draft,) = store.scalars(sa.select(WorkingDraft))
        assert (DraftText.from_kept(draft.words).guidance, draft.revision) == ("Listen for a third thing.", 2)


def test_a_row_of_a_question_that_awaits_approval_cannot_come_in(bank):
    imported(bank, known_row(2, guidance="Listen for something else."), submits=True)

    with units.read_unit(bank) as store:
        (judged,) = judge(
            store,
            the_plan_version(store),
            [known_row(2, guidance="Listen for a third thing.")],
            by=the_person(store, "author").actor,
        )
    assert "A version of Q-0002 awaits approval" in str(judged.row.problems[0])


def test_a_draft_that_was_put_away_is_named_at_its_row_and_hinders_no_other_row(bank):
    with units.write_unit(bank) as store:
        author = the_person(store, "author").actor
        question = writing.question_by_reference(store, "Q-0001")
        authoring.put_away(store, authoring.revise(store, question, by=author, at=NOW), by=author, at=NOW)
        new = authoring.begin(store, the_plan_version(store), METHOD, by=author, at=NOW)
        authoring.save(store, new, a_row(3).text, revision=1, by=author, at=NOW)
        authoring.put_away(store, new, by=author, at=NOW)

    with units.read_unit(bank) as store:
        rows = (known_row(1, guidance="Anew."), known_row(2, guidance="Anew."), a_row(3))
        judged = judge(store, the_plan_version(store), rows, by=the_person(store, "author").actor)

    assert [each.kind for each in judged] == [Kind.WRONG, Kind.CHANGED, Kind.NEW]
    assert "A draft of the next version of Q-0001 was put away" in str(judged[0].row.problems[0])


def test_an_older_text_of_a_question_changes_nothing_back(bank):
    with units.write_unit(bank) as store:
        author = the_person(store, "author").actor
        question = writing.question_by_reference(store, "Q-0002")
        draft = authoring.revise(store, question, by=author, at=NOW)
        text = replace(DraftText.from_kept(draft.words), guidance="Listen for something else.", seconds=240)
        revision = authoring.save(store, draft, text, revision=1, by=author, at=NOW)
        authoring.submit(store, draft, revision=revision, by=author, at=NOW)

    with units.read_unit(bank) as store:
        assert kinds(store, known_row(2)) == [Kind.UNCHANGED]


def test_those_that_lack_nothing_are_submitted_where_that_is_asked(bank):
    imported(bank, a_row(1), a_row(2, guidance=""), submits=True)

    with units.read_unit(bank) as store:
        (waiting,) = writing.queue(store)
        report = store.scalars(sa.select(QuestionImport)).one()
        assert waiting.stem == "What of lamp 1?"
        assert (report.new_count, report.submitted_count) == (2, 1)


def test_all_come_in_or_none(bank):
    """The last thing that an import does fails: nothing of what came before it is kept."""
    with pytest.raises(ZeroDivisionError):
        imported(bank, a_row(1), a_row(2), tell=breaking)

    with units.read_unit(bank) as store:
        for table in (WorkingDraft, QuestionImport, QuestionImportLine):
            assert store.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def breaking(step: str, share: float) -> None:
    if step == "Writing the report":
        raise ZeroDivisionError(share)


def test_the_report_says_of_every_row_what_became_of_it_and_the_audit_trail_that_it_was(bank):
    (wrong,) = checked([a_row(4, primary="K99")], a_plan())
    imported(bank, a_row(1), a_row(2), known_row(3), wrong, chosen={1}, at=NOW + timedelta(minutes=1))

    with units.read_unit(bank) as store:
        lines = store.execute(
            sa.select(QuestionImportLine.place, QuestionImportLine.kind, QuestionImportLine.words).order_by(
                QuestionImportLine.number
            )
        ).all()
        entry = store.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert [(place, kind) for place, kind, _ in lines] == [
        ("row 1", "new"),
        ("row 2", "left out"),
        ("row 3", "unchanged"),
        ("row 4", "with problems"),
    ]
    assert lines[3].words.startswith("Primary KSB: K99 is no KSB of the dialogue; its codes are ")
    facts = json.loads(entry.facts)
    assert (entry.act, facts["new"], facts["submitted"]) == ("questions imported", 1, 0)


def test_nothing_chosen_and_nobody_named_is_refused(bank):
    with pytest.raises(RuleBroken, match="No row was chosen"):
        imported(bank, a_row(1), chosen=set())
    with pytest.raises(NotAllowed, match="A question is written by a person"), units.write_unit(bank) as store:
        take(
            store,
            the_plan_version(store),
            [a_row(1)],
            chosen={1},
            source=SOURCE,
            submitted=question_imports.NOTHING_FILED,
            by=COMMAND_LINE,
            at=NOW,
            tell=lambda *_: None,
        )


def test_five_hundred_are_submitted_at_once_and_await_a_second_person(bank):
    rows = [a_row(number) for number in range(1, 501)]

    imported(bank, *rows, submits=True)

    with units.read_unit(bank) as store:
        waiting = writing.queue(store)
        report = store.scalars(sa.select(QuestionImport)).one()
        assert [each.stem for each in waiting] == [f"What of lamp {number}?" for number in range(1, 501)]
        assert [each.reference for each in waiting] == [f"Q-{number:04d}" for number in range(61, 561)]
        assert {each.hands for each in waiting} == {frozenset({the_person(store, "author").id})}
        assert (report.new_count, report.submitted_count) == (500, 500)
        assert audit.first_broken(store) is None
