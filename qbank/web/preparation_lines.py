"""What comes before a session's set, as a short list: what is done, what is outstanding, each with one action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from flask import url_for
from markupsafe import Markup

from qbank.domain.deadlines import Deadlines
from qbank.domain.preparation import Adjusted, Checked, Interest, Outcome
from qbank.domain.recommended_order import recommended
from qbank.storage.models import Adjustment
from qbank.storage.queries.preparation import Preparation
from qbank.web import saying
from qbank.web.days import calendar_day, days_away
from qbank.web.moments import moment
from qbank.web.session_lines import Row
from review.days import day_in_uk

DONE: Final = ("done", "accent")
OUTSTANDING: Final = ("outstanding", "warm")
SHUT: Final = ("set stays shut", "warm")
NOTHING: Final = ("none", "quiet")

FORMATS: Final = {
    "standard": "The pack as everybody’s",
    "large": "The pack in large type",
    "contrast": "The pack in high contrast",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that comes before the set.

    Args:
        label: what it is.
        said: what is known of it, a sentence.
        state: the word of its tag, and the tag's tone.
        act: the words of its one action; empty when there is none for this reader.
        address: where the action is.
    """

    label: str
    said: str
    state: tuple[str, str]
    act: str = ""
    address: str = ""


def for_assessor(row: Row, found: Preparation, *, at: datetime) -> list[Item]:
    """What the session's assessor sees: their own acts come first, with links."""
    page = url_for("preparing.prepare", public_id=row.line.public_id)
    interest = _interest(found, at=at)
    if interest.state == OUTSTANDING:
        interest = replace(interest, act="Declare", address=f"{page}#declaration")
    elif interest.state == DONE:
        interest = replace(interest, act="Change", address=f"{page}#declaration")
    checks = [
        replace(each, act="Check again" if each.state == DONE else "Record the check", address=f"{page}#{what}")
        for what, each in _checks(row, found, at=at)
    ]
    return [interest, *checks, *(item for _, item in _handed_in(row, found, at=at)), _adjustments(found)]


def for_manager(row: Row, found: Preparation, started: str, *, at: datetime) -> list[Item]:
    """What a bank manager sees; `started` is the day on which the assessment started, empty if not on record."""
    key = row.line.public_id
    interest = _interest(found, at=at)
    if interest.state == SHUT:
        address = url_for("bookings.change", public_id=key)
        interest = replace(interest, act="Choose another assessor", address=address)
    handed_in = [
        replace(
            item, act="Record" if item.state != DONE else "Change", address=url_for(f"arranging.{where}", public_id=key)
        )
        for where, item in _handed_in(row, found, at=at)
    ]
    adjustments = replace(
        _adjustments(found), act="Approve one", address=url_for("arranging.adjustments", public_id=key)
    )
    begun = Item(
        "Start of the assessment",
        f"{started}, the gateway being signed." if started else "Not on record, so its end is not known.",
        DONE if started else OUTSTANDING,
        "Change" if started else "Record",
        url_for("arranging.start", public_id=key),
    )
    checks = [item for _, item in _checks(row, found, at=at)]
    return [begun, *_order(row, found), *handed_in, adjustments, _competence(row, found), interest, *checks]


def adjusted(each: Adjustment) -> str:
    """What an adjustment alters, in words; empty when it takes an earlier one back."""
    if each.kind == Adjusted.TIME:
        return f"{saying.counted(each.extra_minutes, 'minute')} more" if each.extra_minutes else ""
    if each.kind == Adjusted.FORMAT:
        return FORMATS[str(each.variant)] if each.variant != "standard" else ""
    if each.kind == Adjusted.INTERPRETER:
        return "An interpreter" if each.interpreter else ""
    return "Something else"


def _order(row: Row, found: Preparation) -> Iterator[Item]:
    """Where the method stands among the others, as far as the plan recommends it (O8, W11)."""
    for each in recommended(row.plan, row.line.method, found.booked):
        which = f"{each.first.title} before {each.then.title} is recommended, not required (rule {each.rule})."
        if each.is_kept is None:
            yield Item("Order", f"{which} One of them is not booked yet.", NOTHING)
        else:
            yield Item("Order", which, ("as recommended", "accent") if each.is_kept else ("other order", "quiet"))


