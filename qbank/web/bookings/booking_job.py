"""The job behind “Book them all”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import url_for
from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.faults import Faults
from qbank.domain.people import Actor
from qbank.jobs.queue import Standing, Tell, Work
from qbank.services.at_hand import open_engine
from qbank.services.booking_files import book_all, read_bookings
from qbank.services.seeds import SeedCipher
from qbank.settings import Settings
from qbank.storage import units
from qbank.web.clock import Clock
from qbank.web.typed_times import moment_typed

NAME: Final = "book the sessions of a file"


def work_of(settings: Settings, now: Clock) -> Work:
    """What the job does: its words are the file's name, its text, and the key of the person who asked."""

    def work(words: Mapping[str, str], tell: Tell) -> Mapping[str, str]:
        by, at = Actor(int(words["by"]), "", frozenset()), now()
        cipher = SeedCipher.from_secret(settings.seed_key.get_secret_value())
        rows = read_bookings(words["_text"].encode(), words["file"], moment_typed)

        def book(store: Session) -> tuple[str, ...]:
            return book_all(store, rows, words["file"], by=by, at=at, cipher=cipher, tell=tell)

        try:
            with open_engine(settings) as engine:
                booked = units.in_write_unit(engine, book)
        except Faults as faults:
            raise RuleBroken(
                "\n".join([NOTHING, *(f"Row {each.line}: {each.what} {each.remedy}" for each in faults.faults)])
            ) from None
        return {"count": str(len(booked))}

    return work


NOTHING: Final = "Nothing was booked. Correct these rows and send the file again:"


def address_of(standing: Standing) -> str:
    """The list of bookings, which says how many were added."""
    return url_for("bookings.index", booked=(standing.outcome or {})["count"])
