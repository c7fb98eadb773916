"""A live session in a real browser: a demo that can be killed, and what its database holds of the record."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import psutil
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.journeys.a_demo import Demo, free_port, wait_for

PATIENCE_MILLISECONDS = 60_000
DRAFTS = """() => new Promise((done) => {
  const opening = indexedDB.open("qbank-live", 1);
  opening.onsuccess = () => {
    const reading = opening.result.transaction("drafts").objectStore("drafts").getAll();
    reading.onsuccess = () => (opening.result.close(), done(reading.result.map((draft) => draft.says.text ?? "")));
  };
})"""
SAVED = re.compile("^Saved |^Everything you write is saved$")


class MortalDemo:
    """A copy of the demo as it was before anybody used it, on a port and in a folder of its own.

    It is killed without warning, and started again where it was.
    """

    more: tuple[str, ...] = ()
    """Other options of the command."""

    def __init__(self, demo: Demo, folder: Path) -> None:
        self.folder, self.port, self.passwords = folder, free_port(), dict(demo.passwords)
        self.address = f"http://127.0.0.1:{self.port}"
        self.database = folder / "example" / "qbank.db"
        self.database.parent.mkdir()
        shutil.copy(demo.folder / "secrets.json", self.database.parent)
        shutil.copy(demo.pristine, self.database)
        self.starts = 0
        self.start()

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"sqlite:///{self.database}"

    @property
    def settings(self) -> dict[str, str]:
        """What another process must be told to work on the same data, as variables of its environment."""
        keys: dict[str, str] = json.loads((self.folder / "example" / "secrets.json").read_text(encoding="utf-8"))
        told = keys | {"data_folder": str(self.folder / "example"), "database_url": self.url}
        return {f"QBANK_{name.upper()}": value for name, value in told.items()}

    def start(self) -> None:
        self.starts += 1
        said = self.folder / f"said-{self.starts}.txt"
        options = ["--folder", str(self.folder / "example"), "--port", str(self.port), "--no-browser", *self.more]
        with said.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qbank", "demo", *options],
                env=os.environ | {"QBANK_CACHE_FOLDER": str(self.folder / "cache")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_for(f"{self.address}/health", self.process, said)

    def kill(self) -> None:
        """As the machine's own accidents do: no signal that can be caught."""
        self.process.kill()
        self.process.wait(timeout=20)

    def texts(self, kind: str = "note") -> list[str]:
        """Every text of that kind that the database holds, in the order in which it came, replaced ones too."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT words FROM record_entries WHERE kind = ? ORDER BY id", (kind,))
            return [json.loads(words).get("text", "") for (words,) in found]

    def entries(self) -> list[str]:
        """The identity of every entry that the database holds."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return [entry for (entry,) in connection.execute("SELECT entry FROM record_entries")]


def sign_in(page: Page, demo: MortalDemo) -> None:
    page.goto("/sign-in")
    email = next(email for email in demo.passwords if email.startswith("assessor"))
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(demo.passwords[email])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name="Home").wait_for()


def open_live(page: Page, method: str) -> str:
    """From home to the live session of today by that method; pulls its set first if nobody has. Returns its path."""
    page.goto("/")
    page.get_by_role("row").filter(has_text=re.compile(method, re.IGNORECASE)).get_by_role("link").first.click()
    page.get_by_role("heading", level=1, name="Session AS-").wait_for()
    page.wait_for_load_state()
    session = page.url
    if page.get_by_role("button", name="Pull the question set").count():
        page.get_by_role("button", name="Pull the question set").click()
        page.get_by_role("heading", level=1, name="Question set").wait_for()
        page.goto(session)
    page.get_by_role("button", name="Open the live session").click()
    page.get_by_role("heading", level=1, name="Live session").wait_for()
    page.wait_for_load_state()
    return page.url


def begin(page: Page) -> None:
    """Begin the sitting, unless it has begun."""
    expect(page.locator("[data-saved]")).to_be_visible()  # the script is at work
    button = page.get_by_role("button", name="Begin the session")
    if button.is_visible():
        button.click()


def notes(page: Page):
    return page.locator("[data-panel]:not([hidden])").get_by_label("Notes", exact=True)


def turn_to(page: Page, number: int) -> None:
    page.locator(f".ask-list__link[data-to='{number}']").click()
    expect(page.locator(f"[data-panel='{number}']")).to_be_visible()


def is_saved(page: Page) -> None:
    """Wait until nothing is left to send, and the page says so."""
    expect(page.locator("[data-saved][data-to-send='0']")).to_have_text(SAVED, timeout=PATIENCE_MILLISECONDS)


def is_kept_here(page: Page, *, to_send: int) -> None:
    words = f"Kept on this device, {to_send} to send"
    expect(page.locator("[data-saved]")).to_have_text(words, timeout=PATIENCE_MILLISECONDS)


def is_drafted_here(page: Page, text: str) -> None:
    """Wait until the device's own store holds that text as a draft: as long as its disk takes, and no entry yet."""
    for _ in range(100):
        if text in page.evaluate(DRAFTS):
            return
        page.wait_for_timeout(10)
    raise AssertionError(f"The device's store has no draft {text!r}: {page.evaluate(DRAFTS)}")


def kill_browser(context: BrowserContext, folder: Path) -> None:
    """End the browser of that profile as a crash does: every process of it, by its id."""
    for child in psutil.Process().children(recursive=True):
        try:
            if any(str(folder) in part for part in child.cmdline()):
                child.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    with suppress(Error):  # the driver may have noticed first
        context.close()
