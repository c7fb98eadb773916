"""What the entries of a session say together: a set union, so that no order of arrival and no repetition changes it.

An entry stands until another of its kind names it in `follows`. Two that follow the same one stand side by side: what
two devices wrote apart is shown twice and lost never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qbank.domain.record_entries import (
    About,
    Asked,
    Entry,
    Evidence,
    Gap,
    How,
    Judgement,
    Kind,
    Mark,
    Note,
    Questioning,
    Reason,
    Source,
    Supplementary,
)
from qbank.domain.standards import Method


@dataclass(frozen=True, slots=True)
class Interval:
    """From `began_at` until `ended_at`; None while it goes on."""

    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """What stands about one question, or about the sitting as a whole; each by time.

    Args:
        asked: how it was put; more than one where two devices said so apart.
        notes: none of them empty.
        supplementary: the assessor's own questions; none of them empty.
        evidence: what was found about criteria.
    """

    asked: tuple[Entry, ...] = ()
    notes: tuple[Entry, ...] = ()
    supplementary: tuple[Entry, ...] = ()
    evidence: tuple[Entry, ...] = ()

    @property
    def how(self) -> How | None:
        """How it was put: by the last that stands; None where nobody has said."""
        return self._said[-1] if self._said else None

    @property
    def was_put(self) -> bool:
        """Whether it shows that the question was put: said so, or anything came of it while nobody says otherwise.

        Where two devices differ, whoever says that it was put is believed: what was asked cannot be taken back.
        """
        if not self._said:
            return bool(self.notes or self.supplementary or self.evidence)
        return any(how is not How.NOT_ASKED for how in self._said) or bool(self.evidence)

    @property
    def _said(self) -> list[How]:
        return [entry.said.how for entry in self.asked if isinstance(entry.said, Asked)]

    @property
    def is_explained(self) -> bool:
        """Whether a rephrased question has its wording, and one that was not asked its reason."""
        return all(_explained(entry.said) for entry in self.asked if isinstance(entry.said, Asked))


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a sitting.

    Args:
        began_at: the first time that it began; None before.
        ended_at: when it ended; None before, and after it went on.
        parts: by position of the question; None for the sitting as a whole. Only where something stands.
        questioning: when questioning was on, by time; they may overlap where two devices noted them.
        ends: the entries that ended it; more than one where two devices did.
        about_gaps: what stands about KSBs that were noted as not evidenced, open or closed since, by code.
        incomplete: why the assessment could not be completed; empty where it was, or nobody said otherwise.
        reasons: what was explained, each reason by time.
        judgements: what was decided of each criterion, by code; more than one where two devices decided apart.
    """

    began_at: datetime | None = None
    ended_at: datetime | None = None
    parts: Mapping[int | None, Part] = field(default_factory=dict)
    questioning: tuple[Interval, ...] = ()
    ends: tuple[Entry, ...] = ()
    about_gaps: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    incomplete: tuple[Entry, ...] = ()
    reasons: Mapping[About, tuple[Entry, ...]] = field(default_factory=dict)
    judgements: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)

    def part(self, position: int | None) -> Part:
        """What stands about that question, or about the sitting as a whole; empty where nothing does."""
        return self.parts.get(position, Part())

    @property
    def evidence(self) -> Mapping[str, tuple[Entry, ...]]:
        """What stands about each criterion, of all questions, by time; only criteria with something."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for part in self.parts.values():
            for entry in part.evidence:
                if isinstance(entry.said, Evidence):
                    found[entry.said.criterion].append(entry)
        return {code: in_order(entries) for code, entries in sorted(found.items())}

    @property
    def met(self) -> frozenset[str]:
        """The criteria that at least one entry holds to be met."""
        return frozenset(
            code
            for code, entries in self.evidence.items()
            if any(isinstance(entry.said, Evidence) and entry.said.mark is Mark.MET for entry in entries)
        )

    @property
    def gaps(self) -> tuple[str, ...]:
        """KSBs that were noted as not evidenced and are still open, by code; open where two devices disagree."""
        return tuple(
            code
            for code, entries in sorted(self.about_gaps.items())
            if any(isinstance(entry.said, Gap) and entry.said.open for entry in entries)
        )

    @property
    def asked_positions(self) -> tuple[int, ...]:
        """The questions that were put, as written or rephrased, by position."""
        put = {How.AS_WRITTEN, How.REPHRASED}
        return tuple(sorted(place for place, part in self.parts.items() if place is not None and part.how in put))

    @property
    def put_positions(self) -> frozenset[int]:
        """The questions of which the record shows that they were put, by position: it says so, or what came of it.

        One that is recorded as not asked was not, unless evidence came of it or another device says that it was.
        """
        return frozenset(place for place, part in self.parts.items() if place is not None and part.was_put)

    @property
    def is_running(self) -> bool:
        """Whether the sitting has begun and not ended."""
        return self.began_at is not None and self.ended_at is None

    @property
    def is_questioning(self) -> bool:
        """Whether questioning is on."""
        return self.ended_at is None and any(each.ended_at is None for each in self.questioning)

    def elapsed(self, at: datetime) -> timedelta:
        """How long the sitting has taken, or took; nothing before it began. Nothing stops it but its end."""
        if self.began_at is None:
            return timedelta(0)
        return max((self.ended_at or at) - self.began_at, timedelta(0))

    def questioned(self, at: datetime) -> timedelta:
        """How long questioning has been on, all of it; where two devices noted it at once, once.

        Source: assessment plan, rule O5: all questioning counts.
        """
        total, until = timedelta(0), None
        for each in self.questioning:
            end = each.ended_at or self.ended_at or at
            begin = each.began_at if until is None else max(each.began_at, until)
            total += max(end - begin, timedelta(0))
            until = end if until is None else max(end, until)
        return total


def record_of(entries: Iterable[Entry]) -> Record:
    """What the entries say together; the same for the same set of entries, in any order and however often each.

    Entries whose words were erased keep their place in a chain and say nothing.
    """
    known = in_order(set(entries))
    standing = _standing(known)
    begins, ends = _bounds(known)
    return Record(
        began_at=begins[0].at_device if begins else None,
        ended_at=ends[-1].at_device if begins and ends else None,
        ends=ends,
        parts=_parts(standing),
        questioning=_questioning(known),
        about_gaps=_gaps(standing),
        incomplete=tuple(each for each in standing if each.kind is Kind.INCOMPLETE and each.said is not None),
        reasons=_reasons(standing),
        judgements=_judgements(standing),
    )


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries by time, those of one millisecond by identity."""
    return tuple(sorted(entries, key=lambda each: (each.at_device, each.entry)))


