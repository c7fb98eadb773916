"""The judge of the audit trail, on a trail and checkpoints made here from docs/audit.md."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qbank.verify.checkpoints import Checkpoint, signed_bytes
from qbank.verify.exports import NotAnExport, judge_export, written_export
from qbank.verify.trail import NOTHING_BEFORE, Vouchers, judge
from qbank.verify.writing import digest_of

AT = "2026-06-04T08:32:00.000000Z"
OURS, THEIRS = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))


def hexadecimal(key):
    return key.public_key().public_bytes_raw().hex()


def numbered(*numbers, subject="AS-00001"):
    """A trail that follows link by link, whatever its entries are numbered."""
    entries, previous = [], NOTHING_BEFORE
    for seq in numbers:
        entry = {"act": "a", "actor": "b", "at": AT, "facts": {}, "previous": previous, "seq": seq, "subject": subject}
        previous = digest_of(entry)
        entries.append(entry | {"digest": previous})
    return entries


def a_trail(length, *, subject="AS-00001"):
    return numbered(*range(1, length + 1), subject=subject)


def sealed(entries, *, key=OURS, **changed):
    """A checkpoint of these entries."""
    checkpoint = Checkpoint(AT, entries[0]["seq"], tuple(each["digest"] for each in entries))
    body = checkpoint.body() | changed
    return {"body": body, "key": hexadecimal(key), "signature": key.sign(signed_bytes(body)).hex()}


def vouchers(*checkpoints, key=OURS):
    return Vouchers.of(checkpoints, key=hexadecimal(key))


def exported(entries, *checkpoints, count=None):
    return list(written_export(entries, checkpoints, count=count or len(entries), key=hexadecimal(OURS)))


def test_L7_a_verdict_says_how_many_follow_how_far_they_are_vouched_for_and_by_how_many_checkpoints():
    trail = a_trail(5)

    found = judge(trail, vouchers(sealed(trail[:2]), sealed(trail[2:4])))

    assert (found.holds, found.entries, found.vouched, found.checkpoints) == (True, 5, 4, 2)
    assert found.last == trail[-1]["digest"]


def test_L7_without_checkpoints_nothing_is_vouched_for():
    found = judge(a_trail(2))

    assert (found.holds, found.vouched, found.checkpoints) == (True, 0, 0)


def test_L7_an_empty_trail_without_checkpoints_holds():
    assert judge([]).holds


def test_L7_a_trail_that_was_written_anew_is_named_from_where_it_may_begin():
    trail, anew = a_trail(6), a_trail(6, subject="AS-99999")

    found = judge(anew, vouchers(sealed(trail[3:4])))

    assert (found.broken.entry, found.broken.earliest) == (4, 1)
    assert "written anew" in found.broken.sentence


def test_L7_the_fault_begins_after_the_last_entry_that_a_checkpoint_bears_out():
    trail = a_trail(6)
    other = a_trail(6, subject="AS-99999")

    found = judge(trail, vouchers(sealed(trail[:2]), sealed(other[4:5])))

    assert (found.broken.entry, found.broken.earliest) == (5, 3)


def test_L7_checkpoints_that_vouch_for_two_trails_are_told_as_that():
    trail, other = a_trail(3), a_trail(3, subject="AS-99999")

    found = judge(trail, vouchers(sealed(trail), sealed(other)))

    assert found.broken.entry == 1
    assert "2 different entries 1: the trail went two ways" in found.broken.sentence


@pytest.mark.parametrize("numbers", [(1, 2, 4), (2,), (1, 1), (True,)])
def test_L7_a_trail_that_follows_but_is_numbered_otherwise_is_missing_an_entry(numbers):
    found = judge(numbered(*numbers))

    assert found.broken.entry == len(numbers)
    assert "missing or out of order" in found.broken.sentence


def test_L7_a_checkpoint_says_the_number_of_its_last_entry():
    checkpoint = Checkpoint(AT, 3, ("ab" * 32, "cd" * 32))

    assert (checkpoint.last, checkpoint.body()["last"]) == (4, 4)


def test_L7_a_trail_that_ends_before_its_checkpoints_do_is_cut_short():
    trail = a_trail(4)

    found = judge(trail[:3], vouchers(sealed(trail)))

    assert (found.broken.entry, found.broken.earliest) == (4, 4)
    assert "vouch for 4 entries" in found.broken.sentence
    assert judge(trail, vouchers(sealed(trail))).holds


@pytest.mark.parametrize(
    ("checkpoint", "sentence"),
    [
        (sealed(a_trail(2), key=THEIRS), "signed with another key"),
        (sealed(a_trail(2)) | {"signature": "00" * 64}, "does not fit"),
        (sealed(a_trail(2)) | {"signature": "no digits"}, "not well formed"),
        (sealed(a_trail(2)) | {"body": None}, "does not fit"),
        ({"key": hexadecimal(OURS)}, "not well formed"),
        (sealed(a_trail(2), last=3), "not well formed"),
        (sealed(a_trail(2), first=0, last=1), "not well formed"),
        (sealed(a_trail(2), digests=[]), "not well formed"),
        (sealed(a_trail(2), digests=["ab", "cd"]), "not well formed"),
        (sealed(a_trail(2), more="than it says"), "not well formed"),
    ],
)
def test_L7_a_checkpoint_that_cannot_be_believed_is_named_and_vouches_for_nothing(checkpoint, sentence):
    trail = a_trail(3)

    found = judge(trail, vouchers(sealed(trail[:1]), checkpoint))

    assert (found.holds, found.broken, found.vouched, found.checkpoints) == (False, None, 1, 1)
    assert len(found.bad_checkpoints) == 1
    assert found.bad_checkpoints[0].startswith("Checkpoint 2: ")
    assert sentence in found.bad_checkpoints[0]


def test_L7_an_export_is_judged_by_the_key_that_its_header_names_unless_another_is_known():
    trail = a_trail(4)
    lines = exported(trail, sealed(trail))

    assert judge_export(lines) == (judge(trail, vouchers(sealed(trail))), hexadecimal(OURS))
    verdict, held_to = judge_export(lines, key=hexadecimal(THEIRS))
    assert (verdict.holds, held_to) == (False, hexadecimal(THEIRS))


@pytest.mark.parametrize(("holds", "announces", "first"), [(3, 5, 4), (5, 3, 4)])
def test_L7_an_export_that_holds_more_or_fewer_entries_than_it_announces_does_not_hold(holds, announces, first):
    verdict, _ = judge_export(exported(a_trail(holds), count=announces))

    assert (verdict.broken.entry, verdict.broken.earliest) == (first, first)
    assert f"announces {announces} entries and holds {holds}" in verdict.broken.sentence


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"kind":"qbank audit export 1"}', "{" * 100_000])
def test_L7_a_text_without_the_header_is_no_export(line):
    with pytest.raises(NotAnExport):
        judge_export([line])
