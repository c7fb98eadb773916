"""The walk: a draw plan's law as whole numbers, and how a stream of words becomes a set.

At each layer the walk is in a state; the state's options say how many of the layer's questions are taken and where the
walk goes on. A word chooses the first option whose `upper` it does not exceed; a state with one option uses no word.
Then the layer's questions are looked at in turn, with j still to take: a word below the question's `include` for j
takes it; where j are left, they are taken without a word. These comparisons of whole numbers *are* the law; nothing
here computes with floats.

Source: `docs/engine.md`, "The walk".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from operator import lt, mul
from typing import Any, Final, Self

from delivery.canonical import canonical, packed, unpacked
from delivery.errors import BadPlan
from delivery.randomness import TOP, Stream

UNMET: Final = (1 << 32) - 1
"""Where an option leads that no recorded path chose; also after the last layer of a cut-down walk."""


@dataclass(frozen=True, slots=True)
class WalkLayer:
    """One layer.

    Attributes:
        members: positions in the pool.
        first: where each state's options begin, and the end of the last; one longer than there are states.
        count: of each option, how many members are taken.
        following: of each option, the state in the next layer.
        upper: of each option, the largest word that chooses it, inclusive; ascending in a state, the last is 2^64 - 1.
        include: of each member and number still to take, the words below it take the member; the member's numbers
            1, 2, … stand together.
    """

    members: tuple[int, ...]
    first: array[int]
    count: array[int]
    following: array[int]
    upper: array[int]
    include: array[int]

    def take(self, state: int, stream: Stream, chosen: list[int]) -> int:
        """Append what the words choose here; returns the next state."""
        option = self.first[state]
        if self.upper[option] != TOP:
            word = stream.word()
            while word > self.upper[option]:
                option += 1
        if self.count[option]:
            self._pick(self.count[option], stream, chosen)
        return self.following[option]

    def chance(self, state: int, members: frozenset[int]) -> tuple[int, int, int]:
        """How likely the walk takes exactly these of the layer's members here.

        Returns:
            Numerator, number of words used (each a factor 2^-64), and the next state; a numerator of 0 where it never
            does, with state -1.
        """
        begin, end = self.first[state], self.first[state + 1]
        for option in range(begin, end):
            if self.count[option] == len(members):
                below = self.upper[option - 1] if option > begin else -1
                alone = end - begin == 1
                numerator, words = self._picking(members)
                width = 1 if alone else self.upper[option] - below
                return numerator * width, words + (not alone), self.following[option]
        return 0, 0, -1

    def skipping(self, state: int) -> tuple[int, int, int]:
        """The same for none of the members: that option comes first where there is one."""
        option = self.first[state]
        if self.count[option]:
            return 0, 0, -1
        upper = self.upper[option]
        return (1, 0, self.following[option]) if upper == TOP else (upper + 1, 1, self.following[option])

    def options(self, state: int) -> dict[int, tuple[int, int]]:
        """Of each count that a state allows: the largest word that chooses it, and the next state."""
        places = range(self.first[state], self.first[state + 1])
        return {self.count[at]: (self.upper[at], self.following[at]) for at in places}

    def cut_down(self, states: Sequence[int], renumbered: Mapping[int, int]) -> WalkLayer:
        """The layer with these states only; options go on to the renumbered states, or to UNMET."""
        places = [range(self.first[state], self.first[state + 1]) for state in states]
        kept = [at for options in places for at in options]
        return WalkLayer(
            members=self.members,
            first=array("I", accumulate((len(options) for options in places), initial=0)),
            count=array("H", (self.count[at] for at in kept)),
            following=array("I", (renumbered.get(self.following[at], UNMET) for at in kept)),
            upper=array("Q", (self.upper[at] for at in kept)),
            include=self.include,
        )

    def is_whole(self, questions: int, following: int | None, *, cut_down: bool) -> bool:
        """Whether its columns fit together and lead to states that the next layer has."""
        size, options = len(self.members), len(self.count)
        if any(type(at) is not int or not 0 <= at < questions for at in self.members) or len(set(self.members)) != size:
            return False
        if (
            list(self.first[:1]) != [0]
            or self.first[-1] != options
            or not options == len(self.upper) == len(self.following)
        ):
            return False
        columns = len(self.include) // size if size else 0
        if max(self.count, default=0) > min(size, columns) or len(self.include) != columns * size:
            return False
        if following is not None and any(at >= following and not (cut_down and at == UNMET) for at in self.following):
            return False
        return all(
            begin < end
            and self.upper[end - 1] == TOP
            and all(map(lt, self.upper[begin : end - 1], self.upper[begin + 1 : end]))
            for begin, end in pairwise(self.first)
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data: columns of whole numbers, packed."""
        return {
            "members": list(self.members),
            "first": packed(self.first, "I"),
            "count": packed(self.count, "H"),
            "following": packed(self.following, "I"),
            "upper": packed(self.upper, "Q"),
            "include": packed(self.include, "Q"),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The layer behind `to_dict`."""
        return cls(
            tuple(data["members"]),
            unpacked(data["first"], "I"),
            unpacked(data["count"], "H"),
            unpacked(data["following"], "I"),
            unpacked(data["upper"], "Q"),
            unpacked(data["include"], "Q"),
        )

    def _pick(self, wanted: int, stream: Stream, chosen: list[int]) -> None:
        size = len(self.members)
        columns = len(self.include) // size
        for at, member in enumerate(self.members):
            if wanted == size - at or stream.word() < self.include[at * columns + wanted - 1]:
                chosen.append(member)
                wanted -= 1
                if not wanted:
                    return

    def _picking(self, members: frozenset[int]) -> tuple[int, int]:
        factors, wanted, size = [1], len(members), len(self.members)
        columns = len(self.include) // size if size else 0
        for at, member in enumerate(self.members):
            if not wanted or wanted == size - at:
                break
            include = self.include[at * columns + wanted - 1]
            if member in members:
                factors.append(include)
                wanted -= 1
            else:
                factors.append(TOP + 1 - include)
        return _product(factors), len(factors) - 1


@dataclass(frozen=True)
class Walk:
    """All layers; the walk begins in state 0 of the first."""

    layers: tuple[WalkLayer, ...]

    def drawn(self, stream: Stream) -> tuple[int, ...]:
        """The set that these words choose: positions in the pool, in the walk's order."""
        chosen: list[int] = []
        state = 0
        for layer in self.layers:
            state = layer.take(state, stream, chosen)
        return tuple(chosen)

    def chance(self, positions: Iterable[int]) -> tuple[int, int]:
        """The exact probability that one walk chooses this set.

        Returns:
            Numerator and number of words: the probability is numerator / 2^(64 × words).
        """
        wanted: dict[int, set[int]] = {}
        for at in positions:
            wanted.setdefault(self._layer_of.get(at, -1), set()).add(at)
        if -1 in wanted:
            return 0, 0
        factors, words, state = [1], 0, 0
        for number, layer in enumerate(self.layers):
            if number in wanted:
                factor, used, state = layer.chance(state, frozenset(wanted[number]))
            else:
                factor, used, state = layer.skipping(state)
            if not factor:
                return 0, 0
            factors.append(factor)
            words += used
        return _product(factors), words

    @cached_property
    def _layer_of(self) -> Mapping[int, int]:
        """The layer of each position."""
        return {at: number for number, layer in enumerate(self.layers) for at in layer.members}

    def met(self, streams: Iterable[Stream]) -> Walk:
        """The walk cut down to the states that these streams pass through; it gives them the same sets.

        An option that none of them chose goes on to UNMET.
        """
        paths = [self._states(stream) for stream in streams]
        kept = [sorted(set(states)) for states in zip(*paths, strict=True)]
        renumbered = [{state: at for at, state in enumerate(states)} for states in kept]
        onward: list[dict[int, int]] = [*renumbered[1:], {}]
        return Walk(tuple(map(WalkLayer.cut_down, self.layers, kept, onward)))

    def _states(self, stream: Stream) -> list[int]:
        states = []
        state = 0
        for layer in self.layers:
            states.append(state)
            state = layer.take(state, stream, [])
        return states

    def must_be_whole(self, questions: int, *, cut_down: bool = False) -> None:
        """Return when every walk comes to its end, whatever the words.

        Args:
            questions: in the pool.
            cut_down: whether options may lead to UNMET.

        Raises:
            BadPlan: a column is broken, or leads somewhere that is not there.
        """
        states = [len(layer.first) - 1 for layer in self.layers]
        if not self.layers or states[0] < 1:
            raise BadPlan("The walk of this draw plan has no beginning. Fit the plan again.")
        for number, layer in enumerate(self.layers):
            following = states[number + 1] if number + 1 < len(states) else None
            if not layer.is_whole(questions, following, cut_down=cut_down):
                raise BadPlan(f"Layer {number} of this draw plan's walk is broken. Fit the plan again.")

    def to_list(self) -> list[dict[str, Any]]:
        """As plain data for canonical JSON."""
        return [layer.to_dict() for layer in self.layers]

    def written(self) -> Iterator[bytes]:
        """The canonical JSON of `to_list`, piece by piece."""
        yield b"["
        for number, layer in enumerate(self.layers):
            yield (b"," if number else b"") + canonical(layer.to_dict())
        yield b"]"

    @classmethod
    def from_list(cls, data: Iterable[Mapping[str, Any]]) -> Self:
        """The walk behind `to_list`.

        Raises:
            BadPlan: the columns are not those of a walk.
        """
        try:
            return cls(tuple(WalkLayer.from_dict(layer) for layer in data))
        except (KeyError, TypeError, ValueError) as error:
            raise BadPlan(f"The walk of this draw plan cannot be read: {error}. Fit the plan again.") from error


def _product(factors: list[int]) -> int:
    """All of them multiplied, two and two: long numbers by long ones, which takes a tenth of the time at a thousand."""
    while len(factors) > 1:
        odd = factors[len(factors) & ~1 :]
        factors = [*map(mul, factors[::2], factors[1::2]), *odd]
    return factors[0]
