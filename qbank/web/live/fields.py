"""The fields of the live page: a group for each thing that can be said, filled with what stands, read back from a form.

The script and the form post use the same groups: their names, what they say without a person (`base`), and the entry
that the next one follows. A form is compared with what its page showed, so that saving twice writes nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from delivery.canonical import canonical
from qbank.domain.record_entries import (
    About,
    Entry,
    Evidence,
    How,
    Kind,
    Source,
    entry_of,
    milliseconds,
    said_of,
    words_of,
)
from qbank.domain.recording import Part, Record, beside_questions
from qbank.domain.standards import Level, Method, Plan
from qbank.storage.queries.sets import AskedQuestion

DEVICE: Final = "form"
TEXTS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.ASKED: ("wording", "because"),
    Kind.NOTE: ("text",),
    Kind.SUPPLEMENTARY: ("text", "answer"),
    Kind.INCOMPLETE: ("because",),
    Kind.REASON: ("text",),
}


_BASES: Final = ("criterion", "ksb", "about")


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one thing that can be said.

    Args:
        name: unique on its page; the names of its fields begin with it.
        kind: of the entry that it writes.
        position: of the question; None for the sitting as a whole.
        base: what the entry says whatever is filled in: the criterion, the KSB, what a reason is about.
        standing: the entry whose content the fields show, which the next one follows; None before anything was said.
        others: what stands beside it, written apart on another device.
    """

    name: str
    kind: Kind
    position: int | None
    base: Mapping[str, Any] = field(default_factory=dict)
    standing: Entry | None = None
    others: tuple[Entry, ...] = ()

    @property
    def says(self) -> Mapping[str, Any]:
        """What the fields show, by part; empty parts where nothing was said."""
        empty = dict.fromkeys(TEXTS.get(self.kind, ()), "")
        return empty | (words_of(self.standing.said) if self.standing and self.standing.said else dict(self.base))

    @property
    def follows(self) -> str:
        """The identity that the next entry follows; empty where there is none."""
        return self.standing.entry if self.standing else ""

    @property
    def others_said(self) -> list[str]:
        """What stands beside it, in words."""
        return [in_words(entry) for entry in self.others]

    def part(self, name: str) -> str:
        """The name of one of its fields."""
        return f"{self.name}.{name}"


@dataclass(frozen=True, slots=True)
class Offered:
    """What one panel of the page offers: the groups of a question, or those of the sitting as a whole."""

    asked: Group | None
    note: Group
    supplementary: Group | None
    evidence: Mapping[str, Group]
    gaps: Mapping[str, Group] = field(default_factory=dict)
    others: Sequence[Group] = ()

    def groups(self) -> Iterator[Group]:
        """Every group, in the order of the page."""
        several = (self.evidence.values(), self.gaps.values(), self.others)
        yield from (each for each in (self.asked, self.note, self.supplementary) if each is not None)
        for groups in several:
            yield from groups


def of_question(question: AskedQuestion, record: Record) -> Offered:
    """The groups of one question of the set."""
    place, part = question.position, record.part(question.position)
    return Offered(
        asked=_group(f"asked-{place}", Kind.ASKED, place, part.asked),
        note=_group(f"note-{place}", Kind.NOTE, place, part.notes),
        supplementary=Group(f"supplementary-{place}", Kind.SUPPLEMENTARY, place),
        evidence={code: _evidence(code, place, part, Source.QUESTION) for code in question.criteria},
    )


def of_sitting(plan: Plan, method: Method, record: Record) -> Offered:
    """The groups of the sitting as a whole; KSBs only where the method observes and questions what was not seen."""
    part = record.part(None)
    criteria = plan.criteria_of(method.code, Level.PASS, Level.DISTINCTION)
    ksbs = plan.ksbs_of(method.code) if method.observes else ()
    return Offered(
        asked=None,
        note=_group("note", Kind.NOTE, None, part.notes),
        supplementary=None,
        evidence={each.code: _evidence(each.code, None, part, beside_questions(method)) for each in criteria},
        gaps={
            each.code: _group(
                f"gap-{each.code}", Kind.GAP, None, record.about_gaps.get(each.code, ()), {"ksb": each.code}
            )
            for each in ksbs
        },
        others=[*_reasons(method, record), _group("incomplete", Kind.INCOMPLETE, None, record.incomplete)],
    )


