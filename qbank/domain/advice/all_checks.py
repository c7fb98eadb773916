"""Every check of a question at once: the one function that pages and commands call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from qbank.domain.advice import (
    closed_openers,
    double_questions,
    leading_words,
    likenesses,
    lower_order,
    missing_probes,
    one_breath,
    organisations,
    personal_cues,
    plain_words,
)
from qbank.domain.advice.likenesses import Other
from qbank.domain.advice.remarks import Remark
from qbank.domain.questions import Content
from qbank.domain.standards import Plan

CODES: Final = (
    closed_openers.CODE,
    double_questions.CODE,
    leading_words.CODE,
    organisations.CODE,
    personal_cues.CODE,
    plain_words.CODE,
    one_breath.CODE,
    lower_order.CODE,
    missing_probes.CODE,
    likenesses.CODE,
)
"""The checks, in the order in which their remarks come."""

HINTS: Final[frozenset[str]] = frozenset({likenesses.CODE, lower_order.CODE})
"""Checks that are right less often than nine times in ten on a half that was held back from tuning (docs/advice.md)."""


MOST_CHARACTERS: Final = 2_000
"""Of a stem, from its beginning, that are looked at: no stem can be said in one breath that has more."""


@dataclass(frozen=True, slots=True)
class Written:
    """As much of a question as its author has written so far; every part may be empty.

    Args:
        stem: the words asked.
        probes: prepared follow-ups.
        ksb: the wording of the KSB it is written for, the published one where there is one.
        plan_text: the wording of every KSB and criterion of the plan, in lower case: its words are nobody's jargon.
    """

    stem: str
    probes: tuple[str, ...] = ()
    ksb: str = ""
    plan_text: str = ""

    @classmethod
    def of(cls, content: Content, plan: Plan) -> Written:
        """What a question's content says, for a plan that has its KSBs."""
        known = {ksb.code: ksb.text for ksb in plan.ksbs}
        ksb = known.get(content.primary[0], "") if content.primary else ""
        return cls(content.stem, content.probes, ksb, words_of(plan))


def words_of(plan: Plan) -> str:
    """The wording of every KSB and criterion of a plan, in lower case."""
    return " ".join([ksb.text for ksb in plan.ksbs] + [criterion.text for criterion in plan.criteria]).lower()


def advice(written: Written, others: Iterable[Other] = ()) -> tuple[Remark, ...]:
    """Everything that the checks remark on, in the order of `CODES`; empty when there is nothing to say.

    Args:
        written: the question, finished or not. Without a stem there is no advice yet.
        others: the questions of the same method that it may be too near to, in any state, itself left out.
    """
    stem = written.stem[:MOST_CHARACTERS]
    if not stem.strip():
        return ()
    remarks = (
        *closed_openers.closed_opener(stem),
        *double_questions.two_questions(stem),
        *leading_words.leading(stem),
        *organisations.names_organisation(stem),
        *personal_cues.protected_characteristic(stem),
        *plain_words.jargon(stem, plan_text=written.plan_text),
        *one_breath.one_breath(stem),
        *lower_order.describe_for_analyse(stem, written.ksb),
        *missing_probes.no_probe(stem, written.probes),
        *likenesses.near_duplicate(stem, others),
    )
    return tuple(replace(each, hint=each.code in HINTS) for each in remarks)
