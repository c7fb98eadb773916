"""Long passwords that nobody guesses early are taken, whatever they are made of."""

from __future__ import annotations

import time

import pytest

from qbank.domain.errors import RuleBroken
from qbank.services import passwords

KNOWN = ("Grace Mensah", "grace.mensah@example.org", "Northgate Assessment")


def test_a_password_of_eleven_characters_is_refused_and_one_of_twelve_is_not():
    with pytest.raises(RuleBroken, match="at least 12"):
        passwords.hashed("a" * 11)

    assert passwords.hashed("a" * 12)


def test_a_password_that_would_only_cost_us_work_is_refused():
    with pytest.raises(RuleBroken, match="at most 256"):
        passwords.chosen("x9 " * 86, known=KNOWN)


@pytest.mark.parametrize(
    "early",
    [
        "passwordpassword",
        "password1234",
        "123456789012",
        "qwertyuiop[]",
        "aaaaaaaaaaaa",
        "iloveyou12345",
        "letmeinplease",
        "P@ssw0rd1234!",
        "Summer2026!!!!",
        "Grace Mensah 1",
        "grace.mensah@example.org",
        "Northgate2026!",
        "northgate assessment",
        "assessorassessor",
    ],
)
def test_a_password_that_is_guessed_early_is_refused_however_many_signs_it_has(early):
    with pytest.raises(RuleBroken, match="guessed early"):
        passwords.chosen(early, known=KNOWN)


@pytest.mark.parametrize(
    "good", ["a tall grey heron waits", "correct horse battery", "жёлтый верблюд поёт", "kettle otter plinth"]
)
def test_unrelated_words_are_enough_without_digits_signs_or_capitals(good):
    assert passwords.is_right(good, passwords.chosen(good, known=KNOWN))


def test_generated_passwords_are_good_and_never_alike():
    made = {passwords.generated() for _ in range(20)}

    assert len(made) == 20
    assert all(passwords.chosen(each, known=KNOWN) for each in made)


def test_a_password_is_right_however_its_letters_are_composed():
    composed, decomposed = "caf\u00e9 heron plinth", "cafe\u0301 heron plinth"

    assert passwords.is_right(decomposed, passwords.hashed(composed))
    assert not passwords.is_right("cafe heron plinth", passwords.hashed(composed))


def test_where_no_password_is_kept_none_is_right_and_it_costs_the_same():
    passwords.is_right("warm up, a hash is made once", None)

    def seconds(kept):
        began = time.process_time()
        assert [passwords.is_right("the password of nobody", kept) for _ in range(8)] == [False] * 8
        return time.process_time() - began

    known, unknown = seconds(passwords.hashed("a tall grey heron waits")), seconds(None)

    assert 1 / 3 < known / unknown < 3
