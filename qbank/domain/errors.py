"""Named refusals: each carries its data, a sentence for people and the remedy."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """A request that the rules do not allow, said in a sentence with its remedy.

    Args:
        sentence: what is wrong, naming the thing; ends with a full stop.
        remedy: what the reader can do about it; ends with a full stop.
        rule: the number of the assessment plan's rule or of our promise ("W6", "L1"), where there is one.
    """

    def __init__(self, sentence: str, *, remedy: str = "", rule: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".rstrip()


class RuleBroken(Refusal):
    """The act would break a rule of the plan or of the bank."""


class NotAllowed(Refusal):
    """This person may not do this."""


class NotFound(Refusal):
    """Nothing by that name, or nothing that this person may know of."""


class NotReady(Refusal):
    """Something that must stand first does not: a database, a plan, a setting."""
