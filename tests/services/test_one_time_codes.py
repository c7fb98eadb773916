"""One-time codes as the standards define them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from qbank.services import one_time_codes

SECRET = b"12345678901234567890"
AT = datetime(2026, 6, 4, 11, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_a_code_is_that_of_rfc_6238(seconds, expected):
    """The last six digits of the test vectors in its appendix B, which have eight."""
    at = datetime.fromtimestamp(seconds, UTC)

    assert one_time_codes.code_at(SECRET, at=at) == expected
    assert one_time_codes.step_of(expected, SECRET, at=at) == seconds // 30


@pytest.mark.parametrize(("away", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_code_before_and_the_one_after_are_taken_and_no_others(away, taken):
    code = one_time_codes.code_at(SECRET, at=AT + timedelta(seconds=away))

    assert (one_time_codes.step_of(code, SECRET, at=AT) is not None) is taken


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345x", "-12345", "\0" * 6])
def test_what_is_no_code_is_refused_without_a_fault(typed):
    assert one_time_codes.step_of(typed, SECRET, at=AT) is None


def test_blanks_in_a_code_do_not_matter():
    code = one_time_codes.code_at(SECRET, at=AT)

    assert one_time_codes.step_of(f" {code[:3]} {code[3:]} ", SECRET, at=AT) is not None


def test_a_secret_is_typed_in_groups_that_give_it_back():
    secret = one_time_codes.new_secret()
    groups = one_time_codes.in_groups(secret).split()

    assert base64.b32decode("".join(groups)) == secret
    assert [len(group) for group in groups] == [4] * 8


def test_secrets_are_never_alike():
    assert len({one_time_codes.new_secret() for _ in range(100)}) == 100


def test_the_square_holds_account_place_and_secret():
    said = one_time_codes.address(SECRET, account="grace@example.org", issuer="qbank Northgate: Assessment & Co")

    assert said.startswith("otpauth://totp/qbank%20Northgate%3A%20Assessment%20%26%20Co:grace%40example.org?")
    assert f"secret={base64.b32encode(SECRET).decode()}" in said
