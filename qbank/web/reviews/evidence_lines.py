"""What the page of a question in a review shows of its year: lines with number, interval and source, and a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from qbank.domain.advice.likenesses import MOST_SHOWN, Likeness, Other, likenesses
from qbank.domain.standards import Plan
from qbank.storage.models import Question
from qbank.storage.queries import question_evidence, review_clock, versions, writing
from qbank.storage.queries.question_evidence import Span
from qbank.storage.queries.versions import Decided, VersionLine
from qbank.web.reviews.evidence_pictures import NEAR, Pictures, pictures_of
from review.days import day_in_uk
from review.evidence import Evidence, MonthOfUse, Spread, evidence
from review.rates import Figure

YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as people read it.

    Args:
        what: what is counted.
        figure: with its number, interval and source.
        is_share: whether it is said in per cent.
    """

    what: str
    figure: Figure
    is_share: bool = True

    @property
    def said(self) -> str:
        """The value, or that it is not estimable."""
        return self._number(self.figure.value) if self.figure.value is not None else "not estimable"

    @property
    def interval(self) -> str:
        """From where to where; empty where nothing is estimable."""
        found = self.figure.interval
        return f"{self._number(found.low)} to {self._number(found.high)}" if found else ""

    def _number(self, value: float) -> str:
        return f"{value:.1%}" if self.is_share else f"{value:.2f}"


@dataclass(frozen=True, slots=True)
class SpreadLine:
    """Where the question was met, in numbers: nobody is named."""

    who: str
    spread: Spread
    most: Line
    twice: Line


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month as people read it."""

    use: MonthOfUse
    share: Line


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """The evidence on one question.

    Args:
        since: the first day looked at: a year ago, or when this text went live.
        least: fewer than these are not estimable.
        lines: of its use.
        criteria: of what was decided on its evidence.
        pictures: of its figures.
        months: its use by month.
        last_asked: the day on which it was put last in the time; None where no record says that it was.
        made: versions that were written in the time.
        decided: what approvers decided in it, the latest first.
        near: questions that ask nearly the same.
        readable: references of those of them whose stems this person may read.
    """

    since: date
    least: int
    lines: tuple[Line, ...]
    spread: tuple[SpreadLine, ...]
    criteria: tuple[Line, ...]
    pictures: Pictures
    months: tuple[MonthLine, ...]
    last_asked: date | None
    made: tuple[VersionLine, ...]
    decided: tuple[Decided, ...]
    near: tuple[Likeness, ...]
    readable: frozenset[str]

    @property
    def sources(self) -> Mapping[str, str]:
        """What each formula is used for first, by the formula."""
        each = [*self.lines, *self.criteria, *(line.twice for line in self.spread)]
        return {line.figure.source: line.what for line in reversed(each)}


def item_sheet(
    store: Session,
    row: Question,
    number: int,
    plan: Plan,
    *,
    at: datetime,
    lines: Sequence[VersionLine],
    readable: Collection[str] | None,
) -> ItemSheet:
    """The evidence on a question, as of a moment.

    Args:
        store: a unit that reads.
        row: the question.
        number: of the version on the agenda.
        plan: whose numbers hold.
        at: up to when.
        lines: every version of the question.
        readable: references of the questions whose stems the person may read; None for every one.
    """
    span = Span(_since(store, row, number, at), at)
    found = evidence(
        row.id,
        drawn=question_evidence.sets_of_method(store, row, span),
        askings=question_evidence.askings_of(store, row.id, span),
        outcomes=question_evidence.outcomes_beside(store, row.id, span),
        least=plan.estimable_from,
    )
    near = tuple(_near(store, row, number, lines))
    names = {each.other.reference for each in near}
    return ItemSheet(
        since=day_in_uk(span.since),
        least=plan.estimable_from,
        lines=_lines(found),
        spread=tuple(_spread_line(each) for each in found.spread),
        criteria=_criteria(found),
        pictures=pictures_of(found, plan.estimable_from),
        months=tuple(_month_line(each, plan.estimable_from) for each in found.months),
        last_asked=found.last_asked,
        made=tuple(each for each in lines if span.since <= each.created_at <= at),
        decided=tuple(each for each in versions.decisions_on(store, row.id) if span.since <= each.at <= at),
        near=near,
        readable=frozenset(names if readable is None else names & set(readable)),
    )


def _since(store: Session, row: Question, number: int, at: datetime) -> datetime:
    live = review_clock.live_since(store, row.id, number)
    begun = at if live is None else datetime.combine(live, time(), UTC)
    return max(at - YEAR, begun)


def _lines(found: Evidence) -> tuple[Line, ...]:
    how = found.handling
    return (
        Line("In a set, of all sets drawn", found.exposure),
        Line("Not asked, though it was in the set", how.skipped),
        Line("Asked in other words", how.rephrased),
        Line("Replaced by another question", how.replaced),
        Line("Supplementary questions for each asking", how.supplementary, is_share=False),
    )


def _month_line(use: MonthOfUse, least: int) -> MonthLine:
    return MonthLine(use, Line(f"In a set of {use.month:%B %Y}", use.share(least=least)))


def _spread_line(each: Spread) -> SpreadLine:
    who = NEAR[each.near]
    return SpreadLine(
        who,
        each,
        Line(f"{who}: where most", each.most),
        Line(f"{who}: two sets of the same hold it", each.twice),
    )


def _criteria(found: Evidence) -> tuple[Line, ...]:
    return (
        Line("All criteria", found.met),
        Line("All criteria, before an assessor of average severity", found.demand),
        *(Line(code, figure) for code, figure in found.criteria.items()),
    )


def _near(store: Session, row: Question, number: int, lines: Sequence[VersionLine]) -> Iterator[Likeness]:
    stem = next(each.content.stem for each in lines if each.number == number)
    others = [Other(reference, words, state) for _, reference, words, state in writing.stems_beside(store, row)]
    yield from likenesses(stem, others)[:MOST_SHOWN]
