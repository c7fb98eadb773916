"""Entries of a session's record: what an assessor writes down while asking, each with an identity made where it began.

An entry never changes. What replaces it names it in `follows`. Whoever sends entries (a page, a form, an offline copy)
gives each as plain data; `entry_of` reads that and `as_data` writes it, the same way round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from qbank.domain.errors import RuleBroken

Word = TypeVar("Word", bound=StrEnum)

LONGEST_TEXT: Final = 20_000
"""Characters of one text: ten times what a fast writer puts down in an hour about one question."""

LONGEST_CODE: Final = 64
ENTRY: Final = re.compile(r"[0-9a-f]{32}")
DEVICE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_MILLISECONDS: Final = 253_402_300_799_999
"""The end of the year 9999: no later time can be kept."""


class Kind(StrEnum):
    """What an entry says."""

    BEGAN = "began"
    ENDED = "ended"
    ASKED = "asked"
    NOTE = "note"
    SUPPLEMENTARY = "supplementary"
    EVIDENCE = "evidence"
    GAP = "gap"
    QUESTIONING = "questioning"
    INCOMPLETE = "incomplete"
    REASON = "reason"
    JUDGEMENT = "judgement"


class How(StrEnum):
    """How a question was put."""

    AS_WRITTEN = "as written"
    REPHRASED = "rephrased"
    NOT_ASKED = "not asked"


class Mark(StrEnum):
    """What the assessor holds of a criterion while listening; the grade is worked out later, from judgements."""

    MET = "met"
    NOT_YET = "not yet"
    NOT_SEEN = "not seen"


class Source(StrEnum):
    """Where evidence came from."""

    QUESTION = "question"
    SUPPLEMENTARY = "supplementary question"
    REPORT = "report"
    ANNEX = "annex"
    OBSERVED = "observed"
    PORTFOLIO = "portfolio"


class About(StrEnum):
    """What a reason explains."""

    LENGTH = "length"
    QUESTIONING = "questioning"


@dataclass(frozen=True, slots=True)
class Began:
    """The sitting began; naming an end in `follows`, it went on after all."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The sitting ended."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question was put: the wording where it was rephrased, the reason where it was not asked."""

    how: How
    wording: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What was heard or seen; an empty one takes back what it follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Supplementary:
    """The assessor's own question, asked to clarify, and what was answered."""

    text: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found about one criterion."""

    criterion: str
    mark: Mark
    source: Source = Source.QUESTION
    text: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A KSB that was not evidenced (open), or has been since."""

    ksb: str
    open: bool


@dataclass(frozen=True, slots=True)
class Questioning:
    """Questioning begins (on), or ends what it names in `follows`."""

    on: bool


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The assessment could not be completed."""

    because: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: the sitting's length, the share of questioning."""

    about: About
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the assessor decides of one criterion once all was heard; the grade follows from these alone.

    Args:
        criterion: of any level.
        holds: whether a pass or distinction criterion is met, or a fail indicator was seen.
        sources: where the evidence came from, as `grading.sources_of` reads it: "question 3, report".
        text: the evidence in a few words, or what was missing.
    """

    criterion: str
    holds: bool
    sources: str = ""
    text: str = ""


Said = Began | Ended | Asked | Note | Supplementary | Evidence | Gap | Questioning | Incomplete | Reason | Judgement

SAYS: Final[dict[Kind, type[Said]]] = {
    Kind.BEGAN: Began,
    Kind.ENDED: Ended,
    Kind.ASKED: Asked,
    Kind.NOTE: Note,
    Kind.SUPPLEMENTARY: Supplementary,
    Kind.EVIDENCE: Evidence,
    Kind.GAP: Gap,
    Kind.QUESTIONING: Questioning,
    Kind.INCOMPLETE: Incomplete,
    Kind.REASON: Reason,
    Kind.JUDGEMENT: Judgement,
}
OF_A_QUESTION: Final = frozenset({Kind.ASKED, Kind.SUPPLEMENTARY})
OF_THE_SITTING: Final = frozenset(
    {Kind.BEGAN, Kind.ENDED, Kind.GAP, Kind.QUESTIONING, Kind.INCOMPLETE, Kind.REASON, Kind.JUDGEMENT}
)
_WORDS: Final[dict[str, type[StrEnum]]] = {"how": How, "mark": Mark, "source": Source, "about": About}
_CODES: Final = frozenset({"criterion", "ksb"})
_KEYS: Final = frozenset({"entry", "kind", "position", "follows", "device", "at", "said"})


class BadEntry(RuleBroken):
    """An entry cannot be read; the sentence says which part."""

    def __init__(self, part: str) -> None:
        super().__init__(f"This is no entry of a record: {part}.", remedy="Load the page again; nothing is lost.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Args:
        entry: 128 random bits in 32 hexadecimal digits, made where the entry was written.
        kind: what it says.
        position: of the question it is about; None for the sitting as a whole.
        follows: the entry it replaces or belongs to.
        device: the browser or the copy it was written in; no name of a person.
        at_device: when, by that device's clock, to the millisecond; durations of one device are exact.
        said: its content; None once the words were erased.
    """

    entry: str
    kind: Kind
    position: int | None
    follows: str | None
    device: str
    at_device: datetime
    said: Said | None

    def as_data(self) -> dict[str, Any]:
        """The entry as it travels; `entry_of` reads it back."""
        return {
            "entry": self.entry,
            "kind": str(self.kind),
            "position": self.position,
            "follows": self.follows,
            "device": self.device,
            "at": milliseconds(self.at_device),
            "said": None if self.said is None else words_of(self.said),
        }


