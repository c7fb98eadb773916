"""The one file of an offline copy: its questions sealed, its one script and style allowed by their hashes."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from flask import render_template
from markupsafe import Markup

from qbank import resources
from qbank.documents.packs import Coded, Pack
from qbank.domain.record_entries import Mark, Source, milliseconds
from qbank.domain.sitting_times import Bands
from qbank.services import sealing
from qbank.services.offline import Copy
from qbank.web import saying

SCRIPTS: Final = ("js/offline.js", "js/offline_marks.js")
"""Put together, they are the file's one script."""
FONT: Final = "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"


@dataclass(frozen=True, slots=True)
class Marked:
    """What an assessor marks while listening, beside the criteria that each question opens.

    Args:
        criteria: every pass and distinction criterion of the method.
        source: where evidence comes from that no question brought.
    """

    criteria: tuple[Coded, ...]
    source: str


def offline_file(pack: Pack, bands: Bands, copy: Copy, passphrase: str, *, server: str, marked: Marked) -> str:
    """The file, whole.

    Args:
        pack: what it shows.
        bands: its times, as an approved adjustment made them.
        copy: its mark, its token and its times; the token is sealed too.
        passphrase: that opens it.
        server: the whole address that takes its notes.
        marked: the criteria to mark.
    """
    salt = sealing.new_salt()
    keys = sealing.keys_of(passphrase, salt)
    inside = json.dumps(_inside(pack, bands, copy, server, marked))
    known = {
        "mark": copy.mark,
        "reference": pack.reference,
        "salt": sealing.in_base64(salt),
        "rounds": sealing.ROUNDS,
        "questions": sealing.sealed(inside, keys.questions, mark=copy.mark),
    }
    script, style = "\n".join(_text(name) for name in SCRIPTS), _style()
    return render_template(
        "offline/copy.html",
        policy=_policy(script, style, server),
        reference=pack.reference,
        mark=copy.mark,
        sealed=Markup(json.dumps(known)),  # noqa: S704 - base64, a reference and a mark: nothing that anybody wrote
        script=Markup(script),  # noqa: S704 - our own file
        style=Markup(style),  # noqa: S704 - our own file
    )


def _inside(pack: Pack, bands: Bands, copy: Copy, server: str, marked: Marked) -> dict[str, Any]:
    """What only the passphrase opens."""
    times = {"least": bands.shortest, "most": bands.longest, "questioning": bands.questioning}
    return {
        **asdict(pack),
        "made_at": pack.made_at.isoformat(),
        "times": times,
        "marked": asdict(marked),
        "marks": [str(mark) for mark in Mark],
        "sources": [str(source) for source in Source],
        "server": server,
        "token": copy.token,
        "opens_until": milliseconds(copy.opens_until),
        "opens_until_said": _said(copy.opens_until),
    }


def _said(moment: datetime) -> str:
    return saying.date_and_time(moment)


def _policy(script: str, style: str, server: str) -> str:
    """Nothing but the one script, the one style and the way back to the server."""
    origin = "/".join(server.split("/")[:3])
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; font-src data:; "
        f"connect-src {origin}; form-action 'none'; base-uri 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _text(name: str) -> str:
    return (resources.static() / name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    font = base64.b64encode((resources.static() / FONT).read_bytes()).decode()
    return _text("css/offline.css").replace("FONT", f"data:font/woff2;base64,{font}")
