"""What the law that a set was drawn from looked like to somebody who knows it: chance, exposure, overlap, best guess.

Where nothing in the pool was barred that law is the plan's, and its figures are the plan's. Where something was, other
questions come more often, and the plan's figures would be false: they are counted anew in the recorded sets that hold
none of the barred questions (of the plan's run, or of the conditioned run). Such figures are estimates; how many sets
they rest on stands with them. Whole numbers and decimals only: every machine finds the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final

from delivery.canonical import decimals
from delivery.draw import Draw
from delivery.eligibility import Eligibility, bits
from delivery.figures import Acceptance
from delivery.plan import OF_THE_LAW, DrawPlan

PLAN: Final = "plan"
RECORDED: Final = "recorded sets"


def prospects_of(plan: DrawPlan, drawn: Draw, eligibility: Eligibility) -> dict[str, Any]:
    """The figures of the law, as plain data.

    Args:
        plan: that the set was drawn from.
        drawn: the set.
        eligibility: the snapshot it was drawn under.

    Returns:
        `basis`: "plan" or "recorded sets"; `sets`: how many recorded ones, None where the plan's figures hold; then the
        figures, None where there is none: floors and the number of covering sets are the plan's, and
        `best_guess_lowest` belongs to recorded sets.
    """
    if drawn.recorded is None:
        return {"basis": PLAN, "sets": None, "best_guess_lowest": None} | {
            name: plan.figures[name] for name in OF_THE_LAW
        }
    times = _times(drawn.recorded, len(plan.pool))
    return (
        dict.fromkeys(OF_THE_LAW)
        | counted_in(drawn.recorded, len(plan.pool))
        | {"entropy_bits": decimals(_entropy(plan, drawn, times, eligibility))}
    )


def counted_in(sets: Sequence[int], questions: int) -> dict[str, Any]:
    """The figures of a law that recorded sets show by themselves.

    Args:
        sets: as bits of their questions' positions; at least one.
        questions: in the pool.
    """
    times = _times(sets, questions)
    busiest = Acceptance(len(sets), max(times))
    lowest, highest = busiest.interval
    length = Fraction(sum(times), len(sets))
    usual = -(-length.numerator // length.denominator)
    return {
        "basis": RECORDED,
        "sets": len(sets),
        "exact": False,
        "length": decimals(_decimal(length)),
        "largest_exposure": decimals(busiest.rate),
        "largest_exposure_lowest": decimals(lowest),
        "largest_exposure_highest": decimals(highest),
        "overlap": decimals(_decimal(_shared(times, len(sets)))),
        "best_guess": decimals(_decimal(Fraction(sum(sorted(times)[-usual:]), len(sets)))),
        "best_guess_lowest": decimals(_decimal(_guessed_across(sets, questions, usual))),
    }


def _times(sets: Sequence[int], questions: int) -> list[int]:
    """How many of the sets hold each question.

    A counter of binary digits stands upright at each position: digit d of all of them is one whole number, and a set is
    added to all of them at once.
    """
    digits: list[int] = []
    for each in sets:
        carried, place = each, 0
        while carried:
            if place == len(digits):
                digits.append(0)
            digits[place], carried = digits[place] ^ carried, digits[place] & carried
            place += 1
    return [sum((digit >> at & 1) << place for place, digit in enumerate(digits)) for at in range(questions)]


def _shared(times: Sequence[int], sets: int) -> Fraction:
    """Questions that two of the sets have in common, averaged over all pairs: unlike a sum of squared rates, unbiased.

    Source: Chen, Ankenmann and Spray (2003), Journal of Educational Measurement 40(2), 129-145, the exact form.
    """
    return Fraction(sum(count * (count - 1) for count in times), max(1, sets * (sets - 1)))


def _guessed_across(sets: Sequence[int], questions: int, usual: int) -> Fraction:
    """Hits of the guesses that one half of the sets suggests in the other half, both ways, averaged.

    Guessing from the sets that are guessed flatters; guessing across does not, and knows a little less than the law.
    """
    halves = (sets[::2], sets[1::2])
    found = Fraction(0)
    for known, asked in (halves, halves[::-1]):
        times = _times(known, questions)
        guesses = sorted(range(questions), key=times.__getitem__, reverse=True)[:usual]  # ties: the earlier question
        guessed = bits(guesses)
        hits = sum((each & guessed).bit_count() for each in asked)
        found += Fraction(hits, 2 * max(1, len(asked)))
    return found


def _entropy(plan: DrawPlan, drawn: Draw, times: Sequence[int], eligibility: Eligibility) -> Decimal:
    """Bits of the law: those of this set's chance, and how much heavier it is than sets are on average."""
    sets = drawn.recorded or ()
    weights = list(map(Fraction, eligibility.log_weights(plan.pool, plan.log_weights)))
    heavy = sum((weights[at] for at in drawn.positions), Fraction(0))
    mean = sum((weight * count for weight, count in zip(weights, times, strict=True)), Fraction(0)) / len(sets)
    own = frozenset().union(*(plan.pool.candidates[at].ksbs for at in drawn.positions))
    for code, reward in zip(plan.specification.optional, map(Fraction, plan.log_rewards), strict=True):
        carriers = sum(1 << at for at, each in enumerate(plan.pool.candidates) if code in each.ksbs)
        heavy += reward * (code in own)
        mean += reward * Fraction(sum(bool(each & carriers) for each in sets), len(sets))
    with localcontext(Context(prec=40)):
        heavier = _decimal(heavy - mean) / Decimal(2).ln()
        return heavier + drawn.acceptance.log2 - drawn.exact_log2_probability


