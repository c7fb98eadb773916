"""A session's pack for paper, from what pages show of it: words of the plan version, times as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from qbank.documents.packs import Coded, Pack, PackProbe, PackQuestion
from qbank.documents.runs import Blocks, Runs, blocks_of, runs_of
from qbank.domain.openings import PrescribedProbe, prescribed_probes
from qbank.domain.people import Actor
from qbank.domain.standards import Ksb, Plan
from qbank.storage.queries.sets import AskedQuestion, DrawnSet
from qbank.web import saying
from qbank.web.rendering import markdown
from qbank.web.session_lines import Row

WATCHER: Final = "Somebody from the employer, with no part in the session or the grade"


def pack_of(row: Row, drawn: DrawnSet, *, mark: str, by: Actor, at: datetime, organisation: str) -> Pack:
    """Everything that the assessor needs on paper; `mark` identifies this copy."""
    plan, line = row.plan, row.line
    return Pack(
        title=f"Pack {line.reference}",
        organisation=organisation,
        reference=line.reference,
        method=row.method.title,
        mark=mark,
        marking=marking(mark, by, at),
        made_at=at,
        facts=tuple(cover_of(row)),
        length=saying.length(sum(asked.seconds for asked in drawn.asked)),
        questions=tuple(_question(plan, asked) for asked in drawn.asked),
        probes=tuple(_probe(each) for each in unopened(row, drawn)),
        starts_from=row.method.asks_about,
        observed=_ksbs(plan.ksbs_of(row.line.method)) if row.method.observes else (),
    )


def unopened(row: Row, drawn: DrawnSet) -> tuple[PrescribedProbe, ...]:
    """The prescribed probes for what no question of the set opens."""
    opened = {code for asked in drawn.asked for code in asked.criteria}
    return prescribed_probes(row.plan, row.line.method, opened)


def marking(mark: str, by: Actor, at: datetime) -> str:
    """Whose copy it is, since when, and what becomes of it."""
    made = saying.date_and_time(at)
    return (
        f"Confidential. This copy is marked {mark}: it was made for {by.name} on {made}. "
        "Return or destroy it after the session."
    )


def cover_of(row: Row) -> list[tuple[str, str]]:
    """What the pack's first sheet says of the session, a line each."""
    line, method = row.line, row.method
    return [
        ("Method", method.title),
        ("Apprentice", f"{line.apprentice}, {line.apprentice_reference}"),
        ("Employer", line.employer),
        ("When", saying.date_and_time(line.starts_at)),
        ("Lawful length", saying.between(row.bands.shortest, row.bands.longest)),
        ("Where", f"By video: {line.place}" if line.remote else line.place),
        *([("May watch", WATCHER)] if method.employer_may_watch else []),
        *([("Interpreter", "Approved for this session")] if line.interpreter else []),
        ("Assessor", line.assessor),
        ("Sitting", line.kind),
    ]


def _question(plan: Plan, asked: AskedQuestion) -> PackQuestion:
    return PackQuestion(
        number=asked.place,
        position=asked.position,
        reference=asked.reference,
        length=saying.length(asked.seconds),
        stem=_runs(asked.stem),
        probes=tuple(_runs(probe) for probe in asked.probes),
        guidance=_blocks(asked.guidance),
        pass_evidence=_blocks(asked.pass_evidence),
        distinction_evidence=_blocks(asked.distinction_evidence),
        ksbs=_ksbs(plan.ksb(code) for code in asked.ksbs),
        criteria=tuple(_criterion(plan, code) for code in asked.criteria),
    )


def _probe(each: PrescribedProbe) -> PackProbe:
    criterion = Coded(each.criterion.code, each.criterion.text, each.criterion.level.value)
    return PackProbe(criterion, each.words, _ksbs(each.ksbs))


def _criterion(plan: Plan, code: str) -> Coded:
    found = plan.criterion(code)
    return Coded(found.code, found.text, found.level.value)


def _ksbs(ksbs: Iterable[Ksb]) -> tuple[Coded, ...]:
    return tuple(Coded(ksb.code, ksb.text) for ksb in ksbs)


def _runs(text: str) -> Runs:
    return runs_of(markdown(text))


def _blocks(text: str) -> Blocks:
    return blocks_of(markdown(text))
