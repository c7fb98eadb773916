"""Builders for the draw: valid by default, keywords for what matters, and pools of any size from a number."""

from __future__ import annotations

from hypothesis import strategies as st

from delivery.pool import Candidate, Pool
from delivery.randomness import Stream
from delivery.specification import Band, Specification

FOURTEEN = "K1 K3 K4 K6 K8 K16 K17 S1 S7 S11 S12 S15 S16 S17"


def a_candidate(
    *, reference="Q-0001", version=1, ksbs="K1", seconds=300, demand=2, enemies="", digest="0" * 64
) -> Candidate:
    return Candidate(reference, version, frozenset(ksbs.split()), seconds, demand, frozenset(enemies.split()), digest)


def a_pool(**ksbs_by_reference: str) -> Pool:
    """`a_pool(A="K1", B="K1 K2")`."""
    return Pool.of(a_candidate(reference=reference, ksbs=ksbs) for reference, ksbs in ksbs_by_reference.items())


def a_specification(
    *,
    method="interview",
    length=2,
    required="K1 K2",
    optional="",
    seconds=None,
    demand=None,
    most_per_ksb=None,
    rules=None,
) -> Specification:
    return Specification(
        method=method,
        length=length,
        required=tuple(required.split()),
        optional=tuple(optional.split()),
        seconds=Band(*seconds) if seconds else None,
        demand=Band(*demand) if demand else None,
        most_per_ksb=most_per_ksb,
        rules=rules or {},
    )


def a_bank(*, questions=30, ksbs="K1 K2 K3 K4 K5 S1 S2 S3", number=1, enemies=0, seconds=(240, 300, 360)) -> Pool:
    """A bank of any size, the same for the same number: each KSB in turn, and up to two more beside it."""
    codes = ksbs.split()
    stream = Stream(number.to_bytes(8, "big"), label="a bank for tests")
    hostile = {(stream.below(questions), stream.below(questions)) for _ in range(enemies)}
    return Pool.of(
        a_candidate(
            reference=f"Q-{at:04d}",
            ksbs=" ".join([codes[at % len(codes)], *(codes[stream.below(len(codes))] for _ in range(stream.below(3)))]),
            seconds=seconds[stream.below(len(seconds))],
            demand=1 + stream.below(3),
            enemies=" ".join(f"Q-{other:04d}" for one, other in hostile if one == at),
        )
        for at in range(questions)
    )


@st.composite
def pools(draw, *, most=9, codes="K1 K2 K3 K4", hostile=True):
    """Small pools: some that no specification can use, among them."""
    size = draw(st.integers(3, most))
    references = [f"Q-{at:04d}" for at in range(size)]
    return Pool.of(
        a_candidate(
            reference=reference,
            ksbs=" ".join(sorted(draw(st.sets(st.sampled_from(codes.split()), max_size=3)))),
            seconds=draw(st.sampled_from((60, 90, 120))),
            demand=draw(st.integers(1, 3)),
            enemies=" ".join(sorted(draw(st.sets(st.sampled_from(references), max_size=1)))) if hostile else "",
        )
        for reference in references
    )
