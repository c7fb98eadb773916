"""L10: question text, names and passwords leave by no side door.

Canaries stand in every confidential text; the application is driven through its pages, refusals, accidents, logs, audit
trail and commands; then whatever was seen is held against the few places where it may show.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import structlog
from click.testing import CliRunner

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry, QuestionVersion
from qbank.web import gate, transaction
from tests.page import Client
from tests.web import a_canary, an_organisation
from tests.web.a_canary import APPRENTICE, EMAIL, NAME, PASSWORD, PEOPLE, SECRET, WORDS, Sight, sights, sights_of

SET_AND_PACK = {"assessing.question_set", "assessing.pack", "assessing.pack_pdf", "live.index"}
FINISH = {"finishing.finish", "finishing.save", "finishing.check", "finishing.submit", "finishing.result"}
PREPARE = {"preparing.prepare", "preparing.declaration", "preparing.check"}
OWN_SESSION = (
    SET_AND_PACK
    | FINISH
    | PREPARE
    | {"home.index", "sessions.index", "sessions.session", "sessions.pull", "reporting.report"}
)
READS_QUESTIONS = {"author", "approver", "bank manager"}
LISTS_PEOPLE = {"qbank people list"}


def may_be_seen(seen: Sight) -> bool:
    """Question text in the set and the pack, an apprentice on their assessor's pages, people on their own.

    Whoever books sees whom for whom; whoever moderates sees whose decisions.
    """
    books = (
        seen.channel == "body"
        and seen.who == "bank manager"
        and seen.what.startswith(("bookings.", "arranging.", "competences.", "retention."))
    )
    own = seen.channel == "body" and seen.who == "assessor"
    if seen.canary in WORDS:
        pages = (
            "questions.",
            "authoring.",
            "approval.",
            "quick.",
            "keeping.",
            "pairing.",
            "importing.",
            "exporting.",
            "leaks.",
        )
        of_the_bank = seen.what.startswith(pages)
        reads = seen.channel == "body" and seen.who in READS_QUESTIONS and of_the_bank
        return reads or (own and seen.what in SET_AND_PACK)
    if seen.canary == APPRENTICE:
        return books or (own and seen.what in OWN_SESSION)
    if seen.canary in {NAME, EMAIL}:
        typed_here = seen.canary == EMAIL and seen.channel == "body" and seen.what == "security.login"
        who_acted = seen.channel == "body" and seen.what in {"audit.index", "audit.met"} and seen.canary == NAME
        moderates = seen.channel == "body" and seen.what.startswith("quality.") and seen.canary == NAME
        return (
            own
            or books
            or moderates
            or typed_here
            or who_acted
            or (seen.channel == "terminal" and seen.what in LISTS_PEOPLE)
        )
    return False


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made_with = an_organisation.settings(tmp_path_factory.mktemp("canary"))
    a_canary.make(made_with)
    return made_with


@pytest.fixture(scope="module")
def house(place):
    """The application, and two views that break with question text in their hands."""
    app = create_app(place, now=lambda: an_organisation.NOW, doing=Doing.ELSEWHERE)
    for name, view in {"breaks": breaks, "database-breaks": database_breaks}.items():
        app.add_url_rule(f"/{name}", name, gate.public(view))
    yield app
    with app.app_context():
        transaction.engine().dispose()


def breaks():
    raise RuntimeError(f"Quixostem, {SECRET}, {APPRENTICE}")


def database_breaks():
    """An insert that breaks a rule, with a stem among its values."""
    with transaction.engine().begin() as connection:
        row = dict(connection.execute(sa.select(QuestionVersion.__table__).limit(1)).mappings().one())
        connection.execute(sa.insert(QuestionVersion.__table__).values(**row))


def walk(app, who: str) -> Iterator[Sight]:
    """Every address of the map as this person, by GET and by POST with and without the form's seal."""
    client = Client(app)
    email = PEOPLE[who][1] if who in PEOPLE else "nobody@example.org"
    for typed in ("wrong password", SECRET) if who in PEOPLE else ("wrong password",):
        page = client.sign_in(email, typed)
        yield from sights_of(
            page.response, what="security.login" if page.heading == "Sign in" else "home.index", who=who
        )
    public_id = the_session(app)
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.endpoint in ENDS):
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: NAMED.get(found[1], public_id), rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield from knock(client, method, path, what=rule.endpoint, who=who)
    for path in ("/no-such-page", f"/sessions/{'A' * 22}", "/standards/none-9", "/?page=%00&x=%ff"):
        yield from knock(client, "GET", path, what="refusal", who=who)


def the_session(app) -> str:
    with app.app_context(), units.read_unit(transaction.engine()) as store:
        return store.scalars(sa.select(AssessmentSession.public_id)).one()


ENDS = {"security.logout", "account.sign_out_everywhere"}


NAMED = {
    "filename": "css/qbank.css",
    "code": an_organisation.STANDARD,
    "standard": an_organisation.STANDARD,
    "method": "interview",
    "digest": "0" * 64,
    "reference": "Q-0001",
    "number": "1",
    "name": "rest",
    "other": "Q-0002",
}
"""What stands in an address for each name in the map; a session where none is given here."""


