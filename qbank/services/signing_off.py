"""The chair signs a review off: the certificate is frozen, told to the audit trail, and what was decided is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from delivery.canonical import canonical, digest
from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.domain.standards import Plan
from qbank.services import audit, keeping, quarantining
from qbank.services.convening import must_be_member, must_be_open
from qbank.storage.models import InService, QuestionVersion, ReviewSignOff, ReviewTaskEnd
from qbank.storage.queries import review_clock, review_lists, standards
from qbank.storage.queries.review_banks import BankResolved, BudgetProposed
from qbank.storage.queries.reviews import AgendaLine, KeptReview, Member
from review.days import day_in_uk
from review.panel import Choice, Lack, lacks

FORMAT: Final = "qbank review certificate 3"
BEFORE_SIGNATURES: Final = "qbank review certificate 2"
"""Of a review whose predictability budget was its chair's word, before members signed it with their votes."""
BEFORE_VOTES: Final = "qbank review certificate 1"
"""Of a review whose bank was decided on by its chair alone, before members voted on it."""


def sign_off(store: Session, found: KeptReview, *, by: Actor, at: datetime) -> str:
    """Sign the review off; returns the digest of its certificate. From now on its decisions hold.

    Questions that the panel rests or retires leave the draw in the same unit. What is out of service by then stays as
    it is; so does a question of which another text is in service than the panel read, and one whose rest would have
    ended. The clock of every question that it keeps, revises or rests counts from today.

    Raises:
        NotAllowed: somebody else than the chair signs (L8).
        RuleBroken: something is not decided, or a decision has lost its quorum; says what.
    """
    now = must_be_open(store, found)
    chair = must_be_member(now, by)
    if chair != now.chair_id:
        raise NotAllowed("The chair signs the review off.", remedy="Ask the chair.", rule="L8")
    missing = lacks(now.panel, (line.matter for line in now.agenda), bank_decided=now.bank is not None)
    if missing:
        raise RuleBroken(
            f"It cannot be signed off: {_said(missing[0])}{_and_others(len(missing) - 1)}.",
            remedy="Decide on what is left.",
            rule="W8",
        )
    plan = standards.as_loaded(store, now.plan_version_id)
    certificate = certificate_of(now, plan, by=chair, at=at)
    row = ReviewSignOff(review_id=now.id, certificate=canonical(certificate).decode(), at=at, by_id=chair)
    row.digest = digest(certificate)
    store.add(row)
    store.flush()
    facts = {"certificate": row.digest, "questions": len(now.agenda)}
    audit.record(store, act="review signed off", subject=now.reference, by=by, at=at, facts=facts)
    for line in now.agenda:
        _carry_out(store, now, line, by=by, at=at)
    return row.digest


def certificate_of(now: KeptReview, plan: Plan, *, by: int, at: datetime) -> dict[str, Any]:
    """The certificate and the minutes in one, as plain data: everything that was decided, by whom, with what quorum.

    People are named as the audit trail names them, and by name for whoever reads it; so are the standard and the
    method. It tells no question text.
    """
    if now.bank is None:
        raise AssertionError("a review without a decision on the bank is not signed off")
    return {
        "format": FORMAT if now.proposal else BEFORE_SIGNATURES if now.bank_votes else BEFORE_VOTES,
        "review": now.reference,
        "standard": now.standard,
        "standard_title": plan.title,
        "plan_version": now.plan_version,
        "method": now.method,
        "method_title": plan.method(now.method).title,
        "scope": str(now.scope),
        "quorum": now.quorum,
        "opened_at": audit.written_time(now.opened_at),
        "opened_by": f"person {now.opened_by_id}",
        "chair": f"person {now.chair_id}",
        "members": [_member(each) for each in now.members],
        "others": _others(now),
        "questions": [_question(now, line) for line in now.agenda],
        "bank": _bank(now, now.bank),
        "signed_at": audit.written_time(at),
        "signed_by": f"person {by}",
    }


