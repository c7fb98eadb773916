"""A pack that is valid by default: three questions, two prescribed probes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from qbank.documents.packs import Coded, Pack, PackProbe, PackQuestion
from qbank.documents.runs import Blocks, blocks_of, plain

MADE_AT = datetime(2026, 6, 4, 11, tzinfo=UTC)
MARK = "7F3K-Q2XM"


def blocks(words: str) -> Blocks:
    return blocks_of(f"<p>{words}</p>")


def a_question(position: int = 1, **changed: object) -> PackQuestion:
    made = PackQuestion(
        number=position,
        position=position,
        reference=f"Q-{position:04d}",
        length="5 minutes",
        stem=plain(f"In your project, what changed for customers at stage {position}?"),
        probes=(plain("How do you know?"), plain("What would you do differently?")),
        guidance=blocks(f"Listen for change number {position}."),
        pass_evidence=blocks(f"Explains change {position} (WP1)."),
        distinction_evidence=blocks(f"Compares change {position} (WD1)."),
        ksbs=(Coded("K1", "What the strategy means"), Coded("S7", "Explores an experience")),
        criteria=(Coded("WP1", "Sees how strategy shapes service", "pass"),),
    )
    return replace(made, **changed)


def a_pack(**changed: object) -> Pack:
    made = Pack(
        title="Pack AS-00042",
        organisation="Northgate Assessment",
        reference="AS-00042",
        method="Work-based project with interview",
        mark=MARK,
        marking=f"Confidential. This copy is marked {MARK}: it was made for Grace Mensah.",
        made_at=MADE_AT,
        facts=(("Apprentice", "Amira Hassan, AP-0001"), ("When", "Thursday 4 June 2026 at 2pm")),
        length="15 minutes",
        questions=tuple(a_question(position) for position in (1, 2, 3)),
        probes=tuple(
            PackProbe(
                Coded(code, f"Words of {code}", level), "Where have you done this?", (Coded("K3", "Improvement"),)
            )
            for code, level in (("WP9", "pass"), ("WD2", "distinction"))
        ),
        starts_from="The apprentice's own project",
        observed=(),
    )
    return replace(made, **changed)
