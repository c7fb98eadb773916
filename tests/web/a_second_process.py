"""Another process of the same installation, which shares the database and the folder of data, and no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.settings import Settings
from tests.a_line import heard
from tests.page import Client, Page
from tests.services.a_bank import NOW

Seen = tuple[int, str, str]
"""Of a page: its status, its path after redirects, and what it says."""


def client_with(cookie: str, client: Client) -> Client:
    client.http.set_cookie("qbank", cookie)
    return client


def answering(settings: Settings, line: Connection) -> None:
    """For each cookie, path and button that comes on the line: what a visitor with that cookie sees.

    What went wrong with one is told as well, and the next is answered.
    """
    app = create_app(settings, now=lambda: NOW, doing=Doing.ELSEWHERE)
    line.send(None)
    while (asked := line.recv()) is not None:
        cookie, path, button, filled = asked
        try:
            visitor = client_with(cookie, Client(app)) if cookie else Client(app)
            page: Page = visitor.get(path)
            if button:
                page = visitor.press(page, button, **filled)
            line.send((page.status, page.path, page.main))
        except Exception as error:  # noqa: BLE001 - told to whoever asked, whatever it is
            line.send(AssertionError(f"The other process, asked for {path} {button}: {error!r}"))


@contextmanager
def a_second_process(settings: Settings) -> Iterator[Callable[..., Seen]]:
    """Asks the other process for a page as whoever has the cookie, and presses a button on it if one is named."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=answering, args=(settings, theirs), daemon=True)
    process.start()
    theirs.close()  # so that its end is heard, should it end
    assert heard(ours) is None

    def ask(cookie: str, path: str, button: str = "", **filled: str) -> Seen:
        ours.send((cookie, path, button, filled))
        seen: Seen | AssertionError = heard(ours)
        if isinstance(seen, AssertionError):
            raise seen
        return seen

    try:
        yield ask
    finally:
        with suppress(BrokenPipeError):
            ours.send(None)
        process.join(timeout=30)
        assert process.exitcode == 0, f"The other process ended with {process.exitcode}."
