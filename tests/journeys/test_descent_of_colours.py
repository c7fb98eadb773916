"""What judging contrast once for each descent rests on: no colour follows from siblings or places."""

from __future__ import annotations

import re
from pathlib import Path

import qbank
from tests.journeys.a_browser import UNSEEN

STYLES = Path(qbank.__file__).parent / "static" / "css"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
PAINTS = re.compile(
    r"(?:^|;)\s*(?:color|background(?:-color|-image)?|opacity|fill|stroke|filter|mix-blend-mode|--[\w-]+|font|font-size"
    r"|font-weight)\s*:"
)
BESIDE = re.compile(r"[+~]|:nth-|:(?:first|last|only)-(?:child|of-type)|:has\(|:empty|#[A-Za-z]")
BY_VALUE = re.compile(r"\[([a-z-]+)[~|^$*]?=")
KNOWN = re.compile(r"__input:(?:checked|disabled)[+~]\.govuk-(?:hint|(?:checkboxes|radios)__label(?:::after)?)$")
"""What a tick looks like, and what cannot be chosen, whose contrast nobody judges (WCAG 2.2, 1.4.3: inactive)."""


def beside(css: str) -> list[str]:
    """Selectors that paint by what stands beside, before or behind, or by an element's own name."""
    return [
        one.strip()
        for selectors, body in RULE.findall(css)
        if PAINTS.search(body)
        for one in selectors.split(",")
        if BESIDE.search(one) and not KNOWN.search(one.strip())
    ]


def test_colours_follow_from_descent_alone():
    assert [one for file in sorted(STYLES.glob("*.css")) for one in beside(file.read_text(encoding="utf-8"))] == []


def test_the_guard_notices_a_colour_that_follows_from_a_sibling():
    assert beside(".a+.b{margin:0}.c~.d{opacity:.2}li:nth-child(2){color:red}#e{background:#000}.f{color:#fff}") == [
        ".c~.d",
        "li:nth-child(2)",
        "#e",
    ]


def test_values_of_attributes_that_the_style_sheets_look_at_are_in_the_mark_of_a_descent():
    """Links of the layout's print apart, whose addresses are no colours."""
    looked_at = {name for file in STYLES.glob("*.css") for name in BY_VALUE.findall(file.read_text(encoding="utf-8"))}

    assert {name for name in looked_at - {"href"} if f'"{name}"' not in UNSEEN} == set()
