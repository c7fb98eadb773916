"""Whoever fills in a form: with a pointer, or by keyboard alone, where every field is reached with Tab."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

PATIENCE_IN_TABS = 1_200
"""A page of five hundred rows has a box for each."""
MOST_ARROWS = 12


@dataclass(frozen=True, slots=True)
class Hands:
    """What somebody does on a page; `by_keyboard` touches no pointer and sets no focus but by keys.

    Args:
        page: where.
        by_keyboard: whether.
    """

    page: Page
    by_keyboard: bool = False

    def press(self, name: str, *, role: str = "button") -> None:
        """Press the button, or follow the link, of that name."""
        found = self.page.get_by_role(role, name=name)  # type: ignore[arg-type]  # one of its words
        if self.by_keyboard:
            self._on_to(found)
            self.page.keyboard.press("Enter")
        else:
            found.click()

    def type(self, label: str, words: str) -> None:
        """Put these words into the field, in the place of what it holds."""
        field = self.page.get_by_label(label, exact=True)
        if self.by_keyboard:
            self._on_to(field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(words)
        else:
            field.fill(words)

    def tick(self, box: Locator, *, on: bool = True) -> None:
        """Let the box be ticked, or not."""
        if not self.by_keyboard:
            box.set_checked(on)
        elif box.is_checked() is not on:
            self._on_to(box)
            self.page.keyboard.press("Space")

    def choose(self, label: str, *, exact: bool = False) -> None:
        """Choose one of several that exclude one another: Tab leads to their group, arrows within it."""
        wanted = self.page.get_by_label(label, exact=exact)
        if not self.by_keyboard:
            wanted.check()
            return
        group = self.page.locator(f"input[type=radio][name='{wanted.get_attribute('name')}']")
        self._on_to(group)
        self.page.keyboard.press("Space")
        for _ in range(MOST_ARROWS):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"Arrows do not lead to {label}.")

    def pick(self, label: str, value: str) -> None:
        """Pick an entry of a list by what it begins with."""
        field = self.page.get_by_label(label)
        if self.by_keyboard:
            self._on_to(field)
            self.page.keyboard.type(value)
        else:
            field.select_option(value)

    def _on_to(self, wanted: Locator) -> None:
        """Tab until one of what is wanted has the focus, on the page that has it."""
        wanted.first.wait_for(state="attached")
        self.page.wait_for_load_state()
        for _ in range(PATIENCE_IN_TABS):
            if wanted.evaluate_all("all => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {wanted}.")
