"""The draw of a standard set, a second time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from qbank.verify.binding import COMMITMENT, finding
from qbank.verify.reckoning import log2, same_figure
from qbank.verify.verdict import Finding
from qbank.verify.words import number_below, words_of
from qbank.verify.writing import digest_of

FORMAT: Final = "qbank standard certificate 1"
LABEL: Final = "qbank standard set 1"


class Standard:
    """The evidence of one standard set: `sets` stands in it where other evidence has a plan."""

    def __init__(self, evidence: Mapping[str, Any]) -> None:
        self._evidence = evidence
        self._sets: list[Any] = evidence["sets"]["sets"]
        self._excluded = frozenset(evidence["eligibility"]["excluded"])

    def findings(self) -> Iterator[Finding]:
        """Digests first, then the lot, then what is said about it."""
        evidence, said = self._evidence, self._evidence["certificate"]
        seed = bytes.fromhex(evidence["seed"])
        named = {"digest": (said, evidence["certificate_digest"])}
        named |= {what: (evidence[what], said[what]) for what in ("sets", "eligibility")}
        for what, (content, digest) in named.items():
            same = digest_of(content) == digest
            yield finding(what, same, f"The digest of the {what} is the one named", f"The {what} is another one")
        same = evidence["sets"]["method"] == said["method"]
        yield finding("method", same, "Sets and certificate are for one method", "The sets are for another method")
        if evidence.get("attempt") is not None:
            yield self._commitment(seed)
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
        wanted = {"log2_probability": -log2(Fraction(len(choice))), "rotation_bits": log2(Fraction(len(self._sets)))}
        figures = said["figures"]
        same = figures.keys() == wanted.keys() and all(same_figure(figures[name], wanted[name]) for name in wanted)
        yield finding("figures", same, "The figures follow from the numbers of sets", "The figures are not these sets'")
        sentence = "The certificate's sentences in plain words are reported, not verified by this program."
        yield Finding("words", holds=True, sentence=sentence, verified=False)

    def _commitment(self, seed: bytes) -> Finding:
        content = b""
        attempt = str(self._evidence["attempt"]).encode()
        for each in (COMMITMENT.encode(), attempt, bytes.fromhex(digest_of(self._evidence["sets"])), seed):
            content += len(each).to_bytes(8, "big") + each
        return finding(
            "commitment",
            hashlib.sha256(content).hexdigest() == self._evidence["certificate"]["commitment"],
            "The seed, the attempt and the sets are those committed to at booking",
            "The seed, the attempt or the sets are not those committed to at booking",
        )
