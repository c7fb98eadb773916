"""What a review panel decides, and what must be there before it may: votes, quorum, decisions, sign-off.

A matter is one question on the agenda. Whoever had a hand in it, or declared an interest in it, neither votes on it nor
records the decision; the quorum counts, matter by matter, those who may. On the bank as a whole every member votes, and
the chair, who decides then, gives a reason where the decision is another than most votes are for. With their vote each
signs the predictability budget that the chair proposed, or names another; the panel signs what most sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Choice(StrEnum):
    """What becomes of a question."""

    KEEP = "keep"
    REVISE = "revise"
    REST = "rest"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Panel:
    """Who reviews.

    Args:
        members: keys of everybody on the panel, the chair and invited externals among them.
        chair: the member who presides.
        quorum: how many votes a matter needs before it is decided; at least 1.
    """

    members: frozenset[int]
    chair: int
    quorum: int


@dataclass(frozen=True, slots=True)
class Matter:
    """One question on the agenda, as it stands.

    Args:
        reference: of the question.
        barred: keys of those who wrote, edited or approved any version of it, or declared an interest in it.
        votes: the latest vote of each member who has voted, by key.
        decided: what was decided; None while nothing is.
    """

    reference: str
    barred: frozenset[int] = frozenset()
    votes: Mapping[int, Choice] = field(default_factory=dict)
    decided: Choice | None = None

    def may_vote(self, panel: Panel) -> frozenset[int]:
        """The members who may vote on it."""
        return panel.members - self.barred

    def counted(self, panel: Panel) -> Mapping[Choice, int]:
        """How many votes each choice has, of those who may vote: who declares an interest later is counted no more."""
        allowed = self.may_vote(panel)
        found = Counter(choice for person, choice in self.votes.items() if person in allowed)
        return {choice: found[choice] for choice in Choice}

    def has_quorum(self, panel: Panel) -> bool:
        """Whether as many have voted as the quorum asks for."""
        return sum(self.counted(panel).values()) >= panel.quorum

    def can_reach_quorum(self, panel: Panel) -> bool:
        """Whether enough members may vote; where not, somebody from outside must be invited."""
        return len(self.may_vote(panel)) >= panel.quorum

    def awaits(self, panel: Panel, person: int) -> bool:
        """Whether it waits for the person's vote: nothing is decided, and they may vote and have not."""
        return self.decided is None and person in self.may_vote(panel) and person not in self.votes

    def is_ready(self, panel: Panel) -> bool:
        """Whether nothing is decided and everything is there to decide it."""
        return self.decided is None and self.has_quorum(panel)

    def leading(self, panel: Panel) -> tuple[Choice, ...]:
        """The choices that most votes are for: one, or several where they are level; empty without votes."""
        counts = self.counted(panel)
        most = max(counts.values())
        return tuple(choice for choice in Choice if most and counts[choice] == most)

    def recorders(self, panel: Panel) -> frozenset[int]:
        """Who may record the decision: the chair or, where the chair is barred, any member who may vote."""
        return frozenset({panel.chair}) if panel.chair not in self.barred else self.may_vote(panel)

    def sees_votes(self, person: int) -> bool:
        """Whether somebody sees how others voted: once they have voted themselves, or it is decided."""
        return self.decided is not None or (person in self.votes and person not in self.barred)


class BankTask(StrEnum):
    """What a member is to do about the bank as a whole."""

    PROPOSE = "Propose a budget for the bank"
    VOTE = "Vote on the bank"
    DECIDE = "Decide on the bank"


@dataclass(frozen=True, slots=True)
class BankMatter:
    """The bank as a whole before the panel: whether it is of sufficient size to prevent predictability.

    Nobody is barred from it: whoever wrote some of its questions judges them no more than the questions of the others.

    Args:
        votes: by key of each member who has voted on the budget that is proposed, whether they find the bank
            sufficient; their latest vote.
        decided: what was decided; None while nothing is.
        signs: keys of those among them who sign that budget.
        is_proposed: whether there is a budget to vote on; the chair proposes it.

    Source: assessment plan, rules W7 and W8.
    """

    votes: Mapping[int, bool] = field(default_factory=dict)
    decided: bool | None = None
    signs: frozenset[int] = frozenset()
    is_proposed: bool = True

    def counted(self, panel: Panel) -> Mapping[bool, int]:
        """How many members find it sufficient, and how many do not."""
        found = Counter(finds for person, finds in self.votes.items() if person in panel.members)
        return {finds: found[finds] for finds in (True, False)}

    def has_quorum(self, panel: Panel) -> bool:
        """Whether as many have voted as the quorum asks for."""
        return sum(self.counted(panel).values()) >= panel.quorum

    def awaits(self, panel: Panel, person: int) -> bool:
        """Whether it waits for the person's vote: nothing is decided, and they are a member and have not voted."""
        return self.decided is None and self.is_proposed and person in panel.members and person not in self.votes

    def is_ready(self, panel: Panel) -> bool:
        """Whether nothing is decided, enough have voted, and the chair, who records the decision, is among them."""
        return self.decided is None and self.has_quorum(panel) and panel.chair in self.votes

    def is_signed(self, panel: Panel) -> bool:
        """Whether the panel signs the budget that is proposed: more of those who voted do than do not."""
        return 2 * len(self.signs & self.votes.keys() & panel.members) > sum(self.counted(panel).values())

    def sees_votes(self, person: int) -> bool:
        """Whether somebody sees how others voted: once they have voted themselves, or it is decided."""
        return self.decided is not None or person in self.votes

    def task_of(self, panel: Panel, person: int) -> BankTask | None:
        """What it waits for from the person; None where for nothing."""
        if self.awaits(panel, person):
            return BankTask.VOTE
        if person != panel.chair or self.decided is not None:
            return None
        if self.is_ready(panel):
            return BankTask.DECIDE if self.is_signed(panel) else BankTask.PROPOSE
        return None if self.is_proposed else BankTask.PROPOSE

    def departs(self, panel: Panel, *, is_sufficient: bool) -> bool:
        """Whether that decision is another than most votes are for; where they are level, none is."""
        counts = self.counted(panel)
        return counts[is_sufficient] < counts[not is_sufficient]


class Lacking(StrEnum):
    """What keeps a matter from being decided, or a review from being signed off."""

    MEMBERS = "too few members may vote on it"
    VOTES = "too few have voted"
    DECISION = "nothing is decided"
    BANK = "nothing is decided about the bank"
    AGENDA = "nothing is on the agenda"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing; `reference` is empty where it is about the review as a whole."""

    what: Lacking
    reference: str = ""


def undecidable(panel: Panel, matter: Matter) -> Lacking | None:
    """Why a matter cannot be decided yet; None where it can."""
    if not matter.can_reach_quorum(panel):
        return Lacking.MEMBERS
    return None if matter.has_quorum(panel) else Lacking.VOTES


def lacks(panel: Panel, matters: Iterable[Matter], *, bank_decided: bool) -> tuple[Lack, ...]:
    """Everything that is missing before the chair may sign the review off; empty where nothing is.

    Source: assessment plan, rules W8 and Q3: the bank, and every question on the agenda, is decided on.
    """
    found, count = [], 0
    for matter in matters:
        count += 1
        if matter.decided is None:
            found.append(Lack(undecidable(panel, matter) or Lacking.DECISION, matter.reference))
        elif not matter.has_quorum(panel):
            found.append(Lack(undecidable(panel, matter) or Lacking.VOTES, matter.reference))
    if not count:
        found.append(Lack(Lacking.AGENDA))
    if not bank_decided:
        found.append(Lack(Lacking.BANK))
    return tuple(found)
