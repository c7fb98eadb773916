"""What judging contrast once for each descent rests on: no colour follows from siblings or places."""

from __future__ import annotations

import re
from pathlib import Path

import qbank

STYLES = Path(qbank.__file__).parent / "static" / "css"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
PAINTS = re.compile(r"(?:^|;)\s*(?:color|background(?:-color|-image)?|opacity|fill|stroke|filter|mix-blend-mode)\s*:")
BESIDE = re.compile(r"[+~]|:nth-|:(?:first|last|only)-(?:child|of-type)|:has\(|:empty|#[A-Za-z]")
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
