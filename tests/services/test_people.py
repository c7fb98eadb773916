from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from qbank.domain.access import Role
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.services import passwords, people
from qbank.services.seeds import SeedCipher, new_seed
from qbank.storage import units
from qbank.storage.models import ApprenticeDetails
from qbank.storage.queries import people as known
from tests.services.a_bank import NOW, an_apprentice, the_plan_version

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


def create(store, **changes):
    values = {"name": "Demo author", "email": "New@Example.org", "password": None, "roles": [Role.AUTHOR]}
    return people.create(store, **(values | changes), by=COMMAND_LINE, at=NOW)


def test_a_person_is_found_by_their_address_in_any_case_and_acts_with_their_roles(engine):
    with units.write_unit(engine) as store:
        create(store, roles=[Role.AUTHOR, Role.APPROVER, Role.AUTHOR])

    with units.read_unit(engine) as store:
        person = known.by_email(store, " NEW@example.ORG")
        assert person is not None
        assert person.actor.roles == {Role.AUTHOR, Role.APPROVER}
        assert known.with_role(store, Role.APPROVER) == [person]
        assert known.by_sign_in_key(store, person.fs_uniquifier) is person


def test_two_people_never_share_an_address(engine):
    with units.write_unit(engine) as store:
        create(store)

    with pytest.raises(RuleBroken, match="has this e-mail address"):
        units.in_write_unit(engine, lambda store: create(store, email="new@example.org"))


def test_a_password_is_kept_as_argon2_at_the_measured_cost(engine):
    with units.write_unit(engine) as store:
        person = create(store, password=passwords.hashed(PASSWORD))

    assert person.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(person.password, PASSWORD)


def test_a_new_password_ends_every_sign_in(engine):
    with units.write_unit(engine) as store:
        person = create(store)
        before = person.fs_uniquifier
        people.set_password(store, person, passwords.hashed(PASSWORD), by=COMMAND_LINE, at=NOW)

        assert person.fs_uniquifier != before


def test_an_apprentices_name_is_kept_apart_under_a_salted_commitment(bank):
    with units.write_unit(bank) as store:
        apprentice = an_apprentice(store, 1)
        details = store.get_one(ApprenticeDetails, apprentice.id)

    assert apprentice.details_commitment == people.details_commitment(details.salt, name="Apprentice 1")
    assert apprentice.details_commitment != people.details_commitment(b"", name="Apprentice 1")


def test_a_reference_of_an_apprentice_is_given_once(bank):
    def again(store):
        people.register(
            store,
            reference="AP-0001",
            name="Another",
            plan_version=the_plan_version(store),
            employer=people.employer(store, "Employer A"),
            provider=people.provider(store, "Provider A"),
            by=COMMAND_LINE,
            at=NOW,
        )

    with pytest.raises(RuleBroken, match="AP-0001"):
        units.in_write_unit(bank, again)


def test_a_sealed_seed_opens_for_its_attempt_only_and_is_never_sealed_alike():
    cipher, seed = SeedCipher.from_secret(PASSWORD), new_seed()
    kept = cipher.sealed(seed, attempt="AT-00001")

    assert cipher.opened(kept, attempt="AT-00001") == seed
    assert cipher.sealed(seed, attempt="AT-00001") != kept
    assert seed not in kept
    for changed, attempt in ((kept, "AT-00002"), (kept[:-1] + bytes([kept[-1] ^ 1]), "AT-00001")):
        with pytest.raises(NotReady):
            cipher.opened(changed, attempt=attempt)
    assert PASSWORD not in repr(cipher)
