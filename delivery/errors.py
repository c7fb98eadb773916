"""The refusals of the draw: each is an answer with its data, never an accident."""

from __future__ import annotations


class DeliveryRefusal(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """Something the draw will not do; the message is one sentence or two, with the remedy."""


class BadPool(DeliveryRefusal):
    """The questions cannot form a pool: a reference twice, a question without time."""


class BadSpecification(DeliveryRefusal):
    """The specification contradicts itself."""


class TooManyStates(BadSpecification):
    """The tables of this specification would not fit a machine.

    Args:
        ksbs: how many the specification names.
        most: states that tables may have; None where a state itself would be too long a number.
    """

    def __init__(self, ksbs: int, most: int | None) -> None:
        much = "a state of more than 62 bits" if most is None else f"more than {most:,} states"
        super().__init__(
            f"With {ksbs} KSBs the exact tables of this pool need {much}, more than this program works with. "
            "Let sets cover fewer KSBs, or split the method by theme and draw each part by itself."
        )


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
    """Lawful sets exist, but they are too rare to be found by drawing.

    Args:
        trials: sets that were looked at, each of which covers every required KSB.
        lawful: how many of them were lawful.
        requirement: the one that most of them break, a phrase.
        smallest_change: the least that would make lawful sets common enough, a phrase.
    """

    def __init__(
        self,
        trials: int,
        lawful: int = 0,
        requirement: str = "bands kept, enemies apart and no KSB too often",
        smallest_change: str = "widen the bands a little, or write questions nearer to the middle of them",
    ) -> None:
        available = f"{lawful or 'none'} of {trials:,} sets that cover every required KSB met all requirements"
        DeliveryRefusal.__init__(
            self,
            f"Lawful question sets exist, but too few to be drawn: {available}. "
            f"What most of them break: {requirement}. The smallest change: {smallest_change}.",
        )
        self.requirement = requirement
        self.available = available
        self.smallest_change = smallest_change


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
