"""What differs between installations: read from the environment once, checked, then frozen."""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET: Final = "development-only-never-in-production"  # noqa: S105 - refused outside development, below


_MAKE_ONE: Final = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
_DRIVERS: Final = frozenset({"sqlite", "postgresql", "postgres", "postgresql+psycopg"})
_ADDRESSES: Final = "Write postgresql://NAME:PASSWORD@HOST:5432/DATABASE, or sqlite:////FOLDER/qbank.db."


class Mode(StrEnum):
    """How much of the real world depends on this installation."""

    DEMO = "demo"
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class BadSettings(Exception):  # noqa: N818 - names what is bad, like the domain's refusals
    """A setting is missing or wrong; the message names the variable and the remedy."""


class Settings(BaseSettings):
    """One installation's settings, each from the environment variable `QBANK_<NAME>`.

    `secret_key` signs cookies; `seed_key` encrypts the seeds of draws at rest and signs the checkpoints of the audit
    trail (any text of 32 characters or more: keys are derived from it). Both must be set in production. Durations carry
    their unit: a sign-in ends after `sign_in_minutes` without a page and after `sign_in_hours` in any case. The
    failures are the most in five minutes, for one account and for all. Backups go to `backup_folder` unless another is
    named, and the newest is meant to be younger than `backup_minutes`. Checkpoints are copied to `checkpoint_copies` as
    they are written. Personal data of apprentices is due to be
    erased `retention_years` after the last act of their assessment. Rows of sign-ins are kept `sign_in_days` after
    their last page. Sensitive acts ask for the password again when it was given more than `password_again_minutes` ago;
    people of the roles in `second_factor_for`, separated by commas, must use a one-time code. Whoever shows the
    `metrics_token` is told the figures of operation; without one nobody is. No person pulls more than `pulls_a_day`
    question sets within 24 hours.
    """

    model_config = SettingsConfigDict(env_prefix="QBANK_", frozen=True, extra="ignore")

    mode: Mode = Mode.DEVELOPMENT
    data_folder: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("qbank", appauthor=False)))
    cache_folder: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("qbank", appauthor=False)))
    database_url: str = ""
    checkpoint_folder: Path | None = None
    checkpoint_minutes: int = Field(default=15, ge=1)
    checkpoint_copies: Path | None = None
    backup_folder: Path | None = None
    backup_minutes: int = Field(default=5, ge=1)
    retention_years: int = Field(default=6, ge=1, le=100)
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    seed_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    behind_https: bool = False
    organisation_name: str = "Our assessment organisation"
    sign_in_minutes: int = Field(default=30, ge=1)
    sign_in_hours: int = Field(default=12, ge=1)
    sign_in_failures: int = Field(default=10, ge=1)
    sign_in_failures_overall: int = Field(default=300, ge=1)
    sign_in_days: int = Field(default=90, ge=1)
    password_again_minutes: int = Field(default=30, ge=1)
    second_factor_for: str = ""
    metrics_token: SecretStr = SecretStr("")
    pulls_a_day: int = Field(default=20, ge=1)

    @classmethod
    def from_environ(cls) -> Self:
        """The settings of this process; the only reader of the environment.

        Raises:
            BadSettings: a variable is missing or cannot be read; the sentence names it.
        """
        return cls.checked()

    @classmethod
    def checked(cls, **values: Any) -> Self:
        """The settings with these values, and those of the environment for the others.

        Raises:
            BadSettings: one is missing or cannot be read; the sentence names its variable.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            raise BadSettings(_in_words(error)) from None

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; a file in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data_folder / 'qbank.db'}"

    @property
    def second_factor_roles(self) -> frozenset[str]:
        """The words of the roles whose people must use a one-time code; not yet looked at whether they are roles."""
        words = (word.strip() for word in self.second_factor_for.split(","))
        return frozenset(word for word in words if word)

    @property
    def checkpoints(self) -> Path:
        """Where signed checkpoints of the audit trail are written; beside the data unless a folder is set."""
        return self.checkpoint_folder or self.data_folder / "checkpoints"

    @property
    def workplace(self) -> Path:
        """A folder on the database's own disk, for what must not lie elsewhere; of PostgreSQL's: the data folder."""
        file = self.database.removeprefix("sqlite:///") if self.database.startswith("sqlite:///") else ""
        return Path(file).absolute().parent if file else self.data_folder

    def must_be_safe_to_serve(self, host: str) -> None:
        """Refuse to serve with secrets that anybody can read in the source, except an example, and on this machine.

        Raises:
            BadSettings: others can reach `host`, or the database is one that was set, and a secret is not its own.
        """
        if not is_loopback(host):
            why = f"{host} can be reached from other machines"
        elif self.database_url and self.mode is not Mode.DEMO:
            why = "QBANK_DATABASE_URL names a database of its own"
        else:
            return
        for name in ("secret_key", "seed_key"):
            if getattr(self, name).get_secret_value() == DEVELOPMENT_SECRET:
                raise BadSettings(f"QBANK_{name.upper()} must be set: {why}. {_MAKE_ONE}")

    @field_validator("database_url")
    @classmethod
    def database_url_is_an_address(cls, value: str) -> str:
        """Refuse an address that no engine of ours can be made for; what stands in it is not repeated: passwords."""
        if value:
            from sqlalchemy.engine import make_url
            from sqlalchemy.exc import ArgumentError

            try:
                kind = make_url(value).drivername
            except (ArgumentError, ValueError):  # ValueError: a port that is no number
                raise ValueError(f"This is not the address of a database. {_ADDRESSES}") from None
            if kind not in _DRIVERS:
                raise ValueError(f"There is no {kind} here. {_ADDRESSES}")
        return value

    @model_validator(mode="after")
    def production_has_its_own_secrets(self) -> Self:
        """Refuse to serve real assessments with a secret that anybody can read in the source, or one for two ends."""
        if self.mode is Mode.PRODUCTION:
            if self.secret_key == self.seed_key != SecretStr(DEVELOPMENT_SECRET):
                raise ValueError(
                    "QBANK_SECRET_KEY and QBANK_SEED_KEY must differ in production: who learns one must not have both. "
                    f"{_MAKE_ONE}"
                )
            for name in ("secret_key", "seed_key"):
                value = getattr(self, name).get_secret_value()
                if value == DEVELOPMENT_SECRET or len(value) < 32:  # noqa: PLR2004 - explained in the message
                    raise ValueError(
                        f"QBANK_{name.upper()} must be set in production: at least 32 characters, kept secret. "
                        f"{_MAKE_ONE}"
                    )
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address; a name other than localhost may be anybody's."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _in_words(error: ValidationError) -> str:
    sentences = []
    for fault in error.errors():
        message = fault["msg"].removeprefix("Value error, ")
        where = ".".join(str(part) for part in fault["loc"])
        sentences.append(f"QBANK_{where.upper()}: {message}" if where else message)
    return "; ".join(sentences)
