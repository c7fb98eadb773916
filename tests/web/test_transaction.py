"""The request's view of the database, and the unit of an act."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from qbank.app import create_app
from qbank.storage import units
from qbank.web.transaction import engine, reading, transaction

RENAME = sa.text("UPDATE people SET name = 'Somebody else' WHERE id = 1")
NAME = sa.text("SELECT name FROM people WHERE id = 1")


def test_a_request_sees_one_state_of_the_database_whatever_others_do_meanwhile(app):
    with app.app_context():
        before = reading().scalar(NAME)
        other = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
        with other.begin() as someone:
            someone.execute(RENAME)
        other.dispose()

        assert reading().scalar(NAME) == before


def test_what_is_read_after_an_act_includes_the_act(app):
    with app.app_context():
        reading().scalar(NAME)

        transaction(lambda store: store.execute(RENAME))

        assert reading().scalar(NAME) == "Somebody else"


def test_a_store_for_reading_cannot_write(app):
    with app.app_context(), pytest.raises(OperationalError, match="readonly"):
        reading().execute(RENAME)


def test_the_view_ends_with_the_request(app):
    with app.app_context():
        reading().scalar(NAME)
    with app.app_context():
        with units.write_unit(engine()) as store:
            store.execute(RENAME)

        assert reading().scalar(NAME) == "Somebody else"


def test_a_folder_named_from_where_one_stands_is_the_same_for_the_pages_as_for_the_command(settings, monkeypatch):
    monkeypatch.chdir(settings.data_folder.parent)
    here = settings.model_copy(update={"data_folder": Path(settings.data_folder.name)})
    app = create_app(here)

    answer = app.test_client().get("/health")

    assert answer.status_code == 200
    with app.app_context():
        engine().dispose()
