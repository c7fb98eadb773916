"""What a database holds of a sign-in: one with a code, the try before it, the factor and a recovery code."""

from __future__ import annotations

from sqlalchemy.orm import Session

from qbank.storage.models.sign_ins import RecoveryCode, SecondFactor, SignIn, SignInTry
from tests.services.a_bank import NOW, the_person


def sign_in_with_a_code(store: Session) -> None:
    """Past the services, which would need a secret and a clock."""
    person = the_person(store, "approver").id
    times = {"began_at": NOW, "seen_at": NOW, "password_at": NOW}
    store.add(SignInTry(account_digest="1" * 64, at=NOW))
    store.add(SecondFactor(person_id=person, sealed_secret=b"sealed", enrolled_at=NOW, last_step=1))
    store.add(RecoveryCode(person_id=person, digest="2" * 64))
    store.add(SignIn(key_digest="3" * 64, person_id=person, half_open=False, **times))
    store.flush()