def end_task(store: Session, review_id: int, question_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Follow a revision no longer, though no new version came of it.

    Raises:
        NotFound: there is no such task.
        RuleBroken: it is done or ended already, or no reason is given.
    """
    wanted = (review_id, question_id)
    task = next((each for each in review_lists.tasks(store) if (each.review_id, each.question_id) == wanted), None)
    if task is None or by.identifier is None:
        raise NotFound("There is no such task.", remedy="Choose one from the list.")
    if not task.is_open:
        raise RuleBroken("This task is done or ended already.", remedy="Open the list again.")
    if not reason.strip():
        raise RuleBroken("Ending a task needs a reason.", remedy="Say in a sentence why.")
    row = ReviewTaskEnd(review_id=review_id, question_id=question_id, reason=reason.strip(), at=at)
    row.by_id = by.identifier
    store.add(row)
    store.flush()
    facts = {"question": task.reference}
    audit.record(store, act="review task ended", subject=task.review, by=by, at=at, facts=facts)


def _member(each: Member) -> dict[str, Any]:
    return {"person": f"person {each.id}", "name": each.name, "external": each.external}


def _others(now: KeptReview) -> dict[str, str]:
    """The names of those whom the certificate tells of and who are not on the panel."""
    decided = [line.decision for line in now.agenda if line.decision is not None]
    named = {now.opened_by_id: now.opened_by} | {each.author_id: each.author for each in decided if each.author_id}
    return {f"person {key}": str(name) for key, name in named.items() if now.member(key) is None}


def _question(now: KeptReview, line: AgendaLine) -> dict[str, Any]:
    if line.decision is None:
        raise AssertionError("every question of a review that is signed off is decided")
    decided, matter, members = line.decision, line.matter, now.panel.members
    return {
        "reference": line.reference,
        "version": line.number,
        "digest": line.digest,
        "why": line.why,
        "barred": [f"person {each}" for each in sorted(line.barred & members)],
        "declared_later": [f"person {each}" for each in sorted(line.declared_later)],
        "voters": [f"person {each.by_id}" for each in line.votes if each.by_id not in line.barred],
        "votes": {str(choice): count for choice, count in matter.counted(now.panel).items()},
        "choice": str(decided.choice),
        "reason": decided.reason,
        "rest_until": None if decided.rest_until is None else decided.rest_until.isoformat(),
        "author": None if decided.author_id is None else f"person {decided.author_id}",
        "revised_by": None if decided.revised_by is None else decided.revised_by.isoformat(),
        "recorded_by": f"person {decided.by_id}",
        "at": audit.written_time(decided.at),
    }


def _bank(now: KeptReview, decided: BankResolved) -> dict[str, Any]:
    counts = now.bank_matter.counted(now.panel)
    voted = {
        "voters": [f"person {each.by_id}" for each in now.bank_votes],
        "votes": {"yes": counts[True], "no": counts[False]},
        "departs_because": decided.departs_because,
    }
    return {
        "sufficient": decided.is_sufficient,
        "budget_thousandths": decided.budget,
        **({} if decided.last_sets is None else {"budget_last_sets": decided.last_sets}),
        "reason": decided.reason,
        **(voted if now.bank_votes else {}),
        **({} if now.proposal is None else _signatures(now, now.proposal)),
        "at": audit.written_time(decided.at),
    }


def _signatures(now: KeptReview, proposed: BudgetProposed) -> dict[str, Any]:
    """Who signs the budget, and which others the rest of those who voted would have signed."""
    return {
        "budget_reason": proposed.reason,
        "proposal": proposed.number,
        "signed_by": [f"person {each}" for each in sorted(now.signatories)],
        "would_sign": {
            f"person {each.by_id}": each.would_sign for each in now.bank_votes if each.would_sign is not None
        },
    }


def _carry_out(store: Session, now: KeptReview, line: AgendaLine, *, by: Actor, at: datetime) -> None:
    """Rest or retire the question, or end its quarantine, where the text that the panel read is still in service.

    What was quarantined, or reported again, after the panel had decided stays so: the panel did not know. What is to be
    revised stays until its new version is live.
    """
    decided, serving = line.decision, store.get(InService, line.question_id)
    if decided is None or serving is None or not _is_what_was_read(store, line, serving):
        return
    because, state = f"decided by the panel of {now.reference}", State(serving.state)
    if decided.choice in {Choice.KEEP, Choice.REST} and _knew_of_the_leak(store, serving, decided.at):
        quarantining.release(store, line.reference, because=because, by=by, at=at)
        state = State.LIVE
    if decided.choice is Choice.RETIRE:
        keeping.retire(store, [line.reference], because=because, by=by, at=at)
    is_to_rest = decided.rest_until is not None and decided.rest_until > day_in_uk(at)
    if is_to_rest and state is State.RESTING:  # its rest ends on the panel's day, whatever was meant before
        keeping.bring_back(store, [line.reference], because=because, by=by, at=at)
        state = State.LIVE
    if is_to_rest and state is State.LIVE:
        keeping.rest(store, [line.reference], until=decided.rest_until, because=because, by=by, at=at)


def _is_what_was_read(store: Session, line: AgendaLine, serving: InService) -> bool:
    number = store.get_one(QuestionVersion, serving.question_version_id).number
    return review_clock.is_same_text(store, line.question_id, number, line.number)


def _knew_of_the_leak(store: Session, serving: InService, decided_at: datetime) -> bool:
    return serving.state == State.QUARANTINED and quarantining.suspected_at(store, serving) <= decided_at


def _said(lack: Lack) -> str:
    return f"{lack.reference}: {lack.what}" if lack.reference else str(lack.what)


def _and_others(count: int) -> str:
    return "" if count == 0 else f", and {count} more like it"
