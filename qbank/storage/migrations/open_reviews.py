"""What a downgrade must not take from a review that is still open: its trail tells of it for ever."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from qbank.domain.errors import NotReady

SHOWN: Final = 3


def refuse_to_lose(what: str, table: str) -> None:
    """Refuse a downgrade that would drop rows of open reviews, which could never be verified afterwards.

    A signed review has everything in its certificate, and of a withdrawn one nothing counts.

    Args:
        what: such a row is, "a vote on the bank".
        table: that holds them, by `review_id`; of this program, not typed by anybody.

    Raises:
        NotReady: names the open reviews that have such rows.
    """
    ended = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {each} WHERE {each}.review_id = reviews.id)"  # noqa: S608 - our own names
        for each in ("review_sign_offs", "review_withdrawals")
    )
    has_some = f"EXISTS (SELECT 1 FROM {table} WHERE {table}.review_id = reviews.id)"  # noqa: S608 - likewise
    asked = f"SELECT reference FROM reviews WHERE {has_some} AND {ended} ORDER BY reference"  # noqa: S608 - likewise
    found: list[str] = list(op.get_bind().execute(sa.text(asked)).scalars())
    if found:
        others = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise NotReady(
            f"{', '.join(found[:SHOWN])}{others} would lose {what}, and no certificate of theirs could be verified.",
            remedy="Have open reviews signed off or withdrawn first, or keep this version of the program.",
        )
