"""Where a bank is short of questions: how many carry each KSB, and how many would have to.

A set that must cover a KSB asks at least one of its carriers. Where those are fewer than the questions of the bank by
the questions of a set, they are asked more often than the others whatever engine draws, and are known first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

_GRAIN = 1e-9


@dataclass(frozen=True, slots=True)
class Gap:
    """One KSB of a method: what carries it, and what it needs.

    Args:
        ksb: its code.
        live: live questions that carry it.
        written: open drafts and questions that await approval, that name it and are not live yet.
        needed: carriers without which its questions are asked more often than the others; 0 where no set must cover it.
    """

    ksb: str
    live: int
    written: int
    needed: int

    @property
    def missing(self) -> int:
        """Questions to write yet, when those that are in hand go live."""
        return max(0, self.needed - self.live - self.written)

    @property
    def short(self) -> int:
        """Questions that the live bank lacks."""
        return max(0, self.needed - self.live)


def needed(questions: int, in_a_set: float) -> int:
    """How many questions a KSB needs that every set covers, so that they are asked no more often than the others.

    Args:
        questions: of the bank.
        in_a_set: questions of one set, on average.
    """
    return max(1, ceil(questions / in_a_set - _GRAIN))


def gaps_of(
    ksbs: Sequence[str],
    required: Iterable[str],
    live: Mapping[str, int],
    written: Iterable[Iterable[str]],
    *,
    least: int,
) -> tuple[Gap, ...]:
    """The gaps of a method, the one that misses most first, then as the standard orders them.

    Args:
        ksbs: of the method, in the standard's order.
        required: those that every set must cover.
        live: how many live questions carry each; none where it is not in here.
        written: the KSBs of each question that is being written or awaits approval.
        least: what each KSB needs that a set must cover; see `needed`.
    """
    coming, must = Counter(code for each in written for code in set(each)), frozenset(required)
    found = [Gap(code, live.get(code, 0), coming[code], least if code in must else 0) for code in ksbs]
    return tuple(sorted(found, key=lambda gap: (-gap.missing, -gap.short)))
