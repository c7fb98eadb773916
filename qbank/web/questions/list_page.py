"""What the list of questions shows around its lines: filters with their choices, columns to sort by, pages, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from qbank.domain.bank_list import FILTERS, PAGE, Review, Sort, Used, Wanted, search_words
from qbank.domain.lifecycle import State
from qbank.domain.standards import Plan
from qbank.storage.queries import standards
from qbank.storage.queries.bank_list import Listed
from qbank.storage.queries.writing import DraftLine
from qbank.web.saying import capitalised, counted
from review.days import day_in_uk

COLUMNS: Final = (
    (Sort.REFERENCE, "Question", False),
    (Sort.METHOD, "Method", False),
    (None, "KSBs", False),
    (Sort.STATE, "Stands", False),
    (Sort.AUTHOR, "Author", False),
    (Sort.ASKED, "Times asked", True),
    (Sort.USED, "Last asked", False),
    (Sort.REVIEW, "Review due", False),
)
"""Column, heading, whether it holds figures."""
SAID: Final = {
    "words": "words beginning “{}”",
    "method": "method {}",
    "ksb": "KSB {}",
    "criterion": "criterion {}",
    "state": "state {}",
    "author": "author {}",
    "used": "asked {}",
    "review": "review {}",
}
"""A filter in the line that says how many were found."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list.

    Args:
        address: puts the list in order by it, or turns that order round; empty where it cannot.
        order: "ascending", "descending" or "none", for whoever cannot see the arrow; empty where it cannot.
    """

    heading: str
    is_figure: bool
    address: str
    order: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with a fixed choice: pairs of value and words; the first is no filter."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def surroundings(store: Session, wanted: Wanted, found: Listed, *, at: datetime) -> dict[str, Any]:
    """Everything that the list shows besides its lines."""
    pages = max(1, -(-found.found // PAGE))
    page = min(wanted.page, pages)
    return {
        "view": wanted,
        "found": found,
        "choices": _choices(standards.newest_as_loaded(store)),
        "columns": [_column(wanted, *each) for each in COLUMNS],
        "counts": said(wanted, found),
        "page": page,
        "pages": pages,
        "before": _to(wanted, page=page - 1) if page > 1 else "",
        "after": _to(wanted, page=page + 1) if page < pages else "",
        "export_address": url_for("exporting.index", **wanted.filters),
        "all_chosen": url_for(".index", **wanted.address(page=page), chosen="all"),
        "today": day_in_uk(at),
    }


def said(wanted: Wanted, found: Listed) -> str:
    """How many, of how many, filtered by what: "31 of 426 questions, filtered by KSB K4 and state live"."""
    filters = wanted.filters
    if not filters:
        return counted(found.of, "question")
    words = [SAID[name].format(filters[name]) for name in FILTERS if name in filters]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"{found.found:,} of {counted(found.of, 'question')}, filtered by {listed}"


def drafts_with(drafts: Iterable[DraftLine], typed: str) -> list[DraftLine]:
    """The person's drafts whose stem or probes hold a word beginning with each of those typed; all without any.

    Those that await approval come last: nothing is to be done about them.
    """
    wanted = search_words(typed)
    found = []
    for each in drafts:
        own = _words_of(each)
        if all(any(word.startswith(beginning) for word in own) for beginning in wanted):
            found.append(each)
    return sorted(found, key=lambda each: each.state is State.AWAITING_APPROVAL)


def _words_of(line: DraftLine) -> frozenset[str]:
    return frozenset(word for part in (line.text.stem, line.text.probes) for word in search_words(part, most=None))


def _to(wanted: Wanted, **changes: object) -> str:
    return url_for(".index", **wanted.address(**changes))


def _column(wanted: Wanted, sort: Sort | None, heading: str, is_figure: bool) -> Column:  # noqa: FBT001 - of COLUMNS
    if sort is None:
        return Column(heading, is_figure, "", "")
    order = "none" if wanted.sort is not sort else "descending" if wanted.down else "ascending"
    return Column(heading, is_figure, url_for(".index", **wanted.turned(sort)), order)


def _choices(plans: list[Plan]) -> list[Choice]:
    methods = {each.code: each.short_title for plan in plans for each in plan.methods}
    ksbs = list(dict.fromkeys(ksb.code for plan in plans for ksb in plan.ksbs))
    criteria = list(dict.fromkeys(each.code for plan in plans for each in plan.criteria))
    return [
        Choice("method", "Method", (("", "All"), *methods.items())),
        Choice("ksb", "KSB", _plain(ksbs)),
        Choice("criterion", "Criterion", _plain(criteria)),
        Choice("state", "Stands", _plain(State)),
        Choice("used", "Last asked", _plain(Used)),
        Choice("review", "Review due", _plain(Review)),
    ]


def _plain(values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return (("", "All"), *((str(each), capitalised(str(each))) for each in values))
