"""From values through a committed template to a tagged PDF: the only place that calls typst.

The values go in as JSON, which the template reads as text: nothing that anybody wrote is ever source. Fonts are our
own and those inside typst (for letters that ours lacks); the machine's are not looked at, so that every machine sets
the same bytes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final

import typst

from qbank import resources

STANDARD: Final = "ua-1"
"""PDF/UA-1: tagged, with title and language; typst refuses what would break it."""

STAND_IN: Final = "□"
"""Stands for a character that no font here has."""

UNUSUAL: Final = re.compile("[^\n -~\u00a0-\u017f\u2013\u2014\u2018\u2019\u201c\u201d\u2026]")
"""What is looked up before it is set; a test says that the others can be printed."""

_ONE_CHARACTER: Final = b"#set document(title: [x])\n#text(font: sys.inputs.font, sys.inputs.text)"
FONT: Final = "Atkinson Hyperlegible Next"


def typeset(template: str, values: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF that a template makes of the values; the same values at the same time give the same bytes.

    Args:
        template: a file's name in `templates/print/`.
        values: what JSON can hold; strings are text and nothing else. A character that cannot be printed is replaced,
            and the template says so where `sys.inputs.replaced` is "yes".
        at: when the document says that it was made; aware.
    """
    shown = printable(values)
    return typst.compile(
        str(resources.templates() / "print" / template),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={
            "values": json.dumps(shown, ensure_ascii=False),
            "replaced": "yes" if shown != values else "no",
        },
        pdf_standards=[STANDARD],
        timestamp=int(at.timestamp()),
    )


def printable(value: Any) -> Any:
    """The same values with every character that cannot be printed replaced by a square."""
    if isinstance(value, str):
        return UNUSUAL.sub(lambda found: found[0] if _has_glyph(found[0]) else STAND_IN, value)
    if isinstance(value, Mapping):
        return {name: printable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(printable(part) for part in value)
    return value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(resources.folder("documents/fonts"))]
    )


@lru_cache(maxsize=8192)
def _has_glyph(character: str) -> bool:
    """Whether typst can set the character so that PDF/UA-1 holds: it refuses one that no font has."""
    if unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"}:
        return False
    try:
        typst.compile(
            _ONE_CHARACTER,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"text": character, "font": FONT},
            pdf_standards=[STANDARD],
        )
    except typst.TypstError:
        return False
    return True
