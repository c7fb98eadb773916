"""A bank that has lived: versions approved, rejected and awaiting, rests, a retirement, pairs declared and revoked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.approving import Decision, Verdict
from qbank.domain.bank_documents import BankDocument
from qbank.domain.keeping import PairKind
from qbank.domain.lifecycle import Change
from qbank.domain.people import COMMAND_LINE
from qbank.domain.working_drafts import DraftText
from qbank.services import approving, authoring, exporting, keeping, pairing, restoring
from qbank.storage import units
from qbank.storage.bank_documents import read
from qbank.storage.queries import writing
from tests.services.a_bank import BOOKED, NOW, the_person, the_plan_version

QUIET = lambda *_: None  # noqa: E731 - a voice that says nothing
RESTS_UNTIL = date(2026, 9, 1)


def exported(engine: sa.Engine, kind: str, **chosen: object) -> bytes:
    with units.read_unit(engine) as store:
        made = exporting.as_file(store, the_plan_version(store), kind, **chosen)
    with units.write_unit(engine) as store:
        exporting.record(store, made, by=COMMAND_LINE, at=NOW)
    return made.data


def the_document(engine: sa.Engine) -> BankDocument:
    return read(exported(engine, "json"), "bank.json")


def restored(engine: sa.Engine, document: BankDocument, at: datetime = NOW) -> restoring.Restored:
    with units.write_unit(engine) as store:
        return restoring.restore(store, document, file_digest="f" * 64, by=COMMAND_LINE, at=at, tell=QUIET)


def revised(
    store: Session, reference: str, guidance: str, verdict: Verdict | None, change: Change = Change.EDITORIAL
) -> None:
    """A version that awaits approval, or that was decided on with a remark."""
    author, approver = (the_person(store, name).actor for name in ("author", "approver"))
    question = writing.question_by_reference(store, reference)
    assert question is not None
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
        change=change if is_approved else None,
        confirmed=frozenset({text.primary, *text.secondary}) if is_approved else frozenset(),
    )
    approving.decide(store, question, decision, number=number, by=approver, at=NOW)


def live_on(store: Session) -> None:
    """What happens to the small bank after it was loaded."""
    revised(store, "Q-0005", "Listen for oil.", Verdict.APPROVED)
    revised(store, "Q-0006", "Listen for wick.", Verdict.REJECTED)
    revised(store, "Q-0007", "Listen for glass.", None)
    revised(store, "Q-0010", "Listen for rust.", Verdict.APPROVED, Change.MATERIAL)
    one, other, third = (writing.question_by_reference(store, f"Q-000{number}") for number in (8, 9, 1))
    second = writing.question_by_reference(store, "Q-0002")
    assert one is not None
    assert other is not None
    assert second is not None
    assert third is not None
    pairing.declare(store, PairKind.CLONE, one, other, because="The same lamp.", by=COMMAND_LINE, at=NOW)
    pairing.revoke(store, PairKind.ENEMY, third, second, because="They may meet.", by=COMMAND_LINE, at=NOW)
    kept = {"because": "It was heard outside.", "by": COMMAND_LINE}
    keeping.rest(store, ["Q-0011", "Q-0012"], at=BOOKED + timedelta(days=5), **kept)
    keeping.bring_back(store, ["Q-0011"], at=BOOKED + timedelta(days=10), **kept)
    keeping.rest(store, ["Q-0013"], until=RESTS_UNTIL, at=NOW, **kept)
    keeping.retire(store, ["Q-0014"], at=NOW, **kept)
