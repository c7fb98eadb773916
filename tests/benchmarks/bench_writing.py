"""A hundred questions written through the forms by keyboard in a real browser: run it with pytest, and -s to read it.

Aim: the tenth takes no more than six presses and choices besides the typing. Tab from a field to the next is counted
apart. BENCH_QUESTIONS for fewer.
"""

from __future__ import annotations

import os
import time

from playwright.sync_api import sync_playwright

from tests.journeys.a_browser import browser_of_this_machine
from tests.journeys.a_demo import served
from tests.journeys.a_writer import Writer

QUESTIONS = int(os.environ.get("BENCH_QUESTIONS", "100"))
AIM = 6
TOLD = {1, 2, 10, QUESTIONS}
PATIENCE_MILLISECONDS = 120_000


def test_a_hundred_questions_are_written_by_keyboard(tmp_path):
    sandbox = [] if os.getuid() else ["--no-sandbox"]
    with served(tmp_path) as demo, sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=browser_of_this_machine(), args=sandbox)
        page = browser.new_page(base_url=demo.address, locale="en-GB")
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(demo.email_of("author"))
        page.get_by_label("Password", exact=True).fill(demo.passwords[demo.email_of("author")])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", level=1, name="Home").wait_for()
        page.goto("/questions/new")
        page.get_by_label("Interview").check()
        page.get_by_role("button", name="Start writing").click()
        page.get_by_role("heading", level=1, name="Draft: New question").wait_for()
        for number in range(1, QUESTIONS + 1):
            writer, begun = Writer(page), time.perf_counter()
            writer.write(number)
            if number in TOLD:
                seconds = time.perf_counter() - begun
                print(  # noqa: T201 - a benchmark prints
                    f"\nquestion {number}: {writer.presses} presses and choices besides typing (aim {AIM}), "
                    f"{writer.tabs} Tabs, {seconds:.1f} s"
                )
            assert number == 1 or writer.presses <= AIM, f"question {number} took {writer.presses} presses and choices"
        browser.close()
