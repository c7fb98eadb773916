"""Reading a standard from the TOML files people write: as many files as they like, read together as one document."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import plain
from qbank.domain.standard_documents import plan_of
from qbank.domain.standards import Plan
from qbank.domain.toml_files import read_toml
from qbank.domain.toml_lines import Path, TomlLines


def read_plan(text_by_name: Mapping[str, str]) -> Plan:
    """The plan that the files describe together; each top-level table stands in one of them.

    Args:
        text_by_name: the text of each file, by the name that faults shall carry.

    Raises:
        Faults: every fault of every file, with file, line and remedy.
    """
    document, home = _merged(text_by_name)
    plans = [name for name in sorted(text_by_name) if name.endswith("plan.toml")]
    default = home.get("standard", next(iter(plans), "plan.toml"))
    faults: list[Fault] = []

    @cache
    def lines_of(file: str) -> TomlLines:
        return TomlLines.of(plain(text_by_name[file], file))

    def note(path: Path, what: str, remedy: str) -> None:
        file = home.get(str(path[0]), default)
        faults.append(Fault(file, lines_of(file).where(path) if file in text_by_name else 0, what, remedy))

    plan = plan_of(document, note)
    if plan is None:
        raise Faults(set(faults))  # what two readers miss is missing once
    return plan


def _merged(text_by_name: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The files' tables in one dictionary, and which file each top-level table stands in."""
    document: dict[str, Any] = {}
    home: dict[str, str] = {}
    faults: list[Fault] = []
    for name in sorted(text_by_name):
        try:
            tables = read_toml(text_by_name[name], name)
        except Faults as found:
            faults += found.faults
            continue
        for key, value in tables.items():
            if key in document:
                line = TomlLines.of(plain(text_by_name[name], name)).where((key,))
                faults.append(Fault(name, line, f"{key} stands in {home[key]} too.", "Keep each table in one file."))
            document[key] = value
            home[key] = name
    if faults:
        raise Faults(faults)
    return document, home