def competence_said(until: date | None) -> str:
    """Until when an assessor's competence is on record, for a list."""
    return f"competence until {calendar_day(until)}" if until else "competence not on record"


def _competence(row: Row, found: Preparation) -> Item:
    """The assessor's competence on the day of the session (I1)."""
    label, until = "Assessor’s competence", found.competent_until
    address = url_for("competences.index")
    if until is None:
        return Item(label, "Not on record. Rule I1 asks for it.", OUTSTANDING, "Record", address)
    if until < day_in_uk(row.line.starts_at):
        words = f"On record until {calendar_day(until)}, which is before the session."
        return Item(label, words, ("ends before", "warm"), "Record", address)
    return Item(label, f"On record until {calendar_day(until)}.", DONE, "Change", address)


def _interest(found: Preparation, *, at: datetime) -> Item:
    label, said = "Interests", found.interest
    if said is None:
        return Item(label, "The assessor has not declared yet whether there is a conflict of interest.", OUTSTANDING)
    if said.what == Interest.DECLARED:
        words = "An interest is declared: another assessor must take the session."
        return Item(label, _signed(words, said.by, said.at, at=at), SHUT)
    return Item(label, _signed("None.", said.by, said.at, at=at), DONE)


def _checks(row: Row, found: Preparation, *, at: datetime) -> Iterator[tuple[Checked, Item]]:
    for what in Checked if row.line.remote else ():
        label = f"Check of {'the room' if what is Checked.ROOM else 'identity'}"
        if what not in found.checks:
            yield what, Item(label, "Not made yet. The session is by video, so the set waits for it.", OUTSTANDING)
            continue
        check, who = found.checks[what]
        said = _signed(f"{saying.capitalised(check.how)}: {check.outcome}.", who, check.at, at=at)
        yield what, Item(label, said, DONE if check.outcome == Outcome.SATISFIED else SHUT)


def _handed_in(row: Row, found: Preparation, *, at: datetime) -> Iterator[tuple[str, Item]]:
    """The subject and the report of a project, or the evidence, with the page where each is recorded."""
    method = row.method
    if method.report_words is not None:
        yield "subject", _subject(found)
    if method.report_words is None and method.evidence_least is None:
        return
    label = "Report" if method.report_words is not None else "Evidence"
    if found.submission is None:
        yield "submission", Item(label, Markup("Not received yet{}.").format(_due(found.deadlines, at=at)), OUTSTANDING)
        return
    kept = found.submission
    many = saying.counted(kept.word_count or kept.piece_count or 0, "word" if kept.word_count else "piece")
    again = f", {kept.again_count} of them handed in before" if kept.again_count else ""
    yield "submission", Item(label, f"{many}{again}, received on {calendar_day(kept.received_on)}.", DONE)


def _signed(words: str, who: str, then: datetime, *, at: datetime) -> Markup:
    """The words with who recorded them and when."""
    return Markup("{} {}, {}.").format(words, who, moment(then, at=at))


def _subject(found: Preparation) -> Item:
    if found.subject is None or found.subject_on is None:
        return Item("Project’s subject", "Not agreed yet.", OUTSTANDING)
    by = f" by {found.subject.by}" if found.subject.by else ""
    words = f"{found.subject.what}. " if found.subject.what else ""
    return Item("Project’s subject", f"{words}Agreed{by} on {calendar_day(found.subject_on)}.", DONE)


def _due(days: Deadlines, *, at: datetime) -> Markup:
    by = days.received_by
    if by is None:
        return Markup("")
    return Markup('; due by {}<span class="screen-only">, {}</span>').format(calendar_day(by), days_away(by, at=at))


def _adjustments(found: Preparation) -> Item:
    said = [f"{words}, approved by {who}" for each, who in found.adjustments if (words := adjusted(each))]
    return Item("Adjustments", f"{'; '.join(said)}." if said else "None is approved.", DONE if said else NOTHING)
