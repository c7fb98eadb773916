"""`qbank people`: who may sign in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from qbank.domain.people import COMMAND_LINE
from qbank.services import one_time_codes, passwords, people, second_factors, sign_ins
from qbank.services.second_factors import SecretCipher
from qbank.settings import Settings
from qbank.storage import db, units
from qbank.storage.models import AuditEntry, SignIn
from qbank.storage.models.sign_ins import RecoveryCode, SecondFactor
from qbank.storage.queries import people as known
from tests.cli.a_terminal import refused
from tests.services.a_bank import NOW, opened, the_plan_version

GRACE = "grace@example.org"
GOOD = "a tall grey heron waits"


@pytest.fixture
def store_of(bank):  # noqa: ARG001 - the database that the command works on
    """A function that looks into the command's database."""
    engine = db.engine(Settings.from_environ().database)

    def look(work):
        with units.read_unit(engine) as store:
            return work(store)

    look.engine = engine
    yield look
    engine.dispose()


@pytest.fixture
def typed(monkeypatch):
    """What is typed, unseen, at the prompts."""

    def answers(*words):
        left = list(words)
        monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: left.pop(0))

    return answers


def added(qbank, *more):
    return qbank("people", "add", GRACE, "--name", "Grace Mensah", "--role", "author", *more)


def password_of(store):
    return known.by_email(store, GRACE).password


def shown(said):
    return re.search(r"shown this once: (\S+)", said.out)[1]


def test_a_new_person_gets_a_password_that_is_shown_once_and_right(bank, store_of):
    said = added(bank)

    assert said.code == 0
    assert passwords.is_right(shown(said), store_of(password_of))
    assert "Grace Mensah" in bank("people", "list").out


def test_a_password_that_is_typed_is_never_echoed(bank, store_of, typed):
    typed(GOOD, GOOD)

    said = added(bank, "--ask")

    assert said.code == 0, said
    assert "heron" not in said.words
    assert passwords.is_right(GOOD, store_of(password_of))


@pytest.mark.parametrize("bad", ["too little", "passwordpassword", "Grace Mensah", "grace@example.org"])
def test_a_bad_password_is_refused_in_a_sentence_and_nobody_is_added(bank, store_of, typed, bad):
    typed(bad, bad)

    said = added(bank, "--ask")

    assert said.code == 2
    assert "The password" in said.err
    assert bad not in said.words
    assert store_of(lambda store: known.by_email(store, GRACE)) is None


def test_a_new_password_ends_every_sign_in_and_signing_out_does_too(bank, store_of):
    before = shown(added(bank))
    for command in ("password", "sign-out"):
        with units.write_unit(store_of.engine) as store:
            sign_ins.begin(store, known.by_email(store, GRACE).actor, at=NOW)

        assert bank("people", command, GRACE).code == 0
        assert store_of(lambda store: [one.ended_at for one in store.query(SignIn) if one.ended_at is None]) == []

    assert not passwords.is_right(before, store_of(password_of))


def test_roles_are_replaced_and_the_audit_trail_says_by_whom_and_how(bank, store_of):
    added(bank)

    said = bank("people", "roles", GRACE, "--role", "assessor", "--role", "approver")

    last = store_of(lambda store: store.query(AuditEntry).order_by(AuditEntry.seq.desc()).first())
    assert said.out == "Roles now: approver, assessor.\n"
    assert {str(role) for role in store_of(lambda store: known.by_email(store, GRACE).actor.roles)} == {
        "approver",
        "assessor",
    }
    assert (last.act, last.actor) == ("roles changed", "command line")
    assert last.facts == '{"granted":["approver","assessor"],"withdrawn":["author"]}'


def test_what_cannot_be_is_refused_with_what_helps(bank):
    added(bank)

    refused(bank("people", "add", "x@example.org", "--name", "X", "--role", "king"), "no role 'king'", "assessor")
    refused(bank("people", "add", "grace", "--name", "X", "--role", "author"), "is no e-mail address")
    refused(added(bank), "has this e-mail address already")
    refused(bank("people", "password", "nobody@example.org"), "Nobody has this e-mail address", "qbank people list")


def test_a_lost_phone_is_helped_by_a_reset_that_the_audit_trail_tells_of(bank, store_of):
    added(bank)
    with units.write_unit(store_of.engine) as store:
        grace, cipher = known.by_email(store, GRACE), SecretCipher.from_secret("any")
        second_factors.enrol(store, grace, one_time_codes.new_secret(), 1, cipher=cipher, at=NOW)
        sign_ins.begin(store, grace.actor, at=NOW)

    said = bank("people", "reset-second-factor", GRACE)

    assert said.out == "Grace Mensah has no second factor now and is signed out everywhere.\n"
    assert store_of(lambda store: [store.query(one).count() for one in (SecondFactor, RecoveryCode)]) == [0, 0]
    assert store_of(lambda store: [one.ended_because for one in store.query(SignIn)]) == ["second factor changed"]
    last = store_of(lambda store: store.query(AuditEntry).order_by(AuditEntry.seq.desc()).first())
    assert (last.act, last.actor) == ("second factor reset", "command line")
    refused(bank("people", "reset-second-factor", GRACE), "has no second factor")


def test_apprentices_whose_time_has_come_are_shown_and_erased_only_when_really_asked(bank, tmp_path):
    register_an_apprentice(tmp_path)

    early, shown = bank("people", "erase-apprentices"), bank("people", "erase-apprentices", "--older-than", "1")
    bank("people", "hold", "AP-0001", "--because", "an appeal")
    held = bank("people", "erase-apprentices", "--older-than", "1", "--really")
    let_go = bank("people", "let-go", "AP-0001")
    erased = bank("people", "erase-apprentices", "--older-than", "1", "--really")
    again = bank("people", "hold", "AP-0001", "--because", "too late")

    assert early.out == "Nobody's data is older than 6 years.\n"
    assert "Somebody Old" in shown.out
    assert "To erase the data of these 1: the same with --really." in shown.out
    assert "“an appeal”" in held.out
    assert "Erased: the data of 0." in held.out
    assert let_go.code == 0
    assert "Erased: the data of 1." in erased.out
    refused(again, "Nothing is kept of AP-0001")


def register_an_apprentice(folder) -> None:
    at = datetime.now(UTC) - timedelta(days=800)
    with opened(f"sqlite:///{folder / 'data' / 'qbank.db'}") as engine, units.write_unit(engine) as store:
        people.register(
            store,
            reference="AP-0001",
            name="Somebody Old",
            plan_version=the_plan_version(store),
            employer=people.employer(store, "Employer A"),
            provider=people.provider(store, "Provider A"),
            by=COMMAND_LINE,
            at=at,
        )
