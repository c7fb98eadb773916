"""What a person wants of the list of questions: filters, words, an order and a page, as its address says them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from qbank.domain.lifecycle import State
from review.days import months_after

Kind = TypeVar("Kind", bound=StrEnum)

PAGE: Final = 50
MOST_PAGES: Final = 10_000
MOST_WORDS: Final = 8
"""Words that are looked for at once; what follows them is passed over."""
MOST_TYPED: Final = 200
"""Characters of each filter."""
_WORD: Final = re.compile(r"[^\W_]+")


class Sort(StrEnum):
    """A column that the list is put in order by."""

    REFERENCE = "reference"
    METHOD = "method"
    STATE = "state"
    AUTHOR = "author"
    ASKED = "asked"
    USED = "used"
    REVIEW = "review"


class Used(StrEnum):
    """When a question was last in a set."""

    NEVER = "never"
    MONTH = "in the last month"
    YEAR = "in the last year"
    EARLIER = "not in the last year"


class Review(StrEnum):
    """How a live question stands on the clock of its review."""

    OVERDUE = "overdue"
    SOON = "due soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One view of the list.

    Args:
        words: as typed; each of them begins a word of the live text, or of the newest version.
        method, ksb, criterion: codes; empty for all.
        state: where the question stands; "awaiting approval" also finds live ones whose next version does.
        author: a name.
        used, review: see there.
        sort: the column; `down` for its reverse.
        page: from 1.
    """

    words: str = ""
    method: str = ""
    ksb: str = ""
    criterion: str = ""
    state: State | None = None
    author: str = ""
    used: Used | None = None
    review: Review | None = None
    sort: Sort = Sort.REFERENCE
    down: bool = False
    page: int = 1

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Wanted:
        """What an address asks for; whatever it says that means nothing is passed over."""
        text = {name: typed.get(name, "").replace("\0", "").strip()[:MOST_TYPED] for name in TEXTS}
        number = typed.get("page", "")
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1  # noqa: PLR2004 - digits
        return cls(
            **text,
            state=_one_of(State, typed.get("state")),
            used=_one_of(Used, typed.get("used")),
            review=_one_of(Review, typed.get("review")),
            sort=_one_of(Sort, typed.get("sort")) or Sort.REFERENCE,
            down=typed.get("down") == "1",
            page=min(max(page, 1), MOST_PAGES),
        )

    @property
    def filters(self) -> dict[str, Any]:
        """What narrows the list, by name, as the address says it."""
        return {name: str(value) for name in FILTERS if (value := getattr(self, name))}

    def address(self, **changes: object) -> dict[str, Any]:
        """The parts of the address of this view with something changed; the first page unless a page is named."""
        view = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]  # names and types are the fields'
        order = {} if (view.sort, view.down) == (Sort.REFERENCE, False) else {"sort": str(view.sort)}
        down = {"down": "1"} if view.down else {}
        return view.filters | order | down | ({"page": str(view.page)} if view.page > 1 else {})

    def turned(self, sort: Sort) -> dict[str, Any]:
        """The parts of the address that put the list in order by a column, or turn the order of that column round."""
        return self.address(sort=sort, down=self.sort is sort and not self.down)


TEXTS: Final = ("words", "method", "ksb", "criterion", "author")
FILTERS: Final = tuple(each.name for each in fields(Wanted) if each.name not in {"sort", "down", "page"})


def search_words(typed: str, *, most: int | None = MOST_WORDS) -> tuple[str, ...]:
    """The words to look for: letters and digits only, so that they mean nothing to a database but themselves."""
    return tuple(dict.fromkeys(found.lower() for found in _WORD.findall(typed)))[:most]


def latest_start(today: date, months: int) -> date:
    """The latest day from which so many months have passed by today."""
    day = months_after(today, -months)
    while months_after(day + timedelta(days=1), months) <= today:
        day += timedelta(days=1)
    return day


def _one_of(kind: type[Kind], said: str | None) -> Kind | None:
    return kind(said) if said in set(kind) else None
