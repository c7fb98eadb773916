"""The draw plan: the law from which one method's question sets are drawn, fitted once for a pool and content-addressed.

It holds everything a draw and its verification need: the questions as they were, the specification, the weights, the
walk of whole numbers that defines the law, a recorded run, and the figures that were measured when it was fitted.
Reading a plan and drawing from it needs the standard library only; fitting brings in the numerical libraries.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Final, Self

from delivery.canonical import canonical, compressed, hashed, pieces_of
from delivery.errors import BadPlan
from delivery.lawfulness import Lawfulness
from delivery.pool import Candidate, Pool
from delivery.rehearsal import Rehearsal
from delivery.shapes import every, figure, text, weight, whole, yes_or_no
from delivery.specification import Specification
from delivery.walk import Walk

FORMAT: Final = "qbank draw plan 1"
HOLDING: Final = "qbank draw plan 2"
"""The format of a plan whose walk holds side requirements in its states."""
MOST_ATTEMPTS: Final = 20_000
"""At the least acceptance of a stream, 41 recorded sets of 4,096 (a rate above 0.0067 at 99%), a draw misses so often
in a row with probability below e^-130; at that of a conditioned draw, 8 of 4,096 (above 0.0008), below e^-16."""
ESTIMATED: Final = frozenset({"largest_exposure_lowest", "largest_exposure_highest"})
OF_THE_LAW: Final = (
    "best_guess",
    "covering_sets_bits",
    "entropy_bits",
    "exact",
    "exposure_floor",
    "largest_exposure",
    *sorted(ESTIMATED),
    "length",
    "overlap",
    "overlap_floor",
)
"""Figures that a certificate repeats; the ends of an interval are None where a figure is exact."""
_OPENING: Final = b"qbank draw plan 1\n"
_MOST_PACKED: Final = 64
"""Content may be this many times its compressed size, and a megabyte: plans are 2 to 10 times, a bomb 1,000 times."""


@dataclass(frozen=True)
class DrawPlan:
    """A fitted law.

    Attributes:
        pool: the questions as they were when the plan was fitted.
        specification: what its sets meet.
        log_weights: of each question, in the pool's order, nine decimals.
        log_rewards: of each optional KSB, in the specification's order, nine decimals.
        walk: the law.
        rehearsal: the recorded run.
        least_acceptance: a draw conditions exactly when fewer sets of the recorded run are lawful for its apprentice.
        most_attempts: sets of a stream that a draw looks at before it refuses.
        figures: what was measured, as plain data.
        held: names of the side requirements that every set of the walk keeps, in the order of `SIDES`.
        stored: the content as it was read, compressed; empty where it follows from the parts.
    """

    pool: Pool
    specification: Specification
    log_weights: tuple[str, ...]
    log_rewards: tuple[str, ...]
    walk: Walk
    rehearsal: Rehearsal
    least_acceptance: int
    most_attempts: int
    figures: Mapping[str, Any]
    held: tuple[str, ...] = ()
    stored: bytes = field(default=b"", repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content: the plan's name."""
        return hashed(self.written())

    @property
    def content(self) -> bytes:
        """The canonical JSON of the plan."""
        return b"".join(self.written())

    def written(self) -> Iterator[bytes]:
        """The content piece by piece: of a large bank it takes more memory than everything that it was made from."""
        if self.stored:
            unpacking = zlib.decompressobj()
            yield from map(unpacking.decompress, pieces_of(self.stored))
            return
        head = canonical(self._document())
        yield head[:-1] + b',"walk":'  # the last of the keys in their order
        yield from self.walk.written()
        yield b"}"

    @cached_property
    def lawfulness(self) -> Lawfulness:
        """The requirements on its sets."""
        return Lawfulness(self.pool, self.specification, self.held)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data, for a verifier."""
        document: dict[str, Any] = json.loads(self.content)
        return document

    def to_bytes(self) -> bytes:
        """For keeping: a line naming the format, the digest, and the compressed content."""
        packed = (self.stored,) if self.stored else compressed(self.written())
        return b"".join(chain((_OPENING, bytes.fromhex(self.digest)), packed))

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """The plan behind `to_bytes`.

        Raises:
            BadPlan: the bytes are not a draw plan of this format, or not the content that their digest names.
        """
        named, packed = _parts(stored)
        try:
            unpacking = zlib.decompressobj()
            content = unpacking.decompress(packed, _MOST_PACKED * len(packed) + (1 << 20))
        except zlib.error as error:
            raise BadPlan("The draw plan is damaged: fetch it or fit it again.") from error
        if not unpacking.eof or hashlib.sha256(content).digest() != named:
            raise BadPlan("The draw plan is not the one that its digest names: fetch it or fit it again.")
        return cls._from_content(content, packed)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """The plan behind `to_dict`; its digest follows from what it holds.

        Raises:
            BadPlan: something is missing or of another format.
        """
        try:
            content = canonical(document)
        except (TypeError, ValueError, RecursionError) as error:
            raise BadPlan(f"The draw plan cannot be read: {str(error)[:120]}. Fit it again.") from error
        return cls._from_content(content, zlib.compress(content, 1))

    @classmethod
    def _from_content(cls, content: bytes, stored: bytes) -> Self:
        try:
            document = json.loads(content)
            if document["format"] not in (FORMAT, HOLDING):
                raise BadPlan(
                    f"This draw plan is of the format {document['format']!r}; this program reads {HOLDING!r}."
                )
            found = cls(
                pool=Pool(tuple(map(Candidate.from_dict, document["pool"]))),
                specification=Specification.from_dict(document["specification"]),
                log_weights=tuple(every(document["log_weights"], "the weights", weight)),
                log_rewards=tuple(every(document["log_rewards"], "the rewards", weight)),
                walk=Walk.from_list(document["walk"]),
                rehearsal=Rehearsal.from_dict(document["rehearsal"]),
                least_acceptance=whole(document["least_acceptance"], "the least acceptance"),
                most_attempts=whole(document["most_attempts"], "the most attempts", 1, MOST_ATTEMPTS),
                figures=document["figures"],
                held=_held(document),
                stored=stored,
            )
            found._must_fit_together()
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            why = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            raise BadPlan(f"The draw plan cannot be read: {why[:120]}. Fit it again.") from error
        return found

    def _must_fit_together(self) -> None:
        """Raise ValueError or BadPlan where a part of the plan does not belong to the rest."""
        references = set(self.pool.references)
        if len(references) != len(self.pool) or any(each.enemies - references for each in self.pool.candidates):
            raise ValueError("its questions have no names of their own, or enemies that are not among them")
        if (len(self.log_weights), len(self.log_rewards)) != (len(self.pool), len(self.specification.optional)):
            raise ValueError("it has not one weight for each question and one reward for each optional KSB")
        if list(self.held) != [name for name in self.lawfulness.sides if name in self.held]:
            raise ValueError("its walk holds requirements that its sets do not have")
        self.walk.must_be_whole(len(self.pool))
        self.rehearsal.must_be_whole(len(self.pool))
        for name in OF_THE_LAW:
            value = self.figures[name]
            if name == "exact":
                yes_or_no(value, "whether its figures are exact")
            elif value is not None or name not in ESTIMATED:
                figure(value, f"its figure {name}")

    def _document(self) -> dict[str, Any]:
        """All but the walk."""
        held = {"format": HOLDING, "held": list(self.held)} if self.held else {"format": FORMAT}
        return held | {
            "pool": [candidate.to_dict() for candidate in self.pool.candidates],
            "specification": self.specification.to_dict(),
            "log_weights": list(self.log_weights),
            "log_rewards": list(self.log_rewards),
            "rehearsal": self.rehearsal.to_dict(),
            "least_acceptance": self.least_acceptance,
            "most_attempts": self.most_attempts,
            "figures": dict(self.figures),
        }


def fit(pool: Pool, specification: Specification, *, progress: Callable[[str, float], None] | None = None) -> DrawPlan:
    """The draw plan of a pool; fitting again on the same machine gives the same bytes.

    Another machine's floats may differ in their last digits and so give another plan: what was fitted is kept.

    Args:
        pool: the questions that may be drawn.
        specification: what every set must meet.
        progress: is told what is being done and how far the whole is, 0 to 1.

    Raises:
        Infeasible: no lawful set exists; it says what would change that.
        TooRarelyLawful: lawful sets exist, but fewer than 1 in 100 that the walk gives are lawful, and its states can
            hold no more.
        TooManyStates: the specification is too large for exact tables.
    """
    from delivery.design import LEAST_LAWFUL, design

    found = design(pool, specification, progress or (lambda _step, _share: None))
    return DrawPlan(
        pool=pool,
        specification=specification,
        log_weights=found.log_weights,
        log_rewards=found.log_rewards,
        walk=found.walk,
        rehearsal=found.rehearsal,
        least_acceptance=LEAST_LAWFUL,
        most_attempts=MOST_ATTEMPTS,
        figures=found.figures,
        held=found.held,
    )


def _held(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The requirements that the walk of a plan's document holds.

    Raises:
        ValueError: none is named where the format says that there are some.
    """
    if document["format"] == FORMAT:
        return ()
    held = tuple(every(document["held"], "the requirements that the walk holds", text))
    if not held:
        raise ValueError("its walk holds nothing, so it would be of the first format")
    return held


def _parts(stored: bytes) -> tuple[bytes, bytes]:
    if not stored.startswith(_OPENING):
        raise BadPlan("These bytes are not a draw plan of this format: fit the plan again.")
    begin = len(_OPENING)
    return stored[begin : begin + 32], stored[begin + 32 :]
