"""`qbank serve`: serve the application over HTTP from this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Final

import click

from qbank.domain.errors import NotReady
from qbank.settings import Settings

PORT: Final = 8000
HOST: Final = "127.0.0.1"
THREADS: Final = 4
"""More answer fewer: they take one another's turn at each query (docs/reliability.md). More processes answer more."""


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on; 0.0.0.0 for every network.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the application. Stop it with Ctrl and C, or SIGTERM: requests that have begun are finished."""
    settings = Settings.from_environ()
    settings.must_be_safe_to_serve(host)
    ready(settings)
    warn(settings)
    listen(settings, host=host, port=port, when_ready=lambda address: click.echo(f"Serving at {address}"))


def ready(settings: Settings) -> None:
    """Make sure that the database is there and up to date.

    Raises:
        NotReady: it cannot be reached, is missing, or has another shape than this version knows.
    """
    from qbank.storage import db, migrating

    engine = db.engine(settings.database)
    try:
        migrating.ensure_latest(engine)
    finally:
        engine.dispose()


def warn(settings: Settings) -> None:
    """Say on standard error what whoever runs this installation should know of its database."""
    from qbank.storage import db

    advice = db.wal_advice()
    if advice and settings.database.startswith("sqlite"):
        click.echo(advice, err=True)


def listen(settings: Settings, *, host: str, port: int, when_ready: Callable[[str], Any]) -> None:
    """Serve until stopped; `when_ready` gets the address once the port is ours.

    Raises:
        NotReady: the port is taken or may not be used.
    """
    from waitress import create_server

    from qbank.app import create_app
    from qbank.cli import serving
    from qbank.web import jobs, logs

    logs.configure(settings)

    app, sockets = create_app(settings), dict[int, Any]()
    try:
        server = create_server(
            app,
            map=sockets,
            host=_one_address(host, port),
            port=port,
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=not settings.behind_https,
        )
    except (socket.gaierror, UnicodeError):
        raise NotReady(
            f"This machine has no address {host}.", remedy="Give one that it has, or leave --host out."
        ) from None
    except OSError as error:
        raise NotReady(
            f"Port {port} on {host} cannot be used: {(error.strerror or str(error)).lower()}.",
            remedy=f"Stop what uses it, or choose another: --port {port + 1}.",
        ) from None
    when_ready(f"http://{host}:{port}/")
    jobs.go_on(app)
    serving.until_stopped(server, sockets)
    if not jobs.finish(app, serving.GRACE_SECONDS):
        click.echo("Long work was given up; whoever asked for it is told.", err=True)
    click.echo("Stopped.")


def _one_address(host: str, port: int) -> str:
    """The first address of a name: for several, waitress makes a server of another kind, which does not stop gently."""
    return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
