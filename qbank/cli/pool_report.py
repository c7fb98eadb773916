"""What `qbank pool report` finds and shows: the law's figures, what no law could better, and what to write next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape

from delivery.attempts import said as attempts_said
from delivery.saying import count_of, listed
from qbank.cli.terminal import a_table, answers

if TYPE_CHECKING:
    from delivery.bounds import Bounds
    from delivery.cohort_choice import Choice
    from delivery.plan import DrawPlan

MOST_SETS_KNOWN: Final = 30
APPRENTICES: Final = 3
"""Simulated, for how many attempts draws reach."""
MOST_DRAWN: Final = 12
WANTED_SHOWN: Final = 5
_BESIDE: Final = ("pooled_knowledge", "bounds", "ratios", "second_program", "worth", "attempts", "two_known")

Tell = Callable[[str, float], None]


def found_of(plan: DrawPlan, target: float | None, tell: Tell) -> dict[str, Any]:
    """Everything, as plain data.

    Args:
        plan: the fitted plan.
        target: the largest exposure to bring the bank to; None for a tenth below the floor.
        tell: is told what is being done, and how far the whole is.
    """
    from delivery.attempts import most_attempts, reached_by_draws
    from delivery.bounds import bounds_of
    from delivery.two_known import two_known
    from delivery.worth import in_words, worth_of
    from qbank.verify.bounds import verify_bounds

    certified = bounds_of(plan, _within(tell, 0.0, 0.3))
    tell("Looking at the bounds a second time", 0.3)
    verdict = verify_bounds(certified.to_dict(), plan.to_dict())
    worth = worth_of(plan, certified, target=target, progress=_within(tell, 0.4, 0.3))
    tell("Letting two questions leak", 0.7)
    leaked = two_known(plan)
    tell("Packing sets without a common question", 0.8)
    attempts = most_attempts(plan.pool, plan.specification)
    most = min(attempts.most, MOST_DRAWN)
    reached = reached_by_draws(plan, APPRENTICES, most, _within(tell, 0.85, 0.15))
    return {
        **_figures(plan),
        "bounds": certified.to_dict(),
        "ratios": _ratios(plan, certified),
        "second_program": verdict.to_dict(),
        "worth": worth.to_dict() | {"words": in_words(worth)},
        "attempts": attempts.to_dict() | {"reached_by_draws": reached, "drawn_at_most": most},
        "two_known": None if leaked is None else leaked.to_dict(),
    }


def show(found: Mapping[str, Any]) -> None:
    """All of it, for people."""
    console = answers()
    for name, value in found.items():
        if name not in _BESIDE:
            console.print(f"{name.replace('_', ' '):28} {_in_words(value)}", soft_wrap=True)
    _show_ratios(found)
    for sentence in found["worth"]["words"]:
        console.print(escape(sentence), soft_wrap=True)
    _show_wanted(found["worth"])
    console.print(escape(_attempts_said(found["attempts"])), soft_wrap=True)
    console.print(_two_known_said(found["two_known"]), soft_wrap=True)
    console.print("\nQuestions of the next set already heard, by the number of earlier sets seen:", soft_wrap=True)
    for sets, heard in enumerate(found["pooled_knowledge"], start=1):
        console.print(f"{sets:4} {heard:6.2f}")


def _in_words(value: object) -> str:
    """A figure as people read it: a dash for none, several after one another."""
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"{each:.4f}" if isinstance(each, float) else str(each) for each in value)
    return f"{value}"


def show_factors(choice: Choice) -> None:
    """What each cohort factor does, and which one to take."""
    columns = ("Heard of the next set", "Best guess", "where sessions never pause")
    table = a_table("Cohort factor", *columns, right=columns)
    for each in choice.measured:
        name = "off" if each is choice.measured[0] else each.factor
        table.add_row(name, f"{each.pooled:.2f}", f"{each.hits:.2f}", f"{each.lasting:.2f}")
    answers().print(table)
    answers().print(choice.sentence, soft_wrap=True)


def _figures(plan: DrawPlan) -> dict[str, Any]:
    """The plan's figures as numbers, how often a walk is lawful, and pooled knowledge after 1 to 30 sets."""
    from delivery.exposure import pooled_knowledge
    from delivery.plan import OF_THE_LAW

    figures = {name: _plain(plan.figures[name]) for name in OF_THE_LAW}
    acceptance = plan.rehearsal.acceptance()
    exact = not plan.lawfulness.rejects
    rates = [float(rate) for rate in plan.figures["exposure"].values()]
    return {
        "questions": len(plan.pool),
        **figures,
        "lawful_walks": acceptance.rate,
        "lawful_walks_interval": None if exact else list(acceptance.interval),
        "held": list(plan.held),
        "strength": float(plan.figures["strength"]),
        "pooled_knowledge": [pooled_knowledge(rates, sets) for sets in range(1, MOST_SETS_KNOWN + 1)],
    }


