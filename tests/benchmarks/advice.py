"""How often each check is right, and how much it sees: precision and recall on the labelled texts, with intervals.

`python -m tests.benchmarks.advice` prints the half that checks were tuned on, and what they got wrong there;
`--held-back` prints the figures of both halves, and not one text of the half that was held back.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import sqrt

from qbank.domain.advice.closed_openers import closed_opener
from qbank.domain.advice.double_questions import two_questions
from qbank.domain.advice.leading_words import leading
from qbank.domain.advice.likenesses import Other, near_duplicate
from qbank.domain.advice.lower_order import describe_for_analyse
from qbank.domain.advice.missing_probes import no_probe
from qbank.domain.advice.one_breath import one_breath
from qbank.domain.advice.organisations import names_organisation
from qbank.domain.advice.personal_cues import protected_characteristic
from qbank.domain.advice.plain_words import jargon
from tests.advice.labelled import labelled_sets

JUDGED = {
    "closed-opener": closed_opener,
    "describe-for-analyse": lambda table: describe_for_analyse(table["stem"], table["ksb"]),
    "jargon": jargon,
    "leading": leading,
    "names-organisation": names_organisation,
    "near-duplicate": lambda pair: near_duplicate(pair["one"], [Other("Q-0001", pair["other"])]),
    "no-probe": lambda table: no_probe(table["stem"], table["probes"]),
    "one-breath": one_breath,
    "protected-characteristic": protected_characteristic,
    "two-questions": two_questions,
}
"""For each code, what makes remarks from a labelled text or table."""
Z = 1.959964
"""Of a normal variable, for 95%."""


@dataclass(frozen=True)
class Tally:
    """Faulty texts that were remarked on, sound ones that were, faulty ones that were not, sound ones that were not."""

    hits: int
    false_alarms: int
    misses: int
    silences: int

    @property
    def precision(self):
        """Share of the remarks that are right."""
        return self.hits / max(1, self.hits + self.false_alarms)

    @property
    def recall(self):
        """Share of the faulty texts that are remarked on."""
        return self.hits / max(1, self.hits + self.misses)

    @property
    def precision_interval(self):
        return wilson(self.hits, self.hits + self.false_alarms)

    @property
    def recall_interval(self):
        return wilson(self.hits, self.hits + self.misses)


def wilson(count, trials):
    """The 95% interval of a share.

    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212.
    """
    if trials == 0:
        return 0.0, 1.0
    rate, square = count / trials, Z * Z
    centre = (rate + square / (2 * trials)) / (1 + square / trials)
    half = Z / (1 + square / trials) * sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def tally(code, texts):
    """What a check makes of labelled texts."""
    made = [(faulty, bool(JUDGED[code](text))) for text, faulty in texts]
    return Tally(*(made.count(case) for case in ((True, True), (False, True), (True, False), (False, False))))


def wrong(code, texts):
    """The texts that a check got wrong, as lines: + is a false alarm, - is a miss."""
    for text, faulty in texts:
        remarks = JUDGED[code](text)
        if bool(remarks) != faulty:
            words = f"  [{remarks[0].words}]" if remarks else ""
            yield f"  {'-' if faulty else '+'} {text}{words}"


def line(code, which, half, counted):
    """One row of the table."""
    parts = [code, which, half, f"{counted.hits + counted.misses} + {counted.false_alarms + counted.silences}"]
    for share, (lowest, highest) in (
        (counted.precision, counted.precision_interval),
        (counted.recall, counted.recall_interval),
    ):
        parts.append(f"{share:.2f} ({lowest:.2f} to {highest:.2f})")
    return "| " + " | ".join(parts) + " |"


def lines(*codes, held_back=False):
    """The table, for these checks or for all, with what was got wrong where nothing is held back."""
    yield "| check | set | half | faulty + sound | precision | recall |\n|---|---|---|--:|--:|--:|"
    for texts in labelled_sets():
        code = texts.code
        if codes and code not in codes:
            continue
        yield line(code, texts.order, "tuned on", tally(code, texts.tuning))
        if held_back:
            yield line(code, texts.order, "held back", tally(code, texts.held_back))
        else:
            yield from wrong(code, texts.tuning)


if __name__ == "__main__":
    chosen = [each for each in sys.argv[1:] if not each.startswith("-")]
    print("\n".join(lines(*chosen, held_back="--held-back" in sys.argv)))  # noqa: T201 - what it is for
