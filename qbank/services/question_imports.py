"""Questions from a file: compared with the bank, then those that were chosen come in as drafts, all or none.

Nothing that comes in is live: each is a draft of whoever imports it, and a second person approves what is submitted.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from qbank.domain.bank_rows import REFERENCE, BankRow, Kind, Problem
from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.domain.standards import Plan
from qbank.domain.submission import lacks
from qbank.domain.working_drafts import LABELS
from qbank.services import audit, authoring, drafting
from qbank.storage.models import PlanVersion, QuestionImport, QuestionImportLine, WorkingDraft
from qbank.storage.queries import known_questions, standards
from qbank.storage.queries.known_questions import Known

Tell = Callable[[str, float], None]
MOST_SUBMITTED: Final = 50
"""At once: each submission takes its turn while the database waits."""
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


def judge(store: Session, row: PlanVersion, rows: Iterable[BankRow], *, by: Actor) -> tuple[Judged, ...]:
    """What each row is to the bank, in the order of the rows.

    Args:
        store: to read from.
        row: the plan version that the rows were checked against.
        rows: with their problems.
        by: who imports.
    """
    known = known_questions.known(store, row.standard_id)
    return tuple(_judged(each, known, by) for each in rows)


def take(  # noqa: PLR0913 - an import has these facts, each by keyword
    store: Session,
    row: PlanVersion,
    rows: Sequence[BankRow],
    *,
    chosen: Collection[int],
    source: Source,
    submits: bool,
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
        submits: whether those that lack nothing are submitted at once.
        by: who imports, an author of every draft.
        at: now.
        tell: is told how far it is.

    Raises:
        RuleBroken: nothing was chosen; a row that was chosen cannot come in any more; too many to submit at once.
    """
    tell("Comparing with the bank", 0.1)
    judged = judge(store, row, rows, by=by)
    coming = [each for each in judged if each.row.number in chosen]
    _must_be_possible(coming, submits=submits)
    tell(f"Drafting {len(coming):,} questions", 0.3)
    drafts = _drafted(store, row, coming, by=by, at=at)
    plan, submitted = standards.plan(store, row.id), 0
    for count, each in enumerate(coming if submits else (), start=1):
        tell(f"Submitting {len(coming):,} questions", 0.4 + 0.5 * count / len(coming))
        if not each.lacks(plan):
            draft = drafts[each.row.number]
            authoring.submit(store, draft, revision=draft.revision, because="imported", by=by, at=at)
            submitted += 1
    tell("Writing the report", 0.95)
    return _report(store, row, judged, drafts, source=source, submitted=submitted, by=by, at=at)


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


def _must_be_possible(coming: Sequence[Judged], *, submits: bool) -> None:
    if not coming:
        raise RuleBroken("No row was chosen.", remedy="Choose at least one.")
    gone = [each.row.place for each in coming if not each.may_come_in]
    if gone:
        some = ", ".join(gone[:10]) + (f" and {len(gone) - 10:,} more" if len(gone) > 10 else "")  # noqa: PLR2004
        raise RuleBroken(f"The bank has changed: {some} cannot come in any more.", remedy="Look at the file again.")
    if submits and len(coming) > MOST_SUBMITTED:
        said = f"More than {MOST_SUBMITTED} questions cannot be submitted at once."
        raise RuleBroken(said, remedy="Import them as drafts, or choose fewer.")


def _drafted(
    store: Session, row: PlanVersion, coming: Sequence[Judged], *, by: Actor, at: datetime
) -> dict[int, WorkingDraft]:
    """The draft of each row, by its number: new ones at once, an own open draft saved over."""
    known = known_questions.known(store, row.standard_id).questions
    found: dict[int, WorkingDraft] = {}
    fresh: list[Judged] = []
    for each in coming:
        question = known.get(each.row.reference)
        if question is None or question.draft is None:
            fresh.append(each)
            continue
        draft = store.get_one(WorkingDraft, question.draft.key)
        authoring.save(store, draft, each.row.text, revision=draft.revision, by=by, at=at)
        found[each.row.number] = draft
    texts = [(each.row.text, known[each.row.reference].key if each.row.reference in known else None) for each in fresh]
    begun = drafting.begin_all(store, row, texts, by=by, at=at)
    return found | {each.row.number: draft for each, draft in zip(fresh, begun, strict=True)}


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
    store.add_all(_line(report, each, kind, drafts) for each, kind in zip(judged, kinds, strict=True))
    store.flush()
    facts = {
        "file digest": source.digest,
        "format": source.format,
        "new": report.new_count,
        "changed": report.changed_count,
        "submitted": submitted,
    }
    audit.record(store, act="questions imported", subject=f"import {report.id}", by=by, at=at, facts=facts)
    return report


def _line(report: QuestionImport, each: Judged, kind: Kind, drafts: Mapping[int, WorkingDraft]) -> QuestionImportLine:
    return QuestionImportLine(
        question_import_id=report.id,
        number=each.row.number,
        place=each.row.place,
        kind=kind,
        working_draft_id=drafts[each.row.number].id if each.row.number in drafts else None,
        reference=each.row.reference,
        words=" ".join(str(problem) for problem in each.row.problems) or each.same,
    )


def _came_to(each: Judged, drafts: Mapping[int, WorkingDraft]) -> Kind:
    return Kind.LEFT_OUT if each.may_come_in and each.row.number not in drafts else each.kind
