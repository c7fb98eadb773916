"""The fields of the page that finishes an assessment: filled with what stands or the record suggests, and read back.

What a form says that its page did not show becomes entries of the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from delivery.canonical import canonical
from qbank.domain.finishing import Sat, source_of, suggested
from qbank.domain.grading import PROBE, is_piece, pieces_of, sources_of, sources_said
from qbank.domain.openings import Opening
from qbank.domain.record_entries import (
    About,
    Asked,
    Entry,
    Evidence,
    How,
    Incomplete,
    Judgement,
    Kind,
    Reason,
    Source,
    entry_of,
    milliseconds,
    words_of,
)
from qbank.domain.standards import Criterion, Level

DEVICE: Final = "finish"
YES: Final = "yes"
NO: Final = "no"


Posted = MultiDict[str, str]
"""The fields of a form as they were sent."""


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """The fields of one criterion.

    Args:
        opening: where the sitting gives an opportunity; None for a fail indicator.
        holds: whether it is met, or an indicator was seen; None where nothing is chosen.
        sources: those that are chosen.
        choices: those that can be chosen.
        follows: the entries that the fields show.
        marks: what the record says, a line each.
        others: what stands beside it, judged apart on another device.
    """

    criterion: Criterion
    opening: Opening | None
    holds: bool | None
    sources: tuple[str, ...]
    text: str
    choices: tuple[str, ...]
    follows: str = ""
    marks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[str, ...]:
        """Those of the choices that are one piece of the portfolio: they are offered apart, for there are many."""
        return tuple(each for each in self.choices if is_piece(each))


@dataclass(frozen=True, slots=True)
class QuestionFields:
    """How one question was asked.

    Args:
        words: in which words, or why not.
    """

    position: int
    number: int
    reference: str
    how: str
    words: str
    follows: str


@dataclass(frozen=True, slots=True)
class TextFields:
    """One text of the sitting: why it is incomplete, or a reason."""

    name: str
    text: str
    follows: str


def of_criteria(sat: Sat, openings: Sequence[Opening]) -> list[CriterionFields]:
    """The fields of every criterion of the method, in the plan's order."""
    by_code = {each.criterion.code: each for each in openings}
    return [_of_criterion(sat, each, by_code.get(each.code)) for each in sat.plan.criteria_of(sat.method.code)]


def of_questions(sat: Sat, references: Mapping[int, str]) -> list[QuestionFields]:
    """How each question of the list was asked, in asking order."""
    return [_of_question(sat, place, number, references[place]) for place, number in sat.asked.items()]


def of_texts(sat: Sat) -> dict[str, TextFields]:
    """Why the assessment is incomplete, and the reasons for its length and its questioning."""
    reasons = {f"reason-{about}": sat.record.reasons.get(about, ()) for about in About}
    found = {"incomplete": sat.record.incomplete, **reasons}
    return {name: _of_text(name, entries) for name, entries in found.items()}


def choices_of(sat: Sat, opening: Opening | None, chosen: Sequence[str]) -> tuple[str, ...]:
    """Where evidence for a criterion can come from; the questions that open it first, received pieces last."""
    if opening is None:
        return ()
    questions = [f"question {sat.asked[place]}" for place in opening.positions]
    beside = [str(Source.SUPPLEMENTARY)] if sat.method.supplementary_allowed else []
    probe = [PROBE] if opening.probe is not None else []
    pieces = pieces_of(sat.pieces) if Source.PORTFOLIO in opening.beside else ()
    return tuple(dict.fromkeys([*questions, *probe, *beside, *map(str, opening.beside), *pieces, *chosen]))


def judged_in(form: Posted, criterion: Criterion) -> Judgement | None:
    """What a form says of a criterion; None where nothing was chosen."""
    text = _text(form, f"text-{criterion.code}")
    if criterion.level is Level.FAIL:
        return Judgement(criterion.code, holds=form.get(f"seen-{criterion.code}") == YES, text=text)
    chosen = form.get(f"holds-{criterion.code}")
    if chosen not in {YES, NO}:
        return None
    return Judgement(criterion.code, chosen == YES, sources_said(form.getlist(f"sources-{criterion.code}")), text)


def entries_in(form: Posted, sat: Sat, known: Mapping[str, Entry], at: datetime) -> list[Entry]:
    """What a posted form says that its page did not show.

    Args:
        form: the fields, with `batch`, which the page made for itself.
        sat: whose questions and criteria they are.
        known: the kept entries by identity.
        at: now: without a script the server's clock is the only one.

    Raises:
        BadEntry: a field says what it cannot say.
    """
    return [
        _entry(form, name, position, follows, said, at)
        for name, position, said in _said(form, sat)
        for follows in _to_follow(form, name, said, known)
    ]


