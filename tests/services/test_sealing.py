"""What is sealed with a passphrase opens with it alone, for its copy alone.

That a browser does the same is for the journeys: there the copy itself opens.
"""

import json

import pytest

from qbank.domain.errors import RuleBroken
from qbank.services import sealing

PASSPHRASE = "plinth heron drizzle 40 acorns"  # noqa: S105 - of copies that tests make


@pytest.fixture(scope="module")
def keys():
    return sealing.keys_of(PASSPHRASE, b"s" * sealing.SALT_BYTES)


def test_what_is_sealed_opens_with_its_key(keys):
    box = sealing.sealed("Was hat das gebracht? ½", keys.notes, mark="AAAA-2222")

    assert sealing.opened(box, keys.notes, mark="AAAA-2222") == "Was hat das gebracht? ½"
    assert "gebracht" not in json.dumps(box)


@pytest.mark.parametrize("fault", ["other key", "other copy", "changed", "no box"])
def test_what_is_not_as_it_was_sealed_does_not_open(keys, fault):
    box = sealing.sealed("words", keys.notes, mark="AAAA-2222")
    key, mark = keys.notes, "AAAA-2222"
    if fault == "other key":
        key = keys.questions
    elif fault == "other copy":
        mark = "BBBB-2222"
    elif fault == "changed":
        box["data"] = sealing.in_base64(b"\x00" + sealing.from_base64(box["data"])[1:])
    else:
        box = {"nonce": "", "data": "%"}

    with pytest.raises(RuleBroken, match="cannot be opened with this passphrase"):
        sealing.opened(box, key, mark=mark)


def test_the_same_words_are_never_sealed_to_the_same_bytes(keys):
    first, second = (sealing.sealed("words", keys.notes, mark="AAAA-2222") for _ in range(2))

    assert first != second


def test_a_passphrase_means_the_same_however_a_keyboard_composes_it():
    salt = b"s" * sealing.SALT_BYTES

    assert (
        sealing.keys_of("caf\u00e9 plinth heron", salt).notes == sealing.keys_of("cafe\u0301 plinth heron", salt).notes
    )


def test_a_key_costs_whoever_tries_passphrases_at_least_600_000_rounds():
    assert sealing.ROUNDS >= 600_000
