"""Nothing names the machine it was written on, nor a host that is not on the list with its reason."""

from __future__ import annotations

import json
import re

from tests.house.the_project import ROOT, texts

# Written apart, so that this page does not name them itself.
PLACES = re.compile("|".join(f"(?<![\\w.-])/{place}/" for place in ("work", "root", "home", "opt", "Users", "tmp")))
ADDRESS = re.compile(r"\b(?:https?|wss?|ftp)://(?P<host>[^\s/:{'\"<>)\]}`]+)")
LOCKS = ("requirements.txt", "requirements-dev.txt")
WORDS_OF_OTHERS = ("qbank/static/", "package-lock.json")  # their licences, and where they ask for funding

MAY_BE_NAMED = {
    "schemas.openxmlformats.org": "the names of the parts of a workbook",
    "127.0.0.1": "loopback: where the demo serves",
    "localhost": "likewise",
    "keepachangelog.com": "the form of CHANGELOG.md",
    "semver.org": "how versions are numbered",
    "age-encryption.org": "the format of an encrypted backup",
    "www.w3.org": "names of XML vocabularies, fetched by nobody",
    "example.org": "reserved for examples (RFC 2606)",
    "www.example.org": "likewise",
    "evil.example": "likewise (RFC 6761): the attacker in tests",
}


def test_no_file_names_a_place_on_the_machine_it_was_written_on():
    found = [
        f"{path}:{number} {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if PLACES.search(line)
    ]

    assert found == []


def test_every_host_that_is_named_has_a_reason():
    found = {
        f"{path} names {host}"
        for path, text in texts()
        if not str(path).startswith(WORDS_OF_OTHERS)
        for host in ADDRESS.findall(text)
        if host not in MAY_BE_NAMED and not host.endswith((".example", ".test", ".invalid"))
    }

    assert found == set(), "Take the address out, or give its host a line and a reason in MAY_BE_NAMED."


def test_the_locks_pin_and_hash_everything_and_name_no_index():
    for name in LOCKS:
        lines = [
            line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
        ]
        pins = [line for line in lines if not line.startswith(" ")]
        assert [line for line in pins if not re.match(r"[a-z0-9.-]+==\S+ .*\\$", line)] == [], name
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins), name
        assert [line for line in lines if "://" in line or " @ " in line or "index" in line] == [], name


def test_the_lock_of_the_front_end_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))

    named = [name for name, package in lock["packages"].items() if "://" in package.get("resolved", "")]

    assert named == [], "Make the lock with: npm install --omit-lockfile-registry-resolved"
