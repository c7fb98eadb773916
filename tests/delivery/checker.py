"""The independent checker: is this a lawful question set? Written from the rules, without a line of the engine.

It is deliberately slow and plain. Every test of the engine that asks whether a set is lawful asks here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from delivery.pool import Candidate, Pool
from delivery.specification import Specification


def faults(
    references: Sequence[str], pool: Pool, specification: Specification, excluded: Collection[str] = ()
) -> list[str]:
    """Everything that is wrong with a set, in sentences; none when it is lawful."""
    by_reference = {candidate.reference: candidate for candidate in pool.candidates}
    found = [f"{reference} is not in the pool" for reference in references if reference not in by_reference]
    chosen = [by_reference[reference] for reference in references if reference in by_reference]
    found += [f"{reference} may not be given" for reference in references if reference in excluded]
    if len(set(references)) != len(references):
        found.append("a question stands twice")
    if specification.length is not None and len(references) != specification.length:
        found.append(f"{len(references)} questions instead of {specification.length}")
    found += [f"{code} is not covered" for code in specification.required if not _carrying(code, chosen)]
    found += _outside("seconds", sum(each.seconds for each in chosen), specification.seconds)
    found += _outside("demand", sum(each.demand for each in chosen), specification.demand)
    for code in {*specification.required, *specification.optional}:
        if specification.most_per_ksb is not None and len(_carrying(code, chosen)) > specification.most_per_ksb:
            found.append(f"{code} is in too many questions")
    for one in chosen:
        found += [f"{one.reference} meets its enemy {other.reference}" for other in chosen if _enemies(one, other)]
    return found


def _carrying(code: str, chosen: Iterable[Candidate]) -> list[Candidate]:
    return [each for each in chosen if code in each.ksbs]


def _enemies(one: Candidate, other: Candidate) -> bool:
    return other.reference in one.enemies or one.reference in other.enemies


def _outside(what: str, total: int, band) -> list[str]:
    if band is None or band.lowest <= total <= band.highest:
        return []
    return [f"{what} are {total}, not from {band.lowest} to {band.highest}"]
