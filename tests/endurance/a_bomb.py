"""`python -m tests.endurance.a_bomb NAME`: what reading one bomb takes, in a process of its own.

Prints seconds of processor time, megabytes above what the process had before, and what came of it.
"""

from __future__ import annotations

import io
import resource
import sys
import time
import zipfile

from qbank.domain.faults import Faults
from qbank.services.booking_files import read_bookings
from qbank.services.import_files import read_rows
from qbank.services.starter import starter_plan
from qbank.web.rendering import LONGEST, markdown
from qbank.web.typed_times import moment_typed

STANDARD = "customer-service-specialist-3"
MOST = 9_900_000
"""Bytes of a file that is not refused for its size alone."""


def packed(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_md", ".md"), data)
    return made.getvalue()


def workbook(sheet: bytes) -> bytes:
    return packed(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=sheet)


def entities() -> bytes:
    """Nine levels, each ten times the one before."""
    nested = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE a [<!ENTITY e0 "ha">' + nested + b"]><worksheet><sheetData>&e9;</sheetData></worksheet>"


def squared() -> bytes:
    """Many entries that name the same packed bytes: small outside, large inside."""
    data = bytearray(packed(a_md=b"0" * 40_000_000))
    return bytes(data)


BOMBS = {
    "zip of zeros": ("bank.zip", lambda: packed(q_md=b"\0" * 400_000_000)),
    "zip in a zip": ("bank.zip", lambda: packed(q_md=packed(q_md=packed(q_md=b"\0" * 200_000_000)))),
    "zip of many files": ("bank.zip", lambda: packed(**{f"q{n}_md": b"" for n in range(60_000)})),
    "zip just under the ratio": ("bank.zip", squared),
    "xlsx with entities": ("bank.xlsx", lambda: workbook(entities())),
    "xlsx of zeros": ("bank.xlsx", lambda: workbook(b" " * 300_000_000)),
    "xlsx nested": ("bank.xlsx", lambda: workbook(b"<a>" * 3_000_000)),
    "json nested": ("bank.json", lambda: b"[" * MOST),
    "json of lists": ("bank.json", lambda: b"[" + b"[],[]," * (MOST // 6) + b"[]]"),
    "csv of one field": ("bank.csv", lambda: b'a,"' + b"b" * MOST),
    "csv of commas": ("bank.csv", lambda: b"," * MOST),
    "csv of lines": ("bank.csv", lambda: b"a\n" * (MOST // 2)),
    "bookings of commas": ("week", lambda: b"," * 990_000),
    "bookings of lines": ("week", lambda: b"a\n" * 495_000),
    "markdown of quotes": ("text", lambda: b">" * LONGEST),
    "markdown of brackets": ("text", lambda: b"![" * (LONGEST // 2)),
    "markdown of stars": ("text", lambda: b"**a*" * (LONGEST // 4)),
}
"""Of each: the kind of file, and its bytes."""


def read(file: str, data: bytes) -> str:
    """What comes of it, in a few words."""
    try:
        if file == "text":
            return f"rendered, {len(markdown(data.decode()))} characters"
        if file == "week":
            return f"read, {len(read_bookings(data, 'week.csv', moment_typed))} bookings"
        return f"read, {len(read_rows(data, file, starter_plan(STANDARD), author='A').rows)} rows"
    except Faults as refused:
        return f"refused: {refused.faults[0].what}"[:100]


def used() -> tuple[float, float]:
    """Seconds of processor time, and the most memory so far in megabytes."""
    return time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    from pathlib import Path
    from tempfile import TemporaryDirectory

    name = sys.argv[1]
    kind, make = BOMBS[name]
    if len(sys.argv) > 2:  # made in another process, so that its making leaves no memory here
        data = Path(sys.argv[2]).read_bytes()
        read(kind, b"a")
        seconds, memory = used()
        outcome = read(kind, data)
        print(f"{used()[0] - seconds:.2f} {used()[1] - memory:.0f} {name}: {outcome}")  # noqa: T201 - read by whoever asked
    else:
        import subprocess

        with TemporaryDirectory() as folder:
            file = Path(folder) / "bomb"
            file.write_bytes(make())
            subprocess.run([sys.executable, "-m", "tests.endurance.a_bomb", name, str(file)], check=True)
