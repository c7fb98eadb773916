"""Forgeries of a proof, one figure or one rule at a time, and a naive judge that looks at its lines only."""

from __future__ import annotations

import copy

from qbank.verify import verify
from qbank.verify.writing import digest_of


def lines_only(proof, needed):
    """The naive judge: every line that is needed is there, once, and calls its requirement held."""
    return sorted(line["requirement"] for line in proof) == sorted(needed) and all(line["holds"] for line in proof)


def forged_proofs(evidence):
    """Of each line, by its requirement's name: the evidence with another figure, and with another rule, sealed anew."""
    for at, line in enumerate(evidence["certificate"]["proof"]):
        for what, another in (("figure", _next(line["figure"])), ("rule", "W99")):
            forged = copy.deepcopy(evidence)
            forged["certificate"]["proof"][at][what] = another
            forged["certificate_digest"] = digest_of(forged["certificate"])
            yield line["requirement"], forged


def _next(figure):
    """The same with its last digit one further, or with one where it has none: 48:19, 10 of 10, none."""
    place = max((at for at, each in enumerate(figure) if each.isdigit()), default=None)
    if place is None:
        return f"1 of {figure}"
    return f"{figure[:place]}{(int(figure[place]) + 1) % 10}{figure[place + 1 :]}"


def what_both_judges_say(evidence):
    """How many forgeries the naive judge passes, and of which requirements the second program does not name one."""
    needed = [line["requirement"] for line in evidence["certificate"]["proof"]]
    passed, missed = 0, []
    for name, forged in forged_proofs(evidence):
        passed += lines_only(forged["certificate"]["proof"], needed)
        wrong = [each for each in verify(forged).findings if not each.holds]
        if [each.what for each in wrong] != ["proof"] or name not in wrong[0].sentence.split(": ")[1]:
            missed.append(name)
    return passed, missed
