"""What a person and their assistive technology see: pictures kept for people to look at, and axe's judgement."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.house.the_project import ROOT

ARTEFACTS = ROOT / "artefacts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {"wide": 1280, "narrow": 400}
HEIGHT = 900

UNSEEN = """
known => {
  const seen = new Set(known), marks = [], unseen = [];
  const values = ["class", "type", "role", "style", "fill", "aria-current", "data-how", "data-label"];
  const said = ({ name, value }) => values.includes(name) ? `${name}=${value}` : name;
  const holdsText = element => element.matches("input, select, textarea") ||
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const marked = (text, mark) => {
    for (const letter of text) mark = (mark * 65599 + letter.codePointAt(0)) % 68719476503;
    return mark;
  };
  const visit = (element, mark, isCovered) => {
    const own = marked(`${element.tagName} ${[...element.attributes].map(said).sort().join(" ")};`, mark);
    if (holdsText(element) && element.checkVisibility() && !seen.has(own)) {
      seen.add(own);
      marks.push(own);
      if (!isCovered) unseen.push(element);
      isCovered = true;
    }
    for (const child of element.children) visit(child, own, isCovered);
  };
  visit(document.body, 7, false);
  window.unseenTexts = unseen;
  return marks;
}
"""
"""Finds the texts whose descent is not known yet; answers their marks."""

CONTRAST = """
() => {
  if (!window.unseenTexts.length) return [];
  const options = { resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast"] } };
  return window.judged({ include: window.unseenTexts }, options);
}
"""
"""What axe says of the contrast of those texts."""


JUDGED = """
void (window.judged = (...asked) => Promise.race([
  axe.run(...asked).then(({ violations }) => violations),
  new Promise((_, refuse) => setTimeout(() => refuse(new Error("axe did not come to an end in 120 s")), 120_000)),
]));
"""
"""Axe's judgement with an end: Playwright knows none for what a page works out."""


def browser_of_this_machine() -> str:
    """Where the installed browser is.

    Raises:
        AssertionError: there is none; the sentence says how to get one.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert found, "The journeys need a browser: make system, or on Debian apt-get install chromium."
    return found


def picture(page: Page, name: str) -> list[Path]:
    """Keep the whole page as a picture, at each width; returns where."""
    kept = []
    for width_name, width in WIDTHS.items():
        as_wide(page, width)
        kept.append(ARTEFACTS / "pages" / f"{name}-{width_name}.png")
        page.screenshot(path=kept[-1], full_page=True)
    as_wide(page, WIDTHS["wide"])
    return kept


def as_wide(page: Page, width: int) -> None:
    """Give the page that width, if it has another: laying it out again takes a while."""
    size = {"width": width, "height": HEIGHT}
    if page.viewport_size != size:
        page.set_viewport_size(size)


def paper(page: Page, name: str) -> Path:
    """Keep the page as it prints; returns where."""
    kept = ARTEFACTS / "papers" / f"{name}.pdf"
    kept.parent.mkdir(parents=True, exist_ok=True)
    page.pdf(path=kept, prefer_css_page_size=True, print_background=True)
    return kept


def barriers(page: Page, *, contrast: bool = True) -> list[str]:
    """Everything that axe finds wrong with the page, each with where it is and what would help.

    Args:
        page: as it is open.
        contrast: with the contrast of every text, which takes longer than all the rest; without where `colours` judges
            it.
    """
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    _bring_axe(page)
    return _said(page, page.evaluate("options => window.judged(document, options)", options))


def colours(page: Page, seen: set[int]) -> list[str]:
    """What has too little contrast, by day or in the dark, where nothing of its kind was judged before.

    A colour follows from the style sheets, which are the same on every page: from the tags, classes and attributes from
    the body down to a text. Where a text of the same descent was judged, another has the same colours.

    Args:
        page: as it is open; it is light again afterwards.
        seen: marks of the descents that were judged; those of this page are added.
    """
    _bring_axe(page)
    seen |= set(page.evaluate(UNSEEN, list(seen)))
    by_day = _said(page, page.evaluate(CONTRAST))
    page.emulate_media(color_scheme="dark")
    in_the_dark = _said(page, page.evaluate(CONTRAST))
    page.emulate_media(color_scheme="light")
    return [*by_day, *(f"in the dark: {fault}" for fault in in_the_dark)]


def _bring_axe(page: Page) -> None:
    """Half a megabyte that has to be read once by each page, and not for each question to it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
        page.evaluate(JUDGED)


def _said(page: Page, found: list[dict[str, Any]]) -> list[str]:
    return [
        f"{page.url} {violation['id']}: {violation['help']} at {node['target']}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than a narrow screen; above 0 it must be scrolled sideways to be read."""
    as_wide(page, WIDTHS["narrow"])
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    as_wide(page, WIDTHS["wide"])
    return wider