def _said(form: Posted, sat: Sat) -> Iterator[tuple[str, int | None, Asked | Judgement | Incomplete | Reason]]:
    for place in sat.asked:
        asked = _asked_in(form, place)
        if asked is not None:
            yield f"how-{place}", place, asked
    for criterion in sat.plan.criteria_of(sat.method.code):
        judged = judged_in(form, criterion)
        if judged is not None:
            yield f"judgement-{criterion.code}", None, judged
    yield "incomplete", None, Incomplete(_text(form, "incomplete"))
    for about in About:
        yield f"reason-{about}", None, Reason(about, _text(form, f"reason-{about}"))


def _to_follow(form: Posted, name: str, said: object, known: Mapping[str, Entry]) -> list[str | None]:
    """The entries that a new one must follow: those the page showed that say something else; [None] for a first one."""
    shown = [known[each] for each in form.get(f"follows-{name}", "").split(",") if each in known]
    if shown:
        return [each.entry for each in shown if each.said != said]
    return [] if _says_nothing(said) else [None]


def _says_nothing(said: object) -> bool:
    """Whether it is what empty fields say."""
    match said:
        case Incomplete(text) | Reason(_, text):
            return not text
        case Judgement(_, False, "", ""):
            return True
        case _:
            return False


def _entry(form: Posted, name: str, position: int | None, follows: str | None, said: Any, at: datetime) -> Entry:
    """The entry; its identity follows from the page and from what it says: pressed twice, it is one."""
    kind = {Asked: Kind.ASKED, Judgement: Kind.JUDGEMENT, Incomplete: Kind.INCOMPLETE, Reason: Kind.REASON}[type(said)]
    words = words_of(said)
    made_of = canonical([form.get("batch", ""), name, follows, words])
    return entry_of(
        {
            "entry": hashlib.sha256(made_of).hexdigest()[:32],
            "kind": str(kind),
            "position": position,
            "follows": follows,
            "device": DEVICE,
            "at": milliseconds(at),
            "said": words,
        }
    )


def _asked_in(form: Posted, place: int) -> Asked | None:
    how, words = form.get(f"how-{place}", ""), _text(form, f"words-{place}")
    if how == How.REPHRASED:
        return Asked(How.REPHRASED, wording=words)
    if how == How.NOT_ASKED:
        return Asked(How.NOT_ASKED, because=words)
    return Asked(How.AS_WRITTEN) if how == How.AS_WRITTEN else None


def _text(form: Posted, name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()


def _of_criterion(sat: Sat, criterion: Criterion, opening: Opening | None) -> CriterionFields:
    standing = sat.record.judgements.get(criterion.code, ())
    shown = sat.judgement(criterion.code) or suggested(sat, criterion.code)
    sources = sources_of(shown.sources) if shown else ()
    return CriterionFields(
        criterion=criterion,
        opening=opening,
        holds=None if shown is None else shown.holds,
        sources=sources,
        text="" if shown is None else shown.text,
        choices=choices_of(sat, opening, sources),
        follows=",".join(each.entry for each in standing),
        marks=_marks(sat, criterion),
        others=tuple(_in_words(each) for each in standing[:-1]),
    )


def _marks(sat: Sat, criterion: Criterion) -> tuple[str, ...]:
    """What the record says of a criterion: "question 3: met"."""
    return tuple(
        f"{source_of(sat, each) or 'a question that was replaced'}: {each.said.mark}"
        for each in sat.record.evidence.get(criterion.code, ())
        if isinstance(each.said, Evidence)
    )


def _in_words(entry: Entry) -> str:
    said = entry.said
    if not isinstance(said, Judgement):
        return "Erased"
    return ": ".join(filter(None, ["met" if said.holds else "not yet", said.sources, said.text]))


def _of_question(sat: Sat, place: int, number: int, reference: str) -> QuestionFields:
    standing = sat.record.part(place).asked
    said = standing[-1].said if standing else None
    follows = ",".join(each.entry for each in standing)
    if not isinstance(said, Asked):
        return QuestionFields(place, number, reference, "", "", follows)
    return QuestionFields(place, number, reference, str(said.how), said.wording or said.because, follows)


def _of_text(name: str, entries: Sequence[Entry]) -> TextFields:
    said = entries[-1].said if entries else None
    text = said.because if isinstance(said, Incomplete) else said.text if isinstance(said, Reason) else ""
    return TextFields(name, text, ",".join(each.entry for each in entries))
