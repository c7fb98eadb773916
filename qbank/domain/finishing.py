"""What must stand in a record before the assessment can be submitted: each thing that is missing, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from qbank.domain.grading import Grade, Graded, are_sources, not_received, questions_needed
from qbank.domain.record_entries import About, Asked, Entry, Evidence, How, Incomplete, Judgement, Kind, Mark, Source
from qbank.domain.recording import Record
from qbank.domain.sitting_times import Bands
from qbank.domain.standards import Criterion, Level, Method, Plan


class Where(StrEnum):
    """What a missing thing belongs to: pages link to it."""

    SITTING = "sitting"
    QUESTION = "question"
    CRITERION = "criterion"
    INCOMPLETE = "incomplete"
    LENGTH = "length"
    QUESTIONING = "questioning"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing.

    Args:
        of: the position of a question or the code of a criterion; empty for the rest.
    """

    sentence: str
    where: Where
    of: str = ""


@dataclass(frozen=True, slots=True)
class Sat:
    """A sitting as its record tells it.

    Args:
        plan: the plan version that the apprentice is on.
        asked: positions of the questions in asking order, with the number that each has for people.
        drawn: how many questions the set was drawn with.
        starts_at: when it was due.
        pieces: how many pieces of the portfolio were received; 0 where none are recorded.
    """

    plan: Plan
    method: Method
    record: Record
    bands: Bands
    asked: Mapping[int, int]
    drawn: int
    starts_at: datetime
    pieces: int = 0

    @property
    def put(self) -> tuple[int, ...]:
        """Positions of the questions of the list that were put, as written or rephrased."""
        return tuple(place for place in self.asked if place in set(self.record.asked_positions))

    @property
    def needed(self) -> int:
        """How many must have been put before there can be a grade."""
        return questions_needed(self.method.length, self.drawn)

    @property
    def is_incomplete(self) -> bool:
        """Whether there can be no grade: fewer questions were put than the plan asks, or the assessor says so."""
        return len(self.put) < self.needed or bool(self.why_incomplete)

    @property
    def may_be_graded(self) -> bool:
        """Whether there can be a grade, or still could be once it is said of every question how it was asked."""
        unsaid = any(self.record.part(place).how is None for place in self.asked)
        return not self.is_incomplete or (unsaid and not self.why_incomplete)

    @property
    def why_incomplete(self) -> str:
        """Why the assessment could not be completed, by the last that stands; empty where nobody said so."""
        said = [entry.said.because for entry in self.record.incomplete if isinstance(entry.said, Incomplete)]
        return said[-1].strip() if said else ""

    @property
    def met(self) -> frozenset[str]:
        """The pass and distinction criteria that are judged to be met."""
        return frozenset(code for code in self._judged() if (said := self.judgement(code)) is not None and said.holds)

    @property
    def seen(self) -> tuple[Criterion, ...]:
        """The fail indicators that were seen, in the plan's order."""
        indicators = self.plan.criteria_of(self.method.code, Level.FAIL)
        return tuple(each for each in indicators if (said := self.judgement(each.code)) is not None and said.holds)

    def judgement(self, code: str) -> Judgement | None:
        """What was decided of a criterion, by the last that stands; None where nothing was."""
        said = [entry.said for entry in self.record.judgements.get(code, ()) if isinstance(entry.said, Judgement)]
        return said[-1] if said else None

    def judged_anew(self, decisions: Mapping[str, Judgement], at: datetime) -> Sat:
        """The same sitting with these judgements in the place of those of its record: a correction."""
        entries = {
            code: (Entry(f"{number:032x}", Kind.JUDGEMENT, None, None, "correction", at, said),)
            for number, (code, said) in enumerate(decisions.items())
        }
        return replace(self, record=replace(self.record, judgements=entries))

    def _judged(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.plan.criteria_of(self.method.code, Level.PASS, Level.DISTINCTION))


def suggested(sat: Sat, code: str) -> Judgement | None:
    """What the marks of the record suggest of a criterion before anybody judged it; None where they say nothing.

    Met where any mark holds it to be; the sources are those of the marks that say so.
    """
    said = [(each, each.said) for each in sat.record.evidence.get(code, ()) if isinstance(each.said, Evidence)]
    for mark in (Mark.MET, Mark.NOT_YET):
        found = [(each, evidence) for each, evidence in said if evidence.mark is mark]
        if found:
            sources = dict.fromkeys(filter(None, (source_of(sat, each) for each, _ in found)))
            texts = dict.fromkeys(filter(None, (evidence.text.strip() for _, evidence in found)))
            return Judgement(code, holds=mark is Mark.MET, sources=", ".join(sources), text="\n".join(texts))
    return None


