"""The proof of one set, requirement by requirement, each with the rule it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, Self

from delivery.eligibility import Eligibility, bits
from delivery.plan import DrawPlan
from delivery.saying import clock, count_of
from delivery.shapes import parts, text, yes_or_no
from delivery.specification import Band

NAMED_IN_BANK: Final = "Enemies named in the question bank"
"""Where the rule on enemies comes from when the specification names no rule for it: their authors and reviewers."""

Finding = tuple[str, str, bool, str]


class Chosen(Protocol):
    """A set that was chosen: its questions, and the same as positions in the plan's pool."""

    @property
    def references(self) -> tuple[str, ...]:
        """In asking order."""

    @property
    def positions(self) -> tuple[int, ...]:
        """In any order."""


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One requirement.

    Attributes:
        requirement: its name, one of the keys of the specification's rules.
        rule: of the assessment plan, "W6", or the decision it comes from; of enemies, that the bank names them; empty
            where the specification names none.
        sentence: what holds, in plain words.
        holds: whether it does.
        figure: the number behind it, as text.
    """

    requirement: str
    rule: str
    sentence: str
    holds: bool
    figure: str

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return asdict(self)

    @classmethod
    def read(cls, value: object, what: str) -> Self:
        """The line behind `to_dict`; `what` it belongs to is named in refusals.

        Raises:
            ValueError: it is of another shape.
        """
        found = parts(value, what, frozenset({"requirement", "rule", "sentence", "holds", "figure"}))
        said = {name: text(found[name], what) for name in ("requirement", "rule", "sentence", "figure")}
        return cls(holds=yes_or_no(found["holds"], f"whether a line of {what} holds"), **said)


def proof_of(plan: DrawPlan, drawn: Chosen, eligibility: Eligibility) -> tuple[ProofLine, ...]:
    """Every requirement of the specification, looked at in this set anew."""
    rules = {"enemies": NAMED_IN_BANK} | dict(plan.specification.rules)
    found = [*_always(plan, drawn, eligibility), *_where_asked(plan, drawn)]
    return tuple(
        ProofLine(name, rules.get(name, ""), sentence, holds, figure) for name, sentence, holds, figure in found
    )


def _always(plan: DrawPlan, drawn: Chosen, eligibility: Eligibility) -> Iterator[Finding]:
    """What every set must show: its length, the KSBs, no enemies, nothing that may not be given."""
    asked, facts, together = plan.specification, plan.lawfulness, bits(drawn.positions)
    count = len(set(drawn.references))
    whole = count == len(drawn.references)
    if asked.length is None:
        yield "length", f"{count_of(count, 'different question')}, as many as the planned time holds", whole, f"{count}"
    else:
        yield (
            "length",
            f"{count_of(asked.length, 'different question')}, no fewer and no more",
            whole and count == asked.length,
            f"{count} of {asked.length}",
        )
    covered = frozenset[str]().union(*(plan.pool.candidates[at].ksbs for at in drawn.positions))
    met = len(covered.intersection(asked.required))
    yield (
        "coverage",
        f"Every one of the {count_of(len(asked.required), 'required KSB')} is covered",
        met == len(asked.required),
        f"{met} of {len(asked.required)}",
    )
    meeting = sum((facts.enemies[at] & together).bit_count() for at in drawn.positions) // 2
    yield "enemies", "No two enemy questions meet", meeting == 0, count_of(meeting, "pair")
    out = len(eligibility.excluded)
    barred = (together & eligibility.positions(plan.pool)).bit_count()
    if out:
        of_them = "The one question" if out == 1 else f"None of the {out:,} questions"
        sentence = f"{of_them} that this apprentice may not be given is {'not ' if out == 1 else ''}in it"
        yield "excluded", sentence, barred == 0, f"{barred} of {out:,}"
    else:
        yield "excluded", "Nothing is barred for this apprentice", True, "none"


def _where_asked(plan: DrawPlan, drawn: Chosen) -> Iterator[Finding]:
    """What some specifications ask: optional KSBs, bands, and how often one KSB may come."""
    asked, facts = plan.specification, plan.lawfulness
    if asked.optional:
        covered = frozenset[str]().union(*(plan.pool.candidates[at].ksbs for at in drawn.positions))
        explored = len(covered.intersection(asked.optional))
        yield (
            "optional",
            f"{explored} of the {count_of(len(asked.optional), 'KSB')} that sets explore evenly are explored here",
            True,
            f"{explored} of {len(asked.optional)}",
        )
    if asked.seconds is not None:
        seconds = facts.seconds_of(drawn.positions)
        yield _band("seconds", "Planned time in minutes", seconds, asked.seconds, clock)
    if asked.demand is not None:
        yield _band("demand", "Demand of the questions together", facts.demand_of(drawn.positions), asked.demand, str)
    if asked.most_per_ksb is not None:
        busiest = facts.busiest(drawn.positions)
        yield (
            "most_per_ksb",
            f"No KSB is carried by more than {count_of(asked.most_per_ksb, 'question')}",
            busiest <= asked.most_per_ksb,
            f"{busiest} at most",
        )


def _band(name: str, what: str, value: int, band: Band, said: Callable[[int], str]) -> Finding:
    return name, f"{what}, from {said(band.lowest)} to {said(band.highest)}", value in band, said(value)