def knock(client: Client, method: str, path: str, *, what: str, who: str) -> Iterator[Sight]:
    sealed = {"csrf_token": seal(client), "old": SECRET, "new": f"{SECRET} anew", "email": "x", "password": SECRET}
    for data in ({}, sealed) if method == "POST" else (None,):
        answer = client.http.open(path, method=method, data=data, buffered=True)
        yield from sights_of(answer, what=what, who=who)


def seal(client: Client) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.http.get("/sign-in", follow_redirects=True).text)
    return found[1] if found else ""


def everything(app, caplog) -> list[Sight]:
    """All that is seen of canaries by driving the application as everybody, its logs and audit trail included."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logged:
        seen = [sight for who in ("stranger", "other", *PEOPLE) for sight in walk(app, who)]
    seen += sights(str(logged), channel="log", what="structlog")
    seen += sights(caplog.text, channel="log", what="logging")
    with app.app_context(), units.read_unit(transaction.engine()) as store:
        for entry in store.execute(sa.select(AuditEntry.__table__)).mappings():
            seen += sights(str(dict(entry)), channel="audit", what=entry["act"])
    return seen


@pytest.fixture(scope="module")
def seen(house):
    """What the drive showed: once, for the tests below."""
    handler = Kept()
    logging.getLogger().addHandler(handler)
    found = everything(house, handler)
    logging.getLogger().removeHandler(handler)
    return found


class Kept(logging.Handler):
    """Everything that any library logs."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))

    def set_level(self, level):
        logging.getLogger().setLevel(level)

    @property
    def text(self):
        return "\n".join(self.lines)


def leaks(seen: list[Sight]) -> list[Sight]:
    return sorted({one for one in seen if not may_be_seen(one)}, key=str)


def test_L10_canaries_show_only_where_they_may(seen):
    assert leaks(seen) == []


def test_the_drive_went_where_the_canaries_are(seen):
    """Else the test above would pass by looking away."""
    shown = {(one.canary, one.what) for one in seen}

    assert {word for word, what in shown if what in SET_AND_PACK} >= WORDS
    assert {word for word, what in shown if what == "questions.question"} >= WORDS
    assert (APPRENTICE, "sessions.session") in shown
    assert (NAME, "account.index") in shown
    assert (NAME, "audit.met") in shown
    assert (EMAIL, "security.login") in shown


def says_what_happened(error):
    return str(error), 500


def test_the_judge_notices_an_error_page_that_says_what_happened(place):
    app = create_app(place, now=lambda: an_organisation.NOW)
    app.add_url_rule("/breaks", "breaks", gate.public(breaks))
    app.register_error_handler(Exception, says_what_happened)

    found = leaks(list(knock(Client(app), "GET", "/breaks", what="breaks", who="stranger")))

    assert {one.canary for one in found} == {"quixostem", PASSWORD, APPRENTICE}
    with app.app_context():
        transaction.engine().dispose()


def test_the_judge_notices_a_log_an_address_and_a_cookie_that_tell(house):
    with house.test_request_context():
        cookie = house.session_interface.get_signing_serializer(house).dumps({"draft": "the quixostem " * 40})
    told = [
        *sights("event='saved' stem='The Quixostem?'", channel="log", what="structlog"),
        *sights("/search?q=quixoguidance", channel="address", what="search", who="assessor"),
        *sights(a_canary.unpacked(cookie), channel="cookie", what="draft", who="assessor"),
    ]

    assert [one.channel for one in leaks(told)] == ["address", "cookie", "log"]


@pytest.mark.usefixtures("seen")
def test_the_judge_notices_a_page_that_may_be_kept_although_its_reader_may_see_it(house, monkeypatch):
    def loosen(answer):
        answer.headers["Cache-Control"] = "private, max-age=60"
        return answer

    monkeypatch.setitem(house.after_request_funcs, None, [loosen, *house.after_request_funcs[None]])
    author = Client(house)
    author.enter(PEOPLE["author"][1], f"{SECRET} anew")  # the drive has changed it

    found = leaks(list(knock(author, "GET", "/questions", what="questions.index", who="author")))

    assert {(one.canary, one.channel) for one in found} == {("quixostem", "what may be kept")}


@pytest.mark.parametrize(
    "arguments",
    [
        ("people", "list"),
        ("people", "add", "tom@example.org", "--name", "Tom", "--role", "author"),
        ("people", "password", "nobody@example.org"),
        ("db", "check"),
        ("audit", "verify"),
        ("draw", "verify"),
        ("draw", "--session", "AS-99999"),
        ("draw", "--standard", "none-9", "--method", "interview"),
    ],
)
def test_L10_commands_tell_no_question_and_no_password(place, arguments):
    from qbank.cli import qbank

    environment = {
        "QBANK_DATA_FOLDER": str(place.data_folder),
        "QBANK_CACHE_FOLDER": str(place.data_folder),
        "QBANK_DATABASE_URL": "",
    }
    done = CliRunner(env=environment).invoke(qbank, arguments)

    said = f"{done.output} {done.exception!s}"
    assert leaks(list(sights(said, channel="terminal", what=f"qbank {' '.join(arguments[:2])}"))) == []
