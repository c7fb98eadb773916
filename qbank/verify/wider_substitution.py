"""The wider substitution, a second time: every question that may go with every two that may come, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import ClassVar, Final

from qbank.verify.binding import finding
from qbank.verify.judging import Judge
from qbank.verify.substitution import Substitution, Way
from qbank.verify.verdict import Finding
from qbank.verify.words import reordered

FORMAT: Final = "qbank substitution certificate 2"
DRAW: Final = "qbank substitution 2"


class WiderSubstitution(Substitution):
    """The evidence of a substitution with which another question was exchanged.

    A way is what goes, then the two that come, as positions in the pool, those that come in its order.
    """

    form: ClassVar[str] = FORMAT
    draw: ClassVar[str] = DRAW

    def findings(self) -> Iterator[Finding]:
        """As of any substitution, after whether it had to be a wider one."""
        standing, asked = self._vacancy["standing"], self._vacancy["asked"]
        yield finding(
            "asked",
            asked == [each for each in standing if each in asked],
            "What is held to be asked is of the questions that stay, in their order",
            "What is held to be asked is not of the questions that stay, in their order",
        )
        held = f"{len(asked)} of the questions that stay {'is' if len(asked) == 1 else 'are'} held to be asked"
        sentence = f"{held}: the assessor's word, reported, not verified by this program."
        yield Finding("held to be asked", holds=True, sentence=sentence, verified=False)
        yield finding(
            "alone",
            not self._alone(),
            "No question could take the place alone",
            "A question could take the place alone: no other may be exchanged with it",
        )
        yield from super().findings()

    def _ways(self) -> Mapping[Way, Fraction]:
        logs, rewards = self._logs()
        required = set(self._plan["specification"]["required"])
        may, found = self._open(), dict[Way, Fraction]()
        codes = {at: frozenset(self._pool[at]["ksbs"]) for at in may}
        for goes in self._loose():
            staying = [at for at in self._standing if at != goes]
            covered = self._covered(staying)
            lacking, lawful = required - covered, self._judge_beside(staying)
            for one, other in combinations(may, 2):
                if lacking <= codes[one] | codes[other] and not lawful.broken([*staying, one, other]):
                    gained = self._sum(rewards, covered | codes[one] | codes[other])
                    found[goes, one, other] = logs[one] + logs[other] - logs[goes] + gained
        return found

    def _loose(self) -> list[int]:
        """Positions of the questions that were not asked, in asking order."""
        asked = set(self._vacancy["asked"])
        return [at for at in self._standing if self._pool[at]["reference"] not in asked]

    def _judge_beside(self, staying: Sequence[int]) -> Judge:
        stay = {self._pool[at]["reference"] for at in staying}
        return Judge(self._pool, self._plan["specification"], self._excluded - stay)

    def _filled(self, way: Way, words: Iterator[int]) -> list[int]:
        goes, *come = way
        first, second = reordered(come, words)
        whole = [second if at == goes else at for at in self._standing]
        return [*whole[: self._vacancy["place"] - 1], first, *whole[self._vacancy["place"] - 1 :]]

    def _said(self, whole: Sequence[int], way: Way) -> bool:
        second = next(at for at in whole if at in way and at != whole[self._vacancy["place"] - 1])
        exchanged = {"out": self._pool[way[0]]["reference"], "question": self._named([second])[0]}
        return super()._said(whole, way) and self._certificate["exchanged"] == exchanged

    def _broken(self, whole: Sequence[int]) -> list[str]:
        return [*super()._broken(whole), *(["asked"] if self._gone(whole) else [])]

    def _gone(self, whole: Sequence[int]) -> set[str]:
        """Of what is held to be asked: what does not stay."""
        return set(self._vacancy["asked"]) - {self._pool[at]["reference"] for at in whole}

    def _proof(self, whole: Sequence[int]) -> dict[str, str]:
        return super()._proof(whole) | {"asked": f"{len(self._gone(whole))}"}
