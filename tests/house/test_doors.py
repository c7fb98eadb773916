"""Who gets through which door: every route × every role and nobody × own, another's and nobody's object.

`DOORS` says what is expected; a route that is not in it fails with a sentence, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from qbank.domain.access import Role
from qbank.services.pairing import standing_pairs
from qbank.storage.models import (
    AssessmentSession,
    DrawPlanRow,
    Person,
    Question,
    QuestionSet,
    SpecificationRow,
    WorkingDraft,
)
from qbank.storage.queries import writing
from qbank.storage.queries.assessments import standing_decisions
from qbank.storage.queries.review_lists import tasks
from qbank.web.transaction import reading, transaction
from tests.an_example import MORNING, STANDARD, Example, opened
from tests.house.an_observation import OBSERVATION, standard_sets_of_an_observation
from tests.house.the_doors import ANOTHERS, DOORS, FORBIDDEN, MOVED, NOBODYS, NOT_FOUND, OWN, PEOPLE, STRANGER, Door
from tests.page import Client
from tests.web.a_canary import may_be_kept

SIGNED_IN_ALREADY = {("GET", "/sign-in"), ("POST", "/sign-in")}
ENDS_THE_SIGN_IN = frozenset({"/sign-out", "/account/sign-out-everywhere"})
TELLS_NOTHING = frozenset({"copy"})  # whether there is a copy of that mark is told to nobody
BELONGS_TO_SOMEBODY = frozenset({"session", "drawn session"})


def cells() -> Iterator[Any]:
    """Every cell of the table, as a test of its own."""
    for (method, rule), door in DOORS.items():
        whose = [OWN, NOBODYS] if door.holds and door.holds not in TELLS_NOTHING else [OWN]
        for who in (STRANGER, *PEOPLE):
            for one in [*whose, ANOTHERS] if door.holds in BELONGS_TO_SOMEBODY else whose:
                yield pytest.param(method, rule, who, one, id=f"{method} {rule} by {who} of {one}")


def expected(door: Door, who: str, whose: str) -> int:
    """Strangers are sent to sign in, other people's objects do not exist, a role without the permission is told so."""
    if door.opens_to is None:
        return door.answer if whose == OWN else NOT_FOUND
    if who == STRANGER:
        return MOVED
    if who not in door.opens_to:
        return FORBIDDEN
    return door.answer if whose == OWN else NOT_FOUND


