"""`qbank serve`: what it refuses, and that it serves."""

import http.client
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager

import pytest

from qbank.cli import serve
from qbank.domain.errors import NotReady
from qbank.settings import Settings
from qbank.storage import migrating

TOKEN = re.compile(r'name="csrf_token"[^>]*value="(?P<token>[^"]+)"')


def qbank(*arguments, folder, **variables):
    environment = {"QBANK_DATA_FOLDER": str(folder), "PATH": "", "PYTHONWARNINGS": "ignore", **variables}
    return subprocess.Popen(
        [sys.executable, "-m", "qbank", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def a_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def database(tmp_path):
    migrating.upgrade(f"sqlite:///{tmp_path / 'qbank.db'}")
    return tmp_path


def test_a_missing_database_is_a_sentence_with_the_command_that_helps(tmp_path):
    answer, refusal = (process := qbank("serve", folder=tmp_path)).communicate(timeout=60)

    assert process.returncode == 2
    assert answer == ""
    assert "There is no database yet. Make it with: qbank db upgrade." in refusal
    assert "Traceback" not in refusal
    assert not (tmp_path / "qbank.db").exists()


def test_a_taken_port_is_a_sentence_with_another_port(database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        _, refusal = (process := qbank("serve", "--port", str(port), folder=database)).communicate(timeout=60)

    assert process.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used: address already in use." in refusal
    assert f"choose another: --port {port + 1}." in refusal
    assert "Traceback" not in refusal


def test_a_secret_that_everybody_knows_is_not_served_to_other_machines(database):
    process = qbank("serve", "--host", "0.0.0.0", folder=database)  # noqa: S104 - what is to be refused

    answer, refusal = process.communicate(timeout=60)

    assert process.returncode == 2
    assert answer == ""
    assert "QBANK_SECRET_KEY must be set: 0.0.0.0 can be reached from other machines. Make one with:" in refusal


def test_a_secret_that_everybody_knows_does_not_serve_a_database_that_was_named(database):
    address = f"sqlite:///{database / 'qbank.db'}"
    process = qbank("serve", folder=database, QBANK_DATABASE_URL=address, QBANK_SECRET_KEY="s" * 40)

    _, refusal = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "QBANK_SEED_KEY must be set: QBANK_DATABASE_URL names a database of its own. Make one with:" in refusal


def test_it_serves_until_it_is_interrupted(database):
    port = a_free_port()
    process = qbank("serve", "--port", str(port), folder=database)
    try:
        assert health(port) == b'{"status":"ready"}\n'
    finally:
        process.send_signal(signal.SIGINT)
        answer, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert answer == f"Serving at http://127.0.0.1:{port}/\nStopped.\n"


def test_a_request_that_has_begun_is_answered_whole_when_it_is_told_to_stop_and_no_other_is_taken(database):
    with serving(database) as (process, port), closing(a_line(port)) as visitor:
        visitor.request("GET", "/sign-in")
        page = visitor.getresponse()
        cookie, token = page.headers["Set-Cookie"].split(";")[0], TOKEN.search(page.read().decode())["token"]
        with a_busy_database(database):
            said = urllib.parse.urlencode({"csrf_token": token, "email": "a@example.org", "password": "no password"})
            form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            visitor.request("POST", "/sign-in", said, form)
            time.sleep(0.5)  # it now waits for the database, which is ours
            process.send_signal(signal.SIGTERM)
            wait_until_closed(port)
            assert process.poll() is None
        answer = visitor.getresponse()
        words = answer.read().decode()
        said, _ = process.communicate(timeout=30)

    assert (answer.status, words.rstrip()[-7:]) == (200, "</html>")
    assert (process.returncode, said.splitlines()[-1]) == (0, "Stopped.")


def a_line(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


@contextmanager
def serving(folder):
    """A server that answers, and its port; ended with the block if it has not ended before."""
    port = a_free_port()
    process = qbank("serve", "--port", str(port), folder=folder)
    try:
        health(port)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=30)


@contextmanager
def a_busy_database(folder):
    """Somebody else's unit of work, while the block lasts."""
    with closing(sqlite3.connect(folder / "qbank.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def wait_until_closed(port):
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            return
        assert time.monotonic() < until, "the server still takes connections"
        time.sleep(0.02)


def health(port):
    """What the health page says, as soon as the port answers; within half a minute."""
    until = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=30) as answer:
                return answer.read()
        except OSError:
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)


def test_a_name_that_is_no_address_is_not_told_as_a_taken_port(monkeypatch, database):
    def unknown(*_asked, **_how):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    settings = Settings(database_url=f"sqlite:///{database / 'qbank.db'}", data_folder=database)

    with pytest.raises(NotReady, match="This machine has no address nowhere"):
        serve.listen(settings, host="nowhere", port=1, when_ready=print)
