"""Certified bounds, looked at by a second program: the arithmetic of each, and whether a cheaper lawful set exists.

Written from `docs/engine.md`, "Certified bounds"; it shares nothing with `delivery`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from qbank.verify.cheapest import MOST_PARTIAL_SETS, Search, UnsettledError
from qbank.verify.verdict import Finding, Verdict
from qbank.verify.writing import digest_of

FORMAT: Final = "qbank bounds 1"
OVERLAP: Final = "overlap"
_MILLION: Final = 10**6
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def verify_bounds(bounds: Mapping[str, Any], plan: Mapping[str, Any], *, most: int = MOST_PARTIAL_SETS) -> Verdict:
    """What a second program finds in certified bounds.

    Args:
        bounds: the document, plain JSON data.
        plan: the draw plan that it names, or an object with the `pool` and the `specification` alone; whether the
            document names that plan is then not looked at.
        most: partial sets that are looked at for one bound, before it is only reported.

    Returns:
        A finding for the document and one for every bound; where it cannot be read, the last one says so.
    """
    findings: list[Finding] = []
    try:
        findings.append(_document(bounds, plan))
        for each in bounds["bounds"]:
            findings.append(_finding(each, plan, most))  # noqa: PERF401 - what was found before one broke is kept
    except _UNREADABLE as error:
        why = f"{type(error).__name__}: {error}"
        findings.append(Finding("bounds", holds=False, sentence=f"The bounds cannot be followed ({why[:120]})."))
    return Verdict(tuple(findings))


def _document(bounds: Mapping[str, Any], plan: Mapping[str, Any]) -> Finding:
    named = (bounds["format"], bounds["pool"], bounds["specification"])
    holds = named == (FORMAT, digest_of(plan["pool"]), digest_of(plan["specification"]))
    if bounds["plan"] and "walk" in plan:
        holds = holds and bounds["plan"] == digest_of(plan)
    sentence = "The bounds are of this pool and specification" if holds else "The bounds are of another pool or plan"
    return Finding("bounds", holds, f"{sentence}.")


def _finding(bound: Mapping[str, Any], plan: Mapping[str, Any], most: int) -> Finding:
    what = str(bound["what"]) + ("" if bound["length"] is None else f", sets of {bound['length']} on average")
    for wrong in _wrong(bound, plan):
        return Finding(what, holds=False, sentence=f"{wrong}.")
    points = [weight - bound["per_question"] for weight in bound["weights"]]
    try:
        cheaper = Search(plan["pool"], plan["specification"], points, bound["pulls"], most=most).below(bound["least"])
    except UnsettledError as error:
        sentence = f"Whether a lawful set comes to fewer points was not settled: {error} would have to be looked at."
        return Finding(what, holds=True, sentence=sentence, verified=False)
    if cheaper is not None:
        names = ", ".join(plan["pool"][at]["reference"] for at in cheaper)
        come = sum(points[at] for at in cheaper)
        sentence = (
            f"A lawful set comes to {come:,} points, fewer than the {bound['least']:,} of the certificate: {names}."
        )
        return Finding(what, holds=False, sentence=sentence)
    sentence = f"No lawful set comes to fewer than {bound['least']:,} points, so no law goes below {bound['bound']}."
    return Finding(what, holds=True, sentence=sentence)


def _wrong(bound: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[str]:
    """What the arithmetic of a bound breaks, one sentence each."""
    weights, total, taken_off = bound["weights"], bound["total"], bound["per_question"]
    numbers: Sequence[object] = (*weights, total, taken_off, bound["least"])
    if any(type(each) is not int for each in numbers) or min(*weights, taken_off) < 0 or total < 1:
        yield "The points are not whole numbers from 0"
        return
    if len(weights) != len(plan["pool"]):
        yield "There is not one number of points for each question"
    if bound["length"] is None and taken_off:
        yield "Points are taken off for every question, though no mean length is given"
    yield from _wrong_guesses(bound, plan)
    if bound["bound"] != _printed(bound):
        yield f"The points prove {_printed(bound)}, and the certificate says {bound['bound']}"


def _wrong_guesses(bound: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[str]:
    what, guesses, figures = bound["what"], bound["guesses"], plan.get("figures")
    if what not in {"largest exposure", "best guess", OVERLAP}:
        yield "It is a bound of nothing that is known"
    elif what == OVERLAP:
        if guesses is not None:
            yield "An overlap has no guesses"
    elif type(guesses) is not int or guesses < 1 or (what == "largest exposure" and guesses != 1):
        yield "It is not said how many exposures the floor is of"
    elif sum(bound["weights"]) != guesses * bound["total"] or max(bound["weights"]) > bound["total"]:
        yield "The points do not add up to the number of guesses, or one question has too many"
    if figures is None:
        return
    if what == "best guess" and guesses != -(-Fraction(figures["length"]) // 1):
        yield "The best guess names another number of questions than the plan's sets usually have"
    if bound["length"] not in (None, figures["length"]):
        yield "The mean length is not the plan's"


def _printed(bound: Mapping[str, Any]) -> str:
    """The floor that the points prove, with six decimals, rounded down."""
    total = bound["total"]
    value = (bound["least"] + bound["per_question"] * Fraction(bound["length"] or 0)) / Fraction(total)
    if bound["what"] == OVERLAP:
        value = 2 * value - Fraction(sum(weight * weight for weight in bound["weights"]), total * total)
    millionths = max(0, value * _MILLION // 1)
    return f"{millionths // _MILLION}.{millionths % _MILLION:06d}"
