"""Advice on a whole bank as its files stand: each question as its author would be advised while writing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qbank.domain.advice.all_checks import Written, advice, words_of
from qbank.domain.advice.likenesses import Other
from qbank.domain.advice.remarks import STEM, Remark
from qbank.domain.question_files import QuestionFile
from qbank.domain.standards import Plan
from qbank.services.bank_folders import BankFolder


@dataclass(frozen=True, slots=True)
class Advised:
    """A remark on a question of a bank, the file it stands in, and the line of its heading."""

    reference: str
    file: str
    line: int
    remark: Remark


def advice_on(bank: BankFolder) -> tuple[Advised, ...]:
    """Every remark on the questions of a bank, by file; of two that are near duplicates, on the later one.

    A pair that is declared, enemies or clones, is not remarked on again. A bank without a readable plan gets none.
    """
    return tuple(_advised(bank.entries, bank.plan)) if bank.plan else ()


def _advised(entries: tuple[QuestionFile, ...], plan: Plan) -> Iterator[Advised]:
    ksbs = {ksb.code: ksb.text for ksb in plan.ksbs}
    plan_text = words_of(plan)
    before: dict[str, list[tuple[Other, frozenset[str]]]] = {}
    for entry in entries:
        question, content = entry.question, entry.question.content
        declared = frozenset((*question.enemies, *question.clones))
        earlier = before.setdefault(content.method, [])
        others = [
            other for other, theirs in earlier if other.reference not in declared and question.reference not in theirs
        ]
        ksb = ksbs.get(content.primary[0], "") if content.primary else ""
        for remark in advice(Written(content.stem, content.probes, ksb, plan_text), others):
            line = entry.lines.get("Stem" if remark.part == STEM else "Probes", 1)
            yield Advised(question.reference, entry.file, line, remark)
        earlier.append((Other(question.reference, content.stem, "in the bank"), declared))
