"""The rehearsal of a draw plan: ten thousand sets drawn as sessions would have them, before anybody adopts it.

What it counts, it counts from the sets themselves: exposure, shared questions, what somebody who heard earlier sets
knows of the next, and every requirement broken, as the second implementation of the rules sees it. The seeds follow
from the plan's digest, so the same plan has the same rehearsal on every machine; it is kept beside the cache of plans
and made again where it is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any, Final, Self

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.plan import DrawPlan
from delivery.randomness import many_words
from qbank.services.kept_documents import KeptDocuments
from qbank.settings import Settings
from qbank.verify.judging import Judge

SETS: Final = 10_000
MOST_HEARD: Final = 30
LABEL: Final = "qbank plan rehearsal 1"
_TOLD_EVERY: Final = 200

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class PlanRehearsal:
    """What the sets of a plan were like.

    Args:
        plan: the digest of the draw plan.
        sets: how many were drawn.
        failures: requirements broken, by name, with the number of sets; empty as long as the engine is right.
        exposure: by reference, the share of sets that hold the question; every question of the pool, in its order.
        covered: by KSB, the share of sets with a question on it; every KSB of the specification, in its order.
        shared: questions that two sets following one another share, on average.
        length: questions of a set, on average.
        guessed: hits, on average, of the questions of largest exposure by the plan, as many as a set usually has.
        known: by the number of earlier sets heard, from 1: questions of the next set that were among them, on average.
    """

    plan: str
    sets: int
    failures: dict[str, int]
    exposure: dict[str, float]
    covered: dict[str, float]
    shared: float
    length: float
    guessed: float
    known: tuple[float, ...]

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The rehearsal behind its JSON."""
        return cls(**{**data, "known": tuple(data["known"])})


def rehearse_plan(plan: DrawPlan, *, sets: int = SETS, progress: Progress | None = None) -> PlanRehearsal:
    """Draw the sets and count.

    Args:
        plan: the draw plan.
        sets: how many; at least one more than `MOST_HEARD`.
        progress: is told how far it is.
    """
    content = plan.to_dict()
    judge = Judge(content["pool"], content["specification"], ())
    drawn = list(_drawn(plan, sets, progress))
    broken = Counter(name for positions in drawn for name in judge.broken(positions))
    times = Counter(at for positions in drawn for at in positions)
    bits = [sum(1 << at for at in positions) for positions in drawn]
    references = plan.pool.references
    return PlanRehearsal(
        plan=plan.digest,
        sets=sets,
        failures=dict(broken),
        exposure={reference: times[at] / sets for at, reference in enumerate(references)},
        covered=_covered(plan, bits),
        shared=fmean((one & other).bit_count() for one, other in pairwise(bits)),
        length=fmean(map(len, drawn)),
        guessed=_guessed(plan, bits),
        known=tuple(_known(bits)),
    )


def _drawn(plan: DrawPlan, sets: int, progress: Progress | None) -> Iterator[tuple[int, ...]]:
    nothing_met, seed = Eligibility(), bytes.fromhex(plan.digest)
    for number in range(sets):
        own = many_words(seed, 4, number=number, label=LABEL)
        yield draw(plan, seed=own, eligibility=nothing_met).positions
        if progress is not None and number % _TOLD_EVERY == 0:
            progress("Drawing sets", number / sets)


def _covered(plan: DrawPlan, bits: Sequence[int]) -> dict[str, float]:
    carriers = {
        code: sum(1 << at for at, each in enumerate(plan.pool.candidates) if code in each.ksbs)
        for code in plan.specification.ksbs
    }
    return {code: sum(bool(each & carrier) for each in bits) / len(bits) for code, carrier in carriers.items()}


def _guessed(plan: DrawPlan, bits: Sequence[int]) -> float:
    """Whoever knows the plan names its likeliest questions, as many as a set has (rounded up where that varies)."""
    rates = [float(plan.figures["exposure"][reference]) for reference in plan.pool.references]
    usual = -(-float(plan.figures["length"]) // 1)
    best = sorted(range(len(rates)), key=lambda at: -rates[at])[: int(usual)]
    named = sum(1 << at for at in best)
    return fmean((each & named).bit_count() for each in bits)


def _known(bits: Sequence[int]) -> Iterator[float]:
    """For 1, 2, … earlier sets: hits in the set that follows them, averaged over every place in the sequence."""
    heard = [0] * len(bits)
    for sets in range(1, MOST_HEARD + 1):
        for at in range(sets, len(bits)):
            heard[at] |= bits[at - sets]
        yield fmean((bits[at] & heard[at]).bit_count() for at in range(sets, len(bits)))


@dataclass(frozen=True, slots=True)
class KeptRehearsals:
    """Rehearsals on disk, by the digest of their plan.

    Args:
        documents: where they are kept.
    """

    documents: KeptDocuments

    @classmethod
    def of(cls, settings: Settings) -> KeptRehearsals:
        """The ones of an installation."""
        return cls(KeptDocuments(settings.cache_folder / "rehearsals"))

    def of_plan(self, digest: str) -> PlanRehearsal | None:
        """The kept rehearsal of a plan; None where there is none, or it cannot be read."""
        try:
            found = PlanRehearsal.from_dict(self.documents.of_plan(digest))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return found if found.plan == digest else None

    def keep(self, rehearsal: PlanRehearsal) -> None:
        """Keep it, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        self.documents.keep(rehearsal.plan, asdict(rehearsal))
