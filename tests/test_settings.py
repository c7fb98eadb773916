"""Settings are refused at the start, in a sentence that names the variable and the remedy and repeats no secret."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from qbank.cli.db import db
from qbank.settings import DEVELOPMENT_SECRET, BadSettings, Settings

ONE, OTHER = "a secret of thirty-two letters, one", "a secret of thirty-two letters, other"
FAR, NEAR = "0.0.0.0", "127.0.0.1"  # noqa: S104 - nothing listens


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    """Set these variables, less their prefix, and read the settings."""

    def read(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(f"QBANK_{name.upper()}", value)
        return Settings.from_environ()

    return read


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgres", "This is not the address of a database"),
        ("postgresql://me:s3cret@here:many/qbank", "This is not the address of a database"),
        ("://", "This is not the address of a database"),
        ("mysql://me:s3cret@here/qbank", "There is no mysql here"),
        ("sqlite+aiosqlite:///qbank.db", "There is no sqlite+aiosqlite here"),
    ],
)
def test_an_address_that_is_none_of_a_database_is_refused_by_its_variable(environment, address, said):
    with pytest.raises(BadSettings) as refusal:
        environment(database_url=address)

    assert str(refusal.value).startswith(f"QBANK_DATABASE_URL: {said}. Write postgresql://")
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("command", ["upgrade", "check"])
def test_a_command_refuses_such_an_address_before_it_does_anything(command):
    said = CliRunner(env={"QBANK_DATABASE_URL": "postgres"}).invoke(db, [command])

    assert isinstance(said.exception, BadSettings)


@pytest.mark.parametrize(
    "address",
    ["", "sqlite:////srv/qbank.db", "postgresql://me:p%40ss@here:5432/qbank", "postgresql+psycopg://here/qbank"],
)
def test_an_address_of_a_database_that_we_ship_a_driver_for_is_taken(environment, address):
    assert environment(database_url=address).database_url == address


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "QBANK_SECRET_KEY must be set in production"),
        ({"secret_key": ONE}, "QBANK_SEED_KEY must be set in production"),
        ({"secret_key": ONE, "seed_key": "short"}, "QBANK_SEED_KEY must be set in production"),
        ({"secret_key": ONE, "seed_key": ONE}, "QBANK_SECRET_KEY and QBANK_SEED_KEY must differ in production"),
    ],
)
def test_production_refuses_secrets_that_are_not_its_own_or_serve_two_ends(environment, keys, said):
    with pytest.raises(BadSettings, match=said) as refusal:
        environment(mode="production", **keys)

    assert "Make one with: python -c" in str(refusal.value)
    assert ONE not in str(refusal.value)


def test_production_takes_two_secrets_of_its_own(environment):
    assert environment(mode="production", secret_key=ONE, seed_key=OTHER).seed_key.get_secret_value() == OTHER


KNOWN = {"secret_key": DEVELOPMENT_SECRET, "seed_key": DEVELOPMENT_SECRET}
URL = "sqlite:////srv/qbank.db"


@pytest.mark.parametrize(
    ("host", "variables", "said"),
    [
        (FAR, {}, "QBANK_SECRET_KEY must be set: 0.0.0.0 can be reached"),
        ("::", {"mode": "demo"}, "QBANK_SECRET_KEY must be set: :: can be reached"),
        ("", {}, "QBANK_SECRET_KEY must be set"),
        ("our.example", {"secret_key": ONE}, "QBANK_SEED_KEY must be set: our.example can be reached"),
        (NEAR, {"database_url": URL}, "QBANK_SECRET_KEY must be set: QBANK_DATABASE_URL names"),
        (NEAR, {"database_url": URL, "secret_key": ONE}, "QBANK_SEED_KEY must be set"),
    ],
)
def test_a_secret_that_everybody_knows_is_not_served(environment, host, variables, said):
    with pytest.raises(BadSettings, match=said):
        environment(**{**KNOWN, **variables}).must_be_safe_to_serve(host)


@pytest.mark.parametrize(
    ("host", "variables"),
    [
        (NEAR, {}),
        ("localhost", {}),
        ("::1", {}),
        (NEAR, {"database_url": URL, "mode": "demo"}),
        (FAR, {"database_url": URL, "secret_key": ONE, "seed_key": OTHER}),
    ],
)
def test_an_example_on_this_machine_and_secrets_of_ones_own_are_served(environment, host, variables):
    environment(**{**KNOWN, **variables}).must_be_safe_to_serve(host)
