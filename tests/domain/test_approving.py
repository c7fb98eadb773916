"""Who may decide on a version: the rule by itself, without a service or a database."""

from __future__ import annotations

import pytest

from qbank.domain.access import Role
from qbank.domain.approving import must_be_a_second_person
from qbank.domain.errors import NotAllowed
from qbank.domain.people import COMMAND_LINE, Actor

APPROVER = Actor(identifier=7, name="Cleo", roles=frozenset({Role.APPROVER}))
BOTH = Actor(identifier=8, name="Ada", roles=frozenset({Role.AUTHOR, Role.APPROVER}))
AUTHOR = Actor(identifier=9, name="Bo", roles=frozenset({Role.AUTHOR}))


def test_L8_an_approver_who_had_no_hand_in_it_decides():
    must_be_a_second_person(APPROVER, {8, 9})
    must_be_a_second_person(BOTH, set())


@pytest.mark.parametrize("hands", [{8}, {7, 8, 9}])
def test_L8_whoever_wrote_changed_or_submitted_it_does_not(hands):
    with pytest.raises(NotAllowed, match="do not approve it") as refused:
        must_be_a_second_person(BOTH, hands)

    assert refused.value.rule == "L8"


@pytest.mark.parametrize("nobody", [AUTHOR, COMMAND_LINE])
def test_L8_nor_does_anybody_who_is_no_approver_by_name(nobody):
    with pytest.raises(NotAllowed, match="Only an approver"):
        must_be_a_second_person(nobody, set())
