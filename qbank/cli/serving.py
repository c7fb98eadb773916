"""Serves until it is told to stop, and then finishes what it has begun.

Asked to stop (SIGTERM, or Ctrl and C), the server takes no new connection, finishes the requests that it has and sends
their answers to the last byte, then waits for a job at work. What still goes on after the time of grace is given up:
a unit of work that is not committed has done nothing.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any, Final

GRACE_SECONDS: Final = 30
LOOK_SECONDS: Final = 0.1


def until_stopped(server: Any, sockets: dict[int, Any]) -> None:
    """Serve, and return when told to stop and done.

    Args:
        server: waitress's, which listens already.
        sockets: the map it was made with: every open socket of its own.
    """
    with _told_to_stop(server) as stop:
        while not stop.is_set():
            server.asyncore.loop(timeout=1, map=sockets, count=1)
        server.accepting = False
        server.del_channel()
        server.socket.close()
        until = time.monotonic() + GRACE_SECONDS
        while _is_busy(server) and time.monotonic() < until:
            server.asyncore.loop(timeout=LOOK_SECONDS, map=sockets, count=1)
    server.task_dispatcher.shutdown(timeout=LOOK_SECONDS)
    server.asyncore.close_all(sockets, ignore_all=True)


@contextmanager
def _told_to_stop(server: Any) -> Iterator[Event]:
    """An event that the signals set; a second one ends the process as it always would."""
    stop = Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}

    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        server.pull_trigger()
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, tell)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_busy(server: Any) -> bool:
    """Whether a request is being answered, or an answer has not left yet."""
    return any(each.requests or each.total_outbufs_len for each in list(server.active_channels.values()))
