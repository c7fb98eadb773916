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
        page.set_viewport_size({"width": width, "height": HEIGHT})
        kept.append(ARTEFACTS / "pages" / f"{name}-{width_name}.png")
        page.screenshot(path=kept[-1], full_page=True)
    page.set_viewport_size({"width": WIDTHS["wide"], "height": HEIGHT})
    return kept


def paper(page: Page, name: str) -> Path:
    """Keep the page as it prints; returns where."""
    kept = ARTEFACTS / "papers" / f"{name}.pdf"
    kept.parent.mkdir(parents=True, exist_ok=True)
    page.pdf(path=kept, prefer_css_page_size=True, print_background=True)
    return kept


def barriers(page: Page, only: tuple[str, ...] = ()) -> list[str]:
    """Everything that axe finds wrong with the page, each with where it is and what would help.

    Args:
        page: as it is open.
        only: the rules to judge by; all of them if none is named.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}  # no list of all that is well: it is long
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {violation['id']}: {violation['help']} at {node['target']}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than a narrow screen; above 0 it must be scrolled sideways to be read."""
    page.set_viewport_size({"width": WIDTHS["narrow"], "height": HEIGHT})
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size({"width": WIDTHS["wide"], "height": HEIGHT})
    return wider
