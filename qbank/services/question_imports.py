"""Questions from a file: compared with the bank, then those that were chosen come in as drafts, all or none.

Nothing that comes in is live: each is a draft of whoever imports it, and a second person approves what is submitted.
While they come in the database waits, so whatever can be worked out before is, and each table is written at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from qbank.domain.bank_rows import REFERENCE, BankRow, Kind, Problem
from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.domain.questions import Content
from qbank.domain.standards import Plan
from qbank.domain.submission import as_filed_if_whole, lacks
from qbank.domain.working_drafts import LABELS
from qbank.services import audit, drafting, submitting
from qbank.services.submitting import Ready
from qbank.storage import bulk
from qbank.storage.models import PlanVersion, QuestionImport, QuestionImportLine, WorkingDraft
from qbank.storage.queries import known_questions
from qbank.storage.queries.known_questions import Known

Tell = Callable[[str, float], None]
TOLD_EVERY: Final = 50
"""Rows between two words on how far it is."""
PUBLIC_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Judged:
    """A row beside the bank.

    Args:
        row: with all its problems, those with the bank among them.
        kind: what it is.
        same: what says the same already: a reference, or "a draft"; empty unless unchanged.
    """

    row: BankRow
    kind: Kind
    same: str = ""

    @property
    def may_come_in(self) -> bool:
        """Whether it can be chosen."""
        return self.kind in {Kind.NEW, Kind.CHANGED}

    def lacks(self, plan: Plan) -> int:
        """How many things keep it from being submitted."""
        return len(lacks(self.row.text.content, plan))


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is imported: its name, its format, and the SHA-256 of its bytes."""

    file: str
    format: str
    digest: str


@dataclass(frozen=True, slots=True)
class Filed:
    """What rows say as their files would give it back.

    Args:
        plan_version_id: of the plan version by which they lack nothing.
        contents: by the number of the row, none of those that lack something.
    """

    plan_version_id: int
    contents: Mapping[int, Content]


NOTHING_FILED: Final = Filed(0, {})
"""Of an import of which nothing is submitted."""


def file_all(row: PlanVersion, plan: Plan, rows: Sequence[BankRow], *, chosen: Collection[int], tell: Tell) -> Filed:
    """What of the chosen rows can be submitted: worked out before a unit begins, for it takes seconds.

    Args:
        row: the plan version that the rows were checked against.
        plan: what it says.
        rows: of the file.
        chosen: numbers of the rows that come in.
        tell: is told how far it is.
    """
    contents: dict[int, Content] = {}
    for place, each in enumerate(rows):
        if place % TOLD_EVERY == 0:
            tell("Checking what can be submitted", 0.3 * place / len(rows))
        if each.number in chosen and not each.problems:
            content = as_filed_if_whole(each.text.content, plan)
            contents |= {} if content is None else {each.number: content}
    return Filed(row.id, contents)


def judge(store: Session, row: PlanVersion, rows: Iterable[BankRow], *, by: Actor) -> tuple[Judged, ...]:
    """What each row is to the bank, in the order of the rows.

    Args:
        store: to read from.
        row: the plan version that the rows were checked against.
        rows: with their problems.
        by: who imports.
    """
    return _all_judged(known_questions.known(store, row.standard_id), rows, by)


def take(  # noqa: PLR0913 - an import has these facts, each by keyword
    store: Session,
    row: PlanVersion,
    rows: Sequence[BankRow],
    *,
    chosen: Collection[int],
    source: Source,
    submitted: Filed,
    by: Actor,
    at: datetime,
    tell: Tell,
) -> QuestionImport:
    """Make a draft of each row that was chosen, submit it where that was asked, and keep the report: all or nothing.

    Args:
        store: in a unit that writes, which is undone when this raises.
        row: the plan version that the rows were checked against.
        rows: of the file.
        chosen: numbers of the rows that come in.
        source: the file.
        submitted: those that are submitted at once, of which those that come in are; nothing where that was not asked.
        by: who imports, an author of every draft.
        at: now.
        tell: is told how far it is.

    Raises:
        RuleBroken: nothing was chosen; a row that was chosen cannot come in any more; the standard has a newer plan; a
            stem is suspected to have leaked.
    """
    tell("Comparing with the bank", 0.4)
    known = known_questions.known(store, row.standard_id)
    judged = _all_judged(known, rows, by)
    coming = [each for each in judged if each.row.number in chosen]
    _must_be_possible(coming, submitted, row)
    tell(f"Drafting {len(coming):,} questions", 0.5)
    drafts = _drafted(store, row, coming, known, by=by, at=at)
    contents = submitted.contents
    ready = [Ready(draft, contents[number]) for number, draft in drafts.items() if number in contents]
    if ready:
        tell(f"Submitting {len(ready):,} questions", 0.7)
        submitting.submit_all(store, row, ready, because="imported", by=by, at=at)
    tell("Writing the report", 0.95)
    return _report(store, row, judged, drafts, source=source, submitted=len(ready), by=by, at=at)


def _all_judged(known: Known, rows: Iterable[BankRow], by: Actor) -> tuple[Judged, ...]:
    return tuple(_judged(each, known, by) for each in rows)


