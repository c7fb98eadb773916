"""The rows of a page's tables, as words."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from tests import craft
from tests.page import Page


def rows_of(page: Page, section: str | None = None, *, caption: str = "") -> list[list[str]]:
    """What each row says, cell by cell, without the heads of columns.

    Args:
        page: that shows them.
        section: the id of a heading; only the tables of the section that bears it. None: of the whole page.
        caption: only tables whose caption begins so.
    """
    within = page.tree if section is None else _section(page, section)
    return [
        [craft.words(cell) for cell in row if cell.tag in {"td", "th"}]
        for table in within.iter("table")
        if _caption(table).startswith(caption)
        for row in table.iter("tr")
        if any(cell.tag == "td" for cell in row)
    ]


def _section(page: Page, name: str) -> Element:
    found = (each for each in page.tree.iter("section") if each.get("aria-labelledby") == name)
    return next(found)


def _caption(table: Element) -> str:
    found = table.find("caption")
    return "" if found is None else craft.words(found)
