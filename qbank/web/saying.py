"""Times, lengths and chances as people say them. Times come in aware and are said in the time of the United Kingdom.

End-point assessment is English law: every sitting takes place, and is spoken of, in UK time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

UK: Final = ZoneInfo("Europe/London")
_HOUR: Final = 3600
_MINUTE: Final = 60
_DAY: Final = timedelta(days=1)
_DAYS_SAID_IN_DAYS: Final = 21
_QUARTERS: Final = {0: "", 15: "¼", 30: "½", 45: "¾"}
"""Seconds over whole minutes, as people say them."""


def local(moment: datetime) -> datetime:
    """The same moment on a UK clock.

    Raises:
        ValueError: the moment has no time zone, so nobody can say when it is.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be said: make it aware where it is read.")
    return moment.astimezone(UK)


def clock_time(moment: datetime) -> str:
    """The time on a UK clock: "9:32am", "2pm", "midday"; of a time that comes twice, which one.

    On the last Sunday of October the hour from 1am comes twice: "1:30am, before the clocks go back".
    """
    here = local(moment)
    if here.minute == 0 and here.hour in {0, 12}:
        return "midday" if here.hour else "midnight"
    hour = here.hour % 12 or 12
    minutes = f":{here.minute:02d}" if here.minute else ""
    return f"{hour}{minutes}{'am' if here.hour < 12 else 'pm'}{_which_of_two(here)}"  # noqa: PLR2004 - noon


def date(moment: datetime) -> str:
    """The date in full: "4 June 2026"."""
    here = local(moment)
    return f"{here.day} {here:%B %Y}"


def day(moment: datetime, *, at: datetime) -> str:
    """The day: "today", "tomorrow", "yesterday", else "Thursday 4 June 2026"."""
    here = local(moment)
    away = (here.date() - local(at).date()).days
    return {0: "today", 1: "tomorrow", -1: "yesterday"}.get(away, f"{here:%A} {date(moment)}")


def day_and_time(moment: datetime, *, at: datetime) -> str:
    """Day and time: "today at 2pm", "Thursday 4 June 2026 at 9:30am"."""
    return f"{day(moment, at=at)} at {clock_time(moment)}"


def date_and_time(moment: datetime) -> str:
    """Date and time in full, true whenever it is read: "Thursday 4 June 2026 at 9:30am"."""
    return f"{local(moment):%A} {date(moment)} at {clock_time(moment)}"


def distance(moment: datetime, *, at: datetime) -> str:
    """How far away, rounded as people round: "in 40 minutes", "3 days ago", "now".

    From 24 hours on, days are counted as on a calendar: from Monday evening, Wednesday morning is "in 2 days".
    """
    seconds = (moment - at).total_seconds()
    if abs(seconds) < _MINUTE:
        return "now"
    days = abs((local(moment).date() - local(at).date()).days)
    said = _rounded(timedelta(seconds=abs(seconds)), days)
    return f"in {said}" if seconds > 0 else f"{said} ago"


def length(seconds: int) -> str:
    """A planned length in minutes, and quarters of them: "6 minutes", "4½ minutes", "1 minute 10 seconds".

    Args:
        seconds: zero or more.
    """
    whole, rest = divmod(seconds, _MINUTE)
    if rest in _QUARTERS:
        number = f"{whole or ''}{_QUARTERS[rest]}" or "0"
        return f"{number} minute{'' if 0 < seconds <= _MINUTE else 's'}"
    return f"{counted(whole, 'minute')} {counted(rest, 'second')}" if whole else counted(rest, "second")


def stopwatch(span: timedelta) -> str:
    """A time that runs or ran, as a stopwatch shows it: "0:00", "9:00", "66:30"."""
    minutes, seconds = divmod(max(int(span.total_seconds()), 0), _MINUTE)
    return f"{minutes}:{seconds:02d}"


def share(rate: float) -> str:
    """A share with one decimal: "15.0%"."""
    return f"{rate:.1%}"


def between(shortest: int, longest: int) -> str:
    """A length from one to the other, both in seconds: "54 to 66 minutes"."""
    return f"{length(shortest).removesuffix(' minutes')} to {length(longest)}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 question", "12 questions", "0 minutes", "2 entries"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def capitalised(words: str) -> str:
    """The words with their first letter raised, the rest as it is: "Today at 2pm"."""
    return words[:1].upper() + words[1:]


def with_strokes_apart(words: str) -> str:
    """A title with a space on both sides of every stroke: "Ownership / Responsibility"."""
    return " / ".join(part.strip() for part in words.split("/"))


def coin(log2_probability: float) -> str:
    """A chance in tosses of a coin: "52 heads in a row".

    Args:
        log2_probability: the binary logarithm of the probability; zero or less.
    """
    return f"{round(-log2_probability)} heads in a row"


def spaced(digest: str) -> str:
    """A digest in groups of eight, so that two people can compare it aloud."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _which_of_two(here: datetime) -> str:
    """Which of the two, where the clocks show the same time twice; empty on every other time."""
    if here.utcoffset() == here.replace(fold=1 - here.fold).utcoffset():
        return ""
    return ", after the clocks go back" if here.fold else ", before the clocks go back"


def _rounded(span: timedelta, days: int) -> str:
    """A span in words; `days` is how many midnights lie in it."""
    if span.days >= _DAYS_SAID_IN_DAYS:
        return counted(round(span.days / 7), "week")
    if span >= _DAY and days:
        return counted(days, "day")
    if span.total_seconds() >= 2 * _HOUR:
        return counted(round(span.total_seconds() / _HOUR), "hour")
    hours, minutes = divmod(round(span.total_seconds() / _MINUTE), 60)
    return " ".join(counted(number, noun) for number, noun in ((hours, "hour"), (minutes, "minute")) if number)
