"""An offline copy's notes come back by its token or by upload, in any order and however often, and are kept once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.services import audit, offline, sealing
from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry, OfflineCopy, Person, SetView
from qbank.storage.queries import records
from qbank.storage.queries.sets import set_of
from tests.domain.an_entry import an_entry
from tests.services.a_bank import NOW, a_plan, a_session, pulled, the_person

MARK = "2345-6789"
PASSPHRASE = "plinth heron drizzle 40 acorns"  # noqa: S105 - of copies that tests make
SALT = b"s" * sealing.SALT_BYTES


@pytest.fixture
def session_id(bank):
    """A session whose set is drawn."""
    with units.write_unit(bank) as store:
        booked = a_session(store).id
    pulled(bank, booked)
    return booked


@pytest.fixture
def copy(bank, session_id):
    return made(bank, session_id)


def made(bank, session_id, *, mark=MARK, who="assessor"):
    with units.write_unit(bank) as store:
        session = store.get_one(AssessmentSession, session_id)
        copy = offline.planned(a_plan(), session.starts_at, mark=mark)
        drawn = set_of(store, session_id)
        offline.keep(store, session, drawn, copy, by=the_person(store, who).actor, at=NOW)
    return copy


def send(bank, copy, entries, *, at=NOW):
    with units.write_unit(bank) as store:
        return offline.send(store, copy.mark, copy.token, entries, at=at)


def upload(bank, session_id, entries, *, who="assessor", at=NOW):
    with units.write_unit(bank) as store:
        session = store.get_one(AssessmentSession, session_id)
        return offline.take_back(store, session, entries, by=the_person(store, who).actor, at=at)


def kept(bank, session_id):
    with units.read_unit(bank) as store:
        return [each.entry for each in records.kept_entries(store, session_id)]


def test_a_copy_is_on_record_as_an_exposure_with_its_mark_and_its_token_is_not(bank, copy):
    with units.read_unit(bank) as store:
        (row,) = store.scalars(sa.select(OfflineCopy))
        view = store.scalars(sa.select(SetView).order_by(SetView.id.desc())).first()
        acts = {entry.act: entry.facts for entry in store.scalars(sa.select(AuditEntry))}

    assert (view.how, view.copy_mark) == ("exported", MARK)
    assert MARK in acts["offline copy made"]
    assert copy.token not in json.dumps([row.token_hash, *acts.values()])
    assert len(copy.token) >= 43  # 256 bits
    with units.read_unit(bank) as store:
        assert audit.first_broken(store) is None


def test_nobody_makes_a_copy_of_anothers_set(bank, session_id):
    with pytest.raises(NotFound):
        made(bank, session_id, who="approver")


def test_what_a_copy_sends_is_kept_as_its_holders(bank, session_id, copy):
    entries = [an_entry("began", device=f"offline {MARK}"), an_entry("note", position=1)]

    done = send(bank, copy, entries)

    assert (done.new, done.refused) == (2, {})
    assert kept(bank, session_id) == entries


@pytest.mark.parametrize("fault", ["no such copy", "another token", "no token", "expired", "holder gone"])
def test_only_its_token_before_its_end_lets_a_copy_send_and_nobody_learns_which_failed(bank, session_id, copy, fault):
    at, used = NOW, copy
    if fault == "no such copy":
        used = replace(copy, mark="9999-9999")
    elif fault == "another token":
        used = replace(copy, token=copy.token[:-1] + ("A" if copy.token[-1] != "A" else "B"))
    elif fault == "no token":
        used = replace(copy, token="")
    elif fault == "expired":
        at = copy.sends_until
    else:
        with units.write_unit(bank) as store:
            store.get_one(Person, the_person(store, "assessor").id).active = False

    with pytest.raises(NotAllowed) as refused:
        send(bank, used, [an_entry("began")], at=at)

    assert str(refused.value) == (
        "This copy may not send notes, or not any more. Save them, and send the file on the session's page."
    )
    assert kept(bank, session_id) == []


def test_a_copys_questions_end_before_its_token_and_both_with_the_sets_window():
    plan = a_plan()
    starts_at = NOW + timedelta(hours=1)

    shown = offline.planned(replace(plan, offline_days=2), starts_at, mark=MARK)
    unset = offline.planned(replace(plan, offline_days=None), starts_at, mark=MARK)

    assert shown.opens_until == min(starts_at + timedelta(days=2), shown.sends_until)
    assert unset.opens_until == unset.sends_until == starts_at + timedelta(days=plan.close_days)
    assert shown.token != unset.token


def test_a_token_of_one_session_writes_into_no_other(bank, session_id, copy):
    (note,) = entries = [an_entry("note", position=1)]
    send(bank, copy, entries)

    assert [entry.entry for entry in kept(bank, session_id)] == [note.entry]
    with units.read_unit(bank) as store:
        others = store.scalars(sa.select(AssessmentSession.id).where(AssessmentSession.id != session_id)).all()
        assert [records.kept_entries(store, other) for other in others] == [() for _ in others]


ENTRIES = [an_entry("note", position=1, minutes=number, text=f"note {number}") for number in range(8)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from(range(8)), max_size=8)), max_size=6))
def test_however_entries_come_back_each_is_kept_once_and_none_is_lost(bank, session_id, copy, ways):
    """By token or upload, in any parts, any order, any number of times."""
    before = {entry.entry for entry in kept(bank, session_id)}
    for by_token, chosen in ways:
        entries = [ENTRIES[number] for number in chosen]
        done = send(bank, copy, entries) if by_token else upload(bank, session_id, entries)
        assert set(done.kept) == {entry.entry for entry in entries}

    found = [entry.entry for entry in kept(bank, session_id)]

    assert len(found) == len(set(found))
    assert set(found) == before | {ENTRIES[number].entry for _, chosen in ways for number in chosen}


def test_more_entries_than_one_batch_come_back_by_one_upload(bank, session_id):
    entries = [an_entry("note", position=1, minutes=number / 60) for number in range(501)]

    done = upload(bank, session_id, entries)

    assert (done.new, len(kept(bank, session_id))) == (501, 501)


def a_file(written, *, passphrase=PASSPHRASE, **other):
    sent = [entry.as_data() for entry in written]
    if passphrase is None:
        return json.dumps({"format": offline.FORMAT, "mark": MARK, "entries": sent} | other).encode()
    box = sealing.sealed(json.dumps(sent), sealing.keys_of(passphrase, SALT).notes, mark=MARK)
    whole = {"format": offline.FORMAT, "mark": MARK, "salt": sealing.in_base64(SALT), "rounds": sealing.ROUNDS}
    return json.dumps(whole | {"sealed": box} | other).encode()


@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
def test_a_notes_file_is_read_back_as_it_was_written_sealed_or_not(passphrase):
    entries = [an_entry("began"), an_entry("note", position=1, text="Ünïcode and “quotes”")]

    assert offline.read_notes(a_file(entries, passphrase=passphrase), PASSPHRASE) == entries


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        a_file([], passphrase=None, format="other"),
        a_file([], passphrase=None, entries={}),
        a_file([], passphrase=None, entries=[{"entry": "x"}]),
        a_file([], salt="%"),
        a_file([], salt=""),
        a_file([], rounds=1),
        a_file([], rounds=10**12),
        a_file([], sealed="x"),
        a_file([], mark="other"),
    ],
)
def test_what_is_no_notes_file_is_refused_in_a_sentence(data):
    with pytest.raises(RuleBroken) as refused:
        offline.read_notes(data, PASSPHRASE)

    assert refused.value.remedy


def test_a_sealed_file_needs_its_passphrase():
    with pytest.raises(RuleBroken, match="sealed"):
        offline.read_notes(a_file([]), "")
    with pytest.raises(RuleBroken, match="cannot be opened"):
        offline.read_notes(a_file([]), "another passphrase")


@pytest.mark.usefixtures("copy")
def test_a_copy_once_made_cannot_be_changed_or_taken_off_the_record(bank):
    for statement in ("UPDATE offline_copies SET expires_at = at", "DELETE FROM offline_copies"):
        with pytest.raises(DBAPIError), bank.begin() as connection:
            connection.execute(sa.text(statement))
