"""What a certificate says about its set and its law, held against what was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from qbank.verify.prospects import WITHOUT_FIGURE, counted
from qbank.verify.reckoning import log2, rate_interval, same_figure
from qbank.verify.verdict import Finding

NAMED_IN_BANK: Final = "Enemies named in the question bank"
"""What stands where a rule of the plan would, for enemies."""
SHOWN: Final = frozenset(
    {"length", "largest_exposure", "largest_exposure_lowest", "largest_exposure_highest"}
    | {"overlap", "best_guess", "entropy_bits", "exact"}
)
"""Figures of a law that every certificate gives, be it None."""


def finding_on_figures(figures: Mapping[str, Any], chance: Fraction) -> Finding:
    """Whether the set's own probability is said right, with an interval unless it is exact."""
    said = figures["acceptance"]
    rate = Fraction(said["lawful"], said["trials"])
    one = log2(chance)
    wanted: list[tuple[Any, Fraction | Decimal | None]] = [
        (figures["log2_probability_of_one_walk"], one),
        (figures["log2_probability"], one - log2(rate)),
        (said["rate"], rate),
    ]
    ends = (figures["log2_probability_lowest"], figures["log2_probability_highest"], said["lowest"], said["highest"])
    if said["exact"]:
        wanted += [(end, None) for end in ends]
    else:
        lowest, highest = rate_interval(said["lawful"], said["trials"])
        values = (one - log2(Fraction(highest)), one - log2(Fraction(lowest)), lowest, highest)
        wanted += zip(ends, values, strict=True)
    if all(_same(text, value) for text, value in wanted):
        return Finding("figures", holds=True, sentence=f"The set's probability is 2^{figures['log2_probability']}.")
    return Finding("figures", holds=False, sentence="The set's probability is not the one that the certificate says.")


def finding_on_law(
    plan: Mapping[str, Any],
    law: Mapping[str, Any],
    sets: Sequence[Sequence[int]] | None,
    chosen: Sequence[int],
    chance: Fraction,
    acceptance: Fraction,
) -> Finding:
    """Whether the law's figures are those of the law that was used.

    Args:
        plan: the draw plan.
        law: what the certificate says.
        sets: the recorded sets without what was excluded; None where nothing was.
        chosen: the set that was drawn, as positions.
        chance: of one walk to give it.
        acceptance: share of walks that give a lawful set.
    """
    own = {"basis", "sets", "best_guess_lowest"}
    if sets is None:
        copied = all(law[name] == plan["figures"][name] for name in law.keys() - own)
        same = copied and (law["basis"], law["sets"], law["best_guess_lowest"]) == ("plan", None, None)
        holds = "The figures of the law are those of its plan."
    else:
        figures = counted(plan, sets, chosen, chance=chance, acceptance=acceptance)
        same = (law["basis"], law["sets"], law["exact"]) == ("recorded sets", len(sets), False)
        same = same and all(_same(law[name], value) for name, value in figures.items())
        same = same and all(law[name] is None for name in WITHOUT_FIGURE)
        holds = f"The figures of the law are those of the {len(sets):,} recorded sets without what was excluded."
    same = same and law.keys() == own.union(SHOWN, WITHOUT_FIGURE)
    return Finding("law's figures", same, holds if same else "The figures of the law are not those of the law used.")


def finding_on_proof(
    proof: Sequence[Mapping[str, Any]],
    broken: Collection[str],
    *,
    figures: Mapping[str, str],
    rules: Mapping[str, str],
) -> Finding:
    """Whether the proof has a line for each requirement, and each says what was found: holding, figure and rule.

    Args:
        proof: its lines.
        broken: names of the requirements that the set breaks.
        figures: the figure of every line that there must be, by the requirement's name.
        rules: the rule of the plan that a requirement stands for, as the specification names it.
    """
    named = {"enemies": NAMED_IN_BANK} | dict(rules)
    due = {name: (name not in broken, figure, named.get(name, "")) for name, figure in figures.items()}
    found = [str(line["requirement"]) for line in proof]
    said = [(line["holds"], line["figure"], line["rule"]) for line in proof]
    wrong = [name for name, line in zip(found, said, strict=True) if line != due.get(name)]
    lacking = sorted(due.keys() - set(found))
    if not wrong and not lacking and len(found) == len(set(found)):
        return Finding("proof", holds=True, sentence=f"The proof's {len(proof)} lines say what was found.")
    told = ", ".join(dict.fromkeys([*wrong, *lacking]))[:120] or "one stands twice"
    return Finding("proof", holds=False, sentence=f"Lines of the proof do not say what was found: {told}.")


def _same(text: Any, value: Fraction | Decimal | None) -> bool:
    return text is None if value is None else same_figure(text, value)
