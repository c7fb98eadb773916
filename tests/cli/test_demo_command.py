"""`qbank demo`: made once, whole; started again quickly."""

import re
import sqlite3
import subprocess
import sys
import time
import webbrowser
from contextlib import closing

import pytest

from qbank.cli import demo
from qbank.cli.terminal import answers, show_uncut
from qbank.domain.errors import RuleBroken
from qbank.settings import BadSettings

PASSWORD = re.compile(r"\b[a-z0-9]{4}(?:-[a-z0-9]{4}){3}\b")


def run(folder, cache, *options):
    return subprocess.run(
        [sys.executable, "-m", "qbank", "demo", "--folder", str(folder), "--no-serve", *options],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "", "COLUMNS": "120", "QBANK_CACHE_FOLDER": str(cache)},
        timeout=540,
    ).stdout


def everything_in(file):
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("columns", [30, 60, 120])
def test_no_password_is_cut_however_narrow_the_terminal(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal: elsewhere nothing is narrow
    rows = [("assessor", "an.assessor.with.a.long.address@example.org", "abcd-efgh-ijkl-mnop")]

    show_uncut(answers(), ("Role", "E-mail address", "Password"), rows)

    printed = capsys.readouterr().out
    assert all(cell in printed for cell in rows[0])


def test_passwords_are_shown_once_and_a_second_start_makes_nothing(tmp_path, cache_folder):
    first = run(tmp_path, cache_folder)
    made = everything_in(tmp_path / "qbank.db")
    second = run(tmp_path, cache_folder)

    assert len(PASSWORD.findall(first)) == 9
    assert "assessor@example.org" in first
    assert PASSWORD.findall(second) == []
    assert "its passwords were shown when it was made" in " ".join(second.split())
    assert everything_in(tmp_path / "qbank.db") == made
    assert sorted(path.name for path in tmp_path.iterdir()) == ["qbank.db", "secrets.json"]
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600

    history = run(tmp_path, cache_folder, "--history", "--apprentices", "5")

    assert "simulated sessions of 5 apprentices" in history
    with closing(sqlite3.connect(tmp_path / "qbank.db")) as connection:
        (laid,) = connection.execute("SELECT count(*) FROM question_sets WHERE certificate LIKE '%simulated%'")
    assert laid[0] >= 15


def test_an_example_that_was_interrupted_is_made_anew(tmp_path, monkeypatch):
    def interrupted(_settings):
        (tmp_path / "making.db").write_text("half an example")
        raise KeyboardInterrupt

    settings = demo.example_settings(tmp_path)
    monkeypatch.setattr(demo, "_made", interrupted)
    with pytest.raises(KeyboardInterrupt):
        demo.prepare(settings)
    assert not (tmp_path / "qbank.db").exists()

    made, seen = object(), []

    def whole(making):
        seen.append((tmp_path / "making.db").exists())
        (tmp_path / "making.db").write_text("an example")
        assert making.database.endswith("making.db")
        return made

    monkeypatch.setattr(demo, "_made", whole)
    assert demo.prepare(settings) is made
    assert seen == [False]
    assert (tmp_path / "qbank.db").read_text() == "an example"


def test_an_example_is_made_in_no_database_of_real_people_and_at_no_address_that_is_none(tmp_path):
    with closing(sqlite3.connect(tmp_path / "real.db")) as connection, connection:
        connection.execute("CREATE TABLE people (email)")
        connection.execute("CREATE TABLE apprentice_details (name)")
        connection.execute("INSERT INTO people VALUES ('ada@an-organisation.org')")

    with pytest.raises(RuleBroken, match="may hold real people: an example is made only where everybody is invented"):
        demo.prepare(demo.example_settings(tmp_path, f"sqlite:///{tmp_path / 'real.db'}"))
    with pytest.raises(BadSettings, match="There is no mysql here"):
        demo.example_settings(tmp_path, "mysql://somewhere/else")


@pytest.mark.parametrize(("kind", "opened"), [(webbrowser.BackgroundBrowser, True), (webbrowser.GenericBrowser, False)])
def test_a_text_browser_does_not_take_the_terminal(monkeypatch, kind, opened):
    addresses = []
    browser = kind("browser")
    browser.open = addresses.append
    monkeypatch.setattr(webbrowser, "get", lambda: browser)

    demo.open_browser("http://127.0.0.1:8000/")

    for _ in range(50):
        if addresses:
            break
        time.sleep(0.01)
    assert bool(addresses) is opened


def test_a_machine_without_a_browser_is_no_accident(monkeypatch):
    def none():
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)

    demo.open_browser("http://127.0.0.1:8000/")
