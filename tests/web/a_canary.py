"""Canaries: words that stand nowhere else, put into everything confidential; and what was seen of them where."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.domain.questions import BankQuestion
from qbank.services import passwords, people, seeding, starter
from qbank.services.seeds import SeedCipher
from qbank.settings import Settings
from qbank.storage import db, migrating, units
from tests.documents.a_reader import Reader
from tests.web.an_organisation import NOW, STANDARD, adopt, book_session

WORDS = frozenset({"quixostem", "quixoprobe", "quixoguidance", "quixopass", "quixodistinction"})
APPRENTICE, PASSWORD, NAME, EMAIL = "quixoapprentice", "quixosecret", "quixoname", "quixomail"
EVERY = WORDS | {APPRENTICE, PASSWORD, NAME, EMAIL}
SECRET = f"{PASSWORD} heron plinth"
PEOPLE = {
    "assessor": (f"Grace {NAME}", f"{EMAIL}@example.org", Role.ASSESSOR),
    "other": ("Tom Okafor", "tom@example.org", Role.ASSESSOR),
    **{
        str(role): (str(role).title(), f"{role.name.lower()}@example.org", role)
        for role in Role
        if role is not Role.ASSESSOR
    },
}


@dataclass(frozen=True, slots=True)
class Sight:
    """A canary and where it was seen: in "body", "headers", "cookie", "address", "log", "audit" or "terminal".

    In "what may be kept" it was seen where a browser, or something between, may keep the answer.
    """

    canary: str
    channel: str
    what: str
    who: str


def sights(text: str, *, channel: str, what: str, who: str = "") -> Iterator[Sight]:
    """Every canary in the text, in whatever case."""
    lower = text.lower()
    return (Sight(canary, channel, what, who) for canary in sorted(EVERY) if canary in lower)


def sights_of(answer: TestResponse, *, what: str, who: str) -> Iterator[Sight]:
    """Every canary in an answer: its body, its headers, its cookies unpacked, and the address it came from."""
    yield from sights(words_of(answer), channel="body", what=what, who=who)
    if may_be_kept(answer):
        yield from sights(words_of(answer), channel="what may be kept", what=what, who=who)
    yield from sights(str(answer.headers), channel="headers", what=what, who=who)
    yield from sights(answer.request.full_path, channel="address", what=what, who=who)
    for cookie in answer.headers.getlist("Set-Cookie"):
        yield from sights(unpacked(cookie.partition("=")[2].partition(";")[0]), channel="cookie", what=what, who=who)


def may_be_kept(answer: TestResponse) -> bool:
    """Whether the answer lets a browser, or something between, keep it."""
    return answer.headers.get("Cache-Control") != "no-store"


def words_of(answer: TestResponse) -> str:
    """The words of an answer: of a PDF as it is read, of a workbook or another archive those of every file in it."""
    if answer.mimetype == "application/pdf":
        return Reader(answer.data).text()
    if answer.data.startswith(b"PK"):
        with ZipFile(BytesIO(answer.data)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    return answer.text


def unpacked(cookie: str) -> str:
    """What Flask's signed cookie holds: base64, and deflated when it begins with a dot."""
    payload = cookie.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return (zlib.decompress(raw) if cookie.startswith(".") else raw).decode(errors="replace")


def marked(questions: Iterable[BankQuestion]) -> list[BankQuestion]:
    """The same questions with a canary in each of their texts."""
    return [
        replace(
            one,
            content=replace(
                one.content,
                stem=f"{one.content.stem} Quixostem?",
                probes=(*one.content.probes[:-1], "And the quixoprobe?"),
                guidance=f"{one.content.guidance} Quixoguidance.",
                pass_evidence=f"{one.content.pass_evidence} Quixopass.",
                distinction_evidence=f"{one.content.distinction_evidence} Quixodistinction.",
            ),
        )
        for one in questions
    ]


def make(settings: Settings) -> None:
    """An organisation whose questions, people, passwords and apprentice all bear canaries."""
    migrating.upgrade(settings.database)
    engine = db.engine(settings.database)
    kept = passwords.hashed(SECRET)
    with units.write_unit(engine) as store:
        _fill(store, kept, SeedCipher.from_secret(settings.seed_key.get_secret_value()))
    engine.dispose()


def _fill(store: Session, kept: passwords.HashedPassword, cipher: SeedCipher) -> None:
    plan = starter.starter_plan(STANDARD)
    row = seeding.load_standard(store, plan, by=COMMAND_LINE, at=NOW)
    seeding.load_questions(store, plan, marked(starter.starter_questions(STANDARD)), by=COMMAND_LINE, at=NOW)
    adopt(store, row, "interview")
    staff = [
        people.create(store, name=name, email=email, password=kept, roles=[role], by=COMMAND_LINE, at=NOW)
        for name, email, role in PEOPLE.values()
    ]
    book_session(store, row, 1, f"Amira {APPRENTICE}", staff[0], NOW, cipher)
