"""The agenda of a review as one person works through it: what waits for them, what is ready, which comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qbank.charts.votes import DECIDED, Row
from qbank.storage.queries.reviews import AgendaLine, KeptReview, Member


class Show(StrEnum):
    """Which questions of the agenda are listed."""

    ALL = "all"
    WAITING = "waiting"
    READY = "ready"
    DECIDED = "decided"


_LONGEST: Final = 100
LABELS: Final = {
    Show.ALL: "All",
    Show.WAITING: "Waiting for your vote",
    Show.READY: "Ready to be decided",
    Show.DECIDED: "Decided",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """How far a member is, which tells no vote.

    Args:
        voted: on how many questions their vote counts.
        may: on how many they may vote.
        left: how many still wait for their vote; what is decided waits no more.
        on_bank: whether they have voted on the bank.
    """

    member: Member
    voted: int
    may: int
    left: int
    on_bank: bool


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the page of a review lists.

    Args:
        lines: the questions that are shown.
        shown: which these are.
        counts: how many questions each choice would list; a person who is not on the panel has no votes to give.
        mine: by reference, how the person stands to a question: their vote, "may not vote", "to vote" or "–".
        awaited: by reference, the names of those whose vote a question that is not decided waits for; it tells no vote.
        seats: every member of the panel.
    """

    lines: Sequence[AgendaLine]
    shown: Show
    counts: Mapping[Show, int]
    mine: Mapping[str, str]
    awaited: Mapping[str, Sequence[str]]
    seats: Sequence[Seat]

    @property
    def progress(self) -> Sequence[Row]:
        """What is decided, and what each member has voted on of what waits or waited for them."""
        members = [(seat.member.name, seat.voted, seat.voted + seat.left) for seat in self.seats]
        return [(DECIDED, self.counts[Show.DECIDED], self.counts[Show.ALL]), *members]

    @property
    def lacking(self) -> int:
        """How many questions have too few votes to be decided."""
        return self.counts[Show.ALL] - self.counts[Show.DECIDED] - self.counts[Show.READY]


def shortened(stem: str) -> str:
    """The beginning of a question's words: enough to know it again."""
    return stem if len(stem) <= _LONGEST else f"{stem[:_LONGEST].rsplit(' ', 1)[0]}…"


def waits_for(found: KeptReview, person: int | None) -> list[AgendaLine]:
    """The questions that wait for the person's vote, in the order of the agenda; none once it has ended."""
    if not found.is_open or person is None:
        return []
    return [line for line in found.agenda if line.matter.awaits(found.panel, person)]


def ready(found: KeptReview) -> list[AgendaLine]:
    """The questions that have the votes that they need and are not decided."""
    return [line for line in found.agenda if line.matter.is_ready(found.panel)]


def next_of(lines: Sequence[AgendaLine], after: str) -> AgendaLine | None:
    """The first of the lines after a reference, else the first before it; None where there is no other."""
    others = [line for line in lines if line.reference != after]
    return next((line for line in others if line.reference > after), others[0] if others else None)


def agenda_of(found: KeptReview, person: int | None, shown: Show) -> Agenda:
    """The agenda as the person sees it."""
    listed = {
        Show.ALL: list(found.agenda),
        Show.WAITING: waits_for(found, person),
        Show.READY: ready(found),
        Show.DECIDED: [line for line in found.agenda if line.decision is not None],
    }
    return Agenda(
        lines=listed[shown],
        shown=shown,
        counts={show: len(lines) for show, lines in listed.items()},
        mine={line.reference: _stands(found, line, person) for line in found.agenda},
        awaited={line.reference: _awaited(found, line) for line in found.agenda},
        seats=[_seat(found, each) for each in found.members],
    )


def _seat(found: KeptReview, member: Member) -> Seat:
    open_to = [line for line in found.agenda if member.id not in line.barred]
    voted = sum(member.id in line.matter.votes for line in open_to)
    on_bank = member.id in found.bank_matter.votes
    return Seat(member, voted, len(open_to), len(waits_for(found, member.id)), on_bank)


def _awaited(found: KeptReview, line: AgendaLine) -> list[str]:
    if not found.is_open:
        return []
    return [each.name for each in found.members if line.matter.awaits(found.panel, each.id)]


def _stands(found: KeptReview, line: AgendaLine, person: int | None) -> str:
    if person is None or found.member(person) is None:
        return "–"
    if person in line.barred:
        return "may not vote"
    vote = line.matter.votes.get(person)
    return "to vote" if vote is None and line.decision is None else str(vote or "–")
