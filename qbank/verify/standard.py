"""The draw of a standard set, a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from qbank.verify.binding import committed, finding
from qbank.verify.judging import Judge
from qbank.verify.reckoning import log2, same_figure
from qbank.verify.said import finding_on_proof
from qbank.verify.verdict import Finding
from qbank.verify.words import number_below, words_of
from qbank.verify.writing import digest_of

FORMAT: Final = "qbank standard certificate 1"
LABEL: Final = "qbank standard set 1"


class Standard:
    """The evidence of one standard set: the `sets` that were committed to, and the `plan` whose questions they are."""

    def __init__(self, evidence: Mapping[str, Any]) -> None:
        self._evidence = evidence
        self._sets: list[Any] = evidence["sets"]["sets"]
        self._plan: Mapping[str, Any] = evidence["plan"]
        self._excluded = frozenset(evidence["eligibility"]["excluded"])

    def findings(self) -> Iterator[Finding]:
        """Digests first, then the lot, then what is said about it."""
        evidence, said = self._evidence, self._evidence["certificate"]
        seed = bytes.fromhex(evidence["seed"])
        named = {"digest": (said, evidence["certificate_digest"])}
        named |= {what: (evidence[what], said[what]) for what in ("sets", "plan", "eligibility")}
        for what, (content, digest) in named.items():
            same = digest_of(content) == digest
            yield finding(what, same, f"The digest of the {what} is the one named", f"The {what} is another one")
        methods = {evidence["sets"]["method"], self._plan["specification"]["method"], said["method"]}
        same = len(methods) == 1
        yield finding("method", same, "Sets, plan and certificate are for one method", "They are for several methods")
        yield from committed(evidence, seed)
        yield self._of_the_plan()
        choice = [at for at, each in enumerate(self._sets) if self._excluded.isdisjoint(q["reference"] for q in each)]
        same = said["open"] == len(choice) > 0
        yield finding("open", same, f"{len(choice)} sets were open", f"{len(choice)} sets were open, not as it says")
        if not same:
            return
        number = choice[number_below(len(choice), words_of(LABEL, seed, 0))]
        yield finding(
            "questions",
            said["number"] == number and said["questions"] == self._sets[number],
            f"The seed gives set {number + 1}, and these are its questions",
            "The seed gives another set, or the set has other questions, than the certificate",
        )
        yield from self._lawful(number)
        wanted = {"log2_probability": -log2(Fraction(len(choice))), "rotation_bits": log2(Fraction(len(self._sets)))}
        figures = said["figures"]
        same = figures.keys() == wanted.keys() and all(same_figure(figures[name], wanted[name]) for name in wanted)
        yield finding("figures", same, "The figures follow from the numbers of sets", "The figures are not these sets'")
        sentence = "The certificate's sentences in plain words are reported, not verified by this program."
        yield Finding("words", holds=True, sentence=sentence, verified=False)

    def _of_the_plan(self) -> Finding:
        """Whether each set is made of different questions of the plan, in the plan's versions."""
        known = {(each["reference"], each["version"], each["digest"]) for each in self._plan["pool"]}
        named = [[(each["reference"], each["version"], each["digest"]) for each in one] for one in self._sets]
        same = all(known.issuperset(one) and len(set(one)) == len(one) for one in named)
        return finding(
            "sets' questions", same, "Every set is of the draw plan's questions", "A set holds what the plan does not"
        )

    def _lawful(self, number: int) -> Iterator[Finding]:
        """Whether the set that was drawn breaks no requirement of the plan's specification."""
        places = {each["reference"]: at for at, each in enumerate(self._plan["pool"])}
        judge = Judge(self._plan["pool"], self._plan["specification"], self._excluded)
        chosen = [places[each["reference"]] for each in self._sets[number]]
        broken = judge.broken(chosen)
        yield finding("lawful", not broken, "The set breaks no requirement", f"The set breaks: {', '.join(broken)}")
        proof, rules = self._evidence["certificate"]["proof"], self._plan["specification"]["rules"]
        yield finding_on_proof(proof, broken, figures=judge.proof(chosen), rules=rules)
