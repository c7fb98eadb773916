"""A run leaves nothing behind: no server, no folder in memory, no copy of a database, however it comes to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy as sa

from tests.a_keeper import assert_over
from tests.a_server import wait_until
from tests.databases import PostgresShelf, give_back, opened, postgres_server
from tests.house.the_project import ROOT

pytestmark = pytest.mark.postgres
BEGINS = (
    "import time; from tests.databases import postgres_server; print(postgres_server(), flush=True); time.sleep(600)"
)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_goes_with_the_process_that_started_it_whatever_ends_that(tmp_path, number):
    said = tmp_path / "said.txt"
    with said.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", BEGINS], cwd=ROOT, stdout=out)
    wait_until(lambda: said.read_text(encoding="utf-8").endswith("\n"), seconds=120)
    folder = Path(sa.make_url(said.read_text(encoding="utf-8").strip()).query["host"])
    server = psutil.Process(int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]))

    os.kill(process.pid, number)
    process.wait(timeout=20)

    assert_over(server)
    wait_until(lambda: not folder.exists(), seconds=60)


def test_copies_are_given_back_and_templates_stay():
    shelf = PostgresShelf(postgres_server())
    name = sa.make_url(shelf.copy("given_back", opened)).database

    give_back()

    with psycopg.connect(shelf.server) as connection:
        there = {found for (found,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
    assert name not in there
    assert "template_given_back" in there