def source_of(sat: Sat, entry: Entry) -> str:
    """Where a mark of the record came from, as a judgement names it; empty for a question that was replaced."""
    if not isinstance(entry.said, Evidence):
        return ""
    if entry.said.source is not Source.QUESTION:
        return str(entry.said.source)
    number = None if entry.position is None else sat.asked.get(entry.position)
    return "" if number is None else f"question {number}"


def missing(sat: Sat, graded: Graded, *, at: datetime) -> tuple[Missing, ...]:
    """Everything that is missing before the assessment can be submitted, in the order of the page.

    Source: assessment plan, rules R2, R3, W6, O5 and the lengths O1, W5 and P1; an incomplete sitting needs its reason
    and no judgements.
    """
    return (*_of_the_sitting(sat, at), *_of_the_questions(sat), *_of_the_criteria(sat, graded))


def _of_the_sitting(sat: Sat, at: datetime) -> Iterator[Missing]:
    record = sat.record
    if record.began_at is None and at < sat.starts_at:
        yield Missing("The session has not begun yet.", Where.SITTING)
    if record.is_running:
        yield Missing("The session is still running: end it.", Where.SITTING)
    if record.ended_at is None or sat.is_incomplete:
        return
    if sat.bands.is_outside(record.elapsed(at).total_seconds()) and About.LENGTH not in record.reasons:
        yield Missing("Say why the session was shorter or longer than is lawful.", Where.LENGTH)
    if sat.bands.needs_a_reason(record.questioned(at).total_seconds()) and About.QUESTIONING not in record.reasons:
        yield Missing("Say why questioning took more than its share of the time.", Where.QUESTIONING)


def _of_the_questions(sat: Sat) -> Iterator[Missing]:
    for place, number in sat.asked.items():
        part = sat.record.part(place)
        if part.how is None:
            if sat.why_incomplete:
                continue
            yield Missing(f"Say how question {number} was asked.", Where.QUESTION, str(place))
        elif _disagree(part.asked):
            yield Missing(f"Question {number} was noted in two ways: choose one.", Where.QUESTION, str(place))
        elif not part.is_explained:
            wanted = "in which words it was asked" if part.how is How.REPHRASED else "why it was not asked"
            yield Missing(f"Say of question {number} {wanted}.", Where.QUESTION, str(place))
    if not sat.may_be_graded and not sat.why_incomplete:
        yield Missing(
            f"{len(sat.put)} of {sat.needed} questions were asked. Say why the assessment could not be completed.",
            Where.INCOMPLETE,
        )


def _of_the_criteria(sat: Sat, graded: Graded) -> Iterator[Missing]:
    if not sat.may_be_graded:
        return
    for criterion in sat.plan.criteria_of(sat.method.code, Level.PASS, Level.DISTINCTION):
        because = _wanted(sat, criterion)
        if because:
            yield Missing(f"{criterion.code}: {because}", Where.CRITERION, criterion.code)
    if graded.derived is Grade.FAIL:
        return
    for indicator in sat.seen:
        said = sat.judgement(indicator.code)
        if said is not None and not said.text.strip():
            yield Missing(
                f"{indicator.code} was seen, and every pass criterion is met: say why it does not stand against them.",
                Where.CRITERION,
                indicator.code,
            )


def _wanted(sat: Sat, criterion: Criterion) -> str:
    """What the judgement of a criterion still lacks, in words; empty where it lacks nothing."""
    said = sat.judgement(criterion.code)
    if said is None:
        return "say whether it is met."
    if _disagree(sat.record.judgements[criterion.code]):
        return "it was judged in two ways on two devices: choose one."
    if said.holds and not said.sources:
        return "say where its evidence came from."
    if not said.holds and criterion.level is Level.PASS and not said.text.strip():
        return "say what was missing."
    return _unlawful(said.sources, sat.pieces)


def _unlawful(sources: str, pieces: int) -> str:
    """Why evidence cannot come from what a judgement names; empty where it can."""
    if not are_sources(sources):
        return "evidence cannot come from there."
    unknown = not_received(sources, pieces)
    return f"{unknown[0]} was not received: {pieces} are recorded." if unknown else ""


def _disagree(entries: Sequence[Entry]) -> bool:
    """Whether entries that stand side by side say different things of how a question was put, or of a criterion."""
    said = {each.said.how if isinstance(each.said, Asked) else getattr(each.said, "holds", None) for each in entries}
    return len(said) > 1
