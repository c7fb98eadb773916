"""Whether the questions of a bank stand together: references, relations, likeness, every KSB carried by somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from qbank.domain.faults import Fault
from qbank.domain.question_checks import check_question
from qbank.domain.question_files import QuestionFile
from qbank.domain.questions import BankQuestion
from qbank.domain.standards import Plan

WHOLE_BANK = "the bank"
"""The file that a fault of no single question names."""

_COMPARED: Final = 2_000
"""Characters of a stem that are compared with others: no stem can be said in one breath that has more."""


def check(questions: Iterable[BankQuestion], plan: Plan) -> list[Fault]:
    """Every fault of questions that come from no file; lines are those their files would have."""
    return check_files([QuestionFile.of(question) for question in questions], plan)


def check_files(entries: Sequence[QuestionFile], plan: Plan, *, folder: str = WHOLE_BANK) -> list[Fault]:
    """Every fault of a whole bank read from files.

    Args:
        entries: all questions of one standard.
        plan: the plan they were written for.
        folder: what a fault of no single file names.

    Returns:
        Sorted by file and line; empty when the bank is lawful.
    """
    faults = [fault for entry in entries for fault in check_question(entry, plan)]
    faults += _references(entries)
    faults += _relations(entries)
    faults += _likeness(entries, plan)
    faults += _depth(entries, plan, folder)
    return sorted(faults)


def _references(entries: Sequence[QuestionFile]) -> Iterator[Fault]:
    first: dict[str, QuestionFile] = {}
    for entry in entries:
        reference, name = entry.question.reference, PurePosixPath(entry.file).stem
        if name != reference:
            problem = f"The file is called {name} and holds {reference}."
            yield entry.fault("reference", problem, f"Rename it to {reference}.md, or correct the reference.")
        if reference in first:
            problem = f"{reference} is used by {first[reference].file} too."
            yield entry.fault("reference", problem, "Give this question a reference of its own.")
        first.setdefault(reference, entry)


def _relations(entries: Sequence[QuestionFile]) -> Iterator[Fault]:
    methods = {entry.question.reference: entry.question.content.method for entry in entries}
    for entry in entries:
        question = entry.question
        for part, references in (("enemies", question.enemies), ("clones", question.clones)):
            for reference in references:
                if reference not in methods:
                    remedy = "Correct the reference, or remove it from the list."
                    yield entry.fault(part, f"There is no question {reference} in the bank.", remedy)
                elif methods[reference] != question.content.method:
                    problem = f"{reference} belongs to the {methods[reference]} and cannot meet this question."
                    yield entry.fault(part, problem, "Remove it from the list.")


def _likeness(entries: Sequence[QuestionFile], plan: Plan) -> Iterator[Fault]:
    """Pairs of stems of one method that are nearly the same words, undeclared.

    Source: rapidfuzz token_set_ratio, the higher of the words as they stand and the words without case and punctuation.
    It sees copies and light edits, not one idea in other words.
    """
    declared = _declared(entries)
    by_method: dict[str, list[QuestionFile]] = defaultdict(list)
    for entry in entries:
        by_method[entry.question.content.method].append(entry)
    for group in by_method.values():
        for one, other, rate in near_identical(group, plan.similarity_most_rate):
            pair = frozenset((one.question.reference, other.question.reference))
            if pair not in declared:
                problem = f"The stem is nearly that of {one.question.reference} ({rate:.3f} alike)."
                remedy = "Ask for something else, or declare the two enemies or clones."
                yield other.fault("Stem", problem, remedy)


def near_identical(
    entries: Sequence[QuestionFile], most_rate: float
) -> Iterator[tuple[QuestionFile, QuestionFile, float]]:
    """Pairs of questions whose stems are more alike than `most_rate`, and how alike, in [0, 1]."""
    from rapidfuzz import fuzz, process, utils

    stems = [entry.question.content.stem[:_COMPARED] for entry in entries]
    as_written = process.cdist(stems, stems, scorer=fuzz.token_set_ratio)
    bare = process.cdist(stems, stems, scorer=fuzz.token_set_ratio, processor=utils.default_process)
    for position, other in enumerate(entries):
        for earlier in range(position):
            rate = max(float(as_written[earlier][position]), float(bare[earlier][position])) / 100
            if rate > most_rate:
                yield entries[earlier], other, rate


def _declared(entries: Sequence[QuestionFile]) -> set[frozenset[str]]:
    return {
        frozenset((entry.question.reference, reference))
        for entry in entries
        for reference in (*entry.question.enemies, *entry.question.clones)
    }


def _depth(entries: Sequence[QuestionFile], plan: Plan, folder: str) -> Iterator[Fault]:
    for method in plan.methods:
        questions = [entry.question for entry in entries if entry.question.content.method == method.code]
        carried = {code for question in questions for code in question.content.ksbs}
        for ksb in plan.ksbs_of(method.code):
            if ksb.code not in carried:
                problem = f"No question of the {method.code} carries {ksb.code}."
                yield Fault(folder, 0, problem, "Write one: without it no lawful set can be drawn.")