def entries_of(offered: Offered, form: Mapping[str, str], known: Mapping[str, Entry], at: datetime) -> list[Entry]:
    """What a posted panel says that its page did not show.

    Args:
        offered: the panel's groups.
        form: the fields as posted, with `batch`, which the page made for itself.
        known: the kept entries by identity.
        at: now: without a script the server's clock is the only one.

    Raises:
        BadEntry: a field says what it cannot say.
    """
    return [
        _entry(group, said, form, at)
        for group in offered.groups()
        if (said := _said(group, form)) is not None and said != _shown(group, known.get(_follows(group, form)))
    ]


def single_entry(form: Mapping[str, str], at: datetime) -> Entry:
    """What a form with one button says: that the sitting begins, goes on, ends, that questioning begins or ends."""
    base = {"on": form["on"] == "yes"} if "on" in form else {}
    group = Group("", Kind(form["kind"]), None)
    return _entry(group, base, {".follows": form.get("follows", ""), "batch": form.get("batch", "")}, at)


def in_words(entry: Entry) -> str:
    """What an entry says, in a line, without what its place on the page says already."""
    if entry.said is None:
        return "Erased"
    says = {name: value for name, value in words_of(entry.said).items() if name not in {*_BASES, "source"}}
    return ": ".join(
        ("open" if value else "closed") if isinstance(value, bool) else value for value in says.values() if value != ""
    )


def _reasons(method: Method, record: Record) -> list[Group]:
    abouts = [About.LENGTH] if not method.observes else list(About)
    return [
        _group(f"reason-{about}", Kind.REASON, None, record.reasons.get(about, ()), {"about": str(about)})
        for about in abouts
    ]


def _evidence(code: str, place: int | None, part: Part, source: Source) -> Group:
    standing = [each for each in part.evidence if isinstance(each.said, Evidence) and each.said.criterion == code]
    name = f"evidence-{code}" if place is None else f"evidence-{place}-{code}"
    return _group(name, Kind.EVIDENCE, place, standing, {"criterion": code, "source": str(source)})


def _group(
    name: str, kind: Kind, place: int | None, standing: Sequence[Entry], base: Mapping[str, Any] | None = None
) -> Group:
    return Group(name, kind, place, base or {}, standing[0] if standing else None, tuple(standing[1:]))


def _said(group: Group, form: Mapping[str, str]) -> dict[str, Any] | None:
    """What the fields of a group say; None where nothing was chosen."""
    says: dict[str, Any] = dict(group.base)
    for part in TEXTS.get(group.kind, ()):
        says[part] = form.get(group.part(part), "").replace("\r\n", "\n").strip()
    if group.kind is Kind.GAP:
        says["open"] = group.part("open") in form
    if group.kind is Kind.EVIDENCE:
        says["mark"] = form.get(group.part("mark"))
    if group.kind is Kind.ASKED:
        says["how"] = form.get(group.part("how")) or _implied(says)
    if None in says.values():
        return None
    return words_of(said_of(group.kind, says))


def _implied(says: Mapping[str, str]) -> How | None:
    """How a question was put when only its wording, or only a reason, was filled in."""
    return How.REPHRASED if says["wording"] else How.NOT_ASKED if says["because"] else None


def _shown(group: Group, followed: Entry | None) -> dict[str, Any] | None:
    """What the page of the form showed in the group: the entry it follows, or empty fields."""
    if followed is not None and followed.said is not None:
        return words_of(followed.said)
    empty = dict(group.base) | dict.fromkeys(TEXTS.get(group.kind, ()), "")
    if group.kind is Kind.GAP:
        return empty | {"open": False}
    return None if group.kind in {Kind.ASKED, Kind.EVIDENCE} else empty


def _follows(group: Group, form: Mapping[str, str]) -> str:
    return form.get(group.part("follows"), "")


def _entry(group: Group, said: Mapping[str, Any], form: Mapping[str, str], at: datetime) -> Entry:
    """The entry; its identity follows from the page and from what it says: pressed twice, it is one."""
    follows = _follows(group, form) or None
    made_of = canonical([form.get("batch", ""), group.name, str(group.kind), follows, dict(said)])
    return entry_of(
        {
            "entry": hashlib.sha256(made_of).hexdigest()[:32],
            "kind": str(group.kind),
            "position": group.position,
            "follows": follows,
            "device": DEVICE,
            "at": milliseconds(at),
            "said": dict(said),
        }
    )
