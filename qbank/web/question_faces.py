"""A question as an assessor sees it, and what changed between two of its versions, for every page that shows either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qbank.domain.questions import Content
from qbank.domain.word_diff import Run, word_diff
from qbank.domain.working_drafts import LABELS, DraftText

SHOWN: Final = tuple(part for part in LABELS if part != "method")
POSITION: Final = 1


@dataclass(frozen=True, slots=True)
class Face:
    """What the component `question` shows; as if it were the first of a set.

    Args:
        reference: empty while the question has none.
        version: its number; 0 for a draft.
        content: what it says.
    """

    reference: str
    version: int
    content: Content

    @property
    def position(self) -> int:
        """Where it stands."""
        return POSITION

    @property
    def place(self) -> int:
        """The number in the margin."""
        return POSITION

    def __getattr__(self, part: str) -> object:
        """Every other part is the content's."""
        return getattr(self.content, part)


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of two versions.

    Args:
        label: the part as people call it.
        runs: both texts as one.
        is_changed: whether they differ.
    """

    part: str
    label: str
    runs: tuple[Run, ...]
    is_changed: bool


def compared(old: Content | None, new: Content) -> Sequence[Compared]:
    """Every part of the new content beside the old one's; all of it is new where there is no old one."""
    before, after = None if old is None else DraftText.of(old), DraftText.of(new)
    return [_part(part, "" if before is None else before.said(part), after.said(part)) for part in SHOWN]


def _part(part: str, old: str, new: str) -> Compared:
    return Compared(part, LABELS[part], word_diff(old, new), is_changed=old != new)