def _plain(value: object) -> object:
    return float(value) if isinstance(value, str) else value


def _within(tell: Tell, begin: float, share: float) -> Tell:
    """Tells a part's progress as progress of the whole."""
    return lambda step, done: tell(step, begin + share * done)


def _ratios(plan: DrawPlan, certified: Bounds) -> list[dict[str, Any]]:
    """Each floor, the law's figure as a multiple of it, and what proves it."""
    from delivery.bounds import FIGURE

    return [
        {
            "what": each.what,
            "length": None if each.length is None else float(each.length),
            "law": float(plan.figures[FIGURE[each.what]]),
            "floor": float(each.printed),
            "ratio": round(each.ratio(plan.figures), 4),
            "because": each.because(plan.pool, plan.specification),
        }
        for each in certified.bounds
    ]


def _show_ratios(found: Mapping[str, Any]) -> None:
    console = answers()
    agreed = escape(_agreed(found["second_program"]))
    console.print(f"\n[ink]What no law on this bank can go below[/]  [quiet]certified; {agreed}[/]", soft_wrap=True)
    table = a_table(
        "Figure", "Of laws with", "This law", "Floor", "Ratio", "Because", right=("This law", "Floor", "Ratio")
    )
    for each in found["ratios"]:
        laws = "any length" if each["length"] is None else f"{each['length']:.2f} questions on average"
        laws = laws if any(other["length"] for other in found["ratios"]) else "lawful sets"
        law, floor = f"{each['law']:.4f}", f"{each['floor']:.4f}"
        table.add_row(escape(each["what"]), laws, law, floor, f"{each['ratio']:.3f}", escape(each["because"]))
    console.print(table)
    console.print("[quiet]The dual certificate, points for each question, stands in --json and in --bounds FILE.[/]")
    if not found["exact"]:
        noise = "The law's figures are estimates; the largest of many estimates is too high rather than too low."
        console.print(f"[quiet]{noise}[/]", soft_wrap=True)


def _agreed(verdict: Mapping[str, Any]) -> str:
    """What the second program says of the bounds; it agrees only with what it settled."""
    if not verdict["holds"]:
        return "a second program does NOT agree"
    unsettled = [each["what"] for each in verdict["findings"] if not each["verified"]]
    if not unsettled:
        return "a second program agrees"
    return f"a second program agrees, but could not settle {listed(unsettled)}"


def _show_wanted(worth: Mapping[str, Any]) -> None:
    """The first few; a combination that adds nothing to fewer KSBs is left out."""
    table = a_table("One more question on", "Floor of the largest exposure", right=("Floor of the largest exposure",))
    shown: list[tuple[set[str], str]] = []
    for each in worth["wanted"]:
        ksbs, floor = set(each["ksbs"]), f"{float(each['largest_exposure']):.2%}"
        if len(shown) < WANTED_SHOWN and not any(fewer <= ksbs and floor >= other for fewer, other in shown):
            shown.append((ksbs, floor))
            table.add_row(escape(" ".join(each["ksbs"])) or "any KSB", floor)
    answers().print(table)


def _attempts_said(attempts: Mapping[str, Any]) -> str:
    least, most, drawn = attempts["least"], attempts["most"], attempts["drawn_at_most"]
    reached = attempts["reached_by_draws"]
    span = f"{reached[0]}" if reached[0] == reached[-1] else f"{reached[0]} to {reached[-1]}"
    stopped = f" (drawing stopped at {drawn})" if reached[-1] == drawn < most else ""
    return (
        f"{attempts_said(least, most, attempts['limit'])} "
        f"Draws reached {span}{stopped}, for {count_of(len(reached), 'simulated apprentice')}."
    )


def _two_known_said(leaked: Mapping[str, Any] | None) -> str:
    if leaked is None:
        return "Sets are too short for two known questions to give others away."
    return (
        f"Who knows two questions of the next set and the law names {leaked['hits']:.2f} of {leaked['named']} others "
        f"right, on average (± {leaked['standard_error']:.2f}, a standard error over {leaked['leaks']} leaks)."
    )
