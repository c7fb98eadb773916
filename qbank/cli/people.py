"""`qbank people`: who may sign in, with which roles; a new password; a lost phone; sign somebody out everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click

from qbank.cli.retention import erase_apprentices, hold, let_go

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from qbank.domain.access import Role
    from qbank.services.passwords import HashedPassword
    from qbank.storage.models import Person

Answer = TypeVar("Answer")

EMAIL = click.argument("email")
ROLE = click.option(
    "--role", "words", multiple=True, required=True, help='A role, such as "assessor"; may be repeated.'
)
ASK = click.option("--ask", is_flag=True, help="Ask for the password, unseen, instead of making one.")


@click.group()
def people() -> None:
    """Say who may sign in and with which roles; help after a lost phone; erase what is kept of apprentices."""


for _command in (erase_apprentices, hold, let_go):
    people.add_command(_command)


@people.command()
@EMAIL
@click.option("--name", required=True, help="As shown on pages and in the audit trail.")
@ROLE
@ASK
def add(email: str, name: str, words: Sequence[str], *, ask: bool) -> None:
    """Let a person with this e-mail address sign in."""
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import people as service

    roles = _roles(words)
    _must_be_an_address(email)
    told, kept = _password(ask=ask, known=(name, email))
    _written(
        lambda store: service.create(
            store, name=name, email=email, password=kept, roles=roles, by=COMMAND_LINE, at=datetime.now(UTC)
        )
    )
    click.echo(f"{name} may sign in as {email.strip().lower()}.")
    _tell(told)


@people.command()
@EMAIL
@ASK
def password(email: str, *, ask: bool) -> None:
    """Give a person a new password; every sign-in of theirs ends."""
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import people as service

    name = _read(lambda store: _found(store, email).name)
    told, kept = _password(ask=ask, known=(name, email))
    _written(
        lambda store: service.set_password(store, _found(store, email), kept, by=COMMAND_LINE, at=datetime.now(UTC))
    )
    click.echo(f"{name} has a new password and is signed out everywhere.")
    _tell(told)


@people.command(name="list")
def list_() -> None:
    """List everybody with their roles."""
    from qbank.cli.terminal import a_table, answers
    from qbank.storage.queries import people as known

    table = a_table("Name", "E-mail address", "Roles")
    for name, email, roles in _read(
        lambda store: [(one.name, one.email, one.actor.roles) for one in known.everybody(store)]
    ):
        table.add_row(name, email, ", ".join(sorted(roles)) or "none")
    answers().print(table)


@people.command()
@EMAIL
@ROLE
def roles(email: str, words: Sequence[str]) -> None:
    """Give a person exactly these roles, and no others."""
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import people as service

    given = _roles(words)
    _written(lambda store: service.set_roles(store, _found(store, email), given, by=COMMAND_LINE, at=datetime.now(UTC)))
    click.echo(f"Roles now: {', '.join(sorted(given))}.")


@people.command(name="sign-out")
@EMAIL
def sign_out(email: str) -> None:
    """End every sign-in of a person."""
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import sign_ins

    ended = _written(lambda store: sign_ins.end_all(store, _found(store, email), by=COMMAND_LINE, at=datetime.now(UTC)))
    click.echo(f"Sign-ins ended: {ended}.")


@people.command(name="reset-second-factor")
@EMAIL
def reset_second_factor(email: str) -> None:
    """Take away the second factor of somebody who lost phone and codes."""
    from qbank.domain.people import COMMAND_LINE
    from qbank.services import second_factors

    def reset(store: Session) -> str:
        person = _found(store, email)
        second_factors.reset(store, person, by=COMMAND_LINE, at=datetime.now(UTC))
        return person.name

    click.echo(f"{_written(reset)} has no second factor now and is signed out everywhere.")


def _password(*, ask: bool, known: Sequence[str]) -> tuple[str | None, HashedPassword]:
    """The password to tell, if we made it, and as it is kept; asked for before the database is opened."""
    from qbank.services import passwords
    from qbank.settings import Settings

    if not ask:
        made = passwords.generated()
        return made, passwords.hashed(made)
    typed = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return None, passwords.chosen(typed, known=(*known, Settings.from_environ().organisation_name))


def _tell(password: str | None) -> None:
    if password is not None:
        click.echo(f"Password, shown this once: {password}")
        click.echo("Pass it on unread by others; it can be changed after signing in, under the name at the top.")


def _must_be_an_address(email: str) -> None:
    from qbank.domain.errors import RuleBroken

    name, at, place = email.strip().rpartition("@")
    if not (name and at and place) or any(sign.isspace() for sign in email.strip()):
        raise RuleBroken("This is no e-mail address.", remedy="It has a name, an @ and a place.")


def _roles(words: Sequence[str]) -> list[Role]:
    from qbank.domain.access import Role
    from qbank.domain.errors import NotFound

    there = {str(role): role for role in Role}
    unknown = [word for word in words if word not in there]
    if unknown:
        raise NotFound(f"There is no role {unknown[0]!r}.", remedy=f"Choose from: {', '.join(there)}.")
    return [there[word] for word in words]


def _found(store: Session, email: str) -> Person:
    from qbank.domain.errors import NotFound
    from qbank.storage.queries import people as known

    person = known.by_email(store, email)
    if person is None:
        raise NotFound("Nobody has this e-mail address.", remedy="See who there is with: qbank people list.")
    return person


def _written(work: Callable[[Session], Answer]) -> Answer:
    from qbank.services.at_hand import open_engine
    from qbank.settings import Settings
    from qbank.storage import units

    with open_engine(Settings.from_environ()) as engine:
        return units.in_write_unit(engine, work)


def _read(work: Callable[[Session], Answer]) -> Answer:
    from qbank.services.at_hand import open_engine
    from qbank.settings import Settings
    from qbank.storage import units

    with open_engine(Settings.from_environ()) as engine, units.read_unit(engine) as store:
        return work(store)