def _standing(known: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those that no other entry of their kind replaces."""
    replaced = {(each.kind, each.follows) for each in known}
    return tuple(each for each in known if (each.kind, each.entry) not in replaced)


def _bounds(known: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """What began and what ended it. A beginning that names an end takes it back: the sitting went on."""
    begins = tuple(each for each in known if each.kind is Kind.BEGAN)
    gone_on = {each.follows for each in begins}
    return begins, tuple(each for each in known if each.kind is Kind.ENDED and each.entry not in gone_on)


def _parts(standing: Sequence[Entry]) -> Mapping[int | None, Part]:
    found: dict[int | None, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for each in standing:
        match each.said:
            case Asked():
                found[each.position]["asked"].append(each)
            case Note(text) if text.strip():
                found[each.position]["notes"].append(each)
            case Supplementary(text, answer) if (text + answer).strip():
                found[each.position]["supplementary"].append(each)
            case Evidence():
                found[each.position]["evidence"].append(each)
    return {place: Part(**{name: tuple(each) for name, each in kinds.items()}) for place, kinds in found.items()}


def _questioning(known: Sequence[Entry]) -> tuple[Interval, ...]:
    """Each beginning until the first end that names it; an end that names none ends what began before it."""
    says = [(each, each.said.on) for each in known if isinstance(each.said, Questioning)]
    ends: dict[str, datetime] = {}
    for each, on in says:
        if not on:
            named = (
                [each.follows] if each.follows else [one.entry for one, _ in says if one.at_device <= each.at_device]
            )
            for entry in named:
                ends.setdefault(entry, each.at_device)
    return tuple(
        Interval(each.at_device, max(ends[each.entry], each.at_device) if each.entry in ends else None)
        for each, on in says
        if on
    )


def _gaps(standing: Sequence[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for each in standing:
        if isinstance(each.said, Gap):
            found[each.said.ksb].append(each)
    return {code: tuple(entries) for code, entries in found.items()}


def _reasons(standing: Sequence[Entry]) -> Mapping[About, tuple[Entry, ...]]:
    found: dict[About, list[Entry]] = defaultdict(list)
    for each in standing:
        if isinstance(each.said, Reason) and each.said.text.strip():
            found[each.said.about].append(each)
    return {about: tuple(entries) for about, entries in found.items()}


def _judgements(standing: Sequence[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for each in standing:
        if isinstance(each.said, Judgement):
            found[each.said.criterion].append(each)
    return {code: tuple(entries) for code, entries in found.items()}


def _explained(said: Asked) -> bool:
    if said.how is How.REPHRASED:
        return bool(said.wording.strip())
    return said.how is not How.NOT_ASKED or bool(said.because.strip())


def beside_questions(method: Method) -> Source:
    """Where evidence that no question brought comes from: the workplace, the portfolio or the report, by the method."""
    if method.observes:
        return Source.OBSERVED
    return Source.PORTFOLIO if method.evidence_least is not None else Source.REPORT