def milliseconds(moment: datetime) -> int:
    """The time as entries carry it: whole milliseconds since 1970 in UTC."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def words_of(said: Said) -> dict[str, Any]:
    """The content of an entry as plain data."""
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in asdict(said).items()}


def entry_of(data: object) -> Entry:
    """The entry that plain data says.

    Args:
        data: `entry`, `kind`, `position`, `follows`, `device`, `at` in milliseconds since 1970, `said`.

    Raises:
        BadEntry: something is missing, too long, unknown, or of the wrong type.
    """
    if not isinstance(data, Mapping) or set(data) != _KEYS:
        raise BadEntry("its parts are not those of an entry")
    kind = _word(Kind, data["kind"], "kind")
    entry, follows = data["entry"], data["follows"]
    if not (isinstance(entry, str) and ENTRY.fullmatch(entry)):
        raise BadEntry("it has no identity")
    if follows is not None and not (isinstance(follows, str) and ENTRY.fullmatch(follows) and follows != entry):
        raise BadEntry("what it follows has no identity")
    if not (isinstance(data["device"], str) and DEVICE.fullmatch(data["device"])):
        raise BadEntry("its device has no name")
    return Entry(
        entry=entry,
        kind=kind,
        position=_position(kind, data["position"]),
        follows=follows,
        device=data["device"],
        at_device=_moment(data["at"]),
        said=said_of(kind, data["said"]),
    )


def said_of(kind: Kind, data: object) -> Said:
    """The content of an entry of that kind.

    Raises:
        BadEntry: a part is missing, too long, unknown, or of the wrong type.
    """
    shape = SAYS[kind]
    known = {each.name: each for each in fields(shape)}
    if not isinstance(data, Mapping) or not set(data) <= set(known):
        raise BadEntry(f"what it says is not what {kind} says")
    try:
        return shape(**{name: _part(name, str(known[name].type), value) for name, value in data.items()})
    except TypeError:
        raise BadEntry(f"a part of what {kind} says is missing") from None


def _part(name: str, kind: str, value: object) -> Any:
    if name in _WORDS:
        return _word(_WORDS[name], value, name)
    if kind == "bool":
        if not isinstance(value, bool):
            raise BadEntry(f"{name} is neither true nor false")
        return value
    longest = LONGEST_CODE if name in _CODES else LONGEST_TEXT
    if not isinstance(value, str) or len(value) > longest:
        raise BadEntry(f"{name} is no text of at most {longest:,} characters")
    return value.encode("utf-8", "replace").decode()  # half a character, as a browser may send it, has no bytes


def _word(words: type[Word], value: object, name: str) -> Word:
    try:
        return words(str(value))
    except ValueError:
        raise BadEntry(f"{name} is none of {', '.join(words)}") from None


def _position(kind: Kind, value: object) -> int | None:
    if value is None:
        if kind in OF_A_QUESTION:
            raise BadEntry(f"{kind} belongs to a question")
        return None
    if kind in OF_THE_SITTING or not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 10_000:  # noqa: PLR2004 - fits any column
        raise BadEntry("its question has no such place")
    return value


def _moment(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LATEST_MILLISECONDS:
        raise BadEntry("its time is none")
    return EPOCH + timedelta(milliseconds=value)
