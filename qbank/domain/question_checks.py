"""Whether one question fits the plan it was written for: its codes, its numbers, the shape of its stem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qbank.domain.errors import NotFound
from qbank.domain.faults import Fault
from qbank.domain.question_files import QuestionFile
from qbank.domain.standards import Level, Method, Plan

_OPEN: Final = re.compile(
    r"\b(what|how|why|which|who|whom|whose|where|when|tell|talk|walk|take|show|describe|explain|give|choose|pick|compare)\b",
    re.IGNORECASE,
)
_CLOSED: Final = re.compile(
    r"(?:^|[,.?:;]\s+)(?:did|do|does|is|are|was|were|have|has|had|can|could|will|would|should|may|might)(?:n't)?"
    r"\s+(?:you|your|it|its|the|there|they|their|this|that|any|anyone|anybody|a|an)\b",
    re.IGNORECASE,
)


def words_in(text: str) -> int:
    """How many words are said aloud."""
    return sum(re.search(r"\w", run) is not None for run in re.findall(r"[\w'’-]+", text))


def is_certainly_closed(stem: str) -> bool:
    """Whether yes or no would answer the stem: it asks with an auxiliary verb, and no word in it opens it again."""
    return bool(_CLOSED.search(stem)) and not _OPEN.search(stem)


def check_question(entry: QuestionFile, plan: Plan) -> list[Fault]:
    """Everything in which one question does not fit its plan."""
    try:
        method = plan.method(entry.question.content.method)
    except NotFound as refusal:
        return [entry.fault("method", refusal.sentence, refusal.remedy)]
    checks = (_ksbs_fit, _criteria_fit, _numbers_fit, _stem_fits, _relations_fit)
    return [fault for check in checks for fault in check(entry, plan, method)]


def _ksbs_fit(entry: QuestionFile, plan: Plan, method: Method) -> Iterator[Fault]:
    content = entry.question.content
    own = [ksb.code for ksb in plan.ksbs_of(method.code)]
    known = {ksb.code: ksb.method for ksb in plan.ksbs}
    for part, codes in (("primary", content.primary), ("secondary", content.secondary)):
        for code in codes:
            if code not in known:
                yield entry.fault(part, f"There is no KSB {code}.", f"KSBs of the {method.code}: {', '.join(own)}.")
            elif known[code] != method.code:
                problem = f"{code} belongs to the {known[code]}, not to the {method.code}."
                yield entry.fault(part, problem, f"KSBs of the {method.code}: {', '.join(own)}.")
    if len(content.primary) != 1:
        problem = f"There are {len(content.primary)} primary KSBs."
        yield entry.fault("primary", problem, "Name one: the KSB the question is written for.")
    if len(content.ksbs) > method.ksbs_most:
        problem = f"The question carries {len(content.ksbs)} KSBs; at most {method.ksbs_most} can be true."
        yield entry.fault("secondary", problem, "Keep those that a normal good answer evidences.")
    for code in sorted({code for code in content.ksbs if content.ksbs.count(code) > 1}):
        yield entry.fault("secondary", f"{code} is named twice.", "Name each KSB once, primary or secondary.")


def _criteria_fit(entry: QuestionFile, plan: Plan, method: Method) -> Iterator[Fault]:
    known = {criterion.code: criterion for criterion in plan.criteria}
    usable = plan.criteria_of(method.code, Level.PASS, Level.DISTINCTION)
    remedy = f"Criteria of the {method.code}: {usable[0].code} to {usable[-1].code}."
    codes = entry.question.content.criteria
    for code in codes:
        if code not in known:
            yield entry.fault("criteria", f"There is no criterion {code}.", remedy)
        elif known[code].method != method.code:
            yield entry.fault("criteria", f"{code} is a criterion of the {known[code].method}.", remedy)
        elif known[code].level is Level.FAIL:
            yield entry.fault("criteria", f"{code} is a fail indicator, which no answer evidences.", remedy)
    if not codes:
        yield entry.fault("criteria", "No criterion is named.", remedy)
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield entry.fault("criteria", f"{code} is named twice.", "Name each criterion once.")


def _numbers_fit(entry: QuestionFile, plan: Plan, method: Method) -> Iterator[Fault]:
    del plan
    content = entry.question.content
    least, most, step = (
        round(minutes * 60)
        for minutes in (method.question_least_minutes, method.question_most_minutes, method.question_step_minutes)
    )
    if not least <= content.seconds <= most or (content.seconds - least) % step:
        remedy = (
            f"Give {method.question_least_minutes:g} to {method.question_most_minutes:g}"
            f" in steps of {method.question_step_minutes:g}, the answer included."
        )
        yield entry.fault("minutes", f"{content.minutes:g} minutes do not fit the {method.code}.", remedy)
    if not method.demand_least <= content.demand <= method.demand_most:
        remedy = f"Give {method.demand_least} to {method.demand_most}."
        yield entry.fault("demand", f"A demand of {content.demand} is not on the scale.", remedy)
    if not method.probes_least <= len(content.probes) <= method.probes_most:
        remedy = f"Write {method.probes_least} to {method.probes_most}, each opening what the stem leaves closed."
        yield entry.fault("Probes", f"There {_are(len(content.probes), 'probe')}.", remedy)


def _stem_fits(entry: QuestionFile, plan: Plan, method: Method) -> Iterator[Fault]:
    del plan
    stem = entry.question.content.stem
    if words_in(stem) > method.stem_most_words:
        remedy = f"Say it in {method.stem_most_words} words or fewer; leave the detail to the probes."
        yield entry.fault("Stem", f"The stem has {words_in(stem)} words, too many for one breath.", remedy)
    if is_certainly_closed(stem):
        remedy = "Ask what, how, why or which, or begin with Tell me about or Talk me through."
        yield entry.fault("Stem", "The stem can be answered by yes or no.", remedy)


def _relations_fit(entry: QuestionFile, plan: Plan, method: Method) -> Iterator[Fault]:
    del plan, method
    question = entry.question
    for part, references in (("enemies", question.enemies), ("clones", question.clones)):
        if question.reference in references:
            yield entry.fault(part, f"{question.reference} names itself.", "Remove it from the list.")


def _are(count: int, thing: str) -> str:
    return f"is 1 {thing}" if count == 1 else f"are {count or 'no'} {thing}s"