def _decimal(value: Fraction) -> Decimal:
    with localcontext(Context(prec=40)):
        return Decimal(value.numerator) / Decimal(value.denominator)


def in_words(law: Mapping[str, Any], barred: int, *, cohort: bool = False) -> tuple[str, ...]:
    """What the figures mean, in plain sentences; floors are rounded down and largest exposures up.

    Args:
        law: as `prospects_of` gives it.
        barred: questions that this apprentice may not be given.
        cohort: whether a cohort's factor changed the law.
    """
    bits, guess, length = _one_place(law["entropy_bits"]), _two_places(law["best_guess"]), _two_places(law["length"])
    shared = _two_places(law["overlap"])
    most, lowest, highest = (law[f"largest_exposure{end}"] for end in ("", "_lowest", "_highest"))
    noise = "" if law["exact"] else f" ({_percent(lowest, up=False)} to {_percent(highest, up=True)} at 99%)"
    if law["basis"] == RECORDED:
        some = "the question" if barred == 1 else f"the {barred:,} questions"
        without = f" without {some} that may not be given" if barred else ""
        passing = " that the cohort's factor lets pass" if cohort else ""
        least = _two_places(min(law["best_guess_lowest"], law["best_guess"], key=Decimal))
        return (
            f"What follows is estimated from the {law['sets']:,} recorded sets{without}{passing}.",
            f"Their law holds about {bits} bits of chance.",
            f"Who knows it and names the likeliest questions has {least} to {guess} of {length} right, on average.",
            f"The question asked most is in an estimated {_percent(most, up=True)} of sets{noise}.",
            f"Two sets drawn for such an apprentice are expected to share about {shared} questions.",
        )
    floor = _percent(law["exposure_floor"], up=False)
    most_said = f"{'' if law['exact'] else 'an estimated '}{_percent(most, up=True)} of sets{noise}"
    return (
        f"Its law holds {bits} bits of chance; earlier sets tell nothing about this one.",
        f"Who knows the whole law and names the likeliest questions is right about {guess} of {length}, on average.",
        f"No question is in more than {most_said}; no law on this bank can stay below {floor}.",
        f"Two apprentices' sets are expected to share {shared} questions.",
    )


def _one_place(value: str) -> str:
    return str(Decimal(value).quantize(Decimal("0.1")))


def _two_places(value: str) -> str:
    return f"{Decimal(value).quantize(Decimal('0.01')).normalize():f}"


def _percent(value: str, *, up: bool) -> str:
    return f"{(Decimal(value) * 100).quantize(Decimal('0.1'), ROUND_CEILING if up else ROUND_FLOOR)}%"
