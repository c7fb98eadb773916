"""Times on pages: said from today on a screen; on paper, where "today" soon means another day, in full."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from qbank.web import saying


def moment(moment: datetime, *, at: datetime, capital: bool = False) -> Markup:
    """Day and time as a `time` element: "today at 2pm" on a screen, "Thursday 4 June 2026 at 2pm" on paper.

    Args:
        moment: aware.
        at: the time of the page; aware.
        capital: whether it begins a sentence or stands alone.
    """
    words = saying.day_and_time(moment, at=at)
    return Markup('<time datetime="{}" data-paper="{}"><span>{}</span></time>').format(
        saying.local(moment).isoformat(timespec="minutes"),
        saying.date_and_time(moment),
        saying.capitalised(words) if capital else words,
    )
