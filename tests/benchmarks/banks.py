"""The banks of the benchmark: generated ones, the starter bank's methods, and any folder of banks in JSON.

A generated bank is a document of the form that `delivery/exchange.py` reads, made from a seed named after it: the same
on every machine. Nobody wrote its questions; its shape is that of an interview with fourteen KSBs and sets of ten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from delivery.errors import DeliveryRefusal
from delivery.exchange import read_bank
from delivery.randomness import Stream
from qbank.domain.pools import pool_of
from qbank.resources import seed_questions
from qbank.services.bank_folders import read_banks
from tests.benchmarks.the_bank import Bank

KSBS = ["K1", "K3", "K4", "K6", "K8", "K16", "K17", "S1", "S7", "S11", "S12", "S15", "S16", "S17"]
LENGTH = 10
SUFFIX = ".json"
SIZES = (60, 150, 300, 1_000, 10_000)
KINDS = ("roomy", "tight", "scarce", "strict")
USUAL = (
    "roomy-60",
    "strict-60",
    "roomy-150",
    "tight-150",
    "scarce-150",
    "strict-150",
    "roomy-300",
    "scarce-300",
    "strict-300",
    "roomy-1000",
    "strict-1000",
)


@dataclass(frozen=True)
class Unusable:
    """A file in a folder of banks that no bank can be read from."""

    name: str
    why: str


def generated(name):
    """The bank of a name such as "tight-150".

    roomy: one to three KSBs a question, evenly. tight: one KSB on six questions of ten and two on the rest, so that
    sets of ten have little room. scarce: three KSBs have a quarter, a third and half of the usual carriers. strict:
    roomy, with enemies, bands of time and demand, and at most four questions on a KSB.
    """
    return Bank(name, *read_bank(document(name)))


def document(name):
    """The JSON object behind a generated bank."""
    kind, size = name.split("-")
    if kind not in KINDS:
        raise ValueError(f"No bank is called {name}: the kinds are {', '.join(KINDS)}.")
    stream = Stream(name.encode(), label="qbank benchmark bank 1")
    questions = [_question(number, kind, int(size), stream) for number in range(int(size))]
    strict = {
        "time": {"min": 46.0, "max": 54.0},
        "demand": {"min": 17, "max": 23},
        "per_ksb_max": 4,
    }
    return {"k": LENGTH, "ksbs": KSBS, "questions": questions} | (strict if kind == "strict" else {})


def _question(number, kind, size, stream):
    codes = [KSBS[number % len(KSBS)], *_more(kind, stream)]
    if kind == "scarce":
        codes = [_common(code, number, size, stream) for code in codes]
    enemies = [f"Q-{stream.below(size):05d}" for _ in range(kind == "strict" and not stream.below(10))]
    return {
        "id": f"Q-{number:05d}",
        "ksbs": sorted(set(codes)),
        "minutes": 4 + stream.below(5) / 2,
        "demand": 1 + stream.below(3),
        "enemies": enemies,
    }


def _more(kind, stream):
    """KSBs beside the first."""
    count = int(stream.below(10) >= 6) if kind == "tight" else stream.below(3)
    return [KSBS[stream.below(len(KSBS))] for _ in range(count)]


def _common(code, number, size, stream):
    """The code, or, where it is scarce and this question not one of its few carriers, another."""
    place = KSBS.index(code)
    if place < 3 and number >= size // (4 - place):  # a quarter, a third and half of the usual
        return KSBS[3 + stream.below(len(KSBS) - 3)]
    return code


def starter():
    """The starter bank's methods."""
    for folder in read_banks(seed_questions()):
        for method in folder.plan.methods:
            questions = [each.question for each in folder.entries if each.question.content.method == method.code]
            if questions:
                yield Bank(f"starter, {method.code}", pool_of(questions), folder.plan.specification(method.code))


def in_folder(folder: Path):
    """Every bank of a folder of JSON files, by name; what cannot be read is `Unusable` and says why."""
    for path in filter(_is_bank_file, sorted(folder.iterdir())):
        name = path.stem if path.suffix == SUFFIX else path.name
        try:
            yield Bank(name, *read_bank(json.loads(path.read_text(encoding="utf-8-sig"))))
        except DeliveryRefusal as refused:
            yield Unusable(name, str(refused))
        except (OSError, ValueError, RecursionError) as error:
            yield Unusable(name, f"The file holds no bank in JSON: {str(error)[:120]}.")


def left_out(folder: Path):
    """Names of what else lies in a folder of banks: folders, which are not looked into, and other files."""
    return [f"{path.name}{'/' * path.is_dir()}" for path in sorted(folder.iterdir()) if not _is_bank_file(path)]


def _is_bank_file(path: Path):
    return path.suffix.lower() == SUFFIX and not path.is_dir()
