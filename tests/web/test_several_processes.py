"""Several processes of one installation on one PostgreSQL: whichever a request meets, the answer is the same."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from qbank.app import create_app
from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.jobs.queue import Doing
from qbank.services import passwords, people
from qbank.storage import units
from qbank.storage.models import Person
from tests.databases import PostgresShelf, postgres_server
from tests.page import Client
from tests.services import a_bank
from tests.web import an_organisation
from tests.web.a_second_process import a_second_process
from tests.web.conftest import let_go

pytestmark = pytest.mark.postgres
HEALTH = f"/review/{a_bank.a_plan().standard}/{a_bank.METHOD}/health"
PASSWORD = "correct horse battery"  # noqa: S105 - of people who do not exist


def fill(url):
    """The small bank with a session and a bank manager, all of whom can sign in."""
    a_bank.fill(url)
    with a_bank.opened(url) as engine, units.write_unit(engine) as store:
        a_bank.a_session(store)
        facts = {"name": "manager", "email": "manager@example.org", "password": None, "roles": [Role.BANK_MANAGER]}
        people.create(store, **facts, by=COMMAND_LINE, at=a_bank.BOOKED)
        for person in store.scalars(sa.select(Person)):
            person.password = passwords.hashed(PASSWORD)


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """One installation's settings, with its bank in PostgreSQL."""
    made = an_organisation.settings(tmp_path_factory.mktemp("several"))
    with PostgresShelf(postgres_server()).lent("several", fill) as url:
        yield made.model_copy(update={"database_url": url, "seed_key": SecretStr(a_bank.SECRET)})


@pytest.fixture(scope="module")
def there(installation):
    """The other process."""
    with a_second_process(installation) as ask:
        yield ask


@pytest.fixture(scope="module")
def app(installation):
    made = create_app(installation, now=lambda: a_bank.NOW, doing=Doing.ELSEWHERE)
    yield made
    let_go(made)


def signed_in(app, who):
    client = Client(app)
    client.sign_in(f"{who}@example.org", PASSWORD)
    return client


def cookie_of(client):
    return client.http.get_cookie("qbank").value


def test_a_sign_in_at_one_counts_at_the_other_and_so_does_its_end(app, there):
    here = signed_in(app, "assessor")
    cookie = cookie_of(here)

    before = there(cookie, "/sessions")
    here.press(here.get("/account"), "Sign out everywhere")

    assert before[:2] == (200, "/sessions")
    assert there(cookie, "/sessions")[1] == "/sign-in"


def test_L1_a_set_pulled_at_one_is_the_set_at_the_other(app, there, installation):
    here = signed_in(app, "assessor")
    path = f"/sessions/{an_organisation.public_id(installation, 'AS-00001')}"

    pulled = there(cookie_of(here), path, "Pull the question set")

    assert pulled[:2] == (200, f"{path}/set")
    assert here.get(f"{path}/set").main == there(cookie_of(here), f"{path}/set")[2]
    assert "Pull the question set" not in here.get(path).buttons()


def test_long_work_that_is_asked_for_at_one_is_known_at_the_other(app, there):
    here = signed_in(app, "manager")

    waits = here.press(here.get(HEALTH), "Work out the health of this bank")

    assert waits.path.startswith("/progress/")
    assert there(cookie_of(here), waits.path)[:2] == (200, waits.path)


def test_wrong_passwords_at_one_count_at_the_other(app, there, installation):
    here = Client(app)
    for _ in range(installation.sign_in_failures):
        here.sign_in("other@example.org", "not the password")

    refused = there("", "/sign-in", "Sign in", email="other@example.org", password=PASSWORD)

    assert refused[0] == 429
