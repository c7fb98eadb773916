"""The substitution, a second time: every question of the pool tried in the place, exponentials as fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from qbank.verify.binding import bound, committed, finding
from qbank.verify.cohort import Cohort
from qbank.verify.judging import Judge
from qbank.verify.reckoning import log2, same_figure
from qbank.verify.said import ALWAYS, finding_on_proof
from qbank.verify.verdict import Finding
from qbank.verify.words import uniform_below, words_of

FORMAT: Final = "qbank substitution certificate 1"
DRAW: Final = "qbank substitution 1"
HEAVIEST: Final = 2**62
_PLACES: Final = 2**200


class Substitution:
    """The evidence of one substitution, looked at step by step."""

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
        yield from bound(plan, eligibility, certificate, self._evidence["certificate_digest"], FORMAT)
        yield from committed(self._evidence, seed)
        yield from self._extended()
        weights = self._weights()
        chosen = _falls_to(weights, uniform_below(sum(weights.values()), words_of(DRAW, seed, self._vacancy["number"])))
        yield from self._questions(chosen)
        yield self._figures(weights, chosen)
        yield finding_on_proof(certificate["proof"], self._broken(chosen), ALWAYS | {"met"})
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

    def _weights(self) -> dict[int, int]:
        """Of each question that may take the place: the law's weight as a whole number, by position."""
        lawful = Judge(self._pool, self._plan["specification"], self._excluded - set(self._vacancy["standing"]))
        barred = self._met - set(self._vacancy["standing"])
        may = [
            at
            for at, each in enumerate(self._pool)
            if at not in self._standing and each["reference"] not in barred and not lawful.broken([*self._standing, at])
        ]
        covered = {code for at in self._standing for code in self._pool[at]["ksbs"]}
        optional = self._plan["specification"]["optional"]
        rewards = dict(zip(optional, map(Fraction, self._plan["log_rewards"]), strict=True))
        cohort = Cohort.of(self._evidence["eligibility"], self._pool)
        written = (cohort.tilted(self._plan) if cohort else self._plan)["log_weights"]
        logs = {
            at: Fraction(written[at])
            + sum(rewards[code] for code in rewards if code in self._pool[at]["ksbs"] and code not in covered)
            for at in may
        }
        heaviest = max(logs.values(), default=Fraction(0))
        return {at: max(1, _exponential(log - heaviest)) for at, log in logs.items()}

    def _questions(self, chosen: int) -> Iterator[Finding]:
        place = self._vacancy["place"] - 1
        whole = [*self._standing[:place], chosen, *self._standing[place:]]
        named = [{key: self._pool[at][key] for key in ("reference", "version", "digest")} for at in whole]
        same = (self._certificate["question"], self._certificate["questions"]) == (named[place], named)
        yield finding(
            "questions",
            same,
            "The seed gives this question in this place, beside the ones that stay",
            "The seed gives another question, or another set, than the certificate",
        )
        broken = self._broken(chosen)
        yield finding("lawful", not broken, "The set breaks no requirement", f"The set breaks: {', '.join(broken)}")

    def _broken(self, chosen: int) -> list[str]:
        excluded = self._excluded - set(self._vacancy["standing"])
        broken = Judge(self._pool, self._plan["specification"], excluded).broken([*self._standing, chosen])
        return [*broken, *(["met"] if self._pool[chosen]["reference"] in self._met else [])]

    def _figures(self, weights: Mapping[int, int], chosen: int) -> Finding:
        said = self._certificate["figures"]
        total = sum(weights.values())
        chances = [Fraction(weight, total) for weight in weights.values()]
        found = {
            "log2_probability": log2(Fraction(weights[chosen], total)),
            "best_guess": max(chances),
            "entropy_bits": -sum((chance * log2(chance) for chance in chances), Fraction(0)),
        }
        same = said.keys() == found.keys() | {"open"} and said["open"] == len(weights)
        same = same and all(same_figure(said[name], value) for name, value in found.items())
        return finding(
            "figures",
            same,
            f"{len(weights):,} questions could take the place, with the chances that the certificate says",
            "The chances of the questions that could take the place are not those that the certificate says",
        )


def _falls_to(weights: Mapping[int, int], rank: int) -> int:
    """The position in whose share a number below the total lies."""
    for at, weight in weights.items():
        if rank < weight:
            return at
        rank -= weight
    raise ValueError("no question may take the place")


def _series(value: Fraction) -> Fraction:
    """The exponential of a number from -1 to 0, cut to 200 binary places: terms until they vanish there."""
    total, term, number = Fraction(0), Fraction(1), 0
    while abs(term) * _PLACES > 1:
        total += term
        number += 1
        term = Fraction(int(term * value / number * _PLACES * 2**20), _PLACES * 2**20)
    return total


def _exponential(log: Fraction) -> int:
    """2^62 times the exponential of a number that is not above 0, rounded down.

    Source: e^x = (e^(x / n))^n with n above |x|, by a power series.
    """
    times = -(log.numerator // log.denominator) if log else 1
    root, found = _series(log / times), Fraction(1)
    for _ in range(times):
        found = Fraction(int(found * root * _PLACES), _PLACES)
    return int(found * HEAVIEST)
