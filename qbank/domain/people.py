"""Who acts: a person as the rules see them."""

from __future__ import annotations

from dataclasses import dataclass

from qbank.domain.access import Permission, Role, permissions_of


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the command line when `identifier` is None.

    Args:
        identifier: the person's key in storage; None for the command line.
        name: as shown on screens and in the audit trail.
        roles: everything the person is.
    """

    identifier: int | None
    name: str
    roles: frozenset[Role]

    def may(self, permission: Permission) -> bool:
        """Whether any of the person's roles grants the permission."""
        return permission in permissions_of(self.roles)


NOBODY = Actor(identifier=None, name="somebody not signed in", roles=frozenset())
"""Whoever tried to sign in and could not show who they are."""

COMMAND_LINE = Actor(identifier=None, name="command line", roles=frozenset(Role))
"""Whoever holds the machine and its database; named as such in the audit trail."""
