"""An author who writes question after question with the keyboard, and what that takes besides the typing."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

PATIENCE_IN_TABS = 60


@dataclass(slots=True)
class Writer:
    """Presses keys and counts them.

    Args:
        page: of an author; a draft that is empty has the focus in its stem.
        presses: of keys that are neither text nor Tab, and choices from a list: what a question takes besides typing.
        tabs: from one field to the next.
    """

    page: Page
    presses: int = 0
    tabs: int = 0

    def write(self, number: int) -> None:
        """A question from its stem to the empty draft of the next; each third one of another demand."""
        self._type(f"In your project, how did you find cause {number} of the change, and what did it lead to?")
        for words in (
            f"What told you that cause {number} mattered?\nWho had to agree, and why?",
            f"Listen for a finding about cause {number} and the way to it.",
            f"Names finding {number} and its source (WP2).",
            f"Weighs two sources of finding {number} against each other (WD6).",
        ):
            self._on_to("textarea")
            self._type(words)
        self._on_to("#primary")
        self._type("S16")
        self.presses += 1  # a choice, though it is typed
        for field, code in (("#ksb-filter", "K3"), ("#criterion-filter", "WP2")):
            self._on_to(field)
            self._type(code)
            self._press("Enter")
        self._on_to("[name=demand]")
        if not self.page.locator("[name=demand]:checked").count():
            self._press("Space")
        elif number % 3 == 0:
            self._press("ArrowRight")
        self._on_to("#seconds")
        if not self.page.locator("#seconds").input_value():
            self._press("ArrowDown")
        self._on_to("#source")
        self._type("A case of the organisation")
        self._lead_on("Check before you submit")
        self._lead_on("Draft: New question")
        self.page.wait_for_function("document.activeElement.id === 'stem' && !document.activeElement.value")

    def _lead_on(self, heading: str) -> None:
        self._press("Control+Enter")
        self.page.get_by_role("heading", level=1, name=heading).wait_for()

    def _type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def _on_to(self, field: str) -> None:
        """Tab until such a field has the focus."""
        for _ in range(PATIENCE_IN_TABS):
            self.page.keyboard.press("Tab")
            self.tabs += 1
            if self.page.evaluate("field => document.activeElement.matches(field)", field):
                return
        raise AssertionError(f"Tab does not lead to {field}.")
