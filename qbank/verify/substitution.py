"""The substitution, a second time: every question of the pool tried in the place, exponentials as whole numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Final

from qbank.verify.binding import bound, committed, finding
from qbank.verify.cohort import Cohort
from qbank.verify.judging import Judge
from qbank.verify.reckoning import log2, same_figure
from qbank.verify.said import finding_on_proof
from qbank.verify.verdict import Finding
from qbank.verify.words import uniform_below, words_of

FORMAT: Final = "qbank substitution certificate 1"
DRAW: Final = "qbank substitution 1"
HEAVIEST: Final = 2**62
_PLACES: Final = 220
"""Binary places of exponentials: far more than the 62 that a weight has."""

Way = tuple[int, ...]
"""One way to fill the vacancy, as positions in the pool: of the question that comes."""


class Substitution:
    """The evidence of one substitution, looked at step by step."""

    form: ClassVar[str] = FORMAT
    draw: ClassVar[str] = DRAW

    def __init__(self, evidence: Mapping[str, Any]) -> None:
        self._evidence = evidence
        self._plan: Mapping[str, Any] = evidence["plan"]
        self._certificate: Mapping[str, Any] = evidence["certificate"]
        self._vacancy: Mapping[str, Any] = self._certificate["vacancy"]
        self._pool: list[Mapping[str, Any]] = self._plan["pool"]
        self._place = {each["reference"]: at for at, each in enumerate(self._pool)}
        self._standing = [self._place[reference] for reference in self._vacancy["standing"]]
        met = {self._vacancy["out"], *self._vacancy["met"]}
        near = {name for each in self._pool if each["reference"] in met for name in each["enemies"]}
        self._met = met | near
        self._excluded = frozenset(self._evidence["eligibility"]["excluded"])

    def findings(self) -> Iterator[Finding]:
        """Digests first, then the choice, then what is said about it."""
        plan, certificate, eligibility = self._plan, self._certificate, self._evidence["eligibility"]
        seed = bytes.fromhex(self._evidence["seed"])
        yield from bound(plan, eligibility, certificate, self._evidence["certificate_digest"], self.form)
        yield from committed(self._evidence, seed)
        yield from self._extended()
        weights = _whole_numbers(self._ways())
        words = words_of(self.draw, seed, self._vacancy["number"])
        way = _falls_to(weights, uniform_below(sum(weights.values()), words))
        whole = self._filled(way, words)
        yield from self._questions(whole, way)
        yield self._figures(weights, way)
        rules = plan["specification"]["rules"]
        yield finding_on_proof(certificate["proof"], self._broken(whole), figures=self._proof(whole), rules=rules)
        sentence = "The certificate's sentences in plain words are reported, not verified by this program."
        yield Finding("words", holds=True, sentence=sentence, verified=False)

    def _extended(self) -> Iterator[Finding]:
        """Where the certificate before is at hand: this one extends it, and its set is the one that was changed."""
        before = self._evidence.get("extended")
        if before is None:
            sentence = "The certificate that this one extends is not in the evidence: that it does is not verified."
            yield Finding("extends", holds=True, sentence=sentence, verified=False)
            return
        place, standing = self._vacancy["place"], self._vacancy["standing"]
        names = [*standing[: place - 1], self._vacancy["out"], *standing[place - 1 :]]
        same = before["digest"] == self._certificate["extends"] and before["references"] == names
        yield finding(
            "extends",
            same,
            "It extends the certificate before, and takes one question of that set out",
            "It does not extend the certificate before it",
        )

    def _ways(self) -> Mapping[Way, Fraction]:
        """Each question that may take the place, with the logarithm of its weight by the law."""
        return self._alone()

    def _alone(self) -> Mapping[Way, Fraction]:
        """The questions that may each take the place by itself, in the pool's order."""
        lawful = self._judge()
        may = [at for at in self._open() if not lawful.broken([*self._standing, at])]
        logs, rewards = self._logs()
        covered = self._covered(self._standing)
        return {(at,): logs[at] + self._sum(rewards, self._covered([at]) - covered) for at in may}

    def _open(self) -> list[int]:
        """Positions of what neither stays nor was met."""
        barred = self._met - set(self._vacancy["standing"])
        return [
            at for at, each in enumerate(self._pool) if at not in self._standing and each["reference"] not in barred
        ]

    def _judge(self) -> Judge:
        return Judge(self._pool, self._plan["specification"], self._excluded - set(self._vacancy["standing"]))

    def _logs(self) -> tuple[list[Fraction], Mapping[str, Fraction]]:
        """The plan's log-weights, a cohort's factor in them, and its rewards."""
        optional = self._plan["specification"]["optional"]
        cohort = Cohort.of(self._evidence["eligibility"], self._pool)
        written = (cohort.tilted(self._plan) if cohort else self._plan)["log_weights"]
        rewards = dict(zip(optional, map(Fraction, self._plan["log_rewards"]), strict=True))
        return [Fraction(each) for each in written], rewards

    def _covered(self, positions: Sequence[int]) -> set[str]:
        return {code for at in positions for code in self._pool[at]["ksbs"]}

    @staticmethod
    def _sum(rewards: Mapping[str, Fraction], codes: Collection[str]) -> Fraction:
        return sum((rewards[code] for code in rewards if code in codes), Fraction(0))

    def _filled(self, way: Way, words: Iterator[int]) -> list[int]:  # noqa: ARG002 - only two that come are shuffled
        """The whole set in asking order."""
        place = self._vacancy["place"] - 1
        return [*self._standing[:place], *way, *self._standing[place:]]

    def _said(self, whole: Sequence[int], way: Way) -> bool:  # noqa: ARG002 - a wider one names what goes
        """Whether the certificate names the set and what came."""
        named = self._named(whole)
        return (self._certificate["question"], self._certificate["questions"]) == (
            named[self._vacancy["place"] - 1],
            named,
        )

    def _named(self, positions: Sequence[int]) -> list[dict[str, Any]]:
        return [{key: self._pool[at][key] for key in ("reference", "version", "digest")} for at in positions]

    def _questions(self, whole: Sequence[int], way: Way) -> Iterator[Finding]:
        yield finding(
            "questions",
            self._said(whole, way),
            "The seed gives this question in this place, beside the ones that stay",
            "The seed gives another question, or another set, than the certificate",
        )
        broken = self._broken(whole)
        yield finding("lawful", not broken, "The set breaks no requirement", f"The set breaks: {', '.join(broken)}")

    def _broken(self, whole: Sequence[int]) -> list[str]:
        return [*self._judge().broken(whole), *(["met"] if self._again(whole) else [])]

    def _again(self, whole: Sequence[int]) -> set[str]:
        """Of what came: questions that were met here before, and their enemies."""
        return self._met.intersection(self._pool[at]["reference"] for at in whole if at not in self._standing)

    def _proof(self, whole: Sequence[int]) -> dict[str, str]:
        """The figure that belongs beside each requirement of a proof of this set."""
        judge = Judge(self._pool, self._plan["specification"], self._excluded)
        return judge.proof(whole) | {"met": f"{len(self._again(whole))}"}

    def _figures(self, weights: Mapping[Way, int], way: Way) -> Finding:
        said = self._certificate["figures"]
        total = sum(weights.values())
        chances = [Fraction(weight, total) for weight in weights.values()]
        found = {
            "log2_probability": log2(Fraction(weights[way], total)),
            "best_guess": max(chances),
            "entropy_bits": -sum((chance * log2(chance) for chance in chances), Fraction(0)),
        }
        same = said.keys() == found.keys() | {"open"} and said["open"] == len(weights)
        same = same and all(same_figure(said[name], value) for name, value in found.items())
        return finding(
            "figures",
            same,
            f"It could be filled in {len(weights):,} ways, with the chances that the certificate says",
            "The ways in which it could be filled have not the chances that the certificate says",
        )


def _falls_to(weights: Mapping[Way, int], rank: int) -> Way:
    """The way in whose share a number below the total lies."""
    for way, weight in weights.items():
        if rank < weight:
            return way
        rank -= weight
    raise ValueError("no question may take the place")


def _whole_numbers(logs: Mapping[Way, Fraction]) -> dict[Way, int]:
    """Weights as whole numbers, the heaviest 2^62, the others rounded down, 1 at least."""
    heaviest = max(logs.values(), default=Fraction(0))
    return {way: max(1, _exponential(log - heaviest)) for way, log in logs.items()}


def _exponential(log: Fraction) -> int:
    """2^62 times the exponential of a number that is not above 0, rounded down.

    Source: e^x = (e^(x / n))^n with n above |x|, by a power series whose terms are cut to 220 binary places.
    """
    one = 1 << _PLACES
    times = -(log.numerator // log.denominator) if log else 1
    value = -((-log.numerator << _PLACES) // (log.denominator * times))
    root, term, number = 0, one, 0
    while abs(term) > 1:
        root += term
        number += 1
        term = (term * value >> _PLACES) // number
    found = one
    for _ in range(times):
        found = found * root >> _PLACES
    return found * HEAVIEST >> _PLACES