def _judged(row: BankRow, known: Known, by: Actor) -> Judged:
    if row.problems:
        return Judged(row, Kind.WRONG)
    digest = row.text.content.digest
    found = known.questions.get(row.reference)
    same = known.saying(digest) if found is None else found.saying(digest)
    if same:
        return Judged(row, Kind.UNCHANGED, same)
    if found is None:
        return Judged(row, Kind.NEW)
    if problem := _in_the_way(row, found, by):
        return Judged(replace(row, problems=(problem,)), Kind.WRONG)
    return Judged(row, Kind.CHANGED)


def _in_the_way(row: BankRow, found: known_questions.KnownQuestion, by: Actor) -> Problem | None:
    """Why a question cannot have a draft with other words now; None when it can."""
    name = row.reference
    if not found.is_of_standard:
        return Problem(REFERENCE, f"{name} belongs to another standard.", "Leave the reference empty.")
    if found.method != row.text.method:
        return Problem(LABELS["method"], f"{name} is one of the {found.method}.", "A question stays with its method.")
    if found.is_awaiting:
        return Problem(
            REFERENCE, f"A version of {name} awaits approval.", "Have it decided on, or take it back, first."
        )
    if found.draft is not None:
        return _of_the_draft(name, found.draft, by)
    if found.state not in {State.LIVE, State.RESTING, State.QUARANTINED}:
        return Problem(REFERENCE, f"{name} is not in service.", "Draft its next version on its page.")
    return None


def _of_the_draft(name: str, draft: known_questions.OpenDraft, by: Actor) -> Problem | None:
    """Why the draft of a question's next version cannot be saved over."""
    if draft.is_put_away:
        remedy = "Have it taken up again on its page, or leave the row out."
        return Problem(REFERENCE, f"A draft of the next version of {name} was put away.", remedy)
    if draft.hands != {by.identifier}:
        return Problem(REFERENCE, f"Somebody else is writing the next version of {name}.", "Go on in that draft.")
    return None


def _must_be_possible(coming: Sequence[Judged], submitted: Filed, row: PlanVersion) -> None:
    if not coming:
        raise RuleBroken("No row was chosen.", remedy="Choose at least one.")
    gone = [each.row.place for each in coming if not each.may_come_in]
    if gone:
        some = ", ".join(gone[:10]) + (f" and {len(gone) - 10:,} more" if len(gone) > 10 else "")  # noqa: PLR2004
        raise RuleBroken(f"The bank has changed: {some} cannot come in any more.", remedy="Look at the file again.")
    if submitted.contents and submitted.plan_version_id != row.id:
        raise RuleBroken("The standard has a newer plan since these rows were checked.", remedy="Send the file again.")


def _drafted(
    store: Session, row: PlanVersion, coming: Sequence[Judged], known: Known, *, by: Actor, at: datetime
) -> Mapping[int, WorkingDraft]:
    """The draft of each row by its number, in their order: an own open draft saved over, else a new one."""
    begun = {each.row.number: known.questions.get(each.row.reference) for each in coming}
    open_drafts = {number: found.draft.key for number, found in begun.items() if found and found.draft}
    texts = {each.row.number: each.row.text for each in coming}
    saved = drafting.save_all(store, {key: texts[number] for number, key in open_drafts.items()}, by=by, at=at)
    fresh = [number for number in begun if number not in open_drafts]
    questions = [(texts[number], found.key if (found := begun[number]) else None) for number in fresh]
    drafts = dict(zip(fresh, drafting.begin_all(store, row, questions, by=by, at=at), strict=True))
    return {number: drafts[number] if number in drafts else saved[open_drafts[number]] for number in begun}


def _report(
    store: Session,
    row: PlanVersion,
    judged: Sequence[Judged],
    drafts: Mapping[int, WorkingDraft],
    *,
    source: Source,
    submitted: int,
    by: Actor,
    at: datetime,
) -> QuestionImport:
    kinds = [_came_to(each, drafts) for each in judged]
    report = QuestionImport(
        public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES),
        plan_version_id=row.id,
        file=source.file,
        format=source.format,
        digest=source.digest,
        **{f"{kind.name.lower()}_count": kinds.count(kind) for kind in Kind},
        submitted_count=submitted,
        at=at,
        by_id=by.identifier,
    )
    store.add(report)
    store.flush()
    lines = [_line(report, each, kind, drafts) for each, kind in zip(judged, kinds, strict=True)]
    bulk.insert(store, QuestionImportLine, lines)
    facts = {
        "file digest": source.digest,
        "format": source.format,
        "new": report.new_count,
        "changed": report.changed_count,
        "submitted": submitted,
    }
    audit.record(store, act="questions imported", subject=f"import {report.id}", by=by, at=at, facts=facts)
    return report


def _line(report: QuestionImport, each: Judged, kind: Kind, drafts: Mapping[int, WorkingDraft]) -> Mapping[str, Any]:
    return {
        "question_import_id": report.id,
        "number": each.row.number,
        "place": each.row.place,
        "kind": kind,
        "working_draft_id": drafts[each.row.number].id if each.row.number in drafts else None,
        "reference": each.row.reference,
        "words": " ".join(str(problem) for problem in each.row.problems) or each.same,
    }


def _came_to(each: Judged, drafts: Mapping[int, WorkingDraft]) -> Kind:
    return Kind.LEFT_OUT if each.may_come_in and each.row.number not in drafts else each.kind
