"""An organisation with two assessors and three sessions, made once; every test of the web has a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from qbank.app import create_app
from qbank.settings import Settings
from qbank.web import transaction
from tests.page import Client
from tests.web import an_organisation


@pytest.fixture(scope="session")
def organisation(tmp_path_factory) -> Path:
    """The folder of a database that nobody has opened."""
    folder = tmp_path_factory.mktemp("organisation")
    an_organisation.make(an_organisation.settings(folder))
    return folder


@pytest.fixture
def settings(organisation, tmp_path) -> Settings:
    """The settings of this test's copy."""
    shutil.copytree(organisation, tmp_path, dirs_exist_ok=True)
    return an_organisation.settings(tmp_path)


def let_go(app: Flask) -> None:
    """Close the application's connections."""
    with app.app_context():
        transaction.engine().dispose()


@pytest.fixture
def app(settings) -> Iterator[Flask]:
    """The application at `an_organisation.NOW`."""
    made = create_app(settings, now=lambda: an_organisation.NOW)
    yield made
    let_go(made)


@pytest.fixture
def app_at(settings) -> Iterator[Callable[[datetime], Flask]]:
    """The application at another time."""
    made: list[Flask] = []

    def at(moment: datetime) -> Flask:
        made.append(create_app(settings, now=lambda: moment))
        return made[-1]

    yield at
    for each in made:
        let_go(each)


@pytest.fixture
def visitor(app) -> Client:
    """Somebody who is not signed in."""
    return Client(app)


@pytest.fixture
def assessor(app) -> Client:
    """The assessor of AS-00001, which is today, and AS-00002, which is in ten days."""
    client = Client(app)
    client.enter("grace@example.org", an_organisation.PASSWORD)
    return client


@pytest.fixture
def other_assessor(app) -> Client:
    """The assessor of AS-00003, which is today."""
    client = Client(app)
    client.enter("tom@example.org", an_organisation.PASSWORD)
    return client


@pytest.fixture
def manager(app) -> Client:
    """Somebody who is no assessor."""
    client = Client(app)
    client.enter("ewa@example.org", an_organisation.PASSWORD)
    return client


@pytest.fixture
def overseer(app) -> Client:
    """Somebody who sees how assessment is done and changes nothing of it."""
    client = Client(app)
    client.enter("ines@example.org", an_organisation.PASSWORD)
    return client
