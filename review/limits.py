"""What is asked more often than it may be, as far as that is certain."""

from __future__ import annotations

from collections.abc import Iterable

from review.rates import Figure


def surely_above(limit: float, rates: Iterable[tuple[str, Figure]]) -> list[str]:
    """Names whose rate is above a limit with its whole interval, in the order given.

    Args:
        limit: a share, in [0, 1]; a rate that is equal to it is not above it.
        rates: by name; a rate that is not estimable is above nothing.
    """
    return [name for name, rate in rates if rate.interval is not None and rate.interval.low > limit]
