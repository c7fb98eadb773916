"""Who may not do both with questions, standard sets and banks: write, submit, approve, put in use, sign."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import Change, State
from qbank.domain.standard_sets import Decided
from qbank.storage import draw_plans
from qbank.storage.models import (
    BankContinuation,
    DrawPlanRow,
    FamilyRevision,
    FamilySubmission,
    Move,
    QuestionVersion,
    WorkingDraft,
    WorkingDraftAuthor,
)
from tests.services.a_bank import METHOD, NOW, a_session, the_person, the_plan_version
from tests.services.a_family import a_family, submit
from tests.storage.a_decision import added
from tests.storage.a_history import a_working_draft, a_written_version, move
from tests.storage.a_pair import Pair, changed, made, new


def approval(how: str, bank: sa.Engine) -> sa.Insert:
    """An approval of a version by whoever had that hand in it."""

    def before(store: Session) -> dict[str, Any]:
        co_author = "approver" if how == "co-author" else None
        version = a_written_version(store, author="author", co_author=co_author)
        if how == "submitter":
            move(store, version, State.DRAFT)
            move(store, version, State.AWAITING_APPROVAL, by="approver")
        approver = the_person(store, "author" if how in {"author", "in another's name"} else "approver").id
        author = the_person(store, "other").id if how == "in another's name" else version.author_id
        people = {"author_id": author, "approver_id": approver}
        said = {"decision": "approved", "comment": "", "at": NOW, "change": Change.MATERIAL}
        return {"question_version_id": version.id, **people, **said}

    return new("approvals", **made(bank, before))


def next_move(store: Session, version: QuestionVersion, to: State) -> dict[str, Any]:
    asked = sa.select(Move).where(Move.question_version_id == version.id).order_by(Move.number.desc()).limit(1)
    last = store.scalars(asked).one()
    of_it = {"question_id": version.question_id, "question_version_id": version.id}
    return of_it | {
        "number": last.number + 1,
        "from_state": last.to_state,
        "to_state": to,
        "reason": "a test",
        "at": NOW,
        "by_id": the_person(store, "author").id,
    }


def to_live(bank: sa.Engine) -> sa.Insert:
    return new(
        "moves",
        **made(bank, lambda store: next_move(store, a_written_version(store, author="author"), State.LIVE)),
    )


def straight_to_live(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        version = a_written_version(store, author="author")
        move(store, version, State.DRAFT)
        return next_move(store, version, State.LIVE)

    return new("moves", **made(bank, before))


def submission_with(hand: str, bank: sa.Engine) -> sa.Insert:
    """A version is submitted though the approver, whom it does not name, wrote in its draft, began or saved it."""

    def before(store: Session) -> dict[str, Any]:
        version, person = a_written_version(store, author="author"), the_person(store, "approver").id
        move(store, version, State.DRAFT)
        if hand == "wrote":
            draft = a_working_draft(store, question_id=version.question_id)
            added(store, WorkingDraftAuthor(working_draft_id=draft.id, person_id=person))
        else:
            author = the_person(store, "author").id
            people = {"created_by_id": author, "saved_by_id": author} | {f"{hand}_by_id": person}
            of_it = {"plan_version_id": version.plan_version_id, "question_id": version.question_id}
            said = {"public_id": "round", "words": "{}", "revision": 1, "created_at": NOW, "saved_at": NOW}
            added(store, WorkingDraft(**of_it, **people, **said))
        return next_move(store, version, State.AWAITING_APPROVAL)

    return new("moves", **made(bank, before))


def written_while_it_awaits(bank: sa.Engine) -> sa.Update:
    def before(store: Session) -> int:
        version = a_written_version(store, author="author")
        return a_working_draft(store, question_id=version.question_id).id

    return changed("working_drafts", made(bank, before), words="{ }", revision=2)


def co_author_afterwards(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        version = a_written_version(store, author="author")
        return {"question_version_id": version.id, "person_id": the_person(store, "approver").id}

    return new("version_authors", **made(bank, before))


def decision_on_sets(hand: str, bank: sa.Engine) -> sa.Insert:
    """Standard sets are sent back by who assembled, adjusted or submitted them; or as they are no longer."""

    def before(store: Session) -> dict[str, Any]:
        key, number = a_family(store), 1
        if hand == "submitted":
            submit(store, key, by="approver")
        else:
            submit(store, key)
        if hand in {"adjusted", "late"}:
            by, number = the_person(store, "approver" if hand == "adjusted" else "author").id, 2
            added(store, FamilyRevision(family_id=key, number=2, body="[]", digest="f" * 64, at=NOW, by_id=by))
            if hand == "adjusted":
                author = the_person(store, "author").id
                added(store, FamilySubmission(family_id=key, number=2, at=NOW, by_id=author))
        who = the_person(store, "author" if hand == "assembled" else "approver").id
        said = {"decision": Decided.SENT_BACK, "reason": "a test", "draw_plan_id": None, "at": NOW, "by_id": who}
        return {"family_id": key, "number": 1 if hand == "late" else number, **said}

    return new("family_decisions", **made(bank, before))


def a_plan_nobody_approved(store: Session) -> int:
    fitted = draw_plans.adopted(store, the_plan_version(store).id, METHOD)
    assert fitted is not None
    row = DrawPlanRow(
        specification_id=fitted.specification_id,
        pool_digest=fitted.pool_digest,
        digest="c" * 64,
        question_count=1,
        fitted_plan_id=fitted.id,
        blob=b"{}",
        fitted_at=NOW,
    )
    return int(added(store, row).id)


def adoption(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        plan, version = a_plan_nobody_approved(store), the_plan_version(store).id
        return {"plan_version_id": version, "method": METHOD, "draw_plan_id": plan, "at": NOW}

    return new("adoptions", **made(bank, before))


def commitment(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        people = {"by_id": the_person(store, "author").id, "second_id": the_person(store, "approver").id}
        to = {"attempt_id": a_session(store).attempt_id, "draw_plan_id": a_plan_nobody_approved(store)}
        return to | people | {"number": 2, "commitment": "e" * 64, "reason": "a test", "at": NOW}

    return new("commitments", **made(bank, before))


def signature(bank: sa.Engine) -> sa.Insert:
    def before(store: Session) -> dict[str, Any]:
        standard, by = the_plan_version(store).standard_id, the_person(store, "author").id
        going = {"standard_id": standard, "method": METHOD, "until": NOW.date(), "reason": "a test"}
        row = added(store, BankContinuation(**going, at=NOW, by_id=by))
        return {"continuation_id": row.id, "by_id": by, "at": NOW}

    return new("bank_continuation_signatures", **made(bank, before))


SETS = ("family_decisions_l8_by_a_second_person",)
PAIRS = (
    Pair("an author approves", ("ck_approvals_l8_approver_is_not_the_author",), partial(approval, "author")),
    Pair("a co-author approves", ("approvals_l8_no_co_author",), partial(approval, "co-author")),
    Pair("who submitted approves", ("approvals_l8_not_by_whoever_submitted",), partial(approval, "submitter")),
    Pair(
        "an author approves as if another had written",
        ("fk_approvals_l8_author_of_that_version",),
        partial(approval, "in another's name"),
    ),
    Pair("a version goes live without a second person", ("moves_l8_live_by_a_second_person",), to_live),
    Pair(
        "a draft goes live at once",
        ("moves_l8_live_by_a_second_person", "moves_from_draft_to_live_only_loaded"),
        straight_to_live,
    ),
    Pair("who wrote in the draft is not named", ("moves_l8_every_hand_is_named",), partial(submission_with, "wrote")),
    Pair("who began the draft is not named", ("moves_l8_every_saver_is_named",), partial(submission_with, "created")),
    Pair("the last editor is not named", ("moves_l8_every_saver_is_named",), partial(submission_with, "saved")),
    Pair(
        "a draft is written while its version awaits",
        ("working_drafts_still_while_a_version_awaits",),
        written_while_it_awaits,
    ),
    Pair("an approver becomes a co-author", ("version_authors_l8_no_approver",), co_author_afterwards),
    *(
        Pair(f"who {hand} standard sets decides on them", SETS, partial(decision_on_sets, hand))
        for hand in ("assembled", "adjusted", "submitted")
    ),
    Pair(
        "standard sets are decided on as they were",
        ("family_decisions_of_the_last_revision",),
        partial(decision_on_sets, "late"),
    ),
    Pair("standard sets go into use unapproved", ("adoptions_l8_standard_sets_approved",), adoption),
    Pair("a booking follows unapproved sets", ("commitments_l8_standard_sets_approved",), commitment),
    Pair("a continuation signed twice by one", ("bank_continuation_signatures_l8_another_person",), signature),
)
