"""The residual draw, a second time: question by question, with fractions, on sets of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from qbank.verify.binding import bound, committed, finding
from qbank.verify.judging import minutes_said, pairs_said
from qbank.verify.prospects import Figures, shown
from qbank.verify.reckoning import log2, same_figure
from qbank.verify.said import SHOWN, finding_on_figures, finding_on_proof
from qbank.verify.verdict import Finding
from qbank.verify.words import reordered, uniform_below, words_of
from qbank.verify.writing import digest_of

FORMAT: Final = "qbank residual certificate 1"
DRAW: Final = "qbank residual draw 1"
RUN: Final = "qbank residual run 1"
TRIALS: Final = 1024
MOST_ATTEMPTS: Final = 2_000
MOST_STATES: Final = 4_000_000

State = tuple[frozenset[str], int]
"""The KSBs covered, and the seconds spent."""


class Residual:
    """The evidence of one residual draw, looked at step by step."""

    def __init__(self, evidence: Mapping[str, Any]) -> None:
        self._evidence = evidence
        self._plan: Mapping[str, Any] = evidence["plan"]
        self._certificate: Mapping[str, Any] = evidence["certificate"]
        self._gaps: Mapping[str, Any] = self._certificate["gaps"]
        self._excluded = frozenset(evidence["eligibility"]["excluded"])
        asked = frozenset(self._gaps["asked"])
        near = (name for each in self._plan["pool"] if each["reference"] in asked for name in each["enemies"])
        self._asked = asked.union(near)

    def findings(self) -> Iterator[Finding]:
        """Digests first, then the draw, then what is said about it."""
        plan, certificate, eligibility = self._plan, self._certificate, self._evidence["eligibility"]
        seed = bytes.fromhex(self._evidence["seed"])
        yield from bound(plan, eligibility, certificate, self._evidence["certificate_digest"], FORMAT)
        yield from committed(self._evidence, seed)
        asked = plan["specification"]
        known = set(self._gaps["ksbs"]) <= {*asked["required"], *asked["optional"]}
        yield finding("gaps", known, "Its method assesses every KSB asked for", "Its method does not assess a KSB")
        law = _Ways(plan["pool"], self._gaps, self._excluded | self._asked)
        yield from self._draw(law, seed)
        yield self._law(law)
        sentence = "The certificate's sentences in plain words are reported, not verified by this program."
        yield Finding("words", holds=True, sentence=sentence, verified=False)

    def _draw(self, law: _Ways, seed: bytes) -> Iterator[Finding]:
        attempts = self._certificate["attempts"]
        if not 0 < attempts <= MOST_ATTEMPTS:
            yield Finding("first", holds=False, sentence="The certificate's attempts are not as many as a draw makes.")
            return
        words = words_of(DRAW, seed, self._gaps["number"])
        drawn = [law.one(words) for _ in range(attempts)]
        early = sum(not law.hostile(each) for each in drawn[:-1])
        yield finding(
            "first",
            not early,
            f"No set before number {attempts:,} of the stream kept enemies apart",
            f"{early:,} of the sets before number {attempts:,} of the stream kept enemies apart: another one was due",
        )
        chosen = drawn[-1]
        broken = self._broken(law, chosen)
        yield finding("lawful", not broken, "The set breaks no requirement", f"The set breaks: {', '.join(broken)}")
        order = [law.questions[at] for at in reordered(chosen, words)]
        asked = [{key: each[key] for key in ("reference", "version", "digest")} for each in order]
        yield finding(
            "questions",
            asked == self._certificate["questions"],
            "The seed gives these questions in this order",
            "The seed gives other questions, or another order, than the certificate",
        )
        yield finding_on_figures(self._certificate["figures"], law.weight(chosen) / law.total)
        figures, rules = self._proof(law, chosen), self._plan["specification"]["rules"]
        yield finding_on_proof(self._certificate["proof"], broken, figures=figures, rules=rules)

    def _broken(self, law: _Ways, chosen: Sequence[int]) -> list[str]:
        questions = [law.questions[at] for at in chosen]
        names = {each["reference"] for each in questions}
        covered = {code for each in questions for code in each["ksbs"]}
        wrong = {
            "coverage": not covered.issuperset(self._gaps["ksbs"]),
            "seconds": sum(each["seconds"] for each in questions) > self._gaps["seconds"],
            "enemies": law.hostile(chosen),
            "excluded": not names.isdisjoint(self._excluded),
            "asked": not names.isdisjoint(self._asked),
        }
        return [name for name, broken in wrong.items() if broken]

    def _proof(self, law: _Ways, chosen: Sequence[int]) -> dict[str, str]:
        """The figure that belongs beside each requirement of a proof of this set."""
        questions = [law.questions[at] for at in chosen]
        names = {each["reference"] for each in questions}
        covered = {code for each in questions for code in each["ksbs"]}
        return {
            "coverage": f"{len(covered.intersection(self._gaps['ksbs']))} of {len(self._gaps['ksbs'])}",
            "seconds": minutes_said(sum(each["seconds"] for each in questions)),
            "enemies": pairs_said(sum(len(names.intersection(each["enemies"])) for each in questions) // 2),
            "excluded": f"{len(names & self._excluded)} of {len(self._excluded):,}",
            "asked": f"{len(names & self._asked)}",
        }

    def _law(self, law: _Ways) -> Finding:
        """The figures of the law: exact where no two open questions are enemies, else counted in the recorded run."""
        figures = self._certificate["figures"]
        said = figures["law"]
        acceptance = figures["acceptance"]
        everybody = range(len(law.questions))
        same = int(figures["sets"]) == law.sets()
        if not law.hostile(everybody):
            lawful, basis, sets = TRIALS, "tables", None
            found: Figures = dict(law.figures())
        else:
            recorded = self._recorded(law)
            lawful, basis, sets = len(recorded), "recorded sets", len(recorded)
            heavy = sum((log2(law.weight(each)) for each in recorded), Fraction(0)) / max(1, len(recorded))
            found = shown(recorded, deciding=law.places) | {
                "entropy_bits": log2(law.total) + log2(Fraction(lawful, TRIALS)) - heavy
            }
        same = same and (said["basis"], said["sets"], said["exact"]) == (basis, sets, sets is None)
        same = same and said.keys() == SHOWN | {"basis", "sets", "best_guess_lowest"}
        same = same and all(text is None or name in found for name, text in said.items() if name not in _NAMED)
        same = same and all(same_figure(said[name], value) for name, value in found.items())
        same = same and (acceptance["trials"], acceptance["lawful"]) == (TRIALS, lawful)
        same = same and acceptance["exact"] is (sets is None)
        return finding(
            "law's figures",
            same,
            "The figures of the law are those of the sets for what was left open",
            "The figures of the law are not those of the sets for what was left open",
        )

    def _recorded(self, law: _Ways) -> list[list[int]]:
        name = [RUN, digest_of(self._plan), digest_of(self._evidence["eligibility"]), self._gaps]
        seed = bytes.fromhex(digest_of(name))
        drawn = (law.one(words_of(RUN, seed, number)) for number in range(TRIALS))
        return [chosen for chosen in drawn if not law.hostile(chosen)]


_NAMED: Final = frozenset({"basis", "sets", "exact"})


class _Ways:
    """All ways to cover what was left open: the weight behind every state before every question."""

    def __init__(self, pool: Sequence[Mapping[str, Any]], gaps: Mapping[str, Any], barred: frozenset[str]) -> None:
        self._wanted: list[str] = gaps["ksbs"]
        self._time: int = gaps["seconds"]
        every = [
            each for each in pool if each["reference"] not in barred and not set(self._wanted).isdisjoint(each["ksbs"])
        ]
        tags = Counter(code for each in every for code in each["ksbs"])
        self.questions = sorted(every, key=lambda each: self._deciding(each, tags))
        place = {each["reference"]: at for at, each in enumerate(pool)}
        self.places = [place[each["reference"]] for each in self.questions]
        self._adds = [frozenset(each["ksbs"]).intersection(self._wanted) for each in self.questions]
        self._halved = [1 + len(set(each["ksbs"]).difference(self._wanted)) for each in self.questions]
        self._behind = self._weights([Fraction(1, 2**halved) for halved in self._halved])
        self.total = self._behind[0][frozenset[str](), 0]
        self._unit = max(self._halved) * len(self._wanted)

    def one(self, words: Iterator[int]) -> list[int]:
        """One set, as places among the questions: of the sets in order of decisions, the one that a number falls to."""
        rank = Fraction(uniform_below(int(self.total * 2**self._unit), words), 2**self._unit)
        state: State = (frozenset(), 0)
        share, chosen = Fraction(1), []
        for at in range(len(self.questions)):
            then = self._taking(at, state)
            weight = share / 2 ** self._halved[at] * self._behind[at + 1].get(then, 0) if then else 0
            if then and rank < weight:
                chosen.append(at)
                share /= 2 ** self._halved[at]
                state = then
            else:
                rank -= weight
        return chosen

    def weight(self, chosen: Sequence[int]) -> Fraction:
        """Of one set."""
        return Fraction(1, 2 ** sum(self._halved[at] for at in chosen))

    def hostile(self, chosen: Sequence[int]) -> bool:
        """Whether two of the questions are enemies."""
        names = {self.questions[at]["reference"] for at in chosen}
        return any(not names.isdisjoint(self.questions[at]["enemies"]) for at in chosen)

    def sets(self) -> int:
        """How many there are."""
        return int(self._weights([Fraction(1)] * len(self.questions))[0][frozenset[str](), 0])

    def figures(self) -> dict[str, Fraction]:
        """What can be known of the law: by one pass from the first question to the last."""
        rates = list(self._rates())
        length = sum(rates, Fraction(0))
        usual = -(-length.numerator // length.denominator)
        halved = sum((rate * count for rate, count in zip(rates, self._halved, strict=True)), Fraction(0))
        return {
            "length": length,
            "largest_exposure": max(rates),
            "overlap": sum((rate * rate for rate in rates), Fraction(0)),
            "best_guess": sum(sorted(rates)[-usual:], Fraction(0)),
            "entropy_bits": log2(self.total) + halved,
        }

    def _rates(self) -> Iterator[Fraction]:
        reached: dict[State, Fraction] = {(frozenset(), 0): Fraction(1)}
        for at, behind in enumerate(self._behind[1:]):
            onward: dict[State, Fraction] = {}
            rate = Fraction(0)
            for state, weight in reached.items():
                then = self._taking(at, state)
                if state in behind:
                    onward[state] = onward.get(state, Fraction(0)) + weight
                if then in behind:
                    taken = weight / 2 ** self._halved[at]
                    onward[then] = onward.get(then, Fraction(0)) + taken
                    rate += taken * behind[then]
            yield rate / self.total
            reached = onward

    def _taking(self, at: int, state: State) -> State | None:
        covered, spent = state
        spent += self.questions[at]["seconds"]
        return None if self._adds[at] <= covered or spent > self._time else (covered | self._adds[at], spent)

    def _weights(self, factors: Sequence[Fraction]) -> list[dict[State, Fraction]]:
        """Before each question and after the last: of each state from which every KSB can be covered, the weight on."""
        later = [frozenset[str]()]
        for adds in reversed(self._adds):
            later.append(later[-1] | adds)
        later.reverse()
        wanted = frozenset(self._wanted)
        found: list[set[State]] = [{(frozenset(), 0)}]
        states = 0
        for at in range(len(factors)):
            here = found[-1]
            onward = here | {then for state in here if (then := self._taking(at, state))}
            found.append({state for state in onward if wanted <= state[0] | later[at + 1]})
            states += len(found[-1])
            if states > MOST_STATES:
                raise ValueError("there are too many ways to cover what was left open")
        behind: list[dict[State, Fraction]] = [{state: Fraction(1) for state in found[-1]}]
        for at in reversed(range(len(factors))):
            after = behind[-1]
            level = {}
            for state in found[at]:
                then = self._taking(at, state)
                weight = after.get(state, 0) + (factors[at] * after[then] if then in after else 0)
                if weight:
                    level[state] = Fraction(weight)
            behind.append(level)
        return behind[::-1]

    def _deciding(self, each: Mapping[str, Any], tags: Mapping[str, int]) -> tuple[Any, ...]:
        own = [at for at, code in enumerate(self._wanted) if code in each["ksbs"]]
        scarcest = min((tags[self._wanted[at]], at) for at in own)
        return scarcest, own, each["seconds"], len(each["ksbs"]) - len(own), each["reference"]
