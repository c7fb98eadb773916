"""What the live page shows: a panel for each question and one for the sitting, the times, what is not yet evidenced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qbank.domain.openings import prescribed_probes
from qbank.domain.record_entries import About, Entry
from qbank.domain.recording import Part, Record
from qbank.domain.sitting_times import Bands
from qbank.domain.standards import Criterion, Level
from qbank.storage.queries.sets import AskedQuestion, DrawnSet
from qbank.web import saying
from qbank.web.growth import came_later
from qbank.web.live.fields import Offered, of_question, of_sitting
from qbank.web.session_lines import Row

REPLACED = "replaced"
WHOLE = "sitting"
"""The name of the panel that belongs to no question, in addresses too."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands in view for one question.

    Args:
        name: in addresses and forms; of the question's key in the set, which a substitute does not share.
        number: its place in asking order; empty for a question that was replaced.
        state: how it was put, in a word or two; empty before.
        replaceable: whether another may be drawn in its place.
        came: why it came later, in a phrase; empty where it was drawn at first.
        before, after: the names of the panels beside it; empty at the ends.
    """

    name: str
    number: str
    question: AskedQuestion
    offered: Offered
    supplementary: Sequence[Entry]
    state: str
    before: str
    after: str
    replaceable: bool
    came: str


@dataclass(frozen=True, slots=True)
class Opening:
    """One criterion of the method and the questions of the set that open it.

    Args:
        probe: what is asked where no question opens it, the same words for everybody; else empty.
    """

    criterion: Criterion
    questions: tuple[AskedQuestion, ...]
    is_met: bool
    probe: str


@dataclass(frozen=True, slots=True)
class Questioning:
    """The questioning of an observation, in words and seconds, as far as it is known at the time of the page."""

    seconds: int
    said: str
    allowed: str
    of_allowed: str
    of_elapsed: str
    is_on: bool
    wants_a_reason: bool


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that the page shows.

    Args:
        whole: the groups of the sitting.
        band: the lawful length, as a stopwatch shows it.
        begun: when it began and should end, or ended, in a sentence or two.
        wants_a_reason: whether the sitting ended outside its lawful length and nobody said why.
        unexplained: the questions that were rephrased without their wording, or not asked without a reason.
        ended_by: the entry that ended it, which going on after all takes back; empty before.
    """

    record: Record
    bands: Bands
    panels: Sequence[Panel]
    whole: Offered
    openings: Sequence[Opening]
    elapsed: str
    band: str
    begun: str
    questioning: Questioning | None
    wants_a_reason: bool
    unexplained: Sequence[int]
    ended_by: str

    @property
    def probes(self) -> Mapping[str, str]:
        """What is asked about each criterion that no question opens, by its code."""
        return {each.criterion.code: each.probe for each in self.openings if each.probe}

    @property
    def unmet(self) -> Sequence[Opening]:
        """The criteria that nothing holds to be met yet."""
        return [each for each in self.openings if not each.is_met]


def live(row: Row, drawn: DrawnSet, record: Record, bands: Bands, *, at: datetime) -> Live:
    """The page of a session at that time."""
    elapsed = record.elapsed(at)
    over = record.ended_at is not None and bands.is_outside(elapsed.total_seconds())
    return Live(
        record=record,
        bands=bands,
        panels=_panels(row, drawn, record),
        whole=of_sitting(row.plan, row.method, record),
        openings=_openings(row, drawn, record),
        elapsed=saying.stopwatch(elapsed),
        band=f"{_said(bands.shortest)} to {_said(bands.longest)}",
        begun=_begun(record, bands),
        questioning=_questioning(record, bands, at=at),
        wants_a_reason=over and About.LENGTH not in record.reasons,
        ended_by=record.ends[-1].entry if record.ends else "",
        unexplained=[place for place, part in sorted(_places(record).items()) if not part.is_explained],
    )


def _panels(row: Row, drawn: DrawnSet, record: Record) -> list[Panel]:
    """What is asked now, in asking order, then what was replaced: what was noted about that stays in view."""
    now = {question.position for question in drawn.asked}
    gone = [question for question in drawn.met if question.position not in now]
    names = [*(str(question.position) for question in (*drawn.asked, *gone)), WHOLE]
    return [
        *(_panel(row, drawn, question, record, names) for question in drawn.asked),
        *(replace(_panel(row, drawn, each, record, names), number="", state=REPLACED) for each in gone),
    ]


def _panel(row: Row, drawn: DrawnSet, question: AskedQuestion, record: Record, names: Sequence[str]) -> Panel:
    number = names.index(str(question.position))
    part = record.part(question.position)
    return Panel(
        name=names[number],
        number=str(number + 1),
        question=question,
        offered=of_question(question, record),
        supplementary=part.supplementary,
        state=str(part.how or ""),
        before=names[number - 1] if number else "",
        after=names[number + 1],
        replaceable=drawn.can_be_replaced(question.position, row.method.replacements_most),
        came=came_later(drawn, question),
    )


def _openings(row: Row, drawn: DrawnSet, record: Record) -> list[Opening]:
    """Every criterion for pass and distinction; a fail criterion is an indicator and is not to be evidenced."""
    criteria = row.plan.criteria_of(row.method.code, Level.PASS, Level.DISTINCTION)
    places: Mapping[str, tuple[AskedQuestion, ...]] = {
        each.code: tuple(question for question in drawn.asked if each.code in question.criteria) for each in criteria
    }
    opened = [code for code, where in places.items() if where]
    probes = {each.criterion.code: each.words for each in prescribed_probes(row.plan, row.method.code, opened)}
    return [Opening(each, places[each.code], each.code in record.met, probes.get(each.code, "")) for each in criteria]


def _questioning(record: Record, bands: Bands, *, at: datetime) -> Questioning | None:
    if bands.questioning is None:
        return None
    spent = record.questioned(at).total_seconds()
    of_allowed, of_elapsed = bands.questioning_rates(spent, record.elapsed(at).total_seconds())
    return Questioning(
        seconds=int(spent),
        said=saying.stopwatch(timedelta(seconds=spent)),
        allowed=f"{_said(bands.questioning)} of {_said(bands.allowed)}",
        of_allowed=saying.share(of_allowed),
        of_elapsed=saying.share(of_elapsed),
        is_on=record.is_questioning,
        wants_a_reason=bands.needs_a_reason(spent) and About.QUESTIONING not in record.reasons,
    )


def _begun(record: Record, bands: Bands) -> str:
    """When the sitting began and between which times it ends lawfully; empty before it began."""
    if record.began_at is None:
        return ""
    first, last = (record.began_at + timedelta(seconds=seconds) for seconds in (bands.shortest, bands.longest))
    began = f"Began {saying.clock_time(record.began_at)}."
    if record.ended_at is not None:
        return f"{began} Ended {saying.clock_time(record.ended_at)}."
    return f"{began} Ends lawfully between {saying.clock_time(first)} and {saying.clock_time(last)}."


def _said(seconds: int) -> str:
    return saying.stopwatch(timedelta(seconds=seconds))


def _places(record: Record) -> dict[int, Part]:
    return {place: part for place, part in record.parts.items() if place is not None}