@pytest.fixture(scope="module")
def house(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with opened(example, tmp_path_factory.mktemp("doors")) as app:
        yield app


class Visitors:
    """Everybody of the table, signed in once, each with the token of their own."""

    def __init__(self, house: Flask, example: Example) -> None:
        self.house, self.example = house, example
        self.known: dict[str, Client] = {}
        self.seals: dict[Client, str] = {}

    def __call__(self, who: str) -> Client:
        if who not in self.known:
            self.known[who] = Client(self.house) if who == STRANGER else self.example.client(self.house, who)
        return self.known[who]

    def seal(self, client: Client) -> str:
        """The token that a post of this visitor carries."""
        if client not in self.seals:
            page = client.get("/sign-in") if client.http.get("/").status_code == MOVED else client.get("/")
            hidden = (one for one in page.tree.iter("input") if one.get("name") == "csrf_token")
            self.seals[client] = next(hidden).get("value")
        return self.seals[client]

    def knock(self, client: Client, method: str, path: str) -> TestResponse:
        """The answer itself, redirects not followed; a post carries the visitor's own token."""
        if method == "GET":
            return client.http.get(path, buffered=True)  # a file is closed once read
        return client.http.post(path, data={"csrf_token": self.seal(client)})


@pytest.fixture(scope="module")
def visitor(house: Flask, example: Example) -> Visitors:
    return Visitors(house, example)


FIXED = {
    ("file", OWN): {"filename": "css/qbank.css"},
    ("file", NOBODYS): {"filename": "css/no-such.css"},
    ("copy", OWN): {"mark": "2222-2222"},
    ("", OWN): {},
}
"""What is put into an address whatever the example holds."""


@pytest.fixture(scope="module")
def addresses(house: Flask) -> dict[tuple[str, str], dict[str, str]]:
    """What to put into an address, by what it holds and whose that is."""
    with house.app_context(), reading() as store:
        mine, drawn = session_of(store, "assessor", drawn=False), session_of(store, "assessor", drawn=True)
        others = session_of(store, "second.assessor", drawn=True)
        awaiting = session_awaiting_moderation(store)
        plan = store.scalars(
            sa.select(DrawPlanRow.digest).join(SpecificationRow).where(SpecificationRow.method == "interview")
        ).first()
        project = store.scalars(
            sa.select(AssessmentSession.public_id).where(AssessmentSession.method == "interview").limit(1)
        ).one()
        written = store.scalars(sa.select(WorkingDraft.public_id).where(WorkingDraft.question_id.is_(None))).one()
        revision = tasks(store)[0]
        awaiting_question = writing.queue(store)[0].reference
        kind, *pair = a_pair(store)
        live = store.scalars(sa.select(Question.reference).order_by(Question.reference.desc()).limit(1)).one()
    with house.app_context():
        family, reference = transaction(standard_sets_of_an_observation)
    nobodys = {"public_id": "A" * len(mine)}
    return FIXED | {
        ("session", OWN): {"public_id": mine},
        ("session", ANOTHERS): {"public_id": others},
        ("session", NOBODYS): nobodys,
        ("drawn session", OWN): {"public_id": drawn, "position": "1"},
        ("drawn session", ANOTHERS): {"public_id": others, "position": "1"},
        ("drawn session", NOBODYS): nobodys | {"position": "1"},
        ("question", OWN): {"reference": live, "number": "1"},
        ("question", NOBODYS): {"reference": "Q-9999", "number": "1"},
        ("act", OWN): {"name": "rest"},
        ("act", NOBODYS): {"name": "burn"},
        ("pair", OWN): dict(zip(("reference", "other"), pair, strict=True)) | {"name": kind},
        ("pair", NOBODYS): {"reference": pair[0], "other": pair[0], "name": kind},
        ("draft", OWN): {"public_id": written, "remark": "99999"},
        ("draft", NOBODYS): nobodys | {"remark": "1"},
        ("awaiting", OWN): {"reference": awaiting_question},
        ("awaiting", NOBODYS): {"reference": "Q-9999"},
        ("standard", OWN): {"code": STANDARD},
        ("standard", NOBODYS): {"code": "no-such-standard-9"},
        ("decision", OWN): {"public_id": awaiting},
        ("decision", NOBODYS): nobodys,
        ("booking", OWN): {"public_id": others},
        ("booking", NOBODYS): nobodys,
        ("project", OWN): {"public_id": project},
        ("project", NOBODYS): nobodys,
        ("method", OWN): {"standard": STANDARD, "method": "interview", "number": "1"},
        ("method", NOBODYS): {"standard": STANDARD, "method": "no-such-method", "number": "1"},
        ("observation", OWN): OBSERVATION,
        ("observation", NOBODYS): {"standard": STANDARD, "method": "interview"},
        ("family", OWN): OBSERVATION | {"family_id": family, "number": "1", "reference": reference},
        ("family", NOBODYS): OBSERVATION | {"family_id": "99", "number": "1", "reference": reference},
        ("review", OWN): {"reference": revision.review, "question": revision.reference},
        ("review", NOBODYS): {"reference": "RV-9999", "question": "Q-0001"},
        ("plan", OWN): {"standard": STANDARD, "method": "interview", "digest": plan},
        ("plan", NOBODYS): {"standard": STANDARD, "method": "interview", "digest": "0" * 64},
        ("void", OWN): {"number": "1"},
        ("void", NOBODYS): {"number": "99"},
        ("job", OWN): dict.fromkeys(("reference", "token", "public_id"), "nobody-asked-for-it"),
        ("job", NOBODYS): dict.fromkeys(("reference", "token", "public_id"), "nobody-asked-for-it"),
    }


def a_pair(store: Any) -> tuple[str, str, str]:
    """Its kind, and the references of its two questions."""
    kind, *keys = next(iter(standing_pairs(store)))
    return (kind, *(store.get_one(Question, key).reference for key in keys))


def session_of(store: Any, who: str, *, drawn: bool) -> str:
    """The public id of the person's latest session that is drawn, or is not, and has its window open."""
    has_set = sa.exists().where(QuestionSet.attempt_id == AssessmentSession.attempt_id)
    found = store.scalar(
        sa.select(AssessmentSession.public_id)
        .join(Person, Person.id == AssessmentSession.assessor_id)
        .where(Person.email == f"{who}@example.org", has_set if drawn else ~has_set)
        .order_by(AssessmentSession.starts_at.desc())
        .limit(1)
    )
    assert found is not None, f"The example has no such session of {who} around {MORNING}."
    return found


def session_awaiting_moderation(store: Any) -> str:
    """The public id of the session whose decision the example leaves to be moderated."""
    decided = [each for each in standing_decisions(store, confirmed=False) if each.standing == "awaiting moderation"]
    return store.get_one(AssessmentSession, decided[0].session_id).public_id


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_its_line_in_the_table_of_doors(house):
    unlisted = sorted(routes(house) - set(DOORS))

    assert unlisted == [], "Say in DOORS who may open these, what they answer and whose object they hold."


def test_the_table_of_doors_lists_no_route_that_is_gone(house):
    assert sorted(set(DOORS) - routes(house)) == []


def test_every_role_has_somebody_in_the_table():
    assert set(PEOPLE.values()) == set(Role)


@pytest.mark.parametrize(("method", "rule", "who", "whose"), list(cells()))
def test_a_door_opens_to_those_it_should(house, visitor, addresses, example, method, rule, who, whose):
    door = DOORS[method, rule]
    client = example.client(house, who) if rule in ENDS_THE_SIGN_IN and who != STRANGER else visitor(who)
    path = (
        rule.replace("path:", "")
        .replace("int:", "")
        .replace("<", "{")
        .replace(">", "}")
        .format(**addresses[door.holds, whose])
    )

    answer = visitor.knock(client, method, path)
    if rule in ENDS_THE_SIGN_IN:
        visitor.known.pop(who, None)

    signed_in_already = (method, rule) in SIGNED_IN_ALREADY and who != STRANGER
    assert answer.status_code == (MOVED if signed_in_already else expected(door, who, whose))
    assert may_be_kept(answer) == (door.holds == "file" and whose == OWN), "L10: nothing but our own files is kept."


def test_the_judge_of_what_may_be_kept_sees_an_answer_that_says_so(house, monkeypatch):
    def loosen(answer):
        answer.headers["Cache-Control"] = "private, max-age=60"
        return answer

    monkeypatch.setitem(house.after_request_funcs, None, [loosen, *house.after_request_funcs[None]])

    assert may_be_kept(house.test_client().get("/sign-in"))


def test_anothers_session_and_no_session_cannot_be_told_apart(visitor, addresses):
    client = visitor("assessor")

    anothers = client.get(f"/sessions/{addresses['session', ANOTHERS]['public_id']}")
    nobodys = client.get(f"/sessions/{addresses['session', NOBODYS]['public_id']}")

    assert (anothers.status, anothers.main) == (nobodys.status, nobodys.main)


def test_signing_out_by_following_a_link_is_not_possible(visitor):
    assert visitor("author").http.get("/sign-out").status_code in {404, 405}
