"""A PostgreSQL whose log is kept elsewhere, and what is made again of a base and that log when its machine is gone.

Source: the steps of `docs/administrator.md`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import side_doors
from tests.a_server import HOST, Server, a_folder, a_server, gone, wait_until

LOG = "log"
"""What the receiver of the log calls itself."""
FETCH = 'cp {archive}/%f "%p" || cp {archive}/%f.partial "%p"'
KEEP = "test ! -f {archive}/%f && cp %p {archive}/.%f && mv {archive}/.%f {archive}/%f"


class Elsewhere:
    """Two folders that the server's machine does not take with it: a base, and an archive of the log."""

    def __init__(self, primary: Server, folder: Path) -> None:
        self.primary, self.base, self.archive = primary, folder / "base", folder / "archive"
        owner = primary.folder.stat()
        for each in (folder, self.base, self.archive):
            each.mkdir(exist_ok=True, mode=0o700)
            os.chown(each, owner.st_uid, owner.st_gid)

    @property
    def line(self) -> str:
        return f"host={HOST} port={self.primary.port} user=postgres application_name={LOG}"

    def take_base(self) -> None:
        self.primary.run("pg_basebackup", "-d", self.line, "-D", str(self.base), "-X", "stream", "-c", "fast")

    def keep_full_segments(self, *, seconds: int) -> None:
        """From the server's next start on, each segment is copied when it is full, or that old."""
        for setting in (
            "archive_mode = on",
            f"archive_timeout = {seconds}",
            f"archive_command = '{KEEP.format(archive=self.archive)}'",
        ):
            self.primary.tell(f"ALTER SYSTEM SET {setting}")
        self.primary.stop_at_once()
        self.primary.start()

    @contextmanager
    def receiving(self) -> Iterator[subprocess.Popen[bytes]]:
        """The log comes as it is written."""
        program = [str(self.primary.wheel.bin_path / "pg_receivewal"), "-d", self.line, "-D", str(self.archive)]
        as_whom = {"user": self.primary.wheel.system_user} if self.primary.wheel.system_user else {}
        slot = ["--slot", LOG, "--if-not-exists", "--create-slot"]
        subprocess.run([*program, *slot], check=True, capture_output=True, cwd="/", **as_whom, timeout=300)
        receiver = subprocess.Popen(
            [*program, "--slot", LOG, "--synchronous", "--no-loop"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **as_whom,
        )
        try:
            wait_until(self.is_followed)
            yield receiver
        finally:
            receiver.kill()
            receiver.wait(timeout=20)

    def is_followed(self) -> bool:
        with psycopg.connect(self.primary.url) as connection:
            return connection.execute("SELECT state FROM pg_stat_replication").fetchall() == [("streaming",)]

    def wait_for_the_log(self) -> None:
        """From now on a commit returns when the receiver has it on its disk, too."""
        self.primary.tell(f"ALTER SYSTEM SET synchronous_standby_names = '{LOG}'")
        self.primary.tell("SELECT pg_reload_conf()")
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            asked = "SELECT sync_state FROM pg_stat_replication"
            wait_until(lambda: connection.execute(asked).fetchall() == [("sync",)])

    @contextmanager
    def made_again(self, *, with_the_log: bool = True) -> Iterator[Server]:
        """A server of the base, which has read the log to its end and takes writes."""
        server = Server(a_folder("again"))
        try:
            shutil.rmtree(server.folder)
            subprocess.run(["cp", "-a", str(self.base), str(server.folder)], check=True, timeout=300)
            settings = "synchronous_standby_names = ''\n"
            if with_the_log:
                settings += f"restore_command = '{FETCH.format(archive=self.archive)}'\n"
                (server.folder / "recovery.signal").touch()
            with (server.folder / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
                conf.write(settings)
            server.start()
            wait_until(lambda: not is_recovering(server), seconds=120)
            yield server
        finally:
            gone(server)


def is_recovering(server: Server) -> bool:
    with psycopg.connect(server.url) as connection:
        return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)


@contextmanager
def a_server_with_an_archive() -> Iterator[tuple[Server, Elsewhere]]:
    folder = a_folder("elsewhere")
    try:
        with a_server() as primary:
            yield primary, Elsewhere(primary, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lost_machine(server: Server) -> None:
    """SIGKILL to every process of it, and its files are gone."""
    server.kill()
    side_doors.last_words(server.folder)
    shutil.rmtree(server.folder)


def there(url: str, server: Server) -> str:
    """The address of that database on another server."""
    return server.url.rpartition("/")[0] + "/" + url.rpartition("/")[2]
