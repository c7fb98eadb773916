"""The refusals of the draw: each is an answer with its data, never an accident."""

from __future__ import annotations


class DeliveryRefusal(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """Something the draw will not do; the message is one sentence or two, with the remedy."""


class BadPool(DeliveryRefusal):
    """The questions cannot form a pool: a reference twice, a question without time."""


class BadSpecification(DeliveryRefusal):
    """The specification contradicts itself."""


class BadPlan(DeliveryRefusal):
    """The stored bytes are not a draw plan, or not the one they claim to be."""


class Infeasible(DeliveryRefusal):
    """No lawful question set exists, or none that this apprentice may meet.

    Args:
        requirement: what must hold and cannot, a phrase ("K4 in every set").
        available: what there is instead, a phrase ("0 questions carry K4").
        smallest_change: the least that would make it possible, a phrase ("write at least 1 question that carries K4").
    """

    def __init__(self, requirement: str, available: str, smallest_change: str) -> None:
        super().__init__(
            f"No lawful question set exists: the requirement is {requirement}, but {available}. "
            f"The smallest change: {smallest_change}."
        )
        self.requirement = requirement
        self.available = available
        self.smallest_change = smallest_change


class TooRarelyLawful(Infeasible):
    """Lawful sets exist, but so few that the bounded number of attempts met none.

    Args:
        attempts: sets that were looked at.
    """

    def __init__(self, attempts: int) -> None:
        super().__init__(
            "a set that keeps its bands, its enemies apart and no KSB too often",
            f"none of {attempts:,} sets that cover every required KSB did",
            "widen the bands a little, or write questions nearer to the middle of them",
        )


class DoesNotReplay(DeliveryRefusal):
    """The evidence does not lead to the certificate.

    Args:
        what: the first thing that differs ("references", "log2_probability").
        expected: what the certificate says.
        found: what the replay gives.
    """

    def __init__(self, what: str, *, expected: object, found: object) -> None:
        super().__init__(f"The certificate does not replay: {what} is {expected!r} there and {found!r} in the replay.")
        self.what = what
        self.expected = expected
        self.found = found
