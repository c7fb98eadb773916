"""Every picture has a table beside it: whoever does not see the one reads the other."""

from __future__ import annotations

import re

from tests.house.the_project import ROOT

SECTION = re.compile(r"<section\b.*?</section>|\{#.*?#\}", re.DOTALL)
FRAME, TABLE = "chart-frame", re.compile(r"\btable\(|<table\b")


def frames():
    """(template, its text around the picture): of the section that holds it, or of the whole where there is none."""
    for file in sorted((ROOT / "templates").rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        if FRAME not in text:
            continue
        sections = [each for each in SECTION.findall(text) if FRAME in each]
        yield from ((file.name, each) for each in sections or [text])


def test_every_picture_has_a_table_in_its_section():
    found = list(frames())

    assert len(found) >= 8
    assert [name for name, around in found if not TABLE.search(around)] == []


def test_a_picture_without_a_table_would_be_found():
    alone = '<section><div class="chart-frame">{{ chart }}</div></section>'

    assert SECTION.findall(alone) == [alone]
    assert not TABLE.search(alone)
