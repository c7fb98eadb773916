"""The record of a sitting is kept once for ever, by the session's assessor alone, whatever is sent how often."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from qbank.domain.errors import NotFound, NotReady, RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, booking, recording
from qbank.services.windows import OutsideWindow
from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry, RecordEntry
from qbank.storage.queries import records
from tests.domain.an_entry import an_entry
from tests.services.a_bank import NOW, a_session, erased_on_record, pulled, the_person


@pytest.fixture
def session_id(bank):
    """A session whose set is drawn."""
    with units.write_unit(bank) as store:
        booked = a_session(store).id
    pulled(bank, booked)
    return booked


def write(bank, session_id, entries, *, who="assessor", at=NOW):
    def work(store):
        session = store.get_one(AssessmentSession, session_id)
        return recording.write(store, session, entries, by=the_person(store, who).actor, at=at)

    return units.in_write_unit(bank, work)


def kept(bank, session_id):
    with units.read_unit(bank) as store:
        return [each.entry for each in records.kept_entries(store, session_id)]


def digest_of(bank, session_id):
    with units.read_unit(bank) as store:
        return records.record_digest(store, session_id)


def test_entries_are_kept_as_they_were_written_in_the_order_in_which_they_came(bank, session_id):
    began = an_entry("began")
    note = an_entry("note", position=2, minutes=1.5, text="Ünïcode, \x00 and “quotes”")
    entries = [began, note, an_entry("note", position=2, follows=note), an_entry("evidence", position=2)]

    done = write(bank, session_id, entries)

    assert (done.new, done.refused) == (4, {})
    assert kept(bank, session_id) == entries


def test_what_is_sent_twice_is_kept_once(bank, session_id):
    entries = [an_entry("began"), an_entry("note", position=1)]

    first = write(bank, session_id, entries)
    again = write(bank, session_id, [*entries, *entries])

    assert (again.kept, again.new) == (first.kept, 0)
    assert kept(bank, session_id) == entries


def test_what_two_devices_send_at_once_is_kept_once(bank, session_id):
    entries = [an_entry("note", position=1, minutes=number) for number in range(20)]

    with ThreadPoolExecutor(4) as several:
        done = list(several.map(lambda _: write(bank, session_id, entries), range(8)))

    assert sum(each.new for each in done) == 20
    assert kept(bank, session_id) == entries


def test_each_batch_leaves_one_audit_entry_without_a_word_of_it(bank, session_id):
    with units.read_unit(bank) as store:
        before = audit.length(store)

    write(bank, session_id, [an_entry("note", position=1, text="Ada said so"), an_entry("gap", ksb="K1")])
    write(bank, session_id, [])

    with units.read_unit(bank) as store:
        entry = store.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert audit.length(store) == before + 1
    assert (entry.act, entry.subject) == ("record entries kept", "AS-00001")
    assert set(json.loads(entry.facts)) == {"entries", "digest"}
    assert "Ada" not in entry.facts


@pytest.mark.parametrize(
    ("entry", "because"),
    [
        (an_entry("note", position=99), "no question at this place"),
        (an_entry("evidence", position=1, criterion="XX9"), "no such criterion"),
        (an_entry("gap", ksb="K99"), "no such KSB"),
        (an_entry("note", position=1, follows=an_entry("note")), "is not kept here yet"),
    ],
)
def test_an_entry_that_does_not_fit_is_named_and_holds_up_no_other(bank, session_id, entry, because):
    good = an_entry("note", position=1)

    done = write(bank, session_id, [entry, good])

    assert done.kept == (good.entry,)
    assert because in done.refused[entry.entry]
    assert kept(bank, session_id) == [good]


def test_an_identity_that_stands_for_something_else_is_refused(bank, session_id):
    note = an_entry("note", position=1, text="One")
    write(bank, session_id, [note])

    done = write(bank, session_id, [replace(note, position=2)])

    assert "Another entry" in done.refused[note.entry]
    assert kept(bank, session_id) == [note]


def test_an_entry_follows_only_what_is_of_its_own_session(bank, session_id):
    with units.write_unit(bank) as store:
        other = a_session(store, apprentice=2).id
    pulled(bank, other)
    note = an_entry("note", position=1)
    write(bank, session_id, [note])

    assert "not kept here" in next(iter(write(bank, other, [an_entry("note", follows=note)]).refused.values()))
    assert "Another entry" in next(iter(write(bank, other, [note]).refused.values()))


def test_only_the_sessions_assessor_writes_and_nobody_else_learns_that_it_exists(bank, session_id):
    with pytest.raises(NotFound):
        write(bank, session_id, [an_entry("began")], who="other")
    with units.write_unit(bank) as store:
        session = store.get_one(AssessmentSession, session_id)
        with pytest.raises(NotFound):
            recording.write(store, session, [an_entry("began")], by=COMMAND_LINE, at=NOW)


def test_the_database_itself_refuses_an_entry_by_somebody_else(bank, session_id):
    def go_round_the_service(store):
        row = {"salt": "00", "words": "{}", "commitment": "c" * 64, "device": "browser", "at_device": NOW, "at": NOW}
        other = the_person(store, "other").id
        store.add(RecordEntry(assessment_session_id=session_id, entry="e" * 32, kind="began", by_id=other, **row))
        store.flush()

    with pytest.raises(IntegrityError, match="L8: only the assessor of a session writes its record"):
        units.in_write_unit(bank, go_round_the_service)


def test_the_record_opens_with_the_release_and_takes_what_comes_long_after_the_window(bank, session_id):
    with pytest.raises(OutsideWindow):
        write(bank, session_id, [an_entry("began")], at=NOW - timedelta(days=10))

    assert write(bank, session_id, [an_entry("began")], at=NOW + timedelta(days=60)).new == 1


def test_a_session_without_its_set_and_a_cancelled_one_have_no_record(bank):
    with units.write_unit(bank) as store:
        booked = a_session(store).id
    with pytest.raises(NotReady, match="not drawn yet"):
        write(bank, booked, [an_entry("began")])
    with units.write_unit(bank) as store:
        booking.cancel(store, store.get_one(AssessmentSession, booked), because="ill", by=COMMAND_LINE, at=NOW)

    with pytest.raises(RuleBroken, match="is cancelled"):
        write(bank, booked, [an_entry("began")])


def test_a_batch_has_an_end(bank, session_id):
    too_many = [an_entry("note", position=1) for _ in range(recording.MOST_AT_ONCE + 1)]

    with pytest.raises(RuleBroken, match="taken at once"):
        write(bank, session_id, too_many)


def test_words_are_erased_with_their_salt_and_what_stands_for_them_stays(bank, session_id):
    note = an_entry("note", position=1, text="Ada said so")
    write(bank, session_id, [note])
    before = digest_of(bank, session_id)
    with units.read_unit(bank) as store:
        row = store.scalars(sa.select(RecordEntry)).one()
    assert row.commitment == hashlib.sha256(bytes.fromhex(row.salt) + row.words.encode()).hexdigest()

    with units.write_unit(bank) as store:
        erased_on_record(store.connection())
        store.execute(sa.update(RecordEntry).values(words=None, salt=None))

    assert kept(bank, session_id) == [replace(note, said=None)]
    assert digest_of(bank, session_id) == before
    assert write(bank, session_id, [note]).new == 0


@pytest.mark.parametrize("values", [{"words": '{"text":"another"}'}, {"salt": "ab"}, {"words": None}])
def test_L7_words_are_never_rewritten(bank, session_id, values):
    write(bank, session_id, [an_entry("note", position=1)])

    with pytest.raises(DBAPIError, match=r"L7|words_and_salt"), units.write_unit(bank) as store:
        store.execute(sa.update(RecordEntry).values(**values))


def test_the_digest_of_a_record_changes_with_every_entry(bank, session_id):
    digests = [digest_of(bank, session_id)]
    for entry in (an_entry("began"), an_entry("note", position=1)):
        write(bank, session_id, [entry])
        digests.append(digest_of(bank, session_id))

    assert len(set(digests)) == 3
